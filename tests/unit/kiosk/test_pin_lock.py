"""C38, C06: what a PIN's lock counts, and what a clock or a PIN of one's own cannot change about it."""

from collections.abc import Iterator
from pathlib import Path

import argon2
import pytest

from kiosk.composition.station import Station
from kiosk.flows.pin_lock import (
    FIRST_LOCK_MS,
    FORGIVEN_MS,
    LONGEST_LOCK_MS,
    MOST_COUNTED,
    MOST_WRONG,
    TRIES,
    PinLock,
)
from sync.device.clock import SystemClock
from tests.fakes.lone_station import lone_station

DAY_MS = 24 * 3600 * 1000
OWN, WRONG = "404142", "000000"
HASHES = (argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(OWN),)


class Room:
    """A pad with one right PIN, and a clock that a test sets."""

    def __init__(self, station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_ms = station.clock.wall_ms()
        monkeypatch.setattr(SystemClock, "wall_ms", lambda _self: self.now_ms)
        self._station = station
        self.restart()

    def restart(self) -> None:
        self.lock = PinLock(self._station.settings, hashes=lambda: HASHES, clock=self._station.clock)

    def guess_until_locked(self, most: int) -> int:
        for tried in range(most):
            if self.lock.locked_until_ms() is not None:
                return tried
            self.lock.check(WRONG)
        return most


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    with lone_station(tmp_path) as (_, station):
        yield Room(station, monkeypatch)


@pytest.mark.parametrize("back_ms", [2 * FIRST_LOCK_MS, 30 * DAY_MS, 3650 * DAY_MS])
def test_c06_behind_a_clock_that_was_set_back_a_lock_ends_after_its_term(room: Room, back_ms: int) -> None:
    """C38: the list opens a minute later, not once the clock has caught up."""
    room.guess_until_locked(TRIES)
    room.now_ms -= back_ms
    assert room.lock.locked_until_ms() == room.now_ms + FIRST_LOCK_MS
    room.now_ms += FIRST_LOCK_MS // 2
    room.restart()
    assert room.lock.locked_until_ms() == room.now_ms + FIRST_LOCK_MS // 2
    assert not room.lock.check(OWN)
    room.now_ms += FIRST_LOCK_MS // 2
    assert room.lock.check(OWN)


def test_a_right_pin_gives_all_tries_back(room: Room) -> None:
    for _ in range(3):
        assert room.guess_until_locked(TRIES - 1) == TRIES - 1
        assert room.lock.check(OWN)
        assert room.lock.tries_left() == TRIES


def test_c38_whoever_has_a_pin_cannot_try_others_for_ever(room: Room) -> None:
    """Between two of their own they tried four, and never met a lock."""
    guesses = 0
    for _ in range(100):
        guesses += room.guess_until_locked(TRIES - 1)
        if not room.lock.check(OWN):
            break
    assert guesses < MOST_WRONG + TRIES
    room.restart()
    assert room.lock.locked_until_ms() is not None
    room.now_ms += FIRST_LOCK_MS
    assert room.lock.check(OWN), "the PIN itself goes on opening"
    assert room.guess_until_locked(TRIES + 1) <= TRIES


def test_wrong_tries_are_forgiven_by_and_by(room: Room) -> None:
    for _ in range(MOST_WRONG // (TRIES - 1) - 1):
        room.guess_until_locked(TRIES - 1)
        assert room.lock.check(OWN)
    room.now_ms += MOST_WRONG * FORGIVEN_MS
    for _ in range(MOST_WRONG // (TRIES - 1) - 1):
        assert room.guess_until_locked(TRIES - 1) == TRIES - 1
        assert room.lock.check(OWN)


def test_a_day_of_mischief_is_forgiven_within_hours(room: Room) -> None:
    for _ in range(MOST_COUNTED // 2):
        room.guess_until_locked(TRIES)
        room.now_ms += LONGEST_LOCK_MS
    room.now_ms += (MOST_COUNTED - MOST_WRONG + TRIES) * FORGIVEN_MS
    assert room.guess_until_locked(2) == 2
    assert room.lock.check(OWN)
    assert room.lock.tries_left() == TRIES, "a right PIN gives all of them back again"


def test_c06_a_clock_that_is_set_back_forgives_nothing(room: Room) -> None:
    for _ in range(MOST_WRONG // (TRIES - 1) - 1):
        room.guess_until_locked(TRIES - 1)
        assert room.lock.check(OWN)
    room.now_ms -= 365 * DAY_MS
    room.guess_until_locked(TRIES - 1)
    assert room.lock.check(OWN)
    assert room.guess_until_locked(TRIES) == 1, "the next wrong one locks"
