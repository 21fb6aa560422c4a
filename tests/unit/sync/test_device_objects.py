"""Photos travel behind their events, in parts, and leave the kiosk by a receipt that can be believed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sync.device.errors import DiskFullError
from sync.device.muster_roll import MusterRoll
from sync.device.object_sender import IDLE_SECONDS
from sync.device.pruning import DAY_MS, Pruning
from sync.device.stepping import LinkState
from sync.protocol.hlc import ClockQuality
from tests.fakes.sync_damage import flip, page_of_event, root_of, salvaged
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_objects import PhotoRig, enrol_photo_rig, open_photo_rig

CONTENT = bytes(range(256)) * 2
STAY = UUID(int=7, version=4)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[PhotoRig]:
    made = enrol_photo_rig(tmp_path)
    yield made
    made.close()


def arrived(rig: PhotoRig) -> list[bytes]:
    return list(rig.cloud.photos.values())


def test_a_photo_goes_up_in_parts_after_its_event_and_is_deleted_by_the_receipt(rig: PhotoRig) -> None:
    rig.visit(CONTENT)
    assert rig.sender.step().wait_seconds == IDLE_SECONDS
    assert rig.sent() == [], "a photo went ahead of its event"
    rig.base.drain()
    rig.send_all()
    assert arrived(rig) == [CONTENT + b"\0"]
    (first, _), *parts = rig.sent()
    assert first == "GET"
    assert [size for _, size in parts] == [100] * 6 + [57]
    assert rig.store.waiting == 0
    assert rig.base.records.database.read("select count(*) as n from object")[0]["n"] == 0


def test_nothing_is_asked_while_nothing_waits(rig: PhotoRig) -> None:
    for _ in range(3):
        step = rig.sender.step()
    assert (step.state, step.wait_seconds, rig.sent()) == (LinkState.ONLINE, IDLE_SECONDS, [])


def test_an_event_that_is_not_accepted_yet_keeps_its_photo_and_no_older_one(rig: PhotoRig) -> None:
    rig.visit(b"first")
    rig.base.drain()
    rig.visit(b"second")
    for _ in range(5):
        rig.sender.step()
    assert arrived(rig) == [b"first\0"]
    assert rig.store.waiting == 1
    rig.base.drain()
    rig.send_all()
    assert arrived(rig) == [b"first\0", b"second\0"]


@pytest.mark.parametrize("killed_after", range(1, 10))
def test_c01_a_kiosk_that_is_killed_after_any_request_goes_on_where_the_cloud_is(
    rig: PhotoRig, killed_after: int
) -> None:
    """C01: no part is sent a second time that the cloud has, and the photo is there once, whole."""
    rig.visit(CONTENT)
    rig.base.drain()
    for _ in range(killed_after):
        rig.sender.step()
    again = rig.restart()
    again.send_all()
    assert arrived(again) == [CONTENT + b"\0"]
    assert sum(size for method, size in again.sent() if method == "POST") == 657
    again.close()


@pytest.mark.parametrize("lost_at", range(1, 10))
def test_c10_any_answer_may_be_lost(rig: PhotoRig, lost_at: int) -> None:
    """C10: the cloud took the part, or signed the receipt, and the kiosk never heard of it."""
    rig.visit(CONTENT)
    rig.base.drain()
    for number in range(1, 12):
        rig.cloud.faults.lose_answers = 1 if number == lost_at else 0
        rig.sender.step()
    rig.cloud.faults.lose_answers = 0
    rig.send_all()
    assert arrived(rig) == [CONTENT + b"\0"]
    assert sum(size for method, size in rig.sent() if method == "POST") <= 657 + 100


@pytest.mark.parametrize("fault", ["unreachable", "fail_after_commit"])
def test_a_link_that_breaks_at_every_second_request_costs_time_only(rig: PhotoRig, fault: str) -> None:
    rig.visit(CONTENT)
    rig.base.drain()
    for _ in range(60):
        setattr(rig.cloud.faults, fault, 0 if getattr(rig.cloud.faults, fault) else 1)
        rig.sender.step()
    setattr(rig.cloud.faults, fault, 0)
    rig.send_all()
    assert arrived(rig) == [CONTENT + b"\0"]


def test_c04_two_copies_of_one_kiosk_that_send_in_turn_complete_the_photo_once(rig: PhotoRig) -> None:
    """C04: the other copy moves the cloud's count between two steps of this one."""
    wanted = rig.visit(CONTENT)
    rig.base.drain()
    rig.sender.step()
    for start in (0, 100):
        part = rig.store.part(wanted, start, 100)
        rig.cloud.held[wanted].arrived += part
    step = rig.sender.step()
    assert step.wait_seconds == 0.0, "a part that the cloud has is answered by its count"
    rig.cloud.held[wanted].arrived += rig.store.part(wanted, 200, 100)
    step = rig.sender.step()
    rig.send_all()
    assert arrived(rig) == [CONTENT + b"\0"]


