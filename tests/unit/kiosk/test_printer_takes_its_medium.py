"""A printer whose labels it cannot print on is said when the kiosk starts, not badge by badge."""

import pytest

from kiosk.composition.print_room import open_badge_printer
from kiosk.printer_settings import PrinterSetting
from printers.errors import MediumUnknownError


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
