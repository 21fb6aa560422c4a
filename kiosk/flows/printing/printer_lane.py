"""One printer's stepper: asks how it is, prints what is first in line, and leaves to others what it cannot.

Before the first byte of a badge goes out, a durable mark says to which printer. A badge that may have come out is never
printed again by itself, here or anywhere; one that certainly did not is anybody's again (C41).
"""

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO

from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.flows.printing.badge_ledger import Outcome
from kiosk.flows.printing.badge_tests import drawn_test, judged_test, refused_test
from kiosk.flows.printing.pages_line import PagesJob
from kiosk.flows.printing.print_room import LOOK_SECONDS, Bench, PrintRoom
from kiosk.flows.printing.printer_health import PRINT_SECONDS, STATUS_SECONDS, trouble_of
from kiosk.ports import BadgeProgress, BadgeState, BadgeTest, BadgeTestState, BadgeTrouble
from printers.bitmap import BadgeBitmap
from printers.driver import Failed, Printed, PrinterState, PrinterStatus, PrintOutcome
from printers.errors import PrinterError
from printers.paper import Medium
from sync.device.errors import StorageError
from sync.protocol.kinds import Kind

RETRY_SECONDS = 3.0
SLOW_RETRY_SECONDS = 15.0
_MANY_REFUSALS = 10
"""A printer that says it is ready and takes no badge costs two durable writes a try: a card must outlive it. Whoever
arrives is tried for at once all the same.
"""
WATCH_SECONDS = 10.0
BRIEF_SECONDS = 0.1
"""At least so long a printer that serves another computer is let alone, and up to three times as long by lot: so
kiosks that share one do not knock in step.
"""


