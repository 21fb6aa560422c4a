"""Elapsed time for time limits; nothing here knows the time of day."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Monotonic seconds and a way to let some pass."""

    def monotonic(self) -> float:
        """Return seconds since a fixed but arbitrary moment; never runs backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after about ``seconds``."""
        ...


class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Return ``time.monotonic()``."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""
        time.sleep(seconds)
