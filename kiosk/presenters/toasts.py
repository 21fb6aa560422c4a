"""A sentence that comes by itself and goes by itself: it confirms, and never carries what is not shown elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.ports import Scheduler

STAYS_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Toast:
    """An icon and one sentence."""

    icon: str
    text: str


class Toasts:
    """At most one at a time; a new one takes the place of the one before."""

    def __init__(self, scheduler: Scheduler, changed: Callable[[], None]) -> None:
        self._scheduler = scheduler
        self._changed = changed
        self._call_off: Callable[[], None] = lambda: None
        self.now: Toast | None = None

    def show(self, icon: str, text: str) -> None:
        """Show one for four seconds."""
        self._call_off()
        self.now = Toast(icon, text)
        self._call_off = self._scheduler.later(STAYS_SECONDS, self._gone)
        self._changed()

    def drop(self) -> None:
        """Take the present one away: it was said to somebody else."""
        self._call_off()
        self.now = None

    def _gone(self) -> None:
        self.now = None
        self._changed()