class PrinterLane:
    """``step`` may take seconds and returns in how many to step again. Its thread is the composition's.

    ``seen`` hears each state that the printer is found in; ``random`` draws lots from 0 to 1.
    """

    def __init__(
        self,
        room: PrintRoom,
        bench: Bench,
        *,
        draw: Callable[[BadgeJob, Medium], BadgeBitmap],
        random: Callable[[], float],
        seen: Callable[[str, PrinterState], None] = lambda *_: None,
    ) -> None:
        self._room = room
        self._bench = bench
        self._printer = bench.printer
        self._health = bench.health
        self._draw = draw
        self._random = random
        self._seen = seen
        self._next_watch = room.mono()
        self._refusals = 0
        self._status = PrinterStatus(PrinterState.READY, "")

    @property
    def bench(self) -> Bench:
        """The printer, and how it is."""
        return self._bench

    def step(self) -> float:
        """Print the next page or badge, or look at the printer."""
        self._room.look()
        if not self._room.may_work(self._bench):
            return self._idle()
        pages = self._room.pages.first(self._printer.name, self._room.is_lost)
        if pages is None and not self._room.line.anybody:
            return self._idle()
        if not self._ask():
            self._refuse_test()
            return self._wait(pages)
        if pages is not None:
            return self._print_page(pages)
        job = self._room.line.claim(self._printer.name)
        return 0.0 if job is None else self._print(job)

    def _print(self, job: BadgeJob) -> float:
        reason = self._room.lapsed(job)
        if reason:
            self._room.give_up(job, "", reason)
            return 0.0
        try:
            bitmap = self._draw(job, self._printer.medium)
        except Exception as error:  # noqa: BLE001 -- one badge that cannot be drawn must not keep back all the others
            known = str(error) if isinstance(error, PrinterError) else type(error).__name__
            self._room.give_up(job, self._printer.name, f"layout: {known}")
            return 0.0
        shown = self._room.shown_name(self._bench)
        self._room.news.note(job.stay, BadgeProgress(BadgeState.PRINTING, picture=_png(bitmap), printer=shown))
        try:
            self._room.ledger.marks.set(job.key, self._printer.name)
        except StorageError:
            return self._hold(job)
        return self._settle(job, self._hand_over(bitmap))

    def _hand_over(self, bitmap: BadgeBitmap) -> PrintOutcome:
        """A driver never raises for what a printer does; of one that does all the same nobody knows what came out."""
        with self._health.calling(PRINT_SECONDS):
            try:
                return self._printer.driver.print_badge(bitmap, self._printer.medium)
            except Exception as error:  # noqa: BLE001 -- as said
                return Failed(PrinterState.ERROR, type(error).__name__, may_have_printed=True)

    def _settle(self, job: BadgeJob, outcome: PrintOutcome) -> float:
        if not isinstance(outcome, Failed):
            self._health.see(PrinterState.READY)
            self._refusals = 0
            kind = Kind.BADGE_PRINTED if isinstance(outcome, Printed) else Kind.BADGE_SENT
            self._room.finish(job, Outcome(kind, self._printer.name, unsure=kind is Kind.BADGE_SENT))
            return 0.0
        self._note(outcome.reason if outcome.reason is not PrinterState.READY else PrinterState.ERROR)
        if outcome.may_have_printed:
            told = Outcome(Kind.BADGE_FAILED, self._printer.name, outcome.reason.value, unsure=True)
            self._room.finish(job, told, trouble_of(outcome.reason))
            return 0.0
        self._room.take_back(job)
        self._refusals += 1
        return self._wait(None)

    def _hold(self, job: BadgeJob) -> float:
        """The disk does not take the mark, so nothing may be printed."""
        self._room.line.release(job.key)
        for waiting in self._room.line.waiting():
            if waiting.job is job:
                self._room.send_to_reception(waiting, BadgeTrouble.OTHER)
        return RETRY_SECONDS

    def _print_page(self, job: PagesJob) -> float:
        room, name, medium = self._room, self._printer.name, self._printer.medium
        if not room.pages.claim(job, name, room.is_lost):
            return 0.0
        if job.medium != medium.name:
            try:
                pages = tuple(job.draw(medium))
            except Exception:  # noqa: BLE001 -- pages that cannot be drawn must not keep back the badges
                room.pages.drop(job.ticket)
                return 0.0
            room.pages.drawn(job, name, medium.name, pages)
        if job.done:
            room.pages.turn(job, name, out=False)
            return 0.0
        outcome = self._hand_over(job.pages[job.printed])
        if not isinstance(outcome, Failed):
            room.pages.turn(job, name, out=True)
            self._health.see(PrinterState.READY)
            return 0.0
        self._note(outcome.reason if outcome.reason is not PrinterState.READY else PrinterState.ERROR)
        if self._health.busy:  # another computer was quicker: that is no refusal
            return self._wait(job)
        room.pages.refuse(job, name)
        return self._wait(None)

    def _idle(self) -> float:
        """Nobody waits for a badge of this printer: a test badge has its turn."""
        tests, name = self._room.tests, self._printer.name
        if not tests.waits(name):
            return self._watch()
        if not self._ask():
            if self._health.busy and self._health.trouble is None:
                return BRIEF_SECONDS
            self._refuse_test()
            return 0.0
        tests.note(BadgeTest(name, BadgeTestState.PRINTING))
        dots = drawn_test(name, self._printer.medium, tests.draw)
        if isinstance(dots, BadgeTest):
            tests.note(dots)
            return 0.0
        outcome = self._hand_over(dots)
        tests.note(judged_test(name, outcome))
        self._note(outcome.reason if isinstance(outcome, Failed) else PrinterState.READY)
        return 0.0

    def _refuse_test(self) -> None:
        name = self._printer.name
        if self._room.tests.waits(name):
            self._room.tests.note(refused_test(name, self._status.state, self._status.sentence))

    def _ask(self) -> bool:
        self._next_watch = self._room.mono() + WATCH_SECONDS
        try:
            with self._health.calling(STATUS_SECONDS):
                self._status = self._printer.driver.status(self._printer.medium)
                state = self._status.state
        except Exception:
            self._note(PrinterState.ERROR)
            # A fault of the driver's own: nobody is to wait for it at the screen.
            self._room.tell(self._bench)
            raise
        self._note(state)
        if state is not PrinterState.READY:
            self._refusals = 0
        return state is PrinterState.READY

    def _note(self, state: PrinterState) -> None:
        self._health.see(state)
        with suppress(StorageError):
            self._seen(self._printer.name, state)

    def _wait(self, pages: PagesJob | None) -> float:
        """Others may be able; this one tries again, sooner where it may only be busy with another computer."""
        if pages is not None:
            self._room.pages.turn(pages, self._printer.name, out=False)
        self._room.tell(self._bench)
        if self._health.busy and self._health.trouble is None:
            return BRIEF_SECONDS * (1 + 2 * self._random())
        return RETRY_SECONDS if self._refusals < _MANY_REFUSALS else SLOW_RETRY_SECONDS

    def _watch(self) -> float:
        """Nothing to print: how is it?"""
        left = self._next_watch - self._room.mono()
        if left <= 0:
            self._ask()
            left = WATCH_SECONDS
        if self._health.busy:
            self._next_watch = min(self._next_watch, self._room.mono() + LOOK_SECONDS * (1 + self._random()))
        return min(LOOK_SECONDS, max(left, 0.0))


def _png(bitmap: BadgeBitmap) -> bytes:
    buffer = BytesIO()
    bitmap.preview().save(buffer, "PNG", compress_level=1)  # for a screen, while a visitor waits
    return buffer.getvalue()
