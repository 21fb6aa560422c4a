"""The badge queue: each badge once, whatever the printers, the power or the paper do (C41).

The ledger is the event log: *requested*, then *printed*, *sent* or *failed*. Here it is put together: the print room
that all printers share, and a stepper for each of them. It has no thread of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.flows.printing.badge_ledger import BadgeLedger, BadgeRecord
from kiosk.flows.printing.badge_test_post import BadgeTestPost
from kiosk.flows.printing.badge_tests import BadgeTests, DrawTest
from kiosk.flows.printing.paper_desk import DrawPages
from kiosk.flows.printing.print_room import BadgePrinter, PrintRoom
from kiosk.flows.printing.printer_lane import PrinterLane
from kiosk.ports import BadgeProgress, BadgePromise, BadgeState, BadgeTrouble, PagesProgress, PrinterNow, PrinterState
from printers.bitmap import BadgeBitmap
from printers.driver import PrinterState as DriverState
from printers.paper import Medium

__all__ = ["BadgePrinter", "BadgeQueue"]


class BadgeQueue:
    """The kiosk's ``BadgeDesk`` and ``PaperDesk``: all but the lanes' ``step`` returns at once.

    ``printers``: the one that badges are first laid out for first. ``lapsed`` and ``rebuild``: see ``PrintRoom``;
    ``random`` and ``seen``: see ``PrinterLane``; ``draw_test`` and ``post``: see ``BadgeTests``. ``mono``: monotonic
    seconds.
    """

    def __init__(  # noqa: PLR0913 -- one part each
        self,
        *,
        ledger: BadgeLedger,
        printers: Sequence[BadgePrinter],
        draw: Callable[[BadgeJob, Medium], BadgeBitmap],
        lapsed: Callable[[BadgeJob], str],
        rebuild: Callable[[BadgeRecord], BadgeJob | None],
        mono: Callable[[], float],
        random: Callable[[], float],
        draw_test: DrawTest,
        post: BadgeTestPost | None = None,
        seen: Callable[[str, DriverState], None] = lambda *_: None,
    ) -> None:
        ordered = sorted(printers, key=lambda printer: printer.rank)
        tests = BadgeTests(draw=draw_test, mono=mono, post=post)
        room = PrintRoom(ledger=ledger, printers=ordered, lapsed=lapsed, rebuild=rebuild, mono=mono, tests=tests)
        self._room = room
        self.lanes = tuple(PrinterLane(room, bench, draw=draw, random=random, seen=seen) for bench in room.benches)
        """One stepper for each printer."""

    @property
    def medium(self) -> str | None:
        """The medium's name, or ``None`` where there is no printer."""
        return self._room.benches[0].printer.medium.name if self._room.benches else None

    @property
    def printer_state(self) -> PrinterState:
        """What was last seen: ready where any printer is."""
        if not self._room.benches:
            return PrinterState.ABSENT
        return PrinterState.READY if self._usable() else PrinterState.TROUBLE

    def printers(self) -> tuple[PrinterNow, ...]:
        """Each printer, and what was last seen of it."""
        return tuple(
            PrinterNow(name, bench.printer.medium.name, bench.health.worst, self._room.tests.of(name))
            for bench in self._room.benches
            for name in (bench.printer.name,)
        )

    def print_tests(self) -> None:
        """Print a test badge on each printer."""
        self._room.tests.ask([bench.printer.name for bench in self._room.benches])
        self._room.wake_all()

    def add(self, job: BadgeJob) -> BadgePromise:
        """Queue a badge that the log has already requested."""
        room = self._room
        if not room.benches:
            return BadgePromise.NONE
        room.news.note(job.stay, BadgeProgress(BadgeState.QUEUED))
        room.line.add(job, since=room.mono())
        room.wake_all()
        return BadgePromise.PRINTING if self._usable() else BadgePromise.AT_RECEPTION

    def owe(self, record: BadgeRecord) -> bool:
        """Queue a badge that was requested before a restart. ``False``: nothing is left to print."""
        return bool(self._room.benches) and self._room.owe(record, told=True)

    def hurry(self) -> None:
        """Somebody has asked for a badge in the log: look now."""
        self._room.look_soon()

    def progress(self, stay_id: str) -> BadgeProgress | None:
        """How a badge is getting on. Where a driver itself hangs, that is seen here, for its thread tells nothing."""
        told = self._room.news.of(stay_id)
        if told is None or told.state not in {BadgeState.QUEUED, BadgeState.PRINTING}:
            return told
        if told.state is BadgeState.QUEUED:
            stuck = not self._usable() and any(bench.health.lost for bench in self._room.benches)
        else:
            holders = self._room.line.holders(stay_id)
            stuck = any(bench.health.lost for bench in self._room.benches if bench.printer.name in holders)
        return replace(told, state=BadgeState.FAILED, trouble=BadgeTrouble.UNREACHABLE) if stuck else told

    def print_pages(self, draw: DrawPages) -> int | None:
        """See ``PaperDesk``."""
        if not self._room.benches:
            return None
        ticket = self._room.pages.add(draw)
        self._room.wake_all()
        return ticket

    def pages_progress(self, ticket: int) -> PagesProgress | None:
        """See ``PaperDesk``."""
        worst = [bench.health.worst for bench in self._room.benches]
        return self._room.pages.progress(ticket, worst[0] if all(worst) else None, self._room.is_lost)

    def drop_pages(self, ticket: int) -> None:
        """See ``PaperDesk``."""
        self._room.pages.drop(ticket)

    def _usable(self) -> bool:
        return any(bench.health.trouble is None for bench in self._room.benches)
