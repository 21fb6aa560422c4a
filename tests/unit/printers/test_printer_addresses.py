"""Printer addresses, models and media."""

from __future__ import annotations

from pathlib import Path

import pytest

from printers.catalogue.brother import MODELS as BROTHERS
from printers.driver import Failed, PrinterState
from printers.drivers import open_printer
from printers.errors import ControlError, MediumUnknownError, PrinterAddressError, PrinterError
from printers.media import MEDIA, medium
from printers.models import MODELS, model_by_usb_id, printer_model
from tests.contract.printers.virtual_bus import SERIAL, virtual_desk
from tests.vectors.printers.samples import dot_pattern


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "usb",
        "foo:bar",
        "file:",
        "virtual:",
        "usb:04f9",
        "usb:xyz:1",
        "usb:04f9:209d?x=1",
        "usb:1234:5678",
        "file:x?colour=red",
        "http://example.org/",
    ],
)
def test_bad_address_is_refused_with_the_right_forms(uri: str) -> None:
    with pytest.raises(PrinterAddressError):
        open_printer(uri)


@pytest.mark.parametrize(
    ("uri", "error"),
    [
        ("virtual:QL-9999", MediumUnknownError),
        ("virtual:QL-820NWB?media=banana", MediumUnknownError),
        ("file:x.bin?model=none", MediumUnknownError),
        ("virtual:QL-700?media=62red", ControlError),
        ("virtual:QL-820NWB?control=/nonexistent/folder/sock", ControlError),
        ("virtual:QL-820NWB?out=/dev/null/folder", ControlError),
    ],
)
def test_address_of_something_that_cannot_be_is_refused(uri: str, error: type[PrinterError]) -> None:
    with pytest.raises(error):
        open_printer(uri)


def test_usb_printer_may_be_absent_when_its_driver_is_made(tmp_path: Path) -> None:
    desk = virtual_desk(tmp_path)
    other = open_printer("usb:04f9:209d:OTHER", backend=desk.bus, clock=desk.clock)
    assert other.status().state is PrinterState.GONE
    outcome = other.print_badge(dot_pattern(696, 1109, seed=1), medium("62x100"))
    assert isinstance(outcome, Failed)
    assert outcome.reason is PrinterState.GONE
    assert not outcome.may_have_printed


@pytest.mark.parametrize("uri", ["usb:", "usb:04f9:209d", f"usb:04f9:209d:{SERIAL}", "usb:04F9:209D"])
def test_each_form_of_usb_address_finds_the_printer(uri: str, tmp_path: Path) -> None:
    desk = virtual_desk(tmp_path)
    status = open_printer(uri, backend=desk.bus, clock=desk.clock).status(medium("62x100"))
    assert status.state is PrinterState.READY
    assert status.model == "QL-820NWB"


def test_media_are_known_by_unique_names_with_sources() -> None:
    assert len({paper.name for paper in MEDIA}) == len(MEDIA)
    assert all(paper.source for paper in MEDIA)
    with pytest.raises(MediumUnknownError, match="62x100"):
        medium("A4")


def test_printable_dots_are_those_of_the_reference() -> None:
    sizes = {paper.name: (paper.width_dots, paper.height_dots) for paper in MEDIA}
    assert sizes["62x100"] == (696, 1109)
    assert sizes["62x29"] == (696, 271)
    assert sizes["29x90"] == (306, 991)
    assert sizes["62red"] == (696, None)
    assert sizes["54"] == (590, None)
    assert medium("62").badge_height_dots == 1109
    assert medium("62").margin_dots == 35
    assert medium("62x100").margin_dots == 0


def test_every_model_takes_common_labels_and_only_three_take_red() -> None:
    assert all(model.takes(medium("62x100")) for model in BROTHERS)
    assert [model.name for model in MODELS if model.takes(medium("62red"))] == ["QL-800", "QL-810W", "QL-820NWB"]
    wide = ["QL-1050", "QL-1060N", "QL-1100", "QL-1110NWB", "QL-1115NWB"]
    assert [model.name for model in MODELS if model.takes(medium("102x152"))] == wide
    assert printer_model("ql-820nwb") is model_by_usb_id(0x04F9, 0x209D)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("file:/nowhere/usb/lp0", "There is no /nowhere/usb/lp0. The printer is unplugged or switched off."),
        ("tcp:no..host?model=ZD421-203", "No machine is called 'no..host' on this network. Look the name up"),
    ],
)
def test_what_is_not_there_is_named_before_the_advice_for_it(address: str, words: str) -> None:
    status = open_printer(address).status()
    assert status.state is PrinterState.GONE
    assert status.sentence.startswith(words)
