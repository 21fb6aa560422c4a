"""A printer that does what a test tells it, and counts what came out."""

from collections import deque

from printers.bitmap import BadgeBitmap
from printers.driver import Failed, Printed, PrinterState, PrinterStatus, PrintOutcome
from printers.media import Medium


class ScriptedPrinter:
    """Implements ``PrinterDriver``. ``states`` and ``outcomes`` are used up in turn; the last one stays."""

    def __init__(self, *, states: list[PrinterState] | None = None, outcomes: list[PrintOutcome] | None = None) -> None:
        self.states = deque(states or [PrinterState.READY])
        self.outcomes = deque(outcomes or [Printed()])
        self.badges: list[BadgeBitmap] = []

    def status(self, medium: Medium | None = None) -> PrinterStatus:
        state = self.states.popleft() if len(self.states) > 1 else self.states[0]
        return PrinterStatus(state, "as the test says")

    def print_badge(self, bitmap: BadgeBitmap, medium: Medium) -> PrintOutcome:
        outcome = self.outcomes.popleft() if len(self.outcomes) > 1 else self.outcomes[0]
        if not isinstance(outcome, Failed):
            self.badges.append(bitmap)
        return outcome

    def close(self) -> None:
        self.badges.clear()


class HungPrinter(ScriptedPrinter):
    """A driver that does not keep its promise to return: ``meanwhile`` is what happens in that time."""

    def status(self, medium: Medium | None = None) -> PrinterStatus:
        self.meanwhile()
        return super().status(medium)

    def meanwhile(self) -> None:
        """Set by a test."""


def failed(reason: PrinterState, *, may_have_printed: bool = False) -> Failed:
    return Failed(reason, "as the test says", may_have_printed)
