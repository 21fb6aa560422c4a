"""The 32 byte status of a Brother QL."""

from __future__ import annotations

import pytest

from printers.dialogues.brother_words import read_state
from printers.dialogues.words import job_sentence, sentence
from printers.driver import PrinterState
from printers.encodings.brother_status import BrotherFault, StatusKind, format_status, parse_status
from printers.errors import StatusFormatError
from printers.media import MediumForm, medium

RED_ROLL_ON_A_QL_800 = bytes(
    [128, 32, 66, 52, 56, 48, 0, 0, 0, 0, 62, 10, 0, 0, 35, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 129, 0, 0, 0, 0, 0, 0]
)


def status_bytes(**at: int) -> bytes:
    data = bytearray(32)
    data[:4] = b"\x80\x20B4"
    data[4], data[10], data[11], data[17] = 0x41, 62, 0x0B, 100
    for place, value in at.items():
        data[int(place.removeprefix("b"))] = value
    return bytes(data)


def test_status_of_a_real_ql_800_with_its_red_roll_is_understood() -> None:
    """As an owner published it in brother_ql's issue 69."""
    status = parse_status(RED_ROLL_ON_A_QL_800)
    assert status.model_code == 0x38
    assert status.faults is BrotherFault.NONE
    assert (status.width_mm, status.length_mm, status.form) == (62, 0, MediumForm.CONTINUOUS)
    assert status.kind is StatusKind.REPLY
    assert status.holds(medium("62red"))
    assert not status.holds(medium("62"))
    assert "DK-22251" in status.loaded


@pytest.mark.parametrize("code", [0x0A, 0x4A])
def test_both_codes_of_continuous_tape_are_accepted(code: int) -> None:
    assert parse_status(status_bytes(b11=code, b17=0)).holds(medium("62"))


@pytest.mark.parametrize("code", [0x0B, 0x4B])
def test_both_codes_of_die_cut_labels_are_accepted(code: int) -> None:
    assert parse_status(status_bytes(b11=code)).holds(medium("62x100"))


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ({}, PrinterState.READY),
        ({"b8": 0x01}, PrinterState.NO_MEDIA),
        ({"b8": 0x02}, PrinterState.NO_MEDIA),
        ({"b10": 0, "b11": 0, "b17": 0}, PrinterState.NO_MEDIA),
        ({"b8": 0x04}, PrinterState.CUTTER_JAM),
        ({"b8": 0x10}, PrinterState.BUSY),
        ({"b8": 0x80}, PrinterState.ERROR),
        ({"b9": 0x01}, PrinterState.WRONG_MEDIA),
        ({"b9": 0x10}, PrinterState.COVER_OPEN),
        ({"b9": 0x40}, PrinterState.ERROR),
        ({"b8": 0x01, "b9": 0x10}, PrinterState.COVER_OPEN),
        ({"b17": 29}, PrinterState.WRONG_MEDIA),
        ({"b19": 1}, PrinterState.PRINTING),
        ({"b18": 5, "b22": 3}, PrinterState.COOLING),
    ],
)
def test_every_fault_has_its_state(at: dict[str, int], state: PrinterState) -> None:
    assert read_state(parse_status(status_bytes(**at)), medium("62x100")) is state


@pytest.mark.parametrize("data", [b"", bytes(32), status_bytes()[:-1], status_bytes() + b"\x00"])
def test_other_bytes_are_no_status(data: bytes) -> None:
    with pytest.raises(StatusFormatError, match="not a Brother QL status"):
        parse_status(data)


def test_unknown_kinds_of_status_are_taken_as_notifications() -> None:
    assert parse_status(status_bytes(b18=0x77)).kind is StatusKind.NOTIFICATION


def test_status_is_written_as_it_is_read() -> None:
    status = parse_status(status_bytes(b8=4, b9=1, b18=2, b19=1))
    assert parse_status(format_status(status)) == status


def test_every_state_has_a_sentence_that_says_what_to_do() -> None:
    for state in PrinterState:
        assert sentence(state).endswith(".")
        assert "The badge was not printed." in job_sentence(state, may_have_printed=False)
        assert "look before you print it again" in job_sentence(state, may_have_printed=True)


def test_wrong_paper_names_both_papers() -> None:
    words = sentence(PrinterState.WRONG_MEDIA, loaded="29 x 90 mm", needed="62 x 100 mm")
    assert "29 x 90 mm" in words
    assert "62 x 100 mm" in words
    refused = sentence(PrinterState.WRONG_MEDIA, loaded="62 mm", needed="62 mm")
    assert "refuses" in refused


def test_unknown_paper_is_described_by_its_size() -> None:
    assert parse_status(status_bytes(b10=50, b17=30)).loaded == "50 x 30 mm die-cut"
