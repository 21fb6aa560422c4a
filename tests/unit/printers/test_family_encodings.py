"""Receipt printers and LabelWriters byte for byte after their references; every family against its golden vectors."""

from __future__ import annotations

import json
from base64 import b64decode
from zlib import decompress

import pytest

from printers.badge import render_badge
from printers.bitmap import BadgeBitmap
from printers.encodings.dymo_450 import reset as reset_450
from printers.encodings.dymo_status import Bay, Engine, WriterBit, read_bits, read_engine
from printers.encodings.escpos import ask, ask_when_printed
from printers.encodings.escpos_status import ReceiptFault, read_answer, read_report
from printers.errors import EncodingError
from printers.families.known import FAMILIES
from printers.job import Cut, JobOptions
from printers.media import medium
from printers.models import MODELS, family_of, printer_model
from tests.vectors.printers.generate import FAMILY_JOBS, family_jobs
from tests.vectors.printers.samples import dot_pattern, sample_badge

DOT = BadgeBitmap(9, 2, bytes.fromhex("80 80 00 80"))


def encoded(model: str, media: str, options: JobOptions | None = None, bitmap: BadgeBitmap = DOT) -> bytes:
    described = printer_model(model)
    return family_of(described).encode(bitmap, medium(media), described, options or JobOptions())


def test_receipt_is_initialised_guarded_printed_in_bands_and_cut() -> None:
    data = encoded("TM-T20", "80mm")
    head = bytes.fromhex("1b40 1d284405001401000200 1d763000 4800 0200")
    assert data == head + b"\x80\x80" + bytes(70) + b"\x00\x80" + bytes(70) + bytes.fromhex("1d5642 00")
    tall = encoded("TM-T20", "80mm", bitmap=dot_pattern(576, 300, seed=2))
    bands = [tall[at + 6 : at + 8] for at in range(len(tall)) if tall.startswith(b"\x1dv0\x00\x48\x00", at)]
    assert [int.from_bytes(rows, "little") for rows in bands] == [128, 128, 44]


def test_receipt_cut_is_partial_full_or_none_as_wished() -> None:
    assert encoded("TM-T20", "80mm", JobOptions(Cut.FULL)).endswith(b"\x1dVA\x00")
    assert encoded("TM-T20", "80mm", JobOptions(Cut.NONE)).endswith(b"\x1bd\x05")
    assert encoded("ESCPOS-58", "58mm", JobOptions(Cut.FULL)).endswith(b"\x1bd\x05")


def test_receipt_questions_and_answers_are_those_of_the_reference() -> None:
    """DLE EOT answers have bits 1 and 4 set: 12 is "nothing is wrong", 72 "roll paper end"."""
    assert ask(4) == bytes.fromhex("100404")
    assert ask_when_printed(7) == bytes.fromhex("1d2848 0600 3030 30303037")
    assert read_answer(b"\x12", 1) == (ReceiptFault.NONE, 1)
    assert read_answer(b"\xff\x1a", 1) == (ReceiptFault.OFFLINE, 2)
    assert read_answer(b"\x72", 4) == (ReceiptFault.PAPER_OUT, 1)
    assert read_answer(b"\x1e", 4)[0] is ReceiptFault.NEARLY_EMPTY
    assert read_report(b"\x12\x38\x00\x0f\x00") == (
        ReceiptFault.OFFLINE | ReceiptFault.COVER_OPEN | ReceiptFault.NEARLY_EMPTY | ReceiptFault.PAPER_OUT,
        5,
    )
    assert read_report(b"\x37\x220042\x00rest") == (42, 7)
    assert read_report(b"\x37\x2200") == (None, 0)


def test_labelwriter_450_job_is_settings_lines_and_form_feed() -> None:
    """``ESC L`` is the label's 1193 dots and 300 more to find the gap; the number has its high byte first."""
    data = encoded("LabelWriter-450", "dymo-99014")
    head = bytes.fromhex("1b4200 1b65 1b68 1b4454 1b4c05d5")
    line = b"\x16\x80\x80" + bytes(82)
    assert data.startswith(head + line + b"\x16\x00\x80" + bytes(82) + b"\x16" + bytes(84))
    assert len(data) == len(head) + 1109 * 85 + 2
    assert data.endswith(b"\x1bE")
    assert reset_450(printer_model("LabelWriter-450")) == b"\x1b" * 85 + b"\x1b@"  # type: ignore[arg-type]


