"""The fingers on the glass, and what lies there without being one: a drop of water, a bag, a touch that never ends."""

from typing import Any

from kiosk.views.untyped import Touch

RESTING_SECONDS = 5.0
LONGEST_SECONDS = 30.0
SLACK = 24.0
"""Pixels: a drop trembles, and so does a finger that is held still."""


class _Down:
    def __init__(self, touch: Touch, now: float) -> None:
        self.touch = touch
        self.place, self.since, self.began = touch.pos, now, now
        self.forbidden = False

    def forbid(self) -> None:
        self.forbidden = self.touch.ud["cancelled"] = True

    def moved(self, now: float) -> None:
        if max(abs(a - b) for a, b in zip(self.place, self.touch.pos, strict=True)) > SLACK:
            self.place, self.since = self.touch.pos, now

    def rests(self, now: float, resting_seconds: float) -> bool:
        return now - self.since >= resting_seconds or now - self.began >= max(LONGEST_SECONDS, resting_seconds)

    def is_on(self, kind: type) -> bool:
        return any(isinstance(reference(), kind) for reference in self.touch.grab_list)


class Fingers:
    """Every touch from its beginning to its end. Times are seconds of one clock.

    What rests keeps its touch, for a hand may be slow, until somebody else's turn needs the glass.
    """

    def __init__(self, resting_seconds: float = RESTING_SECONDS) -> None:
        self.resting_seconds = resting_seconds
        self._down: dict[Any, _Down] = {}

    def __bool__(self) -> bool:
        return bool(self._down)

    def lay(self, touch: Touch, now: float, *, forbidden: bool = False) -> None:
        """A finger comes down; ``forbidden``: it may not act."""
        self._down[touch.uid] = down = _Down(touch, now)
        if forbidden:
            down.forbid()

    def moved(self, touch: Touch, now: float) -> None:
        """It moves, if only as much as a drop trembles."""
        if touch.uid in self._down:
            self._down[touch.uid].moved(now)

    def lift(self, touch: Touch) -> None:
        """It goes up."""
        self._down.pop(touch.uid, None)

    def awake(self, now: float) -> int:
        """Return how many do not rest."""
        return sum(not down.rests(now, self.resting_seconds) for down in self._down.values())

    def hold_up(self, kept: type) -> bool:
        """Return whether one of them may still act on something that is not ``kept`` when a screen is built anew."""
        return any(not down.forbidden and not down.is_on(kept) for down in self._down.values())

    def forbid(self) -> None:
        """Let none of them act any more: whatever they lie on was meant for what is over."""
        for down in self._down.values():
            down.forbid()

    def lift_all(self) -> None:
        """Forget them: they neither keep a visitor's screen up nor act for the next one."""
        self.forbid()
        self._down.clear()

    def lift_resting(self, now: float) -> None:
        """Forget those that rest; they act no more."""
        for uid, down in list(self._down.items()):
            if down.rests(now, self.resting_seconds):
                down.forbid()
                del self._down[uid]
