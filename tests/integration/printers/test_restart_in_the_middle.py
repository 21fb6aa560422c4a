"""C41: a kiosk that is killed in the middle of a badge leaves half of it in the printer, and a new process must print.

The part of the job that was sent is handed to the virtual printer; then a driver that has never seen it prints the next
visitor's badge through the production transport, in virtual time.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from printers.bitmap import BadgeBitmap
from printers.connected import ConnectedDriver, Connection
from printers.driver import Failed, PrinterState
from printers.encodings.dymo_550 import ASK, ASK_AND_LOCK, FINISH
from printers.encodings.zpl import COUNT_REQUEST, encode
from printers.job import JobOptions
from printers.media import medium
from printers.models import family_of, printer_model
from printers.transports.usb import UsbAddress, UsbTransport, find_printers
from tests.contract.printers.virtual_bus import SERIAL, VirtualDesk, virtual_desk
from tests.vectors.printers.samples import dot_pattern

TRIES = 3
SHARES = (0.0, 0.001, 0.31, 0.97)
LAST_BYTES = (1, 2, 5, 6, 9)
FAMILIES = {
    "QL-820NWB": "62x29",
    "ZD421-203": "51x76-203dpi",
    "GK420d": "51x76-203dpi",
    "TM-T88VI": "80mm-180dpi",
    "ESCPOS-80": "80mm",
    "LabelWriter-450": "dymo-99015",
    "LabelWriter-550": "dymo-99015",
}


def badge_for(media: str, seed: int) -> BadgeBitmap:
    return dot_pattern(medium(media).width_dots, medium(media).height_dots or 300, seed=seed)


def sheets_of(desk: VirtualDesk, badge: BadgeBitmap) -> list[bool]:
    """For each sheet in the tray whether it is this badge, whole and alone."""
    told = []
    for path in desk.badges():
        with Image.open(path) as picture:
            same = picture.size == (badge.width, badge.height)
            told.append(same and ImageChops.difference(picture.convert("RGB"), badge.preview()).getbbox() is None)
    return told


def cuts(job: bytes) -> list[int]:
    shares = {max(1, int(len(job) * share)) for share in SHARES}
    return sorted(shares | {len(job) - left for left in LAST_BYTES})


@pytest.mark.parametrize("model", FAMILIES)
def test_c41_new_process_prints_the_next_badge_once_and_on_a_sheet_of_its_own(tmp_path: Path, model: str) -> None:
    media = FAMILIES[model]
    old, new = badge_for(media, 5), badge_for(media, 6)
    described = printer_model(model)
    job = family_of(described).job(old, medium(media), described, JobOptions())
    for cut in cuts(job):
        desk = virtual_desk(tmp_path / str(cut), model=model, media=media)
        if model == "LabelWriter-550":
            desk.printer.receive(ASK_AND_LOCK)
        desk.printer.receive(job[:cut])
        desk.clock.sleep(20)
        for _ in range(TRIES):
            outcome = desk.driver.print_badge(new, medium(media))
            if not isinstance(outcome, Failed):
                break
            assert not outcome.may_have_printed
            desk.clock.sleep(3)
        assert not isinstance(outcome, Failed), (cut, outcome)
        desk.clock.sleep(20)
        desk.printer.control({"status": True})
        told = sheets_of(desk, new)
        assert (told.count(True), told[-1:]) == (1, [True]), (cut, told)


@pytest.mark.parametrize("model", FAMILIES)
def test_first_badge_of_a_process_costs_a_healthy_printer_no_paper(tmp_path: Path, model: str) -> None:
    media = FAMILIES[model]
    desk = virtual_desk(tmp_path, model=model, media=media)
    assert desk.driver.status(medium(media)).state is PrinterState.READY
    badge = badge_for(media, 6)
    assert not isinstance(desk.driver.print_badge(badge, medium(media)), Failed)
    assert sheets_of(desk, badge) == [True]
    assert desk.printer.rows_printed == badge.height


@pytest.mark.parametrize("torn", [b"^", b"~", b"~H", b"~HQE", COUNT_REQUEST[:20], b"^XA^GFA,9,9,1,FF", b"^XA"])
def test_c41_zebra_left_in_the_middle_of_a_command_answers_the_first_question(tmp_path: Path, torn: bytes) -> None:
    desk = virtual_desk(tmp_path, model="ZD421-203", media="51x76-203dpi")
    desk.printer.receive(torn)
    assert desk.driver.status(medium("51x76-203dpi")).state is PrinterState.READY


def test_c41_badge_that_waited_for_labels_when_the_kiosk_was_killed_does_not_come_out_later(tmp_path: Path) -> None:
    """A person was told to look for it, and gives out another one: it must not come out beside that one."""
    media, model = "51x76-203dpi", printer_model("ZD421-203")
    desk = virtual_desk(tmp_path, model=model.name, media=media)
    desk.printer.control({"fault": "no-media"})
    desk.printer.receive(encode(badge_for(media, 5), medium(media), model, JobOptions()))  # type: ignore[arg-type]
    assert desk.driver.status(medium(media)).state is PrinterState.NO_MEDIA
    desk.printer.control({"fault": None})
    desk.clock.sleep(20)
    assert desk.badges() == []


@pytest.mark.parametrize("subject", [("TM-T88VI", "80mm-180dpi"), ("ESCPOS-80", "80mm")])
def test_c41_badge_after_a_stall_in_the_second_band_is_not_stuck_to_the_torn_one(
    tmp_path: Path, subject: tuple[str, str]
) -> None:
    """Buffers are emptied on arrival, together with whatever came behind the order: the cut must come later."""
    model, media = subject
    desk = virtual_desk(tmp_path, model=model, media=media)
    first, second = badge_for(media, 5), badge_for(media, 6)
    desk.printer.control({"fault": "stall", "after_bytes": 13_000})
    outcome = desk.driver.print_badge(first, medium(media))
    assert isinstance(outcome, Failed)
    assert outcome.may_have_printed
    desk.printer.control({"fault": None})
    assert not isinstance(desk.driver.print_badge(second, medium(media)), Failed)
    assert sheets_of(desk, second) == [False, True]


@pytest.mark.parametrize("model", ["ZD421-203", "LabelWriter-550"])
def test_c41_printer_that_stalled_in_the_middle_of_a_command_prints_once_mended(tmp_path: Path, model: str) -> None:
    """A half order swallows the next one: what ends it goes first, and what was cancelled in vain goes again."""
    media = FAMILIES[model]
    first, second = badge_for(media, 5), badge_for(media, 6)
    described = printer_model(model)
    label = len(family_of(described).job(first, medium(media), described, JobOptions())) - len(ASK + FINISH)
    sent = label + len(ASK_AND_LOCK)
    points = (*range(8), 40, 60, 90) if model == "ZD421-203" else range(sent - 1, sent + 7)
    for taken in points:
        desk = virtual_desk(tmp_path / str(taken), model=model, media=media)
        assert desk.driver.status().state is PrinterState.READY
        desk.printer.control({"fault": "stall", "after_bytes": taken})
        assert isinstance(desk.driver.print_badge(first, medium(media)), Failed)
        desk.printer.control({"fault": None})
        desk.clock.sleep(5)
        assert not isinstance(desk.driver.print_badge(second, medium(media)), Failed), taken
        assert sheets_of(desk, second)[-1:] == [True]


@pytest.mark.parametrize("model", ["ZD421-203", "GK420d", "QL-820NWB"])
def test_c41_stall_around_the_print_command_never_makes_two_badges_of_one(tmp_path: Path, model: str) -> None:
    """What is certainly not printed is printed again; so that must be certain to the last byte."""
    media, described = FAMILIES[model], printer_model(model)
    badge = badge_for(media, 5)
    desk = virtual_desk(tmp_path / "size", model=model, media=media)
    taken: list[int] = []
    receive = desk.printer.receive

    def note(data: bytes) -> None:
        taken.append(len(data))
        receive(data)

    desk.printer.receive = note  # type: ignore[method-assign]
    desk.driver.print_badge(badge, medium(media))
    job = len(family_of(described).job(badge, medium(media), described, JobOptions()))
    before = sum(taken[: next(index for index, size in enumerate(taken) if size >= min(job, 16_384))])
    for left in range(-1, 5):
        desk = virtual_desk(tmp_path / str(left), model=model, media=media)
        desk.printer.control({"fault": "stall", "after_bytes": before + job - left})
        outcome = desk.driver.print_badge(badge, medium(media))
        desk.printer.control({"fault": None})
        desk.clock.sleep(20)
        if isinstance(outcome, Failed) and not outcome.may_have_printed:
            outcome = desk.driver.print_badge(badge, medium(media))
            assert not isinstance(outcome, Failed)
        desk.clock.sleep(20)
        desk.printer.control({"status": True})
        assert sheets_of(desk, badge) == [True], left


def shared_driver(desk: VirtualDesk, model: str) -> ConnectedDriver:
    """A driver that knows that other computers print there too; the cable is the desk's."""
    described = printer_model(model)

    def connect() -> Connection:
        (printer,) = find_printers(UsbAddress(None, None, SERIAL), desk.bus)
        return Connection(UsbTransport(printer, desk.clock), described, family_of(described), shared=True)

    return ConnectedDriver(connect, clock=desk.clock)


