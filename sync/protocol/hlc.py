"""Hybrid logical clock: order that survives wrong wall clocks (Kulkarni et al., 2014).

A stamp is 48 bits of wall milliseconds and 16 bits of counter, written as 16 lower-case hex digits, so that
comparing the text compares the stamps.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

import msgspec

from sync.protocol.errors import EncodingError, LimitError

HlcText = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]

MAX_AHEAD_MS = 10 * 60 * 1000
"""Foreign stamps further ahead of our own time than this never move our clock (C22)."""

_COUNTER_MAX = 0xFFFF
_WALL_MAX = (1 << 48) - 1
_PATTERN = re.compile(r"[0-9a-f]{16}")


class ClockQuality(IntEnum):
    """How far a kiosk's wall clock can be believed."""

    UNSYNCED = 0
    ANCHORED = 1  # by a receipt of this boot
    NTP = 2


@dataclass(frozen=True, slots=True, order=True)
class Hlc:
    """One stamp: ``wall_ms`` milliseconds since 1970 (as believed), then a counter within it."""

    wall_ms: int
    counter: int

    def __str__(self) -> str:
        return f"{self.wall_ms:012x}{self.counter:04x}"

    @classmethod
    def parse(cls, text: str) -> "Hlc":
        """Read the 16 hex digits.

        Raises:
            EncodingError: anything else.
        """
        if _PATTERN.fullmatch(text) is None:
            raise EncodingError("a clock stamp is 16 lower-case hex digits")
        return cls(int(text[:12], 16), int(text[12:], 16))


class HybridClock:
    """Gives ever-increasing stamps, never below its floor (build time or the last stamp stored).

    Our own time is the highest of the floor and every wall time of ours. What was heard is left out of it:
    else a peer could push us any distance in steps of ten minutes.
    """

    def __init__(self, floor: Hlc) -> None:
        self._last = floor
        self._own_ms = floor.wall_ms

    @property
    def last(self) -> Hlc:
        """The highest stamp given or heard."""
        return self._last

    def tick(self, wall_ms: int) -> Hlc:
        """The stamp for something that happens now.

        Raises:
            LimitError: the 48 bits of milliseconds are used up.
        """
        wall = min(max(wall_ms, 0), _WALL_MAX)
        last = self._last
        self._own_ms = max(self._own_ms, wall)
        if wall > last.wall_ms:
            self._last = Hlc(wall, 0)
        elif last.counter < _COUNTER_MAX:
            self._last = Hlc(last.wall_ms, last.counter + 1)
        elif last.wall_ms < _WALL_MAX:
            self._last = Hlc(last.wall_ms + 1, 0)
        else:
            raise LimitError("the clock has no stamps left")
        return self._last

    def hear(self, stamp: Hlc, wall_ms: int) -> bool:
        """Take a foreign stamp into account; ``False`` when it is too far ahead and was left out (C22)."""
        self._own_ms = max(self._own_ms, min(wall_ms, _WALL_MAX))
        if stamp.wall_ms > self._own_ms + MAX_AHEAD_MS:
            return False
        self._last = max(self._last, stamp)
        return True
