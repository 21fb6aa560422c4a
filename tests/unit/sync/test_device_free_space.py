"""C03: photos stop first, check-ins last; and the status says that the disk is nearly full."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.device.condition import Condition, read_condition
from sync.device.free_space import FreeSpace, Room, SpaceLimits, statvfs_reading
from sync.device.standing import OwnStanding
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import enrol_rig
from tests.fakes.sync_records import arrival

LIMITS = SpaceLimits(floor_bytes=1000)


def _failing() -> int:
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize(("free", "room"), [(1000, Room.AMPLE), (999, Room.LOW), (0, Room.LOW), (-5, Room.LOW)])
def test_c03_below_the_floor_the_kiosk_says_so(free: int, room: Room) -> None:
    """C03."""
    assert FreeSpace(lambda: free, LIMITS).room() is room


@given(free=st.integers(0, 5000), size=st.integers(0, 5000))
def test_c03_a_photo_never_takes_what_check_ins_need(free: int, size: int) -> None:
    """C03: whatever its size, the floor is free after it."""
    assert FreeSpace(lambda: free, LIMITS).takes_photo(size) == (free - size >= 1000)


def test_c03_a_disk_that_does_not_say_takes_no_photo_and_is_told(tmp_path: Path) -> None:
    """C03: nothing is assumed; check-ins are not asked about here at all."""
    space = FreeSpace(_failing, LIMITS)
    assert (space.room(), space.takes_photo(1), space.free_bytes()) == (Room.UNKNOWN, False, None)
    gone = FreeSpace(statvfs_reading(tmp_path / "no such folder"))
    assert gone.room() is Room.UNKNOWN


def test_a_real_disk_is_asked(tmp_path: Path) -> None:
    free = FreeSpace(statvfs_reading(tmp_path), SpaceLimits(floor_bytes=1)).free_bytes()
    assert free is not None
    assert free > 0


def test_c03_a_low_disk_refuses_no_check_in_and_shows_in_the_condition(tmp_path: Path) -> None:
    """C03: check-ins last."""
    rig = enrol_rig(tmp_path, SyncCloud())
    space = FreeSpace(lambda: 10, LIMITS)
    rig.log.append(arrival())
    found = read_condition(rig.log, OwnStanding(rig.log), space)
    assert found == Condition(incomplete=None, unconfirmed=False, details_lost=None, room=Room.LOW)
    rig.close()
