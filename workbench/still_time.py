"""A clock and a scheduler that a hand turns, for kiosks in memory."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

T = TypeVar("T")
MORNING = datetime(2026, 3, 16, 8, 52, tzinfo=UTC)


@dataclass
class StillClock:
    """A clock that moves only when told to."""

    moment: datetime = MORNING

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment


@dataclass
class HandScheduler:
    """A scheduler that is turned by hand: work runs at once or when released, time passes by :meth:`pass_time`."""

    held: bool = False
    waiting: list[Callable[[], None]] = field(default_factory=list)
    timers: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    time: float = 0.0
    _order: Any = field(default_factory=itertools.count)

    def call_soon(self, act: Callable[[], None]) -> None:
        """Run at once."""
        act()

    def run(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Run at once, or keep the work until :meth:`release`."""
        if self.held:
            self.waiting.append(lambda: then(work()))
        else:
            then(work())

    def release(self) -> None:
        """Run the work that was held."""
        kept, self.waiting = self.waiting, []
        for act in kept:
            act()

    def later(self, seconds: float, act: Callable[[], None]) -> Callable[[], None]:
        """Keep ``act`` until that time has passed."""
        entry = (self.time + seconds, next(self._order), act)
        self.timers.append(entry)

        def cancel() -> None:
            if entry in self.timers:
                self.timers.remove(entry)

        return cancel

    def pass_time(self, seconds: float) -> None:
        """Let time pass and run what becomes due, in order."""
        end = self.time + seconds
        while self.timers and min(self.timers)[0] <= end:
            due = min(self.timers)
            self.timers.remove(due)
            self.time = due[0]
            due[2]()
        self.time = end
