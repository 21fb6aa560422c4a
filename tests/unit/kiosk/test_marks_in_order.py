"""L3 of Unicode's annex 9: in the order in which a line is drawn, marks stand where a font looks for them."""

from __future__ import annotations

from pathlib import Path

import pytest
import uharfbuzz

from kiosk.views.typeface import font_file
from sync.visual_order import levels_of, parts_in_order
from sync.writing import Script


def in_order(line: str) -> str:
    levels = levels_of(line, right_to_left=None)
    return line if levels is None else "".join(text for _, text in parts_in_order([(0, line)], levels))


def test_f22_a_point_stands_behind_its_letter_where_a_font_looks_for_it() -> None:
    """L3: else the points of a Hebrew name were drawn on its next letter."""
    shin, qamats, dot, lamed = "\u05e9\u05b8\u05c1\u05dc"
    assert in_order(shin + qamats + dot + lamed) == lamed + shin + qamats + dot
    assert in_order("e\u0301 " + shin)[:2] == "e\u0301"


def test_f22_arabic_vowels_stand_behind_their_letters_where_a_font_looks_for_them() -> None:
    """L3: else the vowels of a name were drawn on its next letter."""
    seen, damma, shadda, fatha = "\u0633\u064f\u0651\u064e"
    assert in_order(seen + damma + seen) == "\ufeb2\ufeb3" + damma
    assert in_order(seen + fatha + shadda + seen) == "\ufeb2\ufeb3" + fatha + shadda
    assert in_order("\u0631" + damma) == "\ufead" + damma, "no letter follows"


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("\u0644\u064e\u0627", "\ufe8e \ufedf\u064e"),
        ("\u0633\u0644\u064e\u0627", "\ufe8e \ufee0\u064e \ufeb3"),
        ("\u0644\u0627\u064b", "\ufe8e\u064b \ufedf"),
        ("\u0644\u0650\u0623\u064e", "\ufe84\u064e \ufedf\u0650"),
        ("\u0644\u064e\u0651\u0622", "\ufe82 \ufedf\u064e\u0651"),
        ("\u0644\u0627", "\ufefb"),
    ],
)
def test_f22_lam_and_alef_with_vowels_are_two_each_with_its_own(written: str, drawn: str) -> None:
    """The one shape of both has no place for any."""
    assert in_order(written) == drawn.replace(" ", "")


@pytest.mark.parametrize("face", ["Inter-400", "Inter-600"])
@pytest.mark.parametrize("vowel", ["\u064e", "\u0650", "\u0651"])
def test_f22_every_joined_shape_of_arabic_has_a_place_for_vowels(face: str, vowel: str) -> None:
    """As the screen draws it: joined already, from left to right, as Latin. A vowel without a place falls beside it."""
    font = uharfbuzz.Font(uharfbuzz.Face(Path(font_file(face, Script.ARABIC)).read_bytes()))
    loose = []
    for point in range(0xFE80, 0xFEF5):
        buffer = uharfbuzz.Buffer()
        buffer.add_str(chr(point) + vowel)
        buffer.script, buffer.direction = "Latn", "ltr"
        uharfbuzz.shape(font, buffer)
        place = buffer.glyph_positions[-1]
        if (place.x_offset, place.y_offset) == (0, 0):
            loose.append(hex(point))
    assert loose == []


def test_f22_what_joins_letters_stays_where_a_font_asks_for_it() -> None:
    """In a Hebrew sentence too: a Sinhala name without it falls apart. Arabic is joined before."""
    name = "\u0dc1\u0dca\u200d\u0dbb\u0dd3"
    assert in_order(f"\u05d0 {name}") == f"{name} \u05d0"
    assert "\u200d" not in in_order("\u0647\u200d \u05d0")
