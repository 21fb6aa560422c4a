"""A witness that is gone is a doubt: told, kept on disk, and ended by a person alone (ADR 34)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sync.device.doubt import Doubt
from sync.device.errors import DiskFullError, RolledBackError
from sync.device.settings import Settings
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_records import NOON_MS, Records, TurnedClock, arrival, open_records, some_identity


def _kiosk_with_a_visit(folder: Path) -> None:
    records = open_records(folder)
    records.log.append(arrival())
    records.close()


def _delete(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(bytes(512))


def _damage(path: Path) -> None:
    path.write_bytes(b"x" * 512)


def _block(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _doubt(records: Records) -> Doubt | None:
    return records.log.doubt.standing()


@pytest.mark.parametrize(
    ("harm", "found"), [(_delete, "missing"), (_empty, "empty"), (_damage, "damaged"), (_block, "unusable")]
)
def test_a_lost_witness_is_a_doubt_and_the_log_opens_all_the_same(
    tmp_path: Path, harm: Callable[[Path], None], found: str
) -> None:
    _kiosk_with_a_visit(tmp_path)
    harm(tmp_path / "witness")
    records = open_records(tmp_path)
    assert _doubt(records) == Doubt(found=found, since_ms=NOON_MS, recorded=4)
    assert records.log.raised == _doubt(records)
    records.log.append(arrival())
    assert records.log.head.seq == 8
    records.close()


def test_the_witness_is_rebuilt_and_the_doubt_stays_until_a_person_has_looked(tmp_path: Path) -> None:
    _kiosk_with_a_visit(tmp_path)
    (tmp_path / "witness").unlink()
    records = open_records(tmp_path)
    assert records.witness.head == records.log.head
    records = records.reopen()
    assert records.log.raised is None, "the witness is good again"
    assert _doubt(records) is not None, "but what was lost before is not known"
    assert records.log.doubt.close()
    assert not records.log.doubt.close()
    records = records.reopen()
    assert _doubt(records) is None
    records.close()


def test_a_second_loss_is_counted_and_the_first_moment_kept(tmp_path: Path) -> None:
    _kiosk_with_a_visit(tmp_path)
    clock = TurnedClock()
    for _ in range(3):
        (tmp_path / "witness").unlink()
        open_records(tmp_path, clock=clock).close()
        clock.wall += 60_000
    records = open_records(tmp_path)
    assert _doubt(records) == Doubt(found="missing", since_ms=NOON_MS, recorded=4, times=3)
    records.close()


def test_one_damaged_slot_of_two_is_no_doubt(tmp_path: Path) -> None:
    records = open_records(tmp_path)
    records.log.append(arrival())
    records.log.append(arrival())
    records.close()
    sound = (tmp_path / "witness").read_bytes()
    for slot in (0, 256):
        (tmp_path / "witness").write_bytes(sound[: slot + 40] + b"#" + sound[slot + 41 :])
        records = open_records(tmp_path)
        assert _doubt(records) is None
        records.close()


def test_a_new_kiosk_has_no_witness_to_miss(tmp_path: Path) -> None:
    records = open_records(tmp_path)
    assert (records.log.raised, _doubt(records)) == (None, None)
    records = records.reopen()
    assert _doubt(records) is None
    records.close()


def test_a_kiosk_that_has_recorded_nothing_yet_misses_its_witness_too(tmp_path: Path) -> None:
    """Rolled back to the hour of its enrolment: no events, but it had been witnessed."""
    open_records(tmp_path).close()
    (tmp_path / "witness").unlink()
    records = open_records(tmp_path)
    assert _doubt(records) == Doubt(found="missing", since_ms=NOON_MS, recorded=0)
    records.close()


def test_c08_a_database_rolled_back_without_its_witness_does_not_look_healthy(tmp_path: Path) -> None:
    """C08: an attacker restores yesterday's database and deletes the witness that would contradict it."""
    _kiosk_with_a_visit(tmp_path)
    yesterday = (tmp_path / "lodge.db").read_bytes()
    records = open_records(tmp_path)
    records.log.append(arrival())
    records.close()
    (tmp_path / "lodge.db").write_bytes(yesterday)
    with pytest.raises(RolledBackError):
        open_records(tmp_path)
    (tmp_path / "witness").unlink()
    records = open_records(tmp_path)
    assert records.log.head.seq == 4
    assert _doubt(records) is not None
    records.close()


def test_c03_on_a_full_disk_the_doubt_is_held_in_memory_and_the_witness_left_for_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C03: the lobby opens; a power cut before there is room must not make the next start look healthy."""
    _kiosk_with_a_visit(tmp_path)
    (tmp_path / "witness").unlink()

    def refuse(*_: object) -> None:
        raise DiskFullError("full")

    with monkeypatch.context() as full:
        full.setattr(Settings, "put", refuse)
        records = open_records(tmp_path)
    assert _doubt(records) is not None
    records.log.append(arrival())
    assert records.witness.head is None
    records = records.reopen()
    assert _doubt(records) is not None
    records.close()


def test_a_doubt_held_in_memory_is_kept_once_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _kiosk_with_a_visit(tmp_path)
    (tmp_path / "witness").unlink()

    def refuse(*_: object) -> None:
        raise DiskFullError("full")

    with monkeypatch.context() as full:
        full.setattr(Settings, "put", refuse)
        records = open_records(tmp_path)
    with failing(records.database, "commit"), pytest.raises(DiskFullError):
        records.log.settle()
    records.log.settle()
    assert not records.log.doubt.unsaved
    assert records.witness.head == records.log.head
    records = records.reopen()
    assert (records.log.raised, _doubt(records)) == (None, Doubt(found="missing", since_ms=NOON_MS, recorded=4))
    records.close()


def test_a_power_cut_between_the_doubt_and_the_new_witness_asks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kiosk_with_a_visit(tmp_path)
    (tmp_path / "witness").unlink()
    with monkeypatch.context() as cut:
        cut.setattr("sync.device.witness.Witness.note", lambda *_: None)
        open_records(tmp_path).close()
    records = open_records(tmp_path)
    assert _doubt(records) == Doubt(found="empty", since_ms=NOON_MS, recorded=4, times=2)
    records.close()


def test_another_program_that_opens_a_new_kiosk_beside_its_first_event_raises_no_doubt(tmp_path: Path) -> None:
    """Between a commit and its note the witness lags; it must never be blank then."""
    records = open_records(tmp_path)
    beside = (tmp_path / "witness").read_bytes()
    records.log.append(arrival())
    (tmp_path / "witness").write_bytes(beside)
    other = open_records(tmp_path, identity=some_identity())
    assert other.log.raised is None
    other.close()
    records.close()
