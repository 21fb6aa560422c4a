"""``lodge-kiosk badges test``: a test badge on each printer, by the lobby that runs here, or without one."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

from kiosk.badge_values import BadgeTest, BadgeTestState
from kiosk.composition.artists import build_artist, build_test_drawing
from kiosk.composition.printer_opening import open_badge_printer
from kiosk.composition.station import Station
from kiosk.data_folder import hold_data_folder
from kiosk.errors import KioskError
from kiosk.flows.printing.badge_test_post import BadgeTestPost
from kiosk.flows.printing.badge_tests import PATIENCE_SECONDS, print_test
from kiosk.flows.printing.printer_records import PrinterRecords
from kiosk.printer_settings import PrinterSetting, find_printers

_POLL_SECONDS = 0.25
_TAKEN_SECONDS = 10.0
_NO_PRINTER = "This kiosk has no printer: name one, --printer ADDRESS, or describe several in printers.toml."
_LOBBY_SAYS_NOTHING = "The lobby here did not take the wish: it has no printer, or hangs. See: lodge-kiosk status"
_WORDS = {
    BadgeTestState.PRINTED: "The test badge was printed.",
    BadgeTestState.SENT: "The test badge was sent: look at it.",
    BadgeTestState.FAILED: "No test badge came out.",
    BadgeTestState.UNSURE: "The test badge may be out: look at it.",
}


def run_tests(
    station: Station, named: tuple[PrinterSetting, ...], tell: Callable[[str], None]
) -> tuple[BadgeTest, ...]:
    """Print them, telling of each; ``named``: the printers, else those of the lobby that runs here, or ran last.

    Raises:
        KioskError: there is no printer, or a lobby that runs does not answer.
        PrinterError: a printer's address or medium is not one that is known.
        DeviceError: the disk refused.
    """
    with ExitStack() as held:
        try:
            held.enter_context(hold_data_folder(station.configuration.data_folder))
        except KioskError:
            if named:
                raise KioskError("The lobby runs here and has its printers: leave --printer out.") from None
            return _by_the_lobby(station, tell)
        return tuple(_alone(station, named or _of_last_lobby(station), tell))


def _of_last_lobby(station: Station) -> tuple[PrinterSetting, ...]:
    records = PrinterRecords(station.settings, station.clock.wall_ms).read()
    last = tuple(PrinterSetting(record.name, record.address, record.medium) for record, _ in records)
    found = last or find_printers(station.configuration.data_folder, None)
    if not found:
        raise KioskError(_NO_PRINTER)
    return found


def _alone(station: Station, settings: tuple[PrinterSetting, ...], tell: Callable[[str], None]) -> Iterator[BadgeTest]:
    draw = build_test_drawing(station, build_artist(station))
    for setting in settings:
        printer = open_badge_printer(setting)
        with closing(printer.driver):
            test = print_test(printer.name, printer.driver, printer.medium, draw)
        tell(line_of(test))
        yield test


def _by_the_lobby(station: Station, tell: Callable[[str], None]) -> tuple[BadgeTest, ...]:
    """Ask it, and follow what becomes of it: its printers are its own, and so is their order."""
    post = BadgeTestPost(station.settings)
    wish, began, told = post.wish(), time.monotonic(), set[str]()
    while True:
        tests = post.told(wish) or ()
        for test in tests:
            if test.over and test.printer not in told:
                told.add(test.printer)
                tell(line_of(test))
        waited = time.monotonic() - began
        if tests and all(test.over for test in tests):
            return tests
        if not tests and waited > _TAKEN_SECONDS:
            raise KioskError(_LOBBY_SAYS_NOTHING)
        if waited > PATIENCE_SECONDS + _TAKEN_SECONDS:
            waiting = ", ".join(test.printer for test in tests if not test.over)
            raise KioskError(f"{waiting}: not done in time. It serves somebody else, or does not answer.")
        time.sleep(_POLL_SECONDS)


def line_of(test: BadgeTest) -> str:
    """What became of one, in a line."""
    return f"{test.printer}: {_WORDS[test.state]} {test.sentence}".rstrip()


line_of.__test__ = False  # type: ignore[attr-defined]