@pytest.mark.parametrize("model", FAMILIES)
def test_c41_badge_follows_when_another_kiosk_died_in_the_middle_of_its_own(tmp_path: Path, model: str) -> None:
    """On a shared printer any call may be the first after a death, not only a process's first."""
    media, described = FAMILIES[model], printer_model(model)
    theirs, ours = badge_for(media, 5), badge_for(media, 6)
    desk = virtual_desk(tmp_path, model=model, media=media)
    driver = shared_driver(desk, model)
    assert driver.status(medium(media)).state is PrinterState.READY
    assert not isinstance(driver.print_badge(ours, medium(media)), Failed)
    desk.clock.sleep(20)
    job = family_of(described).job(theirs, medium(media), described, JobOptions())
    desk.printer.receive((ASK_AND_LOCK if model == "LabelWriter-550" else b"") + job[: len(job) // 3])
    for _ in range(TRIES):
        outcome = driver.print_badge(ours, medium(media))
        desk.clock.sleep(3)
        if not isinstance(outcome, Failed):
            break
    assert not isinstance(outcome, Failed), outcome
    told = sheets_of(desk, ours)
    assert (told.count(True), told[-1]) == (2, True)


def test_c41_whole_badge_of_another_kiosk_is_not_cancelled_on_a_shared_printer(tmp_path: Path) -> None:
    media, model = "51x76-203dpi", printer_model("ZD421-203")
    desk = virtual_desk(tmp_path, model=model.name, media=media)
    desk.printer.control({"fault": "no-media"})
    desk.printer.receive(encode(badge_for(media, 5), medium(media), model, JobOptions()))  # type: ignore[arg-type]
    assert shared_driver(desk, model.name).status(medium(media)).state is PrinterState.NO_MEDIA
    desk.printer.control({"fault": None})
    desk.clock.sleep(20)
    assert sheets_of(desk, badge_for(media, 5)) == [True]
