"""A kiosk's backlog drained through HTTP and TLS until the audit log has it, beside a bare insert of the same rows.

The kiosk is a process of its own (``benchmarks.draining``), server and worker are the product's commands, the bare peer
stores the same rows of the same tables in the same PostgreSQL: 256 events a batch, binary arrays, one connection, each
commit synced. Beside it, for comparison, the same with the header rows alone.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.bare_insert import insert_bare, prepare_bare
from benchmarks.own_database import superuser
from benchmarks.rows import Row, beside
from benchmarks.same_rows import SameRows
from kiosk.composition.station import open_station
from kiosk.configuration import KioskConfiguration
from sync.protocol.batch import MAX_EVENTS
from workbench.demo.cloud import DemoCloud
from workbench.demo.processes import Processes
from workbench.demo.summary import await_true

ROOT = Path(__file__).resolve().parents[1]
FEW = 2_560
WAIT_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Premises:
    """A server with its worker, and how to ask its database."""

    processes: Processes
    cloud: DemoCloud
    folder: Path

    def ask(self, query: str) -> int:
        """One number from the database, as its superuser."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            row = connection.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0

    def address(self) -> str:
        """Of the server's own PostgreSQL."""
        return superuser(self.folder / "cloud" / "postgres")


@contextmanager
def premises() -> Iterator[Premises]:
    """Start them on loopback; all of it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lodge-bench-"))
    (folder / "logs").mkdir()
    folder.chmod(0o711)
    processes = Processes(ROOT, folder / "logs", {"TMPDIR": str(folder)})
    cloud = DemoCloud(processes, folder / "cloud")
    try:
        cloud.open(mail_port=9)
        cloud.describe()
        yield Premises(processes, cloud, folder)
    finally:
        processes.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


def rows(events: int) -> Iterator[Row]:
    """Time, memory and bytes of a drain of so many events."""
    with premises() as place:
        few, many = _enrolled(place, "few"), _enrolled(place, "many")
        _record(few, FEW)
        disk_before = _bytes_of(many)
        _record(many, events)
        disk = (_bytes_of(many) - disk_before) / events
        small = _drain(few)
        database_before = place.ask("select pg_database_size('lodge')")
        begun = time.perf_counter()
        large = _drain(many)
        await_true("the audit log has caught up", WAIT_SECONDS, lambda: _caught_up(place), pause=0.1)
        ours = time.perf_counter() - begun
        database = (place.ask("select pg_database_size('lodge')") - database_before) / events
        same, headers = _bare(place, many)
    drain = f"drain of {events} events until the audit log has them"
    yield beside(drain, ours, "s", same, "bare binary-array insert of the same rows", bar=2.0)
    yield beside("the same drain", ours, "s", headers, "bare binary-array insert of the header rows alone", bar=None)
    yield beside(
        "kiosk's memory while it drains them", large.peak_mib, "MiB", small.peak_mib, f"a backlog of {FEW}", bar=1.3
    )
    raw = large.raw_bytes / events
    yield beside("an event on the wire", large.wire_bytes / events, "bytes", raw, "its lines, not compressed", bar=1.0)
    yield beside("an event on the kiosk's disk", disk, "bytes", raw, "its lines", bar=None)
    yield beside("an event in the cloud's database", database, "bytes", raw, "its lines", bar=None)


def drain_seconds(events: int) -> float:
    """How long a drain of so many events takes until the audit log has them."""
    with premises() as place:
        kiosk = _enrolled(place, "kiosk")
        _record(kiosk, events)
        begun = time.perf_counter()
        _drain(kiosk)
        await_true("the audit log has caught up", WAIT_SECONDS, lambda: _caught_up(place), pause=0.1)
        return time.perf_counter() - begun


@dataclass(frozen=True, slots=True)
class Drained:
    """What the draining process said of itself."""

    peak_mib: float
    wire_bytes: int
    raw_bytes: int


def _enrolled(place: Premises, name: str) -> Path:
    code = place.cloud.new_kiosk(name)
    place.processes.run("kiosk.cli", "enrol", code, "--server", place.cloud.origin, "--data", str(place.folder / name))
    return place.folder / name


def _record(kiosk: Path, events: int) -> None:
    _child("record", str(kiosk), str(events))


def _drain(kiosk: Path) -> Drained:
    return Drained(**json.loads(_child("drain", str(kiosk))))


def _child(*words: str) -> str:
    command = [sys.executable, "-P", "-m", "benchmarks.draining", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"benchmarks.draining {words[0]} failed: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout


def _caught_up(place: Premises) -> bool:
    return place.ask("select count(*) from lodge.audit_pending") == 0


def _bytes_of(kiosk: Path) -> int:
    return sum(path.stat().st_size for path in kiosk.iterdir() if path.name.startswith("lodge.db"))


def _bare(place: Premises, kiosk: Path) -> tuple[float, float]:
    """Seconds for the rows of all events of a kiosk: all rows that they came to, and the headers' alone."""
    same, headers = 0.0, 0.0
    with psycopg.connect(place.address(), autocommit=True) as connection:
        copies = SameRows(connection)
        prepare_bare(connection)
        with open_station(KioskConfiguration(data_folder=kiosk, printer="none", camera="none")) as station:
            seq, identity = 0, station.enrolment.identity
            for transaction in copies.batches(identity, 0):
                same += copies.insert(copies.read(transaction))
            while batch := tuple(station.log.after(seq, limit=MAX_EVENTS)):
                headers += insert_bare(connection, identity, batch)
                seq = batch[-1].header.seq
    return same, headers
