"""C41 for every family: whatever happens to the printer, the truth, in time, and no badge is doubled.

The production driver and USB transport speak to each family's virtual printer; time is virtual, so the limits are
exact. The Brother QL has a file of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from printers.bitmap import BadgeBitmap
from printers.driver import Failed, Printed, PrinterState, SentUnconfirmed
from printers.media import medium
from tests.contract.printers.virtual_bus import VirtualDesk, virtual_desk
from tests.vectors.printers.samples import dot_pattern

TRUTH_SECONDS = 3.0
ZEBRA, OLD_ZEBRA = ("ZD421-203", "76x51-203dpi"), ("GK420t", "76x51-203dpi")
EPSON, RECEIPT = ("TM-T20", "80mm"), ("ESCPOS-80", "80mm")
DYMO_450, DYMO_550 = ("LabelWriter-450", "dymo-99014"), ("LabelWriter-550", "dymo-99014")

BADGES = {
    name: dot_pattern(medium(name).width_dots, medium(name).height_dots or 797, seed=41)
    for name in (ZEBRA[1], EPSON[1], DYMO_450[1])
}

EVERY = (ZEBRA, EPSON, RECEIPT, DYMO_450, DYMO_550)
NO_MEDIA, COVER, SILENT, GONE = (
    PrinterState.NO_MEDIA,
    PrinterState.COVER_OPEN,
    PrinterState.NOT_ANSWERING,
    PrinterState.GONE,
)


def whole(desk: VirtualDesk, badge: BadgeBitmap) -> int:
    """How many whole copies of a badge lie in the tray."""
    count = 0
    for path in desk.badges():
        with Image.open(path) as picture:
            same_size = picture.size == (badge.width, badge.height)
            count += same_size and ImageChops.difference(picture.convert("RGB"), badge.preview()).getbbox() is None
    return count


BEFORE = [
    (ZEBRA, "no-media", NO_MEDIA),
    (ZEBRA, "ribbon-out", NO_MEDIA),
    (ZEBRA, "cover-open", COVER),
    (ZEBRA, "cutter-jam", PrinterState.CUTTER_JAM),
    (ZEBRA, "cooling", PrinterState.COOLING),
    (ZEBRA, "paused", PrinterState.BUSY),
    (OLD_ZEBRA, "no-media", SILENT),
    (EPSON, "no-media", NO_MEDIA),
    (EPSON, "cover-open", COVER),
    (EPSON, "cooling", PrinterState.COOLING),
    (DYMO_450, "no-media", NO_MEDIA),
    (DYMO_450, "jam", PrinterState.ERROR),
    (DYMO_550, "no-media", NO_MEDIA),
    (DYMO_550, "cover-open", COVER),
    (DYMO_550, "cooling", PrinterState.COOLING),
    (DYMO_550, "counterfeit", PrinterState.WRONG_MEDIA),
    (DYMO_550, "wrong-media", PrinterState.WRONG_MEDIA),
    *[(subject, *case) for subject in EVERY for case in (("stall", SILENT), ("unplug", GONE))],
]


@pytest.mark.parametrize(("subject", "fault", "state"), BEFORE)
def test_c41_fault_before_the_job_prints_nothing_and_is_named(
    tmp_path: Path, subject: tuple[str, str], fault: str, state: PrinterState
) -> None:
    model, media = subject
    desk = virtual_desk(tmp_path, model=model, media=media)
    desk.printer.control({"fault": fault})
    started = desk.clock.now
    assert desk.driver.status(medium(media)).state is state
    assert desk.clock.now - started <= TRUTH_SECONDS
    started = desk.clock.now
    outcome = desk.driver.print_badge(BADGES[media], medium(media))
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.may_have_printed) == (state, False)
    assert desk.clock.now - started <= TRUTH_SECONDS
    assert desk.badges() == []
    desk.printer.control({"fault": None})
    desk.clock.sleep(10)
    assert desk.badges() == []


IN_THE_DATA = [
    (EPSON, "no-media", NO_MEDIA),
    (RECEIPT, "cover-open", COVER),
    *[(subject, *case) for subject in EVERY for case in (("stall", SILENT), ("unplug", GONE))],
]


@pytest.mark.parametrize(("subject", "fault", "state"), IN_THE_DATA)
def test_c41_fault_in_the_data_then_one_retry_makes_one_badge(
    tmp_path: Path, subject: tuple[str, str], fault: str, state: PrinterState
) -> None:
    model, media = subject
    desk = virtual_desk(tmp_path, model=model, media=media)
    desk.printer.control({"fault": fault, "after_bytes": 9_000})
    started = desk.clock.now
    outcome = desk.driver.print_badge(BADGES[media], medium(media))
    assert isinstance(outcome, Failed)
    assert outcome.reason is state
    assert desk.clock.now - started <= TRUTH_SECONDS
    desk.printer.control({"fault": None})
    assert whole(desk, BADGES[media]) == 0
    again = desk.driver.print_badge(BADGES[media], medium(media))
    assert isinstance(again, Printed | SentUnconfirmed)
    assert whole(desk, BADGES[media]) == 1


WHILE_PRINTING = [
    (ZEBRA, "no-media", NO_MEDIA),
    (ZEBRA, "cover-open", COVER),
    (OLD_ZEBRA, "no-media", SILENT),
    (ZEBRA, "unplug", GONE),
    (EPSON, "no-media", NO_MEDIA),
    (EPSON, "cutter-jam", PrinterState.CUTTER_JAM),
    (EPSON, "unplug", GONE),
    (DYMO_450, "no-media", NO_MEDIA),
    (DYMO_550, "no-media", NO_MEDIA),
    (DYMO_550, "jam", PrinterState.ERROR),
    (DYMO_550, "unplug", GONE),
]


@pytest.mark.parametrize(("subject", "fault", "state"), WHILE_PRINTING)
def test_c41_fault_with_the_paper_half_out_warns_and_nothing_comes_later(
    tmp_path: Path, subject: tuple[str, str], fault: str, state: PrinterState
) -> None:
    """The hazard: once mended, printers go on with what they hold. What the driver cancelled must not come out."""
    model, media = subject
    desk = virtual_desk(tmp_path, model=model, media=media)
    desk.printer.control({"fault": fault, "when": "printing"})
    started = desk.clock.now
    outcome = desk.driver.print_badge(BADGES[media], medium(media))
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.may_have_printed) == (state, True)
    assert "look before you print it again" in outcome.sentence
    assert desk.clock.now - started <= TRUTH_SECONDS
    rows = desk.printer.rows_printed
    desk.printer.control({"fault": None})
    desk.clock.sleep(10)
    assert desk.printer.rows_printed == rows


SAYS = [
    (ZEBRA, Printed),
    (OLD_ZEBRA, SentUnconfirmed),
    (EPSON, Printed),
    (RECEIPT, SentUnconfirmed),
    (DYMO_450, SentUnconfirmed),
    (DYMO_550, Printed),
]


@pytest.mark.parametrize(("subject", "outcome"), SAYS)
def test_printed_is_claimed_only_where_the_printer_says_so(
    tmp_path: Path, subject: tuple[str, str], outcome: type[Printed | SentUnconfirmed]
) -> None:
    model, media = subject
    desk = virtual_desk(tmp_path, model=model, media=media)
    desk.printer.control({"fault": "short-writes"})
    started = desk.clock.now
    assert isinstance(desk.driver.print_badge(BADGES[media], medium(media)), outcome)
    assert desk.clock.now - started >= 0.5
    assert whole(desk, BADGES[media]) == 1
    desk.printer.control({"fault": "mute", "when": "printing"})
    assert not isinstance(desk.driver.print_badge(BADGES[media], medium(media)), Printed)


@pytest.mark.parametrize("subject", [ZEBRA, DYMO_550])
def test_printer_that_swallows_a_badge_without_a_word_is_not_believed(tmp_path: Path, subject: tuple[str, str]) -> None:
    """What users curse: "printing successful", and nothing lies there. Here the counter did not move."""
    model, media = subject
    desk = virtual_desk(tmp_path, model=model, media=media)
    desk.printer.control({"fault": "swallow"})
    outcome = desk.driver.print_badge(BADGES[media], medium(media))
    assert isinstance(outcome, SentUnconfirmed)
    assert "did not move" in outcome.sentence


def test_c41_locked_labelwriter_is_busy_and_names_the_roll_in_it(tmp_path: Path) -> None:
    desk = virtual_desk(tmp_path, model=DYMO_550[0], media=DYMO_550[1])
    desk.printer.control({"fault": "locked"})
    outcome = desk.driver.print_badge(BADGES[DYMO_550[1]], medium(DYMO_550[1]))
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.may_have_printed) == (PrinterState.BUSY, False)
    desk.printer.control({"fault": None, "media": "dymo-99010"})
    status = desk.driver.status(medium(DYMO_550[1]))
    assert (status.state, status.loaded) == (PrinterState.WRONG_MEDIA, "28 x 89 mm labels (DYMO 99010)")
    assert "54 x 101 mm labels (DYMO 99014)" in status.sentence


def test_c41_what_an_earlier_program_left_half_inside_does_not_spoil_the_first_badge(tmp_path: Path) -> None:
    """A kiosk that was killed in the middle of a band leaves a receipt printer waiting for the rest of it."""
    desk = virtual_desk(tmp_path, model=RECEIPT[0], media=RECEIPT[1])
    desk.printer.receive(b"\x1b@\x1dv0\x00\x48\x00\x80\x00" + bytes(100))
    assert isinstance(desk.driver.print_badge(BADGES[RECEIPT[1]], medium(RECEIPT[1])), SentUnconfirmed)
    with Image.open(desk.badges()[-1]) as picture:
        last = picture.convert("RGB").crop((0, picture.height - 797, 576, picture.height))
    assert ImageChops.difference(last, BADGES[RECEIPT[1]].preview()).getbbox() is None