def test_a_receipt_that_was_given_before_deletes_the_photo_without_sending_it_again(rig: PhotoRig) -> None:
    rig.visit(CONTENT)
    rig.base.drain()
    for _ in range(7):
        rig.sender.step()
    rig.cloud.faults.lose_answers = 1
    rig.sender.step()
    assert arrived(rig) == [CONTENT + b"\0"]
    posted = rig.sent().count(("POST", 57))
    again = rig.restart()
    again.send_all()
    assert again.sent().count(("POST", 57)) == posted == 1
    again.close()


@pytest.mark.parametrize("verb", ["delete", "commit"])
def test_c03_a_full_disk_at_the_receipt_keeps_the_photo_for_the_next_try(rig: PhotoRig, verb: str) -> None:
    """C03."""
    rig.visit()
    rig.base.drain()
    for _ in range(2):
        rig.sender.step()
    with failing(rig.base.records.database, verb):
        assert rig.sender.step().wait_seconds >= 0.1
    assert "disk" in rig.sender.fault
    assert rig.store.waiting == 1
    rig.send_all()
    assert len(arrived(rig)) == 1
    assert [method for method, _ in rig.sent()] == ["GET", "POST", "POST", "GET"]


@pytest.mark.parametrize("verb", ["insert into object", "commit"])
def test_c03_event_and_photo_are_recorded_together_or_not_at_all(rig: PhotoRig, verb: str) -> None:
    """C03."""
    before = rig.base.log.head
    with failing(rig.base.records.database, verb), pytest.raises(DiskFullError):
        rig.visit()
    assert (rig.base.log.head, rig.store.waiting) == (before, 0)
    rig.visit()
    assert rig.store.waiting == 1


def pruning(rig: PhotoRig) -> Pruning:
    return Pruning(log=rig.base.log, roll=MusterRoll(rig.base.log), clock=rig.base.clock)


@pytest.mark.parametrize("parts_sent", [0, 3])
def test_c39_a_photo_whose_visit_is_erased_is_gone_at_once_sent_or_not(rig: PhotoRig, parts_sent: int) -> None:
    """C39: withdrawal and erasure; no further part of it leaves."""
    rig.visit(CONTENT, stay=STAY)
    rig.visit(b"somebody else")
    rig.base.drain()
    for _ in range(parts_sent):
        rig.sender.step()
    assert pruning(rig).erase(STAY) == 4
    rig.send_all()
    assert arrived(rig) == [b"somebody else\0"]
    assert all(size <= 100 for _, size in rig.sent()[parts_sent:])


@pytest.mark.parametrize("parts_sent", [0, 2])
def test_c39_a_photo_that_the_cloud_has_erased_leaves_the_kiosk(rig: PhotoRig, parts_sent: int) -> None:
    """C39: the signed word is enough, also when the bytes were never there."""
    rig.visit(CONTENT, stay=STAY)
    rig.base.drain()
    for _ in range(parts_sent):
        rig.sender.step()
    rig.cloud.object_faults.erased.add(STAY)
    rig.send_all()
    assert arrived(rig) == []


