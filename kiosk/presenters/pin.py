"""The staff PIN. Digits are never shown, and are forgotten with each try."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.navigation import Act
from kiosk.ports import PinRefused, Unlocked
from kiosk.presenters.staff_room import ROOM
from kiosk.presenters.turn import Turn

AT_ONCE = 4
"""So many signs at once come from a scanner, or from a key that is held down: never from a person who types a PIN."""


@dataclass(frozen=True, slots=True)
class PinState:
    """``entered`` of ``digits`` are filled; ``resting`` means the pad takes nothing now."""

    title: str
    lead: str
    digits: int
    entered: int
    problem: str
    note: str
    resting: bool


class PinPresenter:
    """Collects digits and asks once they are all there. ``unlock`` checks them on a worker thread, ``opened`` leads on;
    without them the pad opens staff mode.
    """

    def __init__(
        self,
        turn: Turn,
        unlock: Callable[[str], Unlocked | PinRefused] | None = None,
        opened: Callable[[Unlocked], None] | None = None,
    ) -> None:
        self._turn = turn
        self._unlock = unlock or turn.ports.evacuation.unlock
        self._opened = opened or self._open_staff_mode
        self._typed = ""
        self._problem = ""
        self._asking = False
        self._visits = 0
        self._until: datetime | None = None
        self._since: datetime | None = None
        self._stop: Callable[[], None] = lambda: None

    def shown(self) -> None:
        """Watch the clock, for a pad that rests."""
        self._stop = self._turn.every(1.0, self._tick)

    def hidden(self) -> None:
        """Forget what was typed, and what is being asked."""
        self._typed = ""
        self._visits += 1
        self._stop()

    def _tick(self) -> bool:
        if self._until is not None:
            now = self._turn.ports.clock.now()
            if now >= self._until or (self._since is not None and now < self._since):
                self._until, self._problem = None, ""  # also where the clock was set back: the next try tells
            self._turn.changed()
        return True

    def digit(self, digit: str) -> None:
        """Take one digit; the last one asks."""
        if self._asking or self._until is not None or not digit.isdecimal():
            return
        self._problem = ""
        self._typed += digit
        if len(self._typed) == self._turn.ports.pin_digits:
            pin, self._typed, self._asking, here = self._typed, "", True, self._visits
            self._turn.work(lambda: self._unlock(pin), lambda outcome: self._answer(outcome, here))
        self._turn.changed()

    def delete(self) -> None:
        """Take the last digit back."""
        self._typed = self._typed[:-1]
        self._turn.changed()

    def type(self, text: str) -> None:
        """Take digits of a real keyboard, in whichever script; other signs are left out."""
        if len(text) < AT_ONCE:
            for sign in text:
                if sign.isdecimal():
                    self.digit(str(unicodedata.decimal(sign)))

    def press(self, key: str) -> None:
        """Take the last digit back with *delete*; nothing leads on but the last digit."""
        if key == "delete":
            self.delete()

    def move(self, signs: int) -> bool:
        """Leave arrows to the keys on the screen: among digits that nobody sees there is no cursor."""
        del signs
        return False

    def _answer(self, outcome: Unlocked | PinRefused, asked_on: int) -> None:
        """Follow the answer. Whoever has left the pad meanwhile has taken the question back: nothing is opened."""
        self._asking = False
        if isinstance(outcome, PinRefused):
            self._until, self._since = outcome.locked_until, self._turn.ports.clock.now()
            self._problem = self._turn.words.count("pin.wrong", outcome.tries_left)
        elif asked_on == self._visits:
            self._opened(outcome)
            return
        self._turn.changed()

    def _open_staff_mode(self, staff: Unlocked) -> None:
        self._turn.given.staff = staff
        self._turn.go(Act.STAFF if staff.scopes & ROOM else Act.NEXT)

    def view(self) -> PinState:
        """Return what to show."""
        say, problem = self._turn.say, self._problem
        if self._until is not None:
            problem = say("pin.rests", time=self._turn.clock(self._until))
        digits = self._turn.ports.pin_digits
        return PinState(
            title=say("pin.title"),
            lead=say("pin.lead"),
            digits=digits,
            entered=digits if self._asking else len(self._typed),
            problem=problem,
            note=say("pin.note"),
            resting=self._until is not None,
        )
