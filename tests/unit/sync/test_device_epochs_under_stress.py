"""Epochs beside other programs and threads, on a full disk, by a wrong clock, over an older database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.device.database import DeviceDatabase
from sync.device.epochs import ASKED, FORKED, ROLLED_BACK
from sync.device.errors import DiskFullError
from sync.device.event_log import EventLog
from sync.device.notices import Notices
from sync.device.settings import Settings
from sync.protocol.chain import Head
from sync.protocol.exact_json import read
from sync.protocol.hlc import Hlc
from sync.protocol.kinds import EpochStartedFull, Kind
from tests.fakes.sync_cards import assert_chains, copy_card, roll_back
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_records import DATABASE_KEY, TurnedClock, arrival


@pytest.fixture
def rig(tmp_path: Path) -> DeviceRig:
    return enrol_rig(tmp_path, SyncCloud())


def _on_a_full_disk(folder: Path, use: Callable[[EventLog, DeviceDatabase], None], rig: DeviceRig) -> None:
    """Open the log over a database whose every commit fails."""
    database = DeviceDatabase(folder / "lodge.db", DATABASE_KEY)
    witness = type(rig.records.witness)(folder / "witness")
    try:
        with failing(database, "commit"):
            log = EventLog(
                database,
                identity=rig.enrolment.identity,
                clock=TurnedClock(),
                witness=witness,
                entropy=rig.records.log._entropy,
                build_floor_ms=0,
            )
            use(log, database)
    finally:
        witness.close()
        database.close()


def test_c03_a_rolled_back_kiosk_on_a_full_disk_shows_its_list_and_records_nothing_under_the_old_key(
    rig: DeviceRig,
) -> None:
    """C03 and C08 at once: what cannot be begun yet is begun before the next act, or the act is refused."""
    folder = roll_back(rig)

    def use(log: EventLog, _: DeviceDatabase) -> None:
        assert len(log.of_kinds([Kind.VISITOR_ARRIVED])) == 1
        assert log.incomplete is not None
        with pytest.raises(DiskFullError):
            log.append(arrival())
        assert log.head.seq == 4

    _on_a_full_disk(folder, use, rig)
    again = open_rig(folder, rig.cloud)
    assert [again.log.head_of(epoch).seq for epoch in again.log.epochs.all()] == [4, 1]
    told = again.log.incomplete
    assert told is not None
    assert (told.reason, told.known) == (ROLLED_BACK, 8)
    again.close()


def test_c03_once_there_is_room_the_next_act_begins_the_epoch_first(rig: DeviceRig) -> None:
    folder = roll_back(rig)

    def use(log: EventLog, database: DeviceDatabase) -> None:
        database._connection = database._tables.connection = database._connection._real
        log.append(arrival())
        assert [log.head_of(epoch).seq for epoch in log.epochs.all()] == [4, 5]
        told = Notices(Settings(database)).incomplete
        assert told is not None
        assert (told.times, log.incomplete) == (1, told)

    _on_a_full_disk(folder, use, rig)


def test_c08_a_card_put_back_says_so_although_its_disk_is_full_when_the_cloud_tells_it(rig: DeviceRig) -> None:
    """C03, C08: nothing on the card knows better, and what the cloud says cannot be written."""
    rig.log.append(arrival())
    earlier = copy_card(rig, "earlier")
    rig.log.append(arrival())
    rig.drain()
    with failing(earlier.records.database, "commit"):
        earlier.uploader.step()
        told = earlier.log.incomplete
        assert told is not None
        assert (told.reason, told.seq, told.known) == (ROLLED_BACK, 4, 8)
        with pytest.raises(DiskFullError):
            earlier.log.append(arrival())
    earlier.log.append(arrival())
    assert [earlier.log.head_of(epoch).seq for epoch in earlier.log.epochs.all()] == [4, 5]
    earlier.close()
    rig.close()


def test_another_program_goes_on_in_the_epoch_that_the_first_began(rig: DeviceRig) -> None:
    """``lodge-kiosk roster`` beside ``run``: nothing may be added to a chain that was left."""
    rig.log.append(arrival())
    other = open_rig(rig.records.folder, rig.cloud)
    old = rig.log.head.epoch
    rig.log.begin_epoch(FORKED, after=old)
    rig.log.append(arrival())
    other.log.append(arrival())
    assert not other.log.begin_epoch(FORKED, after=old)
    assert [other.log.head_of(epoch).seq for epoch in other.log.epochs.all()] == [4, 9]
    rig.log.append(arrival())
    assert_chains(rig.log)
    assert rig.log.head.seq == 13
    other.close()
    rig.close()


def test_a_program_that_trusted_its_memory_alone_would_add_to_a_chain_that_was_left(
    rig: DeviceRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: without the look at the newest chain, the old key signs on."""
    rig.log.append(arrival())
    other = open_rig(rig.records.folder, rig.cloud)
    rig.log.begin_epoch(FORKED, after=rig.log.head.epoch)
    monkeypatch.setattr(type(other.log), "_moved_on", lambda self, tables: False)
    other.log.append(arrival())
    assert [other.log.head_of(epoch).seq for epoch in other.log.epochs.all()] == [8, 1]
    other.close()
    rig.close()


def test_threads_that_append_while_epochs_begin_lose_and_double_nothing(rig: DeviceRig) -> None:
    """Every act is in one chain, whichever was the newest when it was recorded; no chain grows after it was left."""
    acknowledged: list[str] = []

    def work() -> None:
        for _ in range(12):
            acknowledged.extend(event.hash for event in rig.log.append(arrival()))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        rig.log.begin_epoch(ASKED, after=rig.log.head.epoch)
    for thread in threads:
        thread.join()
    assert_chains(rig.log)
    events = [e for epoch in rig.log.epochs.all() for e in rig.log.after(0, limit=10_000, epoch=epoch)]
    begun = [event for event in events if event.header.kind == Kind.EPOCH_STARTED]
    assert len(begun) == 5
    assert sorted(acknowledged) == sorted(event.hash for event in events if event not in begun)
    stamps = [event.header.hlc for event in events]
    assert stamps == sorted(set(stamps))
    for event in begun:
        assert event.full is not None
        said = read(event.full.bytes(), EpochStartedFull, what="a body")
        assert rig.log.head_of(said.previous) == Head(said.previous, said.seq, said.head)
    rig.close()


def test_c06_stamps_rise_across_epochs_whatever_the_clock_says(rig: DeviceRig) -> None:
    """C06: a clock that fell back to 1970 between the rollback and the new epoch."""
    rig.log.append(arrival())
    last = rig.log.hlc
    rig.clock.wall = 0
    rig.log.begin_epoch(FORKED, after=rig.log.head.epoch)
    rig.log.append(arrival())
    stamps = [Hlc.parse(event.header.hlc) for event in rig.log.after(0, limit=10)]
    assert stamps == sorted(set(stamps))
    assert stamps[0] > last
    rig.close()
