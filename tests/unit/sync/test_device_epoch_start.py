"""A kiosk begins an epoch by itself: in one transaction, told durably, never lost half way, and no other one after."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.device.epochs import ASKED, FORKED, ROLLED_BACK
from sync.device.errors import DiskFullError, StorageError
from sync.device.notices import NoticeKind, Notices
from sync.device.stepping import LinkState
from sync.device.transport import Answer
from sync.protocol.epochs import open_epoch_start
from sync.protocol.exact_json import read
from sync.protocol.kinds import EpochStartedFull, Kind
from tests.fakes.sync_cards import assert_chains, copy_files, put_files, roll_back
from tests.fakes.sync_cloud import SyncCloud, problem
from tests.fakes.sync_faulty_disk import driver_error, failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_records import NOON_MS, arrival


@pytest.fixture
def rig(tmp_path: Path) -> DeviceRig:
    return enrol_rig(tmp_path, SyncCloud())


def _assert_begun(rig: DeviceRig, reason: str, *, seq: int) -> None:
    """The second epoch is certified, began with its own event, and is where the kiosk now is."""
    old, new = rig.log.epochs.all()
    enrolment = rig.settings.enrolment()
    assert enrolment is not None
    assert (rig.log.epochs.current, enrolment.epoch, rig.log.head.epoch) == (new, new, new)
    start = rig.log.epochs.start_of(new)
    assert start is not None
    beginning = open_epoch_start(
        start.message,
        preceding=rig.log.epochs.key(old).public_key(),
        audience=rig.enrolment.audience,
        site=rig.enrolment.site,
        kiosk=rig.enrolment.kiosk,
    )
    assert (beginning.epoch, beginning.seq, beginning.reason) == (new, seq, reason)
    assert beginning.head == rig.log.head_of(old).hash
    first = rig.log.after(0, limit=1)[0]
    assert (first.header.kind, first.header.seq, first.header.epoch) == (Kind.EPOCH_STARTED, 1, new)
    assert first.full is not None
    said = read(first.full.bytes(), EpochStartedFull, what="a body")
    assert (said.previous, said.seq, said.head, said.reason) == (old, seq, beginning.head, reason)
    assert first.header.hlc > beginning.hlc
    assert_chains(rig.log)


def test_c08_a_restored_database_goes_on_in_a_new_epoch_and_says_so(rig: DeviceRig) -> None:
    """C08: no refusal, no event under the old key, and the fact stands until a person closes it."""
    again = open_rig(roll_back(rig), rig.cloud)
    _assert_begun(again, ROLLED_BACK, seq=4)
    told = again.log.incomplete
    assert told is not None
    assert (told.reason, told.seq, told.known, told.times, told.since_ms) == (ROLLED_BACK, 4, 8, 1, NOON_MS)
    again.log.append(arrival())
    assert again.log.head.seq == 5
    again = again.restart()
    assert len(again.log.epochs.all()) == 2
    assert again.log.incomplete == told
    assert [Notices(again.settings).close(NoticeKind.INCOMPLETE) for _ in range(2)] == [True, False]
    again = again.restart()
    assert again.log.incomplete is None
    again.close()


def test_c04_a_lost_wal_begins_an_epoch(rig: DeviceRig) -> None:
    """C04: the newest commits lay in the WAL alone."""
    folder = rig.records.folder
    rig.log.append(arrival())
    rig.records.database.read("pragma wal_checkpoint(truncate)")
    rig.log.append(arrival())
    files = copy_files(folder, ("lodge.db", "witness"))
    rig.close()
    put_files(folder, files)
    again = open_rig(folder, rig.cloud)
    _assert_begun(again, ROLLED_BACK, seq=4)
    again.close()


def test_c08_a_witness_of_an_epoch_that_the_database_does_not_know_is_a_rollback_too(rig: DeviceRig) -> None:
    """C08: restored to before an epoch was begun: a third key, certified by the first."""
    folder = rig.records.folder
    rig.log.append(arrival())
    rig.records.database.read("pragma wal_checkpoint(truncate)")
    before = copy_files(folder, ("lodge.db",))
    rig.log.begin_epoch(ASKED, after=rig.log.head.epoch)
    lost = rig.log.head.epoch
    rig.close()
    put_files(folder, before | copy_files(folder, ("witness",)))
    again = open_rig(folder, rig.cloud)
    _assert_begun(again, ROLLED_BACK, seq=4)
    assert lost not in again.log.epochs.all()
    again.close()


@pytest.mark.parametrize(
    "verb",
    ["begin", "insert into epoch ", "insert into epoch_start", "insert into chain", "insert into event ", "commit"],
)
def test_c01_an_epoch_is_begun_wholly_or_not_at_all(rig: DeviceRig, verb: str) -> None:
    """Key, certificate, chain, notice and first event stand or fall together; what the disk refused is said from memory
    and comes before the next act.
    """
    rig.log.append(arrival())
    old, head = rig.log.head.epoch, rig.log.head
    with failing(rig.records.database, verb), pytest.raises(DiskFullError):
        rig.log.begin_epoch(FORKED, after=old)
    assert (rig.log.head, rig.log.epochs.all(), rig.log.notices.incomplete) == (head, (old,), None)
    assert rig.log.incomplete is not None
    rig.log.append(arrival())
    assert not rig.log.begin_epoch(FORKED, after=old)
    again = rig.restart()
    _assert_begun(again, FORKED, seq=4)
    again.close()


def test_c01_an_epoch_whose_commit_was_cut_short_is_the_one_gone_on_with(rig: DeviceRig) -> None:
    rig.log.append(arrival())
    old = rig.log.head.epoch
    cut = failing(rig.records.database, "commit", KeyboardInterrupt(), carry_out=True)
    with cut, pytest.raises(KeyboardInterrupt):
        rig.log.begin_epoch(FORKED, after=old)
    assert not rig.log.begin_epoch(FORKED, after=old)
    rig.log.append(arrival())
    assert [rig.log.head_of(epoch).seq for epoch in rig.log.epochs.all()] == [4, 5]
    again = rig.restart()
    _assert_begun(again, FORKED, seq=4)
    again.close()


def test_c01_a_crash_between_the_new_epoch_and_the_witness_begins_no_third(rig: DeviceRig) -> None:
    """Whatever the witness says after the crash: the old head, or an older state of its own."""
    folder = roll_back(rig)
    witness = copy_files(folder, ("witness",))
    again = open_rig(folder, rig.cloud)
    again.close()
    for _ in range(2):
        (folder / "witness").write_bytes(witness["witness"])
        again = open_rig(folder, rig.cloud)
        assert len(again.log.epochs.all()) == 2
        assert again.records.witness.head == again.log.head
        assert again.log.incomplete is not None
        again.close()


def test_a_log_that_forgot_what_it_had_answered_would_begin_epoch_after_epoch(
    rig: DeviceRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: without the memory of what the witness had seen, each crash costs a key."""
    folder = roll_back(rig)
    witness = copy_files(folder, ("witness",))
    monkeypatch.setattr("sync.device.event_log.put_setting", lambda *_: None)
    for count in (2, 3):
        (folder / "witness").write_bytes(witness["witness"])
        again = open_rig(folder, rig.cloud)
        assert len(again.log.epochs.all()) == count
        again.close()


