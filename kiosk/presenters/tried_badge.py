"""A new badge that its bearer tries at a hand scanner as soon as it is printed."""

from collections.abc import Callable

from kiosk.navigation import Screen
from kiosk.ports import Scheduler

TRIED_SECONDS = 60.0


class TriedBadge:
    """Whoever tries it at the end of their visit is asked whether they leave, and has not left because they try once
    more: for a minute that badge is asked about on the welcome, too.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._readings: frozenset[str] = frozenset()
        self._cancel: Callable[[], None] = lambda: None

    def shown_to(self, screen: Screen, readings: tuple[str, ...]) -> Screen:
        """Return the screen as which to take what was read while ``screen`` was up."""
        tried = screen is Screen.WELCOME and not self._readings.isdisjoint(readings)
        if screen is Screen.DONE or tried:
            self._cancel()
            self._readings = frozenset(readings)
            self._cancel = self._scheduler.later(TRIED_SECONDS, self._forget)
        return Screen.DONE if tried else screen

    def _forget(self) -> None:
        self._readings = frozenset()
