"""Test badges: one for each printer, through the same queue, template, renderer and driver as everybody's.

They are in memory alone: in no ledger, on no list, never printed twice. A badge that somebody waits for comes first.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from kiosk.flows.printing.badge_test_post import BadgeTestPost
from kiosk.flows.printing.printer_health import trouble_of
from kiosk.ports import BadgeTest, BadgeTestState, BadgeTrouble
from printers.bitmap import BadgeBitmap
from printers.dialogues.words import cause_of_failure
from printers.driver import Failed, Printed, PrinterDriver, PrinterState, PrintOutcome
from printers.paper import Medium
from sync.device.errors import StorageError

PATIENCE_SECONDS = 30.0
"""So long a test waits for its turn, or for a driver that does not come back."""
_LATE = "The printer did not come to it in time."

DrawTest = Callable[[str, Medium], BadgeBitmap]
"""Draws the test badge of a printer, by its name; may raise ``PrinterError``."""


class BadgeTests:
    """What was asked for and what became of it. Any thread may ask; each printer's own notes."""

    def __init__(self, *, draw: DrawTest, mono: Callable[[], float], post: BadgeTestPost | None = None) -> None:
        self.draw = draw
        self._mono = mono
        self._post = post
        self._wish = ""
        self._lock = threading.Lock()
        self._asked_at = mono()
        self._tests: dict[str, BadgeTest] = {}

    def ask(self, printers: Sequence[str]) -> None:
        """Print one on each of these printers; one that is under way goes on. Returns at once, and touches no disk."""
        with self._lock:
            self._asked_at = self._mono()
            for name in printers:
                before = self._tests.get(name)
                if before is None or before.state is not BadgeTestState.PRINTING:
                    self._tests[name] = BadgeTest(name, BadgeTestState.WAITING)

    def look(self, printers: Sequence[str]) -> None:
        """See whether a terminal asks for them.

        Raises:
            StorageError: the disk refused.
        """
        wish = None if self._post is None else self._post.new_wish()
        if wish is not None:
            self._wish = wish
            self.ask(printers)
            self._tell()

    def of(self, printer: str) -> BadgeTest | None:
        """A printer's last test."""
        with self._lock:
            test, late = self._tests.get(printer), self._mono() - self._asked_at > PATIENCE_SECONDS
        if test is None or test.over or not late:
            return test
        return BadgeTest(printer, BadgeTestState.FAILED, BadgeTrouble.UNREACHABLE, _LATE)

    def waits(self, printer: str) -> bool:
        """Whether this printer has one to print."""
        test = self.of(printer)
        return test is not None and test.state is BadgeTestState.WAITING

    def note(self, test: BadgeTest) -> None:
        """Something became of one."""
        with self._lock:
            self._tests[test.printer] = test
        self._tell()

    def _tell(self) -> None:
        if self._post is not None and self._wish:
            with self._lock:
                tests = tuple(self._tests.values())
            with suppress(StorageError):
                self._post.tell(self._wish, tests)


def refused_test(printer: str, state: PrinterState, sentence: str) -> BadgeTest:
    """A printer that is not ready gets no badge, and that is what the test found."""
    return BadgeTest(printer, BadgeTestState.FAILED, trouble_of(state), sentence)


def judged_test(printer: str, outcome: PrintOutcome) -> BadgeTest:
    """What a printer said of its test badge."""
    if isinstance(outcome, Printed):
        return BadgeTest(printer, BadgeTestState.PRINTED)
    if not isinstance(outcome, Failed):
        return BadgeTest(printer, BadgeTestState.SENT, sentence=outcome.sentence)
    state = BadgeTestState.UNSURE if outcome.may_have_printed else BadgeTestState.FAILED
    return BadgeTest(printer, state, trouble_of(outcome.reason), cause_of_failure(outcome))


def drawn_test(printer: str, medium: Medium, draw: DrawTest) -> BadgeBitmap | BadgeTest:
    """The dots, or that there are none: a badge that cannot be laid out is found by a test, not a reason to end."""
    try:
        return draw(printer, medium)
    except Exception as error:  # noqa: BLE001 -- as for every badge
        return BadgeTest(printer, BadgeTestState.FAILED, BadgeTrouble.OTHER, f"It cannot be laid out: {error}")


def print_test(printer: str, driver: PrinterDriver, medium: Medium, draw: DrawTest) -> BadgeTest:
    """Print one without a lobby, for a person at a terminal."""
    status = driver.status(medium)
    if status.state is not PrinterState.READY:
        return refused_test(printer, status.state, status.sentence)
    dots = drawn_test(printer, medium, draw)
    return dots if isinstance(dots, BadgeTest) else judged_test(printer, driver.print_badge(dots, medium))
