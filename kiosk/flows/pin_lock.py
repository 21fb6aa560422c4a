"""The staff PIN: counted durably before it is compared, locked for longer each time (C38).

The counter and the end of a lock survive a restart. A clock that jumped cannot lengthen a lock beyond its
term. On a disk that refuses, the counter goes on in memory: the list must open in a fire.

A right PIN gives all tries back, but not to whoever tries others between two of their own: wrong ones are counted by
themselves too, and are forgiven one by one. As long as there are many, a right PIN opens and gives nothing back.
"""

from collections.abc import Callable

import argon2
import msgspec

from sync.device.clock import DeviceClock
from sync.device.errors import StorageError
from sync.device.settings import Settings

TRIES = 5
FIRST_LOCK_MS = 60_000
LONGEST_LOCK_MS = 15 * 60_000
MOST_WRONG = 20
MOST_COUNTED = 2 * MOST_WRONG
"""More than these are not counted: a day of somebody's mischief is forgiven within hours, not days."""
FORGIVEN_MS = 10 * 60_000
"""After so long one wrong try more is forgotten."""
_SETTING = "staff-pin"


class _Count(msgspec.Struct, frozen=True):
    failures: int = 0
    locked_until_ms: int = 0
    wrong: int = 0
    wrong_ms: int = 0

    def wrong_at(self, now_ms: int) -> int:
        """How many wrong tries are not forgiven yet; a clock that was set back forgives none."""
        return max(0, self.wrong - max(0, now_ms - self.wrong_ms) // FORGIVEN_MS)


class PinLock:
    """Checks a PIN against the Argon2id hashes of the feed."""

    def __init__(self, settings: Settings, *, hashes: Callable[[], tuple[str, ...]], clock: DeviceClock) -> None:
        self._settings = settings
        self._hashes = hashes
        self._clock = clock
        self._hasher = argon2.PasswordHasher()
        self._unsaved: _Count | None = None
        self.matched = ""
        """The hash that the last right PIN matched."""

    def locked_until_ms(self) -> int | None:
        """When the lock ends (milliseconds since 1970), or ``None`` when tries are left."""
        count, now = self._count(), self._clock.wall_ms()
        if count.locked_until_ms <= now:
            return None
        latest = now + _term_ms(count.failures)
        if count.locked_until_ms > latest:  # the clock was set back: the term begins here, once
            count = msgspec.structs.replace(count, locked_until_ms=latest)
            self._keep(count)
        return count.locked_until_ms

    def tries_left(self) -> int:
        """How many tries are left before the next lock."""
        return TRIES - self._count().failures % TRIES

    def check(self, pin: str) -> bool:
        """Count the try, then compare; a right PIN sets the counter back (see above). ``False`` while locked."""
        if self.locked_until_ms() is not None:
            return False
        before, now = self._count(), self._clock.wall_ms()
        failures, wrong = before.failures + 1, before.wrong_at(now)
        locked = now + _term_ms(failures) if failures % TRIES == 0 else 0
        self._keep(_Count(failures, locked, min(wrong + 1, MOST_COUNTED), now))
        # Every hash is tried, so that the time taken does not tell which one matched.
        matching = [hashed for hashed in self._hashes() if self._matches(hashed, pin)]
        right = bool(matching)
        if right:
            self.matched = matching[0]
            kept = before.failures if wrong >= MOST_WRONG else 0
            self._keep(msgspec.structs.replace(before, failures=kept, locked_until_ms=0))
        return right

    def _matches(self, hashed: str, pin: str) -> bool:
        try:
            return self._hasher.verify(hashed, pin)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

    def _count(self) -> _Count:
        if self._unsaved is not None:
            return self._unsaved
        raw = self._settings.get(_SETTING)
        return _Count() if raw is None else msgspec.json.decode(raw, type=_Count)

    def _keep(self, count: _Count) -> None:
        try:
            self._settings.put(_SETTING, msgspec.json.encode(count))
        except StorageError:
            self._unsaved = count
        else:
            self._unsaved = None


def _term_ms(failures: int) -> int:
    rounds = min(max(failures // TRIES - 1, 0), 8)
    return min(FIRST_LOCK_MS << rounds, LONGEST_LOCK_MS)
