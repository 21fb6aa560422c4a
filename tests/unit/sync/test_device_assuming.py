"""A departure is assumed of whoever is here for longer than their type allows: once, and they stay listed (F13)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from sync.device.assuming import BRIEF_SECONDS, PAUSE_SECONDS, Assuming
from sync.device.errors import DiskFullError
from sync.device.muster_roll import MusterRoll
from sync.device.pruning import DAY_MS, Pruning
from sync.protocol.chain import Act
from sync.protocol.feed import VisitorType, VisitorTypes
from sync.protocol.feed.visit_pages import Rules
from sync.protocol.fold import Stay
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import HeldFull, Kind, RevokedFull
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import arrival, departure

HOUR_MS = 3_600_000
TEN_YEARS_MS = 10 * 365 * DAY_MS
ADA, HEDY, HELD, ELSEWHERE = (UUID(int=number, version=4) for number in (1, 2, 3, 4))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    made = enrol_rig(tmp_path, SyncCloud())
    _publish(made, 10)
    yield made
    made.close()


def _publish(rig: DeviceRig, hours: int | None) -> None:
    kinds = () if hours is None else (_kind("courier", 0), _kind("visitor", hours))
    rig.cloud.publish(VisitorTypes(types=kinds))
    rig.reader.step()
    assert not rig.reader.fault


def _kind(name: str, hours: int) -> VisitorType:
    return VisitorType(id=name, words={"en": name}, badge="visitor", rules=Rules(longest_hours=hours))


def _assuming(rig: DeviceRig) -> Assuming:
    return Assuming(log=rig.log, roll=MusterRoll(rig.log), feed=rig.feed, clock=rig.clock)


def _pass(rig: DeviceRig, hours: float) -> None:
    rig.clock.wall += int(hours * HOUR_MS)
    rig.clock.mono += int(hours * HOUR_MS)


def _start_machine_anew(rig: DeviceRig, hours: float = 0.0) -> None:
    """Off for so many hours."""
    rig.clock.boot = UUID(int=rig.clock.boot.int + 1)
    rig.clock.wall += int(hours * HOUR_MS)
    rig.clock.mono = 1000


def _come(rig: DeviceRig, *stays: UUID) -> None:
    for stay in stays:
        rig.log.append(arrival("Ada Sample", stay))
    rig.log.settle()


def _assumed(rig: DeviceRig) -> list[UUID | None]:
    return [event.header.stay for event in rig.log.of_kinds([Kind.DEPARTURE_ASSUMED])]


def _stay(rig: DeviceRig, stay: UUID = ADA) -> Stay:
    found = MusterRoll(rig.log).find(stay)
    assert found is not None
    return found


def test_after_the_hours_of_the_type_a_departure_is_assumed_once_and_the_person_stays_listed(rig: DeviceRig) -> None:
    """F13: marked as unverified; not before the time, and not again."""
    _come(rig, ADA)
    assuming = _assuming(rig)
    _pass(rig, 9.99)
    assert (assuming.step(), _assumed(rig)) == (PAUSE_SECONDS, [])
    _pass(rig, 0.01)
    for _ in range(3):
        assuming.step()
    _pass(rig, 30)
    assuming.step()
    assert _assumed(rig) == [ADA]
    assert (_stay(rig).present, _stay(rig).verified) == (True, False)
    rig.drain()
    assert rig.held() == rig.recorded()


def test_a_restart_of_the_program_or_of_the_machine_assumes_nothing_twice(rig: DeviceRig) -> None:
    _come(rig, ADA)
    _pass(rig, 11)
    _assuming(rig).step()
    _assuming(rig).step()  # before the record is in the index
    _start_machine_anew(rig, 50)
    again = rig.restart()
    _assuming(again).step()
    again.log.settle()
    _assuming(again).step()
    assert _assumed(again) == [ADA]
    again.close()


def test_nobody_who_left_or_was_held_or_came_elsewhere_is_assumed_to_have_left(rig: DeviceRig) -> None:
    _come(rig, ADA, HEDY)
    held = HeldFull(
        reason="host",
        name="Una Sample",
        company="",
        host="",
        assistance=False,
        type="visitor",
        language="en",
        host_id=None,
        email="",
        phone="",
        answers={},
    )
    rig.log.append([Act(Kind.VISITOR_HELD, HELD, full=held)])
    rig.log.append(departure(ADA))
    rig.log.settle()
    assuming = _assuming(rig)
    assuming.step()
    with rig.records.database.transaction() as tables:
        tables.table("present_stay").insert({"stay": ELSEWHERE.bytes})
    _pass(rig, 11)
    rig.log.append(departure(HEDY))  # the table of who is here does not know it yet
    assuming.step()
    assert _assumed(rig) == []


@pytest.mark.parametrize("hours", [0, None])
def test_without_a_limit_or_once_the_type_is_not_published_any_more_nothing_is_assumed(
    rig: DeviceRig, hours: int | None
) -> None:
    _come(rig, ADA)
    _publish(rig, hours)
    _pass(rig, 1000)
    _assuming(rig).step()
    assert _assumed(rig) == []


def test_c06_a_clock_that_nothing_vouches_for_assumes_nothing(rig: DeviceRig) -> None:
    """C06: not even what would be due."""
    _come(rig, ADA)
    rig.clock.believed = ClockQuality.UNSYNCED
    _pass(rig, 11)
    assuming = _assuming(rig)
    assert (assuming.step(), _assumed(rig)) == (PAUSE_SECONDS, [])
    rig.clock.believed = ClockQuality.ANCHORED
    assuming.step()
    assert _assumed(rig) == [ADA]


@pytest.mark.parametrize("jump", [TEN_YEARS_MS, -TEN_YEARS_MS])
def test_c06_a_jump_of_the_time_of_day_makes_nobody_stay_longer_or_shorter(rig: DeviceRig, jump: int) -> None:
    """C06: while the machine runs it counts by the clock that never jumps, though the other one is believed."""
    _come(rig, ADA)
    rig.clock.wall += jump
    assuming = _assuming(rig)
    assuming.step()
    assert _assumed(rig) == []
    rig.clock.mono += 10 * HOUR_MS
    assuming.step()
    assert _assumed(rig) == [ADA]
    assert _stay(rig).present


def test_c06_of_an_arrival_that_nothing_dated_only_what_this_run_of_the_machine_saw_is_counted(rig: DeviceRig) -> None:
    """C06: its stamp may be years before the truth."""
    rig.clock.believed = ClockQuality.UNSYNCED
    _come(rig, ADA)
    _start_machine_anew(rig, 87_600)
    rig.clock.believed = ClockQuality.NTP
    assuming = _assuming(rig)
    assuming.step()
    assert _assumed(rig) == []
    _pass(rig, 10)
    assuming.step()
    assert _assumed(rig) == [ADA]


def test_across_a_start_of_the_machine_a_dated_arrival_is_counted_by_the_time_of_day(rig: DeviceRig) -> None:
    _come(rig, ADA)
    _start_machine_anew(rig, 9)
    assuming = _assuming(rig)
    assuming.step()
    assert _assumed(rig) == []
    _pass(rig, 1)
    assuming.step()
    assert _assumed(rig) == [ADA]


def test_whoever_is_said_to_be_still_here_is_asked_about_again_after_the_same_time(rig: DeviceRig) -> None:
    """A person's word ends the doubt, and not for ever."""
    _come(rig, ADA)
    assuming = _assuming(rig)
    _pass(rig, 10)
    assuming.step()
    rig.log.append([Act(Kind.DEPARTURE_REVOKED, ADA, full=RevokedFull(reason="still here"))])
    assert _stay(rig).verified
    _pass(rig, 9)
    assuming.step()
    assert _assumed(rig) == [ADA]
    _pass(rig, 1)
    assuming.step()
    assert _assumed(rig) == [ADA, ADA]
    rig.log.append(departure(ADA))
    assert not _stay(rig).present


