"""The evacuation list onto badge paper: page after page, and on again by itself where the printer was held up.

A stepper without a thread of its own. A page of a list is not a badge: one too many costs a label, one too few a
person. So whatever is in doubt is printed again (``BadgeQueue`` does the opposite).
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kiosk.flows.printing.printer_health import trouble_of
from kiosk.ports import BadgeTrouble, EvacuationList, ListPrint, ListPrintState
from printers.bitmap import BadgeBitmap
from printers.driver import Failed, PrinterDriver, PrintOutcome
from printers.errors import PrinterError
from printers.paper import Medium
from sync.device.clock import DeviceClock

RETRY_SECONDS = 2.0
GIVE_UP_SECONDS = 300.0
"""As long a printer may stand still between two pages; a list that is older than that is printed anew."""
IDLE_SECONDS = 60.0


class ListPrinter(Protocol):
    """Whatever puts a page of the list on paper, before any badge that waits. Blocks for a bounded time."""

    @property
    def medium(self) -> Medium:
        """What the pages are laid out for."""
        ...

    def print_page(self, page: BadgeBitmap) -> PrintOutcome:
        """Print one page and say what became of it."""
        ...


@dataclass(frozen=True, slots=True)
class DriverPrinter:
    """A ``ListPrinter`` that speaks to a printer itself."""

    driver: PrinterDriver
    medium: Medium

    def print_page(self, page: BadgeBitmap) -> PrintOutcome:
        """See ``ListPrinter.print_page``."""
        return self.driver.print_badge(page, self.medium)


Draw = Callable[[EvacuationList, Medium], Sequence[BadgeBitmap]]


class ListPrinting:
    """The kiosk's ``ListPaper``: ``begin`` and ``progress`` return at once, ``step`` may take seconds."""

    def __init__(
        self,
        *,
        printer: ListPrinter | None,
        draw: Draw,
        clock: DeviceClock,
        wake: Callable[[], None] = lambda: None,
        give_up_seconds: float = GIVE_UP_SECONDS,
    ) -> None:
        self._printer = printer
        self._draw = draw
        self._clock = clock
        self._wake = wake
        self._give_up_ms = give_up_seconds * 1000
        self._lock = threading.Lock()
        self._wanted: EvacuationList | None = None
        self._pages: Sequence[BadgeBitmap] = ()
        self._moved_ms = 0
        self._progress = ListPrint(ListPrintState.NO_PRINTER if printer is None else ListPrintState.IDLE)

    def begin(self, people: EvacuationList) -> None:
        """Print this list, unless one is being printed."""
        with self._lock:
            if self._printer is None or self._progress.state in _AT_WORK:
                return
            self._wanted = people
            self._progress = ListPrint(ListPrintState.PREPARING)
        self._wake()

    def progress(self) -> ListPrint:
        """How it is getting on."""
        with self._lock:
            return self._progress

    def step(self) -> float:
        """Lay a list out, or print its next page; returns in how many seconds to step again."""
        printer, now = self._printer, self.progress()
        if printer is None or now.state not in _AT_WORK:
            return IDLE_SECONDS
        if now.state is ListPrintState.PREPARING:
            return self._prepare(printer)
        return self._print(printer, now)

    def _prepare(self, printer: ListPrinter) -> float:
        with self._lock:
            people, self._wanted = self._wanted, None
        try:
            self._pages = () if people is None else self._draw(people, printer.medium)
        except PrinterError:
            self._note(ListPrint(ListPrintState.GIVEN_UP, trouble=BadgeTrouble.OTHER))
            return IDLE_SECONDS
        self._moved_ms = self._clock.mono_ms()
        self._note(ListPrint(ListPrintState.PRINTING, 0, len(self._pages)))
        return 0.0

    def _print(self, printer: ListPrinter, now: ListPrint) -> float:
        outcome = printer.print_page(self._pages[now.printed])
        if isinstance(outcome, Failed):
            return self._hold(now, trouble_of(outcome.reason))
        self._moved_ms = self._clock.mono_ms()
        done, pages = now.printed + 1, now.pages
        if done < pages:
            self._note(ListPrint(ListPrintState.PRINTING, done, pages))
            return 0.0
        self._pages = ()
        self._note(ListPrint(ListPrintState.PRINTED, done, pages))
        return IDLE_SECONDS

    def _hold(self, now: ListPrint, trouble: BadgeTrouble) -> float:
        if self._clock.mono_ms() - self._moved_ms > self._give_up_ms:
            self._pages = ()
            self._note(ListPrint(ListPrintState.GIVEN_UP, now.printed, now.pages, trouble))
            return IDLE_SECONDS
        self._note(ListPrint(ListPrintState.HELD, now.printed, now.pages, trouble))
        return RETRY_SECONDS

    def _note(self, progress: ListPrint) -> None:
        with self._lock:
            self._progress = progress


_AT_WORK = (ListPrintState.PREPARING, ListPrintState.PRINTING, ListPrintState.HELD)