def test_being_asked_to_begin_an_epoch_makes_no_list_incomplete(rig: DeviceRig) -> None:
    rig.log.begin_epoch(ASKED, after=rig.log.head.epoch)
    _assert_begun(rig.restart(), ASKED, seq=0)
    rig = open_rig(rig.records.folder, rig.cloud)
    assert rig.log.incomplete is None
    rig.close()


def test_c08_a_second_rollback_is_counted_and_keeps_the_first_cause(rig: DeviceRig) -> None:
    folder = roll_back(rig)
    again = open_rig(folder, rig.cloud)
    again.clock.wall += 1000
    roll_back(again)
    third = open_rig(folder, rig.cloud, clock=again.clock)
    told = third.log.incomplete
    assert told is not None
    assert (told.times, told.since_ms, told.seq) == (2, NOON_MS, 4)
    assert len(third.log.epochs.all()) == 3
    third.close()


def test_a_busy_database_at_the_start_of_an_epoch_writes_nothing_and_the_list_says_so(rig: DeviceRig) -> None:
    rig.log.append(arrival())
    head = rig.log.head
    busy = driver_error(5, "database is locked")
    with failing(rig.records.database, "begin", busy), pytest.raises(StorageError):
        rig.log.begin_epoch(FORKED, after=head.epoch)
    assert (rig.log.head, rig.log.notices.incomplete) == (head, None)
    assert rig.log.incomplete is not None
    rig.close()


def test_c07_a_start_that_the_cloud_does_not_take_yet_keeps_its_events_and_goes_on_by_itself(rig: DeviceRig) -> None:
    """C07: too many epochs that nobody has confirmed; staff see why, and nothing else is begun or sent meanwhile."""
    rig.log.begin_epoch(ASKED, after=rig.log.head.epoch)
    rig.log.append(arrival())
    waiting, epochs = rig.outbox.waiting, rig.log.epochs.all()
    rig.cloud.faults.answers = [Answer(409, {}, problem("epochs-unconfirmed")) for _ in range(5)]
    for _ in range(5):
        step = rig.uploader.step()
        assert (step.state, step.wait_seconds > 0) == (LinkState.REFUSED, True)
        assert "epochs-unconfirmed" in rig.uploader.fault
    assert (rig.outbox.waiting, rig.log.epochs.all(), rig.cloud.faults.answers) == (waiting, epochs, [])
    rig.drain()
    assert rig.uploader.fault == ""