def test_r31_after_fourteen_days_a_photo_goes_whether_it_was_sent_or_not(rig: PhotoRig) -> None:
    """R31: to the day."""
    rig.visit()
    rig.base.clock.wall += 14 * DAY_MS
    pruning(rig).prune()
    assert rig.store.waiting == 1
    rig.base.clock.wall += 1
    pruning(rig).prune()
    assert rig.store.waiting == 0


def test_c06_a_photo_that_was_taken_without_a_clock_begins_to_age_when_there_is_one(rig: PhotoRig) -> None:
    """C06: recorded at 1970; the time that then comes must not make it fifty years old, nor keep it for ever."""
    rig.base.clock.believed = ClockQuality.UNSYNCED
    rig.visit()
    rig.base.clock.wall += 3650 * DAY_MS
    pruning(rig).prune()
    rig.base.clock.believed = ClockQuality.NTP
    pruning(rig).prune()
    assert rig.store.waiting == 1
    rig.base.clock.wall += 14 * DAY_MS + 1
    pruning(rig).prune()
    assert rig.store.waiting == 0


def test_c09_a_server_that_lost_the_event_gets_it_again_before_the_photo(rig: PhotoRig) -> None:
    """C09: restored from before; the photo that waits follows its event by itself."""
    rig.visit(CONTENT)
    rig.base.drain()
    rig.cloud.device.events.clear()
    rig.cloud.device.receipts.clear()
    again = rig.restart()
    again.base.uploader.step()
    again.base.drain()
    again.send_all()
    assert again.base.held() == again.base.recorded()
    assert arrived(again) == [CONTENT + b"\0"]
    again.close()


def test_photos_survive_a_restart_and_the_database_holds_none_of_their_content(rig: PhotoRig, tmp_path: Path) -> None:
    """R17."""
    rig.visit(CONTENT)
    again = rig.restart()
    assert again.store.waiting == 1
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 2
    assert not any(CONTENT[40:80] in path.read_bytes() for path in files)
    row: dict[str, Any] = again.base.records.database.read("select * from object")[0]
    assert CONTENT[40:80] not in bytes(row["sealed"])
    again.close()


def _salvage_without(rig: PhotoRig, *pages: str) -> PhotoRig:
    """The same kiosk after its first event and the roots of some tables were lost."""
    folder, clock = rig.base.records.folder, rig.base.clock
    rig.base.log.settle()
    rig.close()
    database = folder / "lodge.db"
    for page in {page_of_event(database, 1), *(root_of(database, table) for table in pages)}:
        flip(database, page)
    salvaged(folder)
    return open_photo_rig(folder, rig.cloud, clock, part_bytes=rig.part_bytes)


def test_c05_a_photo_whose_event_and_receipt_are_lost_goes_up_all_the_same(rig: PhotoRig) -> None:
    """C05: the cloud has the event, which this kiosk cannot know any more."""
    rig.visit(CONTENT)
    rig.base.drain()
    again = _salvage_without(rig, "receipt")
    assert again.store.waiting == 1
    again.base.drain()
    again.send_all()
    assert arrived(again) == [CONTENT + b"\x00"]
    again.close()


def test_c05_a_photo_whose_event_nobody_has_asks_once_an_hour_and_is_no_fault(rig: PhotoRig) -> None:
    """C05: it waits until it is too old, for a copy of the card may still bring the event."""
    rig.visit(CONTENT)
    again = _salvage_without(rig)
    again.base.drain()
    for _ in range(100):
        again.mono[0] += int(again.sender.step().wait_seconds * 1000) + 1
    assert (again.sent(), again.store.waiting, again.sender.fault) == ([("GET", 0)], 1, "")
    again.close()
