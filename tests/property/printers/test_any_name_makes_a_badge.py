"""Any string at all: a badge comes out, inside its margins, and the code on it still scans."""

from __future__ import annotations

import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from printers.badge import render_badge
from printers.layout.text import clean
from printers.media import medium
from tests.vectors.printers.samples import CODE, sample_badge

ANY_TEXT = st.text(st.characters(), max_size=60)
MARGIN, BAND_BOTTOM = 36, 224


@settings(max_examples=60, deadline=None)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_no_text_crashes_the_layout_or_leaves_its_margins(name: str, company: str, host: str) -> None:
    content = sample_badge(name=name, company=company, host=host)
    bitmap = render_badge(content, medium("62x100"))
    ink = bitmap.black_ink()
    assert ink.crop((0, BAND_BOTTOM + 1, MARGIN, 1109)).getbbox() is None
    assert ink.crop((696 - MARGIN, BAND_BOTTOM + 1, 696, 1109)).getbbox() is None
    assert [code.text for code in zxingcpp.read_barcodes(bitmap.preview())] == [CODE]


@settings(max_examples=25, deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_no_text_reaches_the_code_of_a_lengthwise_badge(name: str, word: str) -> None:
    bitmap = render_badge(sample_badge(name=name, visitor_type=word, host=word), medium("29x90"))
    assert CODE in [code.text for code in zxingcpp.read_barcodes(bitmap.preview())]


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_cleaning_is_stable_and_leaves_no_control_characters(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in cleaned)