def test_labelwriter_450_status_is_the_byte_of_the_reference() -> None:
    """The reference: "printer ready is returned as 03h"."""
    assert read_bits(b"\x03") == (WriterBit.READY | WriterBit.TOP_OF_FORM, 1)
    assert read_bits(b"\x01\x20") == (WriterBit.NO_PAPER, 2)
    assert read_bits(b"\x1c") == (None, 1)


def test_labelwriter_550_job_has_header_label_question_and_end() -> None:
    data = encoded("LabelWriter-550", "dymo-99010")
    head = bytes.fromhex("1b7301000000 1b65 1b69 1b6e0000 1b440102 c3030000 2b010000")
    assert data.startswith(head + b"\x80\x80" + bytes(36) + b"\x00\x80" + bytes(36))
    assert len(data) == len(head) + 963 * 38 + 2 + 3 + 4
    assert data.endswith(bytes.fromhex("1b47 1b4100 1b45 1b51"))


def test_labelwriter_550_status_is_read_as_the_reference_lays_it_out() -> None:
    answer = bytes([1, 9, 0, 0, 0, 2, 0, 0, 1, 100, 10]) + b"S0722430\0\0\0\0" + bytes(4) + b"\xdc\x00\x01\x04\xff"
    status, used = read_engine(b"\x05" + answer)
    assert (status, used) == (None, 1)
    status, used = read_engine(answer)
    assert status is not None
    assert (status.engine, status.bay, status.job, status.label) == (Engine.PRINTING, Bay.COUNTERFEIT, 9, 2)
    assert (status.too_hot, status.sku, status.labels_left, status.low_voltage) == (True, "S0722430", 220, True)


def test_every_model_has_a_name_of_its_own_and_takes_some_medium() -> None:
    names = [model.name for model in MODELS]
    assert len(set(names)) == len(names)
    assert all(model.media for model in MODELS)
    assert all(medium(family.default_medium) in family.models[0].stock for family in FAMILIES)


@pytest.mark.parametrize("model", ["TM-T20", "LabelWriter-450", "LabelWriter-550"])
def test_c34_a_name_changes_dots_alone(model: str) -> None:
    """C34: jobs for two names are as long as each other and differ only where the dots are."""
    described = printer_model(model)
    paper = described.media[0]

    def job(name: str) -> bytes:
        return encoded(model, paper.name, bitmap=render_badge(sample_badge(name=name), paper))

    plain, hostile = job("Odalys Fernhollow"), job("\x1b@\x1dV\x00\x10\x14\x08^XA~JA")
    blank = job("")
    assert len(plain) == len(hostile) == len(blank)
    frame = 12 if model == "LabelWriter-550" else 2
    assert plain[:frame] == hostile[:frame]
    assert plain[-4:] == hostile[-4:]


def test_what_does_not_fit_is_refused_in_the_same_words_everywhere() -> None:
    with pytest.raises(EncodingError, match="ZD421-203 cannot print on 62"):
        encoded("ZD421-203", "62")
    with pytest.raises(EncodingError, match="does not fit 80mm, which has 576 x 16000"):
        encoded("TM-T20", "80mm", bitmap=dot_pattern(577, 2, seed=1))
    with pytest.raises(EncodingError, match="has no paper with two colours"):
        encoded("LabelWriter-450", "dymo-99010", bitmap=BadgeBitmap(8, 1, b"\x00", b"\x01"))


def test_jobs_of_all_families_equal_the_golden_vectors() -> None:
    stored = json.loads(FAMILY_JOBS.read_text(encoding="utf-8"))
    assert stored == family_jobs()
    for vector in stored:
        wish = vector["options"]
        options = JobOptions(
            Cut(wish["cut"]) if wish["cut"] else None, wish["darkness"], wish["speed"], wish["compression"]
        )
        data = encoded(vector["model"], vector["media"], options, dot_pattern(133, 41, seed=7))
        assert data == decompress(b64decode(vector["zlib_base64"]))
