"""Dots in, bytes, dots out: by a decoder written from the reference alone, and by the virtual printer."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printers.bitmap import BadgeBitmap
from printers.catalogue.brother import MEDIA, MODELS, BrotherModel, brother_model
from printers.encodings.brother_ql import encode
from printers.encodings.brother_status import STATUS_BYTES, format_status, parse_status
from printers.errors import StatusFormatError
from printers.paper import Medium
from printers.simulator.brother import VirtualBrother
from printers.simulator.paper import Tray
from tests.contract.printers.virtual_bus import SteppedClock

Dots = set[tuple[int, int]]


@dataclass
class Decoded:
    """What a job says, read command by command."""

    black: list[bytes] = field(default_factory=list)
    red: list[bytes] = field(default_factory=list)
    announced_rows: int = 0
    ended: bool = False


def decode(job: bytes) -> Decoded:
    """Read a job; an unknown byte is an error, for the encoder must not send any."""
    found = Decoded()
    lengths = {b"a": 1, b"M": 1, b"A": 1, b"K": 1, b"d": 2}
    at = 0
    while at < len(job):
        if job[at] == 0:
            at += 1
        elif job[at : at + 2] == b"\x1b@":
            at += 2
        elif job[at : at + 3] == b"\x1biz":
            found.announced_rows = int.from_bytes(job[at + 7 : at + 11], "little")
            at += 13
        elif job[at : at + 2] == b"\x1bi":
            at += 3 + lengths[job[at + 2 : at + 3]]
        elif job[at : at + 1] in {b"g", b"w"}:
            plane = found.red if job[at : at + 2] == b"w\x02" else found.black
            size = job[at + 2]
            plane.append(job[at + 3 : at + 3 + size])
            at += 3 + size
        else:
            assert job[at:] == b"\x1a"
            found.ended = True
            at += 1
    return found


def dots_of_rows(rows: list[bytes], paper: Medium, model: BrotherModel) -> Dots:
    """Pin p, counted from the head's right end, is column width - 1 - (p - offset)."""
    offset = paper.right_offset_dots + model.extra_offset_dots
    return {
        (paper.width_dots - 1 - (pin - offset), y)
        for y, row in enumerate(rows)
        if any(row)
        for pin in range(len(row) * 8)
        if row[pin // 8] >> (7 - pin % 8) & 1
    }


def dots_of_plane(plane: bytes | None, width: int) -> Dots:
    stride = (width + 7) // 8
    return {
        (x, start // stride)
        for start in range(0, len(plane or b""), stride)
        if any((plane or b"")[start : start + stride])
        for x in range(width)
        if (plane or b"")[start + x // 8] >> (7 - x % 8) & 1
    }


@st.composite
def printable(draw: st.DrawFn) -> tuple[BadgeBitmap, Medium, BrotherModel]:
    model = draw(st.sampled_from(MODELS))
    paper = draw(st.sampled_from(model.media))
    width = draw(st.integers(1, paper.width_dots))
    height = draw(st.integers(1, min(60, paper.badge_height_dots)))
    stride = (width + 7) // 8
    mask = (0xFF << (stride * 8 - width)) & 0xFF

    def plane() -> bytes:
        data = bytearray(draw(st.binary(min_size=stride, max_size=stride)) * height)
        data[-stride:] = draw(st.binary(min_size=stride, max_size=stride))
        for end in range(stride - 1, len(data), stride):
            data[end] &= mask
        return bytes(data)

    return BadgeBitmap(width, height, plane(), plane() if paper.two_colour else None), paper, model


@settings(max_examples=60, deadline=None)
@given(printable())
def test_encoded_dots_decode_pixel_exact(case: tuple[BadgeBitmap, Medium, BrotherModel]) -> None:
    bitmap, paper, model = case
    found = decode(encode(bitmap, paper, model))
    assert found.ended
    assert len(found.black) == found.announced_rows == (paper.height_dots or max(model.shortest_rows, bitmap.height))
    assert {len(row) for row in found.black + found.red} == {model.row_bytes}
    assert len(found.red) == (found.announced_rows if paper.two_colour else 0)
    assert dots_of_rows(found.black, paper, model) == dots_of_plane(bitmap.black, bitmap.width)
    assert dots_of_rows(found.red, paper, model) == dots_of_plane(bitmap.red, bitmap.width)


class KeepingTray(Tray):
    """A tray that keeps the dots."""

    def __init__(self) -> None:
        super().__init__(None)
        self.badges: list[BadgeBitmap] = []

    def take(self, badge: BadgeBitmap) -> None:
        super().take(badge)
        self.badges.append(badge)


@settings(max_examples=40, deadline=None)
@given(printable(), st.lists(st.integers(1, 5_000), min_size=1, max_size=6))
def test_virtual_printer_prints_the_same_dots_however_the_bytes_arrive(
    case: tuple[BadgeBitmap, Medium, BrotherModel], portions: list[int]
) -> None:
    bitmap, paper, model = case
    tray = KeepingTray()
    printer = VirtualBrother(model, paper, tray, SteppedClock())
    job = encode(bitmap, paper, model)
    at, turn = 0, 0
    while at < len(job):
        size = portions[turn % len(portions)]
        printer.receive(job[at : at + size])
        at, turn = at + size, turn + 1
    assert len(tray.badges) == 1
    badge = tray.badges[0]
    assert dots_of_plane(badge.black, badge.width) == dots_of_plane(bitmap.black, bitmap.width)
    assert dots_of_plane(badge.red, badge.width) == dots_of_plane(bitmap.red, bitmap.width)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=400), max_size=8))
def test_virtual_printer_survives_any_bytes_and_prints_none_of_them(portions: list[bytes]) -> None:
    tray = KeepingTray()
    printer = VirtualBrother(brother_model("QL-820NWB"), MEDIA[0], tray, SteppedClock())
    for portion in portions:
        printer.receive(portion)
        printer.answer()
    assert tray.badges == []


@given(st.binary(min_size=STATUS_BYTES, max_size=STATUS_BYTES))
def test_any_status_after_the_head_is_read_and_what_is_read_is_stable(data: bytes) -> None:
    status = parse_status(b"\x80\x20B4" + data[4:])
    assert parse_status(format_status(status)) == status


@given(st.binary(max_size=64))
def test_bytes_without_the_head_are_refused(data: bytes) -> None:
    if data.startswith(b"\x80\x20B4"):
        return
    with pytest.raises(StatusFormatError):
        parse_status(data)
