"""What the kiosk acknowledged survives being killed, a full disk, and a second program beside it. Real processes."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from sync.device.errors import DiskFullError
from sync.device.muster_roll import MusterRoll
from sync.protocol.chain import Head, follow
from tests.fakes.sync_records import Records, arrival, open_records

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = 20


def _start(folder: Path, count: int, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.sync.appending_kiosk", str(folder), str(count), *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _kill_while_it_records(folder: Path, generator: random.Random, *options: str) -> list[tuple[int, str]]:
    """Start, let it record for a moment, SIGKILL; returns every acknowledgement that it gave."""
    with _start(folder, 1_000_000, *options) as kiosk:
        assert kiosk.stdout is not None
        lines = [kiosk.stdout.readline() for _ in range(generator.randint(1, 6))]
        threading.Event().wait(generator.random() * 0.004)
        kiosk.send_signal(signal.SIGKILL)
        lines += kiosk.stdout.readlines()
    assert kiosk.returncode == -signal.SIGKILL
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(int(parts[0]), parts[1] if len(parts) > 1 else "") for parts in whole]


def _chain(records: Records) -> dict[int, str]:
    """Every event by its seq, after checking that they are one chain up to the head."""
    head, found = Head.genesis(records.identity.epoch), {}
    for event in records.log.after(0, limit=1_000_000):
        head = follow(head, event)
        found[head.seq] = head.hash
    assert head == records.log.head
    return found


def test_c01_what_was_acknowledged_survives_a_kill_once(tmp_path: Path) -> None:
    """C01: SIGKILL at random points of recording, twenty times over the same files."""
    generator = random.Random(1)
    acknowledged: dict[int, str] = {}
    for _ in range(ROUNDS):
        for seq, digest in _kill_while_it_records(tmp_path, generator):
            assert acknowledged.setdefault(seq, digest) == digest
        records = open_records(tmp_path)
        found = _chain(records)
        acknowledged.pop(0, None)
        assert {seq: found.get(seq) for seq in acknowledged} == acknowledged
        assert records.log.head.seq % 4 == 0, "an arrival was recorded in part"
        assert len(MusterRoll(records.log).on_site()) == len(found) // 4
        records.close()
    assert len(acknowledged) >= ROUNDS


def test_c01_a_kiosk_that_acknowledges_too_early_is_caught(tmp_path: Path) -> None:
    """The planted fault: acknowledging before the commit loses an arrival within a few kills."""
    generator = random.Random(2)
    lost = 0
    for _ in range(12):
        promised = max(seq for seq, _ in _kill_while_it_records(tmp_path, generator, "early"))
        records = open_records(tmp_path)
        lost += records.log.head.seq < promised
        records.close()
        if lost:
            break
    assert lost


def test_a_second_program_reads_the_list_while_the_first_records(tmp_path: Path) -> None:
    """``lodge-kiosk roster`` beside ``run``: no refusal, no half arrival, and never fewer people than before."""
    counts = [0]
    with _start(tmp_path, 120) as kiosk:
        assert kiosk.stdout is not None
        kiosk.stdout.readline()
        while kiosk.poll() is None:
            records = open_records(tmp_path)
            present = MusterRoll(records.log).on_site()
            counts.append(len(present))
            assert all(stay.muster is not None for stay in present)
            records.close()
        kiosk.stdout.read()
    assert kiosk.returncode == 0
    assert counts == sorted(counts)
    records = open_records(tmp_path)
    assert len(_chain(records)) == 480
    records.close()


@contextmanager
def _small_disk(folder: Path) -> Iterator[Callable[[], None]]:
    """A real file system of 1 MiB where mounting is permitted; yields what makes room on it."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        with _short_files(folder) as make_room:
            yield make_room
        return
    try:
        filler = folder / "filler"
        filler.write_bytes(b"\x00" * 400_000)
        yield filler.unlink
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def _short_files(folder: Path) -> Iterator[Callable[[], None]]:
    """Files of this process may not grow beyond 400 kB: what a write meets is an error of the disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def make_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert folder.is_dir()
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, before[1]))
    try:
        yield make_room
    finally:
        make_room()


def _record_without_end(records: Records) -> None:
    for _ in range(10_000):
        records.log.append(arrival())


@pytest.mark.parametrize("disk", [_small_disk, _short_files])
def test_c03_a_full_disk_refuses_visibly_and_serves_again_once_there_is_room(
    tmp_path: Path, disk: Callable[[Path], AbstractContextManager[Callable[[], None]]]
) -> None:
    """C03: head unchanged, nothing half recorded, the list still readable, service resumed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with disk(folder) as make_room:
        records = open_records(folder)
        with pytest.raises(DiskFullError, match="not recorded"):
            _record_without_end(records)
        head = records.log.head
        for _ in range(3):
            with pytest.raises(DiskFullError):
                records.log.append(arrival())
        assert (records.log.head, records.witness.head) == (head, head)
        assert len(_chain(records)) == head.seq > 40
        assert len(MusterRoll(records.log).on_site()) == head.seq // 4
        make_room()
        records.log.append(arrival())
        records.log.settle()
        records = records.reopen()
        assert records.log.head.seq == head.seq + 4
        assert len(_chain(records)) == head.seq + 4
        records.close()


def test_c03_a_kiosk_restarts_on_a_full_disk_and_still_shows_its_list(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    with _small_disk(folder):
        records = open_records(folder)
        with pytest.raises(DiskFullError):
            _record_without_end(records)
        head = records.log.head
        records.close()
        records = open_records(folder)
        assert records.log.head == head
        assert len(MusterRoll(records.log).on_site()) == head.seq // 4
        records.close()
