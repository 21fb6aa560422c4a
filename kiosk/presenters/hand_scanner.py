"""A hand scanner on the counter: what it reads goes to the screen that waits for it, and nowhere else.

On the welcome screen a badge begins the departure and an invitation the visit. While somebody chooses what brings them
here, or looks for an invitation, an invitation is taken as well. In the middle of a visit a code is good for nothing,
and whoever shows one is told so. The last screens are cleared by a code, which is the next person's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.navigation import Screen
from kiosk.presenters.code_offers import CodeOffer, code_notice, not_here
from kiosk.presenters.scanning import CodeDesk, Settle
from kiosk.presenters.turn import Turn

_MIDDLE = frozenset({Screen.DETAILS, Screen.CHOICE, Screen.HOST, Screen.DOCUMENT, Screen.QUIZ, Screen.PHOTO})

Take = Callable[..., None]
"""Takes a code, given as every way in which it may be read."""


class HandScanner:
    """``waiting``: screens that take a code themselves; ``aside``: those that do not, and who asks about one there."""

    def __init__(
        self,
        turn: Turn,
        waiting: Mapping[Screen, Take],
        aside: Mapping[Screen, CodeDesk],
        offer: Callable[[CodeOffer], None],
    ) -> None:
        self._turn = turn
        self._waiting = waiting
        self._aside = aside
        self._offer = offer
        self._taken: frozenset[str] = frozenset()

    def serves(self, screen: Screen, readings: tuple[str, ...] = ()) -> bool:
        """Return whether a code that is shown to this screen comes to anything now. A badge that is still held there,
        and is read once more, does not take its own goodbye away.
        """
        if screen is Screen.GOODBYE and not self._taken.isdisjoint(readings):
            return False
        return not self._turn.saving and (screen in self._waiting or screen in self._aside or screen in _MIDDLE)

    def take(self, screen: Screen, *readings: str) -> None:
        """Take a code, shown to this screen, to where it belongs; to no screen that it does not serve."""
        if not self.serves(screen):
            return
        self._taken = frozenset(readings)
        if screen in self._waiting:
            self._waiting[screen](*readings)
        elif screen in self._aside:
            self._ask(self._aside[screen], readings)
        else:
            self._turn.interrupt()
            self._offer(not_here(self._turn))

    def _ask(self, desk: CodeDesk, readings: tuple[str, ...]) -> None:
        """Ask while the screen stays as it is: what is touched meanwhile leads nowhere."""
        self._turn.saving = True
        self._turn.work(lambda: desk.ask(*readings), self._settled)

    def _settled(self, settle: Settle) -> None:
        self._turn.saving = False
        problem = settle()
        if problem:
            self._offer(code_notice(self._turn, problem))
