"""F05: a signature has one exact form, and nothing else passes for one."""

from __future__ import annotations

import pytest

from sync.protocol.errors import ProtocolError
from sync.protocol.ink import MAX_INK_BYTES, MAX_POINTS, MAX_STROKES, Ink, decode_ink, encode_ink
from tests.vectors import inked

GOOD = encode_ink(inked.INK)


def test_a_signature_is_read_back_as_it_was_drawn() -> None:
    assert decode_ink(GOOD) == inked.INK


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<path", b"<script>alert(1)</script><path"),
        (b"stroke-width", b'onload="alert(1)" stroke-width'),
        (b'stroke="#000"', b'stroke="url(http://x)"'),
        (b"M100 200", b"M0100 200"),
        (b"M100 200", b"M1001 200"),
        (b"M100 200", b"L100 200"),
        (b"0 0 1000 320", b"0 0 1000 9999"),
        (b"Q", b"Q1 2"),
        (b"</svg>", b"</svg>\n"),
        (b"<svg", b"<!DOCTYPE x><svg"),
    ],
)
def test_anything_else_is_refused(old: bytes, new: bytes) -> None:
    assert old in GOOD
    with pytest.raises(ProtocolError):
        decode_ink(GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    "ink",
    [
        Ink(320, ()),
        Ink(320, ((),)),
        Ink(99, inked.INK.strokes),
        Ink(320, (((0, 321),),)),
        Ink(320, (((0, 0),),) * (MAX_STROKES + 1)),
        Ink(320, (tuple((at % 1000, at % 7) for at in range(MAX_POINTS + 1)),)),
    ],
)
def test_what_is_beyond_the_limits_is_not_written(ink: Ink) -> None:
    with pytest.raises(ProtocolError):
        encode_ink(ink)


def test_the_largest_signature_fits() -> None:
    each = MAX_POINTS // MAX_STROKES
    largest = Ink(1000, (tuple((1000, 999 + at % 2) for at in range(each)),) * MAX_STROKES)
    assert len(encode_ink(largest)) <= MAX_INK_BYTES
    with pytest.raises(ProtocolError):
        decode_ink(b" " * (MAX_INK_BYTES + 1))
