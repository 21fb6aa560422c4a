"""Dots in, bytes, dots out, for every family: what the encoder sends, the virtual printer of the family prints.

The virtual printers read bytes with decoders of their own, written from the makers' references.
"""

from __future__ import annotations

import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printers.bitmap import BadgeBitmap
from printers.families.known import FAMILIES
from printers.hardware import PrinterModel
from printers.job import JobOptions
from printers.models import family_of
from printers.paper import Medium
from printers.simulator.paper import Tray
from tests.contract.printers.virtual_bus import SteppedClock

LANGUAGES = [family.name for family in FAMILIES if family.virtual is not None and family.name != "Brother QL"]


class KeepingTray(Tray):
    """A tray that keeps the dots."""

    def __init__(self) -> None:
        super().__init__(None)
        self.badges: list[BadgeBitmap] = []

    def take(self, badge: BadgeBitmap) -> None:
        super().take(badge)
        self.badges.append(badge)


@functools.cache
def choices(language: str) -> list[tuple[PrinterModel, Medium]]:
    family = next(candidate for candidate in FAMILIES if candidate.name == language)
    return [(model, paper) for model in family.models for paper in model.media]


@st.composite
def jobs(draw: st.DrawFn, language: str) -> tuple[BadgeBitmap, Medium, PrinterModel, JobOptions]:
    model, paper = draw(st.sampled_from(choices(language)))
    width = draw(st.integers(1, paper.width_dots))
    height = draw(st.integers(1, min(40, paper.badge_height_dots)))
    stride = (width + 7) // 8
    rows = draw(st.lists(st.binary(min_size=stride, max_size=stride), min_size=1, max_size=3))
    mask = (0xFF << (stride * 8 - width)) & 0xFF
    plane = bytearray(b"".join(rows[index % len(rows)] for index in range(height)))
    for end in range(stride - 1, len(plane), stride):
        plane[end] &= mask
    compressions = family_of(model).compressions
    packed = draw(st.sampled_from(compressions)) if compressions else None
    return BadgeBitmap(width, height, bytes(plane)), paper, model, JobOptions(compression=packed)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_printed_dots_are_the_encoded_dots_however_the_bytes_arrive(language: str, data: st.DataObject) -> None:
    bitmap, paper, model, options = data.draw(jobs(language))
    family, tray = family_of(model), KeepingTray()
    assert family.virtual is not None
    printer = family.virtual(model, paper, tray, SteppedClock())
    job = family.encode(bitmap, paper, model, options)
    portion = max(data.draw(st.integers(1, 4_000)), len(job) // 200)
    for start in range(0, len(job), portion):
        printer.receive(job[start : start + portion])
    assert len(tray.badges) == 1
    printed = tray.badges[0].black_ink()
    ink = bitmap.black_ink()
    assert printed.crop((0, 0, bitmap.width, bitmap.height)).tobytes() == ink.tobytes()
    assert printed.getbbox() == ink.getbbox()


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=40, deadline=None)
@given(portions=st.lists(st.binary(max_size=200), max_size=6))
def test_any_bytes_are_survived(language: str, portions: list[bytes]) -> None:
    model, paper = choices(language)[0]
    make = family_of(model).virtual
    assert make is not None
    printer = make(model, paper, KeepingTray(), SteppedClock())
    for portion in portions:
        printer.receive(portion)
        printer.answer()
