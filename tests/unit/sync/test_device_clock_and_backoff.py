"""The system's clock as it can be believed, and how long to wait after failures."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from sync.device.backoff import LONGEST_SECONDS, Backoff, retry_after_seconds
from sync.device.clock import SystemClock
from sync.device.kernel_clock import Timex, kernel_synchronised
from sync.protocol.hlc import ClockQuality


@pytest.mark.parametrize("kernel", [False, None], ids=["unsynchronised", "may not be asked"])
def test_quality_rises_with_an_anchor_and_with_timesyncds_mark(tmp_path: Path, kernel: bool | None) -> None:
    mark = tmp_path / "synchronized"
    clock = SystemClock(ntp_mark=mark, kernel=lambda: kernel)
    assert clock.quality() is ClockQuality.UNSYNCED
    clock.anchor(5_000_000)
    assert clock.quality() is ClockQuality.ANCHORED
    assert 5_000_000 <= clock.wall_ms() < 5_600_000
    mark.touch()
    assert clock.quality() is ClockQuality.NTP
    assert clock.wall_ms() > 1_700_000_000_000


def test_the_kernels_word_is_enough_so_that_chrony_and_ntpd_count(tmp_path: Path) -> None:
    kept = False
    clock = SystemClock(ntp_mark=tmp_path / "absent", kernel=lambda: kept)
    clock.anchor(5_000_000)
    assert clock.quality() is ClockQuality.ANCHORED
    kept = True
    assert clock.quality() is ClockQuality.NTP
    assert clock.wall_ms() > 1_700_000_000_000


@pytest.mark.parametrize(
    ("state", "status", "kept"),
    [
        (0, 0x0001, True),
        (0, 0x2001, True),
        (1, 0x0011, True),
        (0, 0x0041, False),
        (5, 0x0040, False),
        (5, 0x0001, False),
        (-1, 0, None),
    ],
    ids=["pll", "nanoseconds", "leap second due", "unsync", "error and unsync", "error alone", "no right"],
)
def test_the_kernels_reading_is_judged_by_its_flag_and_its_state(state: int, status: int, kept: bool | None) -> None:
    def call(reading: Timex) -> int:
        assert reading.modes == 0, "a reading that changes nothing"
        reading.status = status
        return state

    assert kernel_synchronised(call) is kept


def test_a_machine_without_the_call_counts_as_unknown() -> None:
    assert kernel_synchronised(None) is None


def test_the_reading_of_this_machine_has_the_kernels_shape() -> None:
    """linux/timex.h: 208 bytes on 64-bit machines; a wrong offset would show in the seconds."""
    assert ctypes.sizeof(Timex) == 208
    assert Timex.status.offset == 40
    assert Timex.tai.offset == 160
    assert kernel_synchronised() in (True, False, None)


def test_the_monotonic_clock_and_the_boot_stay_the_same_between_programs() -> None:
    first, second = SystemClock(), SystemClock()
    assert first.boot == second.boot
    assert first.mono_ms() <= second.mono_ms()


def test_waits_double_within_their_bounds_and_jitter_covers_all_of_them() -> None:
    longest, shortest = Backoff(lambda: 1.0), Backoff(lambda: 0.0)
    waits = [longest.fail() for _ in range(40)]
    assert waits[:4] == [1.0, 2.0, 4.0, 8.0]
    assert max(waits) == LONGEST_SECONDS
    assert {shortest.fail() for _ in range(40)} == {0.1}
    longest.succeed()
    assert longest.fail() == 1.0


def test_a_fleet_that_is_told_to_wait_does_not_come_back_at_once() -> None:
    parts = iter((0.0, 0.5, 1.0))
    fleet = Backoff(lambda: next(parts))
    assert [fleet.spread(40) for _ in range(3)] == [40.0, 45.0, 50.0]
    assert Backoff(lambda: 0.0).spread(0) == 1.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("", None), ("7", 7.0), ("-1", None), ("1.5", None), ("٣", None), ("9" * 99, LONGEST_SECONDS)],
)
def test_retry_after_is_read_within_bounds(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value) == seconds


def test_retry_after_dates_are_not_used() -> None:
    assert retry_after_seconds("Fri, 31 Dec 1999 23:59:59 GMT") is None
