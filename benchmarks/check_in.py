"""Durable check-in: the use case from call to return, beside one fsynced insert of the same bytes in plain SQLite."""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from benchmarks.rows import Pair, Row, at_most, measure_in_turn
from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station, open_station
from kiosk.ports import ArrivalDraft, Arrived, ConsentGiven, ConsentPurpose
from workbench.lone_kiosk import make_lone_kiosk

RUNS, WARM = 300, 20
_WAL_BYTES = 4_300_000
"""More than SQLite lets a WAL grow to before it begins it anew."""


def rows() -> Iterator[Row]:
    """The row of DESIGN 7's first line, and the same beside a peer whose WAL has its length already."""
    plain = "one fsynced insert, plain SQLite (WAL, FULL)"
    yield at_most("durable check-in", _measure(grown=False), beside=plain, bar=1.5)
    grown = f"{plain[:-1]}, its WAL not growing)"
    yield at_most("durable check-in", _measure(grown=True), beside=grown, bar=None)


def _measure(*, grown: bool) -> Pair:
    with tempfile.TemporaryDirectory(prefix="lodge-bench-") as folder:
        lone = make_lone_kiosk(Path(folder) / "kiosk", printer="virtual:QL-820NWB")
        with open_station(lone.configuration) as station, _plain(Path(folder) / "plain.db", grown=grown) as plain:
            desk = build_desks(station).check_in

            def ours(index: int) -> float:
                station.log.settle()  # as the kiosk does within a second of each act
                draft = _draft(index, station)
                begun = time.perf_counter()
                outcome = desk.arrive(draft)
                taken = time.perf_counter() - begun
                if not isinstance(outcome, Arrived):
                    raise TypeError(f"the check-in was refused: {outcome}")
                return taken

            def other(index: int) -> float:
                payload = b"".join(event.line() for event in station.log.after(station.log.head.seq - 4, limit=4))
                begun = time.perf_counter()
                plain.execute("insert into event (id, payload) values (?, ?)", (index, payload))
                plain.commit()
                return time.perf_counter() - begun

            return measure_in_turn(ours, other, runs=RUNS, warm=WARM)


def _draft(index: int, station: Station) -> ArrivalDraft:
    now = station.time.now()
    document = ConsentGiven(ConsentPurpose.DOCUMENT, "en", now, "site-rules", "3", "a" * 64)
    photo = ConsentGiven(ConsentPurpose.PHOTO, "en", now)
    return ArrivalDraft(
        visitor_type="visitor",
        display_name=f"Odalys Fernhollow {index}",
        company="Larkspur Looms",
        email=f"odalys{index}@example.org",
        phone="",
        host_id=str(uuid4()),
        host_name="Ines Caldermoor",
        needs_assistance=False,
        language="en",
        consents=(document, photo),
    )


@contextmanager
def _plain(path: Path, *, grown: bool) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")
    connection.execute("create table event (id integer primary key, payload blob)")
    connection.execute("insert into event values (-1, zeroblob(?))", (_WAL_BYTES if grown else 0,))
    connection.commit()
    try:
        yield connection
    finally:
        connection.close()
