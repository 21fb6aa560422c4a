"""Badges through IPP: what a printer says is believed, what a spooler says is not, and nothing comes out later."""

from __future__ import annotations

import io

import pypdf
import pytest
from PIL import Image, ImageChops

from printers.driver import Failed, Printed, PrinterState, SentUnconfirmed
from printers.drivers import open_printer
from printers.errors import PrinterAddressError, StatusFormatError
from printers.ipp.message import Operation, Request, read_answer
from printers.media import medium
from tests.contract.printers.virtual_bus import SteppedClock
from tests.fakes.ipp_printer import ipp_desk
from tests.vectors.printers.samples import dot_pattern

CARD = medium("pdf-86x54")
BADGE = dot_pattern(CARD.width_dots, CARD.height_dots or 0, seed=5)


def test_question_is_encoded_as_rfc_8010_lays_it_out() -> None:
    data = Request(Operation.GET_PRINTER_ATTRIBUTES, "ipp://a/b").encode(1)
    charset = bytes.fromhex("01 47 0012") + b"attributes-charset" + b"\x00\x05utf-8"
    assert data.startswith(bytes.fromhex("0200 000b 00000001") + charset)
    assert b"\x45\x00\x0bprinter-uri\x00\x09ipp://a/b" in data
    assert data.endswith(b"\x03")


def test_badge_is_one_pdf_of_its_dots_and_printed_when_the_printer_says_completed() -> None:
    with ipp_desk() as desk:
        driver = open_printer(desk.uri, clock=SteppedClock())
        status = driver.status()
        assert (status.state, status.model) == (PrinterState.READY, "Larkspur Office 4000")
        assert driver.print_badge(BADGE, CARD) == Printed()
        driver.close()
    (document,), (size,) = desk.documents, desk.sizes
    assert size == (8600, 5402)
    (picture,) = pypdf.PdfReader(io.BytesIO(document)).pages[0].images
    assert isinstance(picture.image, Image.Image)
    assert ImageChops.difference(picture.image.convert("RGB"), BADGE.preview()).getbbox() is None


def test_word_of_a_spooler_is_not_the_printers() -> None:
    with ipp_desk(is_cups=True) as desk:
        outcome = open_printer(desk.uri, clock=SteppedClock()).print_badge(BADGE, CARD)
    assert isinstance(outcome, SentUnconfirmed)
    assert "spooler" in outcome.sentence


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"reasons": ("media-empty-error",), "state": 5}, PrinterState.NO_MEDIA),
        ({"reasons": ("toner-low-warning", "cover-open")}, PrinterState.COVER_OPEN),
        ({"accepting": False}, PrinterState.BUSY),
        ({"state": 5}, PrinterState.ERROR),
        ({"refuses_with": 0x040A}, PrinterState.ERROR),
        ({"refuses_with": 0x0507}, PrinterState.BUSY),
    ],
)
def test_c41_refusal_of_an_ipp_printer_is_named_and_nothing_was_printed(
    facts: dict[str, object], state: PrinterState
) -> None:
    with ipp_desk(**facts) as desk:
        outcome = open_printer(desk.uri, clock=SteppedClock()).print_badge(BADGE, CARD)
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.may_have_printed, desk.documents) == (state, False, [])


def test_c41_fault_of_an_ipp_printer_under_way_cancels_the_job() -> None:
    with ipp_desk(breaks_with="media-jam-error", job_states=[5]) as desk:
        outcome = open_printer(desk.uri, clock=SteppedClock()).print_badge(BADGE, CARD)
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.may_have_printed, desk.cancelled) == (PrinterState.ERROR, True, 1)
    assert "jammed" in outcome.sentence


def test_warnings_stop_nothing_and_a_slow_job_is_unconfirmed_in_time() -> None:
    clock = SteppedClock()
    with ipp_desk(reasons=("media-low-warning", "media-empty-report"), job_states=[3]) as desk:
        outcome = open_printer(desk.uri, clock=clock).print_badge(BADGE, CARD)
    assert isinstance(outcome, SentUnconfirmed)
    assert clock.now - 1_000 <= 3.0


def test_c41_absent_ipp_printer_is_gone_and_babble_is_said() -> None:
    with ipp_desk(raw_answer=b"<html>hello</html>") as desk:
        uri = desk.uri
        babble = open_printer(uri, clock=SteppedClock()).print_badge(BADGE, CARD)
    assert isinstance(babble, Failed)
    assert "not as a printer does" in babble.sentence
    assert open_printer(uri, clock=SteppedClock()).status().state is PrinterState.GONE


@pytest.mark.parametrize(
    "uri", ["ipp:", "ipp://", "ipp://user:secret@example.org/x", "ipp://host:0/x", "ipp://h/x?cut=full"]
)
def test_bad_ipp_address_is_refused(uri: str) -> None:
    with pytest.raises(PrinterAddressError):
        open_printer(uri)


@pytest.mark.parametrize("rest", [b"", b"\x01\x47\x00\xff", b"\x01\x47\x00\x01\xff\x00\x00\x03"])
def test_answer_that_breaks_off_is_refused(rest: bytes) -> None:
    with pytest.raises(StatusFormatError):
        read_answer(b"\x02\x00\x00\x00\x00\x00\x00\x01" + rest)
