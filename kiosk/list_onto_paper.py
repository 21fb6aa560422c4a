"""``lodge-kiosk roster --print`` and ``--png``: the list on badge paper without the lobby."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.composition.artists import build_list_artist
from kiosk.composition.station import Station
from kiosk.data_folder import hold_data_folder
from kiosk.errors import KioskError
from kiosk.flows.printing.list_printing import DriverPrinter, ListPrinting
from kiosk.ports import EvacuationList, ListPrint, ListPrintState
from printers.bitmap import BadgeBitmap
from printers.dialogues.words import cause_of_failure
from printers.driver import Failed, PrintOutcome
from printers.drivers import open_printer, usual_medium
from printers.media import Medium, medium

_WAITING_SECONDS = 20.0
"""As long somebody at a terminal waits for a printer that is held up before they are told."""


@dataclass(frozen=True, slots=True)
class PaperWish:
    """What was asked for: a folder for pictures, paper, or both; of which printer and medium."""

    png: Path | None
    printing: bool
    printer: str
    medium: str | None

    def fulfil(self, station: Station, listed: EvacuationList, tell: Callable[[str], None]) -> None:
        """Do it, telling what became of it.

        Raises:
            KioskError, PrinterError: as ``save_pages`` and ``print_pages``.
        """
        if self.png is not None:
            pages = save_pages(station, listed, self.png, paper_of(self.printer, self.medium))
            tell(f"{pages} {'page' if pages == 1 else 'pages'} in {self.png}")
        if self.printing:
            print_pages(station, listed, self.printer, paper_of(self.printer, self.medium), tell)


def paper_of(printer: str, named: str | None) -> Medium:
    """The medium that was named, else the usual one of the printer at this address.

    Raises:
        PrinterError: neither is known.
    """
    return usual_medium(printer) if named is None else medium(named)


def save_pages(station: Station, listed: EvacuationList, folder: Path, paper: Medium) -> int:
    """Write the pages as ``page-001.png`` ... dot for dot as they would be printed; returns how many.

    Raises:
        KioskError: the folder cannot be written to.
        PrinterError: the list cannot be laid out.
    """
    pages = build_list_artist(station).draw(listed, paper)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(pages, 1):
            page.preview().save(folder / f"page-{number:03d}.png", "PNG")
    except OSError as error:
        raise KioskError(f"{folder} could not be written: {error.strerror}.") from error
    return len(pages)


def print_pages(
    station: Station, listed: EvacuationList, printer: str, paper: Medium, tell: Callable[[str], None]
) -> None:
    """Print the list, telling how it gets on.

    Raises:
        KioskError: the lobby has the printer, or not all pages came out.
        PrinterError: the printer's address is not one that is known.
    """
    driver = open_printer(printer)
    try:
        with _without_lobby(station.configuration.data_folder):
            heard = _Listening(DriverPrinter(driver, paper))
            printing = ListPrinting(
                printer=heard,
                draw=build_list_artist(station).draw,
                clock=station.clock,
                give_up_seconds=_WAITING_SECONDS,
            )
            _run(printing, listed, heard, tell)
    finally:
        driver.close()


@dataclass(slots=True)
class _Listening:
    """A ``ListPrinter`` that keeps what the printer said last, for the person at the terminal."""

    printer: DriverPrinter
    said: str = "The list cannot be laid out for this paper."

    @property
    def medium(self) -> Medium:
        """See ``ListPrinter``."""
        return self.printer.medium

    def print_page(self, page: BadgeBitmap) -> PrintOutcome:
        """See ``ListPrinter``."""
        outcome = self.printer.print_page(page)
        self.said = cause_of_failure(outcome) if isinstance(outcome, Failed) else ""
        return outcome


def _run(printing: ListPrinting, listed: EvacuationList, heard: _Listening, tell: Callable[[str], None]) -> None:
    seen, said = ListPrint(), ""
    printing.begin(listed)
    while seen.state not in {ListPrintState.PRINTED, ListPrintState.GIVEN_UP}:
        wait, seen = printing.step(), printing.progress()
        if seen.state is ListPrintState.HELD:
            if heard.said != said:
                said = heard.said
                tell(f"{said} {_out(seen)} It goes on when that is done, within {_WAITING_SECONDS:.0f} seconds.")
            time.sleep(wait)
    if seen.state is ListPrintState.GIVEN_UP:
        raise KioskError(f"{heard.said} {_out(seen)} No more was tried: mend it and ask again.")
    tell(f"Printed {seen.printed} of {seen.pages} pages")


def _out(seen: ListPrint) -> str:
    return f"{seen.printed} of {seen.pages} {'page is' if seen.pages == 1 else 'pages are'} out."


@contextmanager
def _without_lobby(folder: Path) -> Iterator[None]:
    """Two programs on one printer would print into each other. A disk that refuses has no lobby that records."""
    with ExitStack() as held:
        try:
            held.enter_context(hold_data_folder(folder))
        except KioskError as error:
            raise KioskError("The lobby runs here and has the printer: print from its evacuation screen.") from error
        except OSError:
            held.pop_all()
        yield
