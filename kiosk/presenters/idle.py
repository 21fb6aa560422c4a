"""Nobody there? The screen asks, waits, and forgets everything; whoever is there may have all the time they want."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.navigation import STAFF, Screen
from kiosk.ports import Patience, Scheduler

BUSY_SECONDS = 600
"""What is read aloud of one screen takes less; a program that hangs must not keep a name on the screen."""


class IdleWatch:
    """Counts quiet seconds, then warning seconds, then calls ``over``. A touch begins again."""

    def __init__(
        self,
        scheduler: Scheduler,
        changed: Callable[[], None],
        over: Callable[[], None],
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take ``busy``: while it is so, no time passes; but never for longer than ``BUSY_SECONDS``."""
        self._scheduler = scheduler
        self._busy = busy
        self._changed = changed
        self._over = over
        self._cancel: Callable[[], None] = lambda: None
        self._quiet = 0
        self._warning = 0
        self._waited = 0
        self.seconds_left: int | None = None

    def watch(self, quiet_seconds: int, warning_seconds: int) -> None:
        """Begin to count: ``quiet_seconds`` unseen (0: none), then ``warning_seconds`` in sight."""
        self._quiet, self._warning = quiet_seconds, warning_seconds
        self.again()

    def again(self) -> None:
        """Count from the beginning, as often as somebody wishes."""
        self._cancel()
        self.seconds_left = None
        self._waited = 0
        if self._warning:
            if self._quiet:
                self._cancel = self._scheduler.later(self._quiet, self._warn)
            else:
                self._warn()

    def stop(self) -> None:
        """Stop counting."""
        self._warning = 0
        self.again()

    def _warn(self) -> None:
        if self._quiet and self._waits():
            self._cancel = self._scheduler.later(1.0, self._warn)
            return
        self.seconds_left = self._warning
        self._cancel = self._scheduler.later(1.0, self._tick)
        self._changed()

    def _waits(self) -> bool:
        self._waited += self._busy()
        return self._busy() and self._waited <= BUSY_SECONDS

    def _tick(self) -> None:
        if self._waits():
            self._cancel = self._scheduler.later(1.0, self._tick)
            return
        self.seconds_left = (self.seconds_left or 1) - 1
        if self.seconds_left <= 0:
            self.seconds_left = None
            self._over()
            return
        self._cancel = self._scheduler.later(1.0, self._tick)
        self._changed()


def waits(screen: Screen, patience: Patience) -> tuple[int, int]:
    """How many seconds a screen waits before it warns, and then before it clears. Whoever is held comes back with
    somebody of the staff: that takes longer.
    """
    if screen is Screen.DONE:
        return 0, patience.done_seconds
    if screen is Screen.GOODBYE:
        return 0, patience.goodbye_seconds
    if screen in (STAFF | {Screen.HELD}) - {Screen.PIN, Screen.OVERRIDE}:
        return patience.staff_idle_seconds, patience.warning_seconds
    return patience.idle_seconds, patience.warning_seconds