def test_a_type_outlives_the_body_that_told_it_until_the_person_leaves_or_is_erased(rig: DeviceRig) -> None:
    """Bodies are pruned after two weeks; a limit may be longer."""
    _publish(rig, 24 * 20)
    _come(rig, ADA, HEDY)
    rig.drain()
    _pass(rig, 24 * 16)
    pruning = Pruning(log=rig.log, roll=MusterRoll(rig.log), clock=rig.clock)
    pruning.prune()
    assert all(event.full is None for event in rig.log.of_kinds([Kind.VISITOR_ARRIVED]))
    pruning.erase(HEDY)
    _pass(rig, 24 * 4)
    _assuming(rig).step()
    assert _assumed(rig) == [ADA]
    rig.log.append(departure(ADA))
    rig.log.settle()
    pruning.prune()
    assert rig.records.database.read("select * from kept_type") == []


def test_of_somebody_erased_while_inside_nothing_is_assumed(rig: DeviceRig) -> None:
    """R32: their type is gone with the rest. They are on the list as an unnamed person."""
    _come(rig, ADA)
    assuming = _assuming(rig)
    assuming.step()
    Pruning(log=rig.log, roll=MusterRoll(rig.log), clock=rig.clock).erase(ADA)
    _pass(rig, 11)
    assuming.step()
    assert _assumed(rig) == []
    assert _stay(rig).present


def test_c03_a_full_disk_assumes_nothing_and_the_next_look_does(rig: DeviceRig) -> None:
    """C03."""
    _come(rig, ADA)
    assuming = _assuming(rig)
    assuming.step()
    _pass(rig, 11)
    with failing(rig.records.database, "insert"), pytest.raises(DiskFullError):
        assuming.step()
    assert _assumed(rig) == []
    assuming.step()
    assert _assumed(rig) == [ADA]


def test_many_at_once_are_assumed_a_few_at_a_time(rig: DeviceRig) -> None:
    """So that nobody who checks in meanwhile waits for hundreds of records."""
    stays = [UUID(int=number, version=4) for number in range(1, 21)]
    _come(rig, *stays)
    assuming = _assuming(rig)
    _pass(rig, 11)
    paces = [assuming.step() for _ in range(3)]
    assert paces == [BRIEF_SECONDS, BRIEF_SECONDS, PAUSE_SECONDS]
    assert sorted(filter(None, _assumed(rig))) == sorted(stays)
