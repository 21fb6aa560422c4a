"""C41: a printer that halts its USB endpoint (EPIPE) is let on again, and no badge comes out twice for it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from printers.bitmap import BadgeBitmap
from printers.driver import Failed, Printed, PrinterState
from printers.encodings.brother_ql import STATUS_REQUEST
from printers.encodings.brother_status import StatusKind, parse_status
from printers.errors import PrinterHaltedError
from printers.job import JobOptions
from printers.media import medium
from printers.models import family_of, printer_model
from printers.transports.usb import UsbAddress, UsbTransport
from tests.contract.printers.virtual_bus import VirtualDesk, virtual_desk
from tests.vectors.printers.samples import dot_pattern

FAMILIES = {
    "QL-820NWB": "62x29",
    "ZD421-203": "51x76-203dpi",
    "GK420d": "51x76-203dpi",
    "TM-T88VI": "80mm-180dpi",
    "ESCPOS-80": "80mm",
    "LabelWriter-450": "dymo-99015",
    "LabelWriter-550": "dymo-99015",
}
SHARES = (0.0, 0.002, 0.1, 0.5, 0.99, 1.0)


def whole_badges(desk: VirtualDesk, badge: BadgeBitmap) -> int:
    def same(path: Path) -> bool:
        with Image.open(path) as picture:
            fits = picture.size == (badge.width, badge.height)
            return fits and ImageChops.difference(picture.convert("RGB"), badge.preview()).getbbox() is None

    return sum(same(path) for path in desk.badges())


@pytest.mark.parametrize("model", FAMILIES)
def test_c41_endpoint_halted_anywhere_in_a_badge_never_makes_two(tmp_path: Path, model: str) -> None:
    paper, described = medium(FAMILIES[model]), printer_model(model)
    badge = dot_pattern(paper.width_dots, paper.height_dots or 300, seed=3)
    size = len(family_of(described).job(badge, paper, described, JobOptions()))
    printed = 0
    for share in SHARES:
        desk = virtual_desk(tmp_path / str(share), model=model, media=paper.name)
        desk.bus.halt(after_bytes=round(size * share))
        for _ in range(4):
            outcome = desk.driver.print_badge(badge, paper)
            desk.clock.sleep(20)
            if not isinstance(outcome, Failed) or outcome.may_have_printed:
                break
        desk.printer.control({"status": True})
        found = whole_badges(desk, badge)
        assert found <= 1, share
        assert found == 1 or isinstance(outcome, Failed), (share, outcome)
        printed += not isinstance(outcome, Failed)
        assert desk.driver.status(paper).state is PrinterState.READY, share
    assert printed > 0


@pytest.mark.parametrize("model", FAMILIES)
def test_endpoint_that_an_earlier_program_left_halted_costs_the_next_badge_nothing(tmp_path: Path, model: str) -> None:
    paper = medium(FAMILIES[model])
    desk = virtual_desk(tmp_path, model=model, media=paper.name)
    desk.bus.halt()
    badge = dot_pattern(paper.width_dots, paper.height_dots or 300, seed=4)
    outcome = desk.driver.print_badge(badge, paper)
    assert isinstance(outcome, Printed) or not printer_model(model).confirms
    assert whole_badges(desk, badge) == 1


def test_one_packet_is_sent_again_and_more_than_one_is_not(tmp_path: Path) -> None:
    """A packet is taken whole or not at all; of several nobody knows how many were."""
    desk = virtual_desk(tmp_path)
    with closing(UsbTransport.open(UsbAddress(), backend=desk.bus, clock=desk.clock)) as transport:
        desk.bus.halt()
        transport.write(STATUS_REQUEST, 1, 1)
        desk.bus.halt()
        assert parse_status(transport.read(0.5)).kind is StatusKind.REPLY
        desk.bus.halt(after_bytes=128)
        with pytest.raises(PrinterHaltedError) as caught:
            transport.write(bytes(300), 1, 1)
        assert (caught.value.written, caught.value.perhaps) == (0, 300)
        transport.write(STATUS_REQUEST, 1, 1)
        assert parse_status(transport.read(0.5)).kind is StatusKind.REPLY


def test_printer_that_halts_again_and_again_is_given_up_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = virtual_desk(tmp_path)
    desk.bus.halt()
    monkeypatch.setattr(desk.bus, "clear_halt", lambda *_: None)
    status = desk.driver.status(medium("62x100"))
    assert (status.state, status.sentence) == (PrinterState.ERROR, "The printer broke the USB transfer off.")


@pytest.mark.parametrize("model", ["TM-T88VI", "LabelWriter-450", "LabelWriter-550"])
def test_c41_paper_that_moves_while_dots_come_makes_a_halt_in_the_first_of_them_a_perhaps(
    tmp_path: Path, model: str
) -> None:
    """Nobody is told how much was taken: what may lie in the tray is looked for, not printed again."""
    paper = medium(FAMILIES[model])
    desk = virtual_desk(tmp_path, model=model, media=paper.name)
    assert desk.driver.status(paper).state is PrinterState.READY
    desk.bus.halt(after_bytes=5_000)
    badge = dot_pattern(paper.width_dots, paper.height_dots or 300, seed=5)
    outcome = desk.driver.print_badge(badge, paper)
    assert isinstance(outcome, Failed)
    assert outcome.may_have_printed
