"""F05: the copy as a PDF: in every language, of whatever text, with nothing but letters and strokes in it."""

import json
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics

from cloud_api.notify.letter_words import LetterWords, letter, visitor_texts
from cloud_api.paper.document_copy import MOST_LETTERS, CopyTooLongError, copy_words, draw_copy
from cloud_api.paper.facts import CopyFacts
from cloud_api.paper.sheet import MARGIN, PAGE_WIDTH
from cloud_api.paper.typeface import BOLD, REGULAR, drawn, lines_of
from cloud_api.services.languages import LANGUAGES
from kiosk.views.typeface import FONTS
from sync.protocol.ink import Ink
from tests.vectors.inked import INK

OURS = Path("cloud_api/paper/fonts")
FACTS = CopyFacts(
    organisation="Thistledown Works",
    site="Mill Lane",
    language="en",
    text_language="en",
    version="2",
    title="Site rules",
    paragraphs=("Be kind.", "Mind the machines."),
    sha256="ab" * 32,
    name="Ada Sample",
    agreed_at=datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Europe/London")),
    ink=INK,
    asked=3,
    right=2,
)
TEXTS = {
    "ar": ("قواعد الموقع", "لا تدخل (المصنع) وحدك."),
    "he": ("כללי האתר", "אין להיכנס (למפעל) לבד."),
    "hi": ("साइट के नियम", "क्षेत्र में प्रवेश से पहले रुकें।"),
    "zh": ("现场规则", "进入车间前请停下。"),
}


def words_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_everything_that_a_copy_promises_stands_in_it() -> None:
    told = words_of(draw_copy(FACTS))
    for words in (
        "Thistledown Works · Mill Lane",
        "Site rules",
        "Version 2 · English",
        "Mind the machines.",
        "ab" * 32,
    ):
        assert words in told
    for words in ("Agreed and signed", "Ada Sample", "Monday, March 2, 2026", "(UTC+00:00)", "2 of 3", "Page 1 of 1"):
        assert words in told
    assert "clock was not set" not in told
    assert "clock was not set" in words_of(draw_copy(replace(FACTS, clock_unset=True)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_drawn_in_every_language_with_letters_that_are_there(language: str) -> None:
    """A letter that no font has would be drawn as a box, by glyph 0."""
    title, paragraph = TEXTS.get(language, ("Rules of the house", "Bitte läuten. « Merci », ¿sí?"))
    facts = replace(FACTS, language=language, text_language=language, title=title, paragraphs=(paragraph,))
    (page,) = PdfReader(BytesIO(draw_copy(facts))).pages
    assert copy_words()[language].keys() == copy_words()["en"].keys()
    fonts = page["/Resources"]["/Font"]  # type: ignore[index]  # pypdf is typed in part
    names = {font["/BaseFont"] for font in (one.get_object() for one in fonts.values())}
    assert {name.partition("+")[2] for name in names} >= {"lodge-Inter-400", "lodge-Inter-600"}, "two weights"
    subject, text = letter("document_copy", language, LetterWords("Thistledown", "", {"document": title, "site": "x"}))
    for said in (title, paragraph, *copy_words()[language].values()):
        for part, name, _ in drawn(said, BOLD, 10):
            assert {ord(sign) for sign in part} <= pdfmetrics.getFont(name).face.charToGlyph.keys(), part  # type: ignore[attr-defined]  # of a TrueType font
    assert title in subject
    assert "{" not in subject + text


def test_letters_to_visitors_are_in_all_languages() -> None:
    assert visitor_texts().keys() == set(LANGUAGES)


def test_devanagari_is_shaped_and_arabic_and_brackets_run_from_the_right() -> None:
    (shaped,) = drawn("कि", REGULAR, 10)
    assert shaped[0][-1] == "क", "the vowel stands before its consonant"
    assert drawn("(א) ב", REGULAR, 10)[0][0].startswith("ב")
    assert "".join(part for part, _, _ in drawn("(א) ב", REGULAR, 10)) == "ב (א)"


def test_markup_and_controls_are_letters_and_no_line_outgrows_the_page() -> None:
    hostile = '<para><a href="https://evil.example">x</a></para> %s {page} \u202e\u0000'
    long = "W" * 3000
    raw = draw_copy(replace(FACTS, title=hostile, paragraphs=(hostile, long), name=long[:200]))
    assert b"/URI" not in raw
    assert b"/Annot" not in raw
    assert '<a href="https://evil.example">x</a>' in words_of(raw)
    width = PAGE_WIDTH - 2 * MARGIN
    for text in (long, *TEXTS["hi"], *TEXTS["ar"]):
        for line in lines_of(text, BOLD, 21, width):
            assert sum(wide for _, _, wide in drawn(line, BOLD, 21)) <= width + 0.01


def test_a_text_of_many_pages_is_numbered_and_one_beyond_all_measure_is_not_drawn() -> None:
    pages = PdfReader(BytesIO(draw_copy(replace(FACTS, paragraphs=("Word " * 800,) * 20)))).pages
    assert len(pages) > 10
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1].extract_text()
    assert "Agreed and signed" in pages[-1].extract_text()
    with pytest.raises(CopyTooLongError):
        draw_copy(replace(FACTS, paragraphs=("x" * MOST_LETTERS,)))


def test_a_dot_and_the_tallest_pad_are_drawn() -> None:
    assert draw_copy(replace(FACTS, ink=Ink(1000, (((500, 500),), ((0, 0), (1000, 1000)))))).startswith(b"%PDF")
    assert "Agreed and signed" not in words_of(draw_copy(replace(FACTS, ink=None)))


def test_the_fonts_are_those_of_the_kiosk_and_on_record() -> None:
    entries = json.loads((OURS / "SOURCES.json").read_text("utf-8"))
    assert {entry["file"] for entry in entries} == {path.name for path in OURS.glob("*.ttf")}
    for entry in entries:
        raw = (OURS / entry["file"]).read_bytes()
        assert sha256(raw).hexdigest() == entry["sha256"]
        assert raw == (FONTS / entry["file"]).read_bytes()
