"""A printer whose labels it cannot print on is said when the kiosk starts, not badge by badge."""

from pathlib import Path

import pytest

from kiosk.composition.printer_opening import open_badge_printer
from kiosk.printer_settings import PrinterSetting
from printers.driver import PrinterState
from printers.drivers import open_printer, usual_medium
from printers.errors import MediumUnknownError
from printers.media import medium
from tests.contract.printers.virtual_bus import virtual_desk


@pytest.mark.parametrize(
    ("address", "medium", "model"),
    [
        ("tcp:192.0.2.17?model=ZD421-300", "62x100", "ZD421-300"),
        ("usb:04f9:209d", "dymo-99014", "QL-820NWB"),
        ("virtual:LabelWriter-550", "62x100", "LabelWriter-550"),
    ],
)
def test_medium_of_another_family_is_refused_with_those_that_fit(address: str, medium: str, model: str) -> None:
    with pytest.raises(MediumUnknownError, match=f"'Lobby' is a {model}, which takes no {medium}. It takes: "):
        open_badge_printer(PrinterSetting("Lobby", address, medium))


@pytest.mark.parametrize(
    ("address", "medium"),
    [
        ("usb:", "dymo-99014"),
        ("usb:04f9:209d", "62x100"),
        ("tcp:192.0.2.17?model=ZD421-300", "102x76-300dpi"),
        ("ipp://192.0.2.18/ipp/print", "pdf-62x100"),
    ],
)
def test_what_fits_or_is_left_open_is_taken(address: str, medium: str) -> None:
    assert open_badge_printer(PrinterSetting("Lobby", address, medium)).medium.name == medium


@pytest.mark.parametrize(
    ("address", "medium"),
    [
        ("tcp:192.0.2.17?model=ZD421-300", "76x102-300dpi"),
        ("usb:0922:0020", "dymo-99014"),
        ("usb:04b8:0202", "80mm-180dpi"),
        ("virtual:ESCPOS-58", "58mm"),
        ("usb:04f9:209d", "62x100"),
        ("ipp://192.0.2.18/ipp/print", "62x100"),
    ],
)
def test_medium_that_the_settings_leave_out_is_one_that_the_printer_takes(address: str, medium: str) -> None:
    assert open_badge_printer(PrinterSetting("Lobby", address, "")).medium.name == medium


def test_printer_plugged_in_says_which_medium_an_open_address_means(tmp_path: Path) -> None:
    bus = virtual_desk(tmp_path, model="LabelWriter-450", media="dymo-99010").bus
    assert usual_medium("usb:", backend=bus).name == "dymo-99014"


def test_printer_found_later_that_takes_no_such_medium_never_calls_itself_ready(tmp_path: Path) -> None:
    desk = virtual_desk(tmp_path, model="ZD620-203", media="102x51-203dpi")
    status = open_printer("usb:", backend=desk.bus, clock=desk.clock).status(medium("62x100"))
    assert status.state is PrinterState.WRONG_MEDIA
    assert status.sentence.startswith("A ZD620-203 takes no 62x100. Name a medium that it takes: 102x152-203dpi")
