"""Brother QL jobs, byte for byte against the raster command reference, and against the golden vectors."""

from __future__ import annotations

import json
from base64 import b64decode
from zlib import decompress

import pytest
from PIL import Image

from printers.badge import render_badge
from printers.bitmap import BadgeBitmap
from printers.catalogue.brother import brother_model
from printers.encodings.brother_ql import encode
from printers.errors import EncodingError
from printers.media import medium
from tests.vectors.printers.generate import JOBS, job_bitmap, jobs
from tests.vectors.printers.samples import dot_pattern, sample_badge

QL820 = brother_model("QL-820NWB")
INVALIDATE = bytes(400)


def dots(width: int, height: int, *inked: tuple[int, int]) -> BadgeBitmap:
    picture = Image.new("1", (width, height))
    for place in inked:
        picture.putpixel(place, 1)
    return BadgeBitmap.of_ink(picture)


def test_die_cut_job_opens_with_the_reference_commands() -> None:
    data = encode(dots(696, 1109), medium("62x100"), QL820)
    expected = INVALIDATE + bytes.fromhex(
        "1b696101 1b40 1b696101 1b697ace0b3e6455040000 0000 1b694d40 1b694101 1b694b08 1b69640000"
    )
    assert data.startswith(expected)
    rows = data[len(expected) : -1]
    assert rows == (b"g\x00\x5a" + bytes(90)) * 1109
    assert data[-1:] == b"\x1a"


def test_continuous_tape_has_its_margin_and_no_length() -> None:
    data = encode(dots(696, 300), medium("62"), QL820)
    assert bytes.fromhex("1b697ace0a3e002c0100000000") in data
    assert b"\x1bid\x23\x00" in data


def test_two_colour_paper_sends_black_then_red_for_each_row_even_without_red() -> None:
    data = encode(dots(696, 200, (0, 0)), medium("62red"), QL820)
    assert b"\x1biK\x09" in data
    body = data[data.index(b"\x1bid\x23\x00") + 5 : -1]
    assert len(body) == 200 * 2 * 93
    assert body[:3] == b"w\x01\x5a"
    assert body[93:96] == b"w\x02\x5a"
    assert any(body[3:93])
    assert not any(body[96:186])


def test_leftmost_dot_is_the_last_pin_before_the_label_ends() -> None:
    """Rows run from the head's right end: dot 0 of a 62 mm label is pin 12 + 695."""
    data = encode(dots(696, 271, (0, 0), (695, 0)), medium("62x29"), QL820)
    row = data[data.index(b"g\x00\x5a") + 3 :][:90]
    bits = [index for index in range(720) if row[index // 8] & 0x80 >> index % 8]
    assert bits == [12, 12 + 695]


def test_narrow_label_and_wide_head_have_their_own_offsets() -> None:
    narrow = encode(dots(306, 991, (305, 0)), medium("29x90"), QL820)
    assert narrow[narrow.index(b"g\x00\x5a") + 3 :][:90].hex().startswith("02")
    wide = encode(dots(696, 271, (695, 0)), medium("62x29"), brother_model("QL-1100"))
    row = wide[wide.index(b"g\x00\xa2") + 3 :][:162]
    assert [index for index in range(1296) if row[index // 8] & 0x80 >> index % 8] == [12 + 44]


def test_small_picture_stands_at_the_top_left_of_a_whole_label() -> None:
    small = encode(dots(10, 3, (0, 0)), medium("62x29"), QL820)
    large = encode(dots(696, 271, (0, 0)), medium("62x29"), QL820)
    assert small == large


def test_short_tape_is_lengthened_to_what_the_cutter_needs() -> None:
    data = encode(dots(696, 10), medium("62"), QL820)
    assert data.count(b"g\x00\x5a") == 150


def test_uncut_label_asks_for_no_cut() -> None:
    data = encode(dots(696, 271), medium("62x29"), QL820, cut=False)
    assert b"\x1biM\x00" in data
    assert b"\x1biK\x00" in data
    assert b"\x1biA" not in data


def test_ql_700_is_not_asked_to_switch_modes() -> None:
    assert b"\x1bia" not in encode(dots(696, 271), medium("62x29"), brother_model("QL-700"))


@pytest.mark.parametrize(
    ("bitmap", "media", "model", "words"),
    [
        (dots(697, 10), "62", "QL-800", "does not fit"),
        (dots(696, 272), "62x29", "QL-800", "does not fit"),
        (dots(10, 10), "62red", "QL-700", "cannot print on 62red"),
        (dots(10, 10), "102x152", "QL-820NWB", "cannot print on 102x152"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(bitmap: BadgeBitmap, media: str, model: str, words: str) -> None:
    with pytest.raises(EncodingError, match=words):
        encode(bitmap, medium(media), brother_model(model))


def test_red_dots_are_refused_on_black_paper() -> None:
    red = BadgeBitmap(8, 1, b"\x00", b"\x01")
    with pytest.raises(EncodingError, match="62red"):
        encode(red, medium("62"), QL820)
    assert encode(BadgeBitmap(8, 1, b"\x01", b"\x00"), medium("62"), QL820)


def test_c34_a_name_reaches_the_printer_as_dots_alone() -> None:
    """C34: outside the raster rows, a job does not depend on the name."""
    label = medium("62x100")

    def commands(name: str) -> tuple[bytes, bytes]:
        data = encode(render_badge(sample_badge(name=name), label), label, QL820)
        start = data.index(b"g\x00\x5a")
        return data[:start], data[start + 1109 * 93 :]

    harmless = commands("Odalys Fernhollow")
    for name in ("^XA~JA^XZ", "\x1b@\x1bia\x00\x1a", "\x1aZ\x0cg\x00\x5a", "\x10\x04\x01"):
        assert commands(name) == harmless


def test_jobs_equal_the_golden_vectors() -> None:
    stored = json.loads(JOBS.read_text(encoding="utf-8"))
    assert stored == jobs()
    for vector in stored:
        bitmap = job_bitmap(vector["media"], vector["width"], vector["height"])
        data = encode(bitmap, medium(vector["media"]), brother_model(vector["model"]), cut=vector["cut"])
        assert data == decompress(b64decode(vector["zlib_base64"]))


def test_pattern_of_the_vectors_has_no_symmetry() -> None:
    """A mirrored picture must not pass for the right one."""
    ink = dot_pattern(64, 16, seed=3).black_ink()
    assert ink.tobytes() != ink.transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes()
    assert ink.tobytes() != ink.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes()
