"""F14: a name whose letters and marks came as signs of their own is written on paper as it is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import ShapedStr

from cloud_api.paper import typeface as cloud_paper
from kiosk.paper import paper_fonts
from kiosk.paper.evacuation_pdf import evacuation_pdf
from kiosk.ports import EvacuationList, Freshness, PersonOnSite
from kiosk.words.catalogue import languages
from sync.unshaped import composed
from workbench.still_time import MORNING

NAMES = ("José Peñalver Übelhör", "Nguyễn Văn Tiến", "Γιάννης Ἀθηνᾶ", "Йосиф Ёлкин", "한지민", "がぎぐ")
NO_PICTURE = ("👨\u200d👩\u200d👧", "❤\ufe0f", "漢\U000e0100字", "a\u200db", "\u200dc", "Ada\u2060\u034f Sample")


def by_the_kiosk(text: str) -> list[Any]:
    return [part.text for part in paper_fonts.stretches(text, "Inter-600", 10)]


def by_the_cloud(text: str) -> list[Any]:
    return [part for part, _, _ in cloud_paper.drawn(text, cloud_paper.BOLD, 10)]


PAPERS = pytest.mark.parametrize("drawn", [by_the_kiosk, by_the_cloud])
Drawn = Callable[[str], list[Any]]


@PAPERS
@pytest.mark.parametrize("name", NAMES)
def test_letters_and_marks_are_drawn_as_one_sign_where_there_is_one(drawn: Drawn, name: str) -> None:
    apart = unicodedata.normalize("NFD", name)
    assert apart != name
    assert drawn(apart) == drawn(name)
    assert not any(isinstance(part, ShapedStr) for part in drawn(apart))


@PAPERS
@pytest.mark.parametrize("name", ["M̄a", "Ọ̀ṣun", "q̣̃"])
def test_a_mark_that_is_no_one_sign_with_its_letter_is_put_over_it(drawn: Drawn, name: str) -> None:
    (part,) = drawn(name)
    places = [sign.x_offset for sign in part.__shapeData__ if not sign.x_advance]
    assert places
    assert all(place < 0 for place in places), "back over the letter, behind which the next begins"


@PAPERS
@pytest.mark.parametrize("text", NO_PICTURE)
def test_of_signs_without_a_picture_nothing_is_drawn(drawn: Drawn, text: str) -> None:
    letters = {sign for sign in text if unicodedata.category(sign) not in {"Cf", "Mn"}}
    assert set("".join(drawn(text))) == letters


def test_a_word_taken_apart_is_measured_and_wrapped_as_it_is_drawn() -> None:
    name = "한지민" * 8
    apart = unicodedata.normalize("NFD", name)
    assert paper_fonts.lines_of(apart, "Inter-600", 10, 60) == paper_fonts.lines_of(name, "Inter-600", 10, 60)
    assert cloud_paper.lines_of(apart, 600, 10, 60) == cloud_paper.lines_of(name, 600, 10, 60)


def test_signs_of_hebrew_in_one_piece_stay_so() -> None:
    assert composed("\ufb2a e\u0301") == "\ufb2a é"


def test_f14_a_list_says_the_names_as_they_are_read() -> None:
    people = tuple(
        PersonOnSite(str(at), unicodedata.normalize("NFD", name), "", "", "Dock", MORNING)
        for at, name in enumerate(NAMES)
    )
    listed = EvacuationList("Thistledown Works", "Mill Lane", people, MORNING, Freshness.COMPLETE)
    (page,) = PdfReader(BytesIO(evacuation_pdf(listed, languages()["en"]))).pages
    for name in NAMES[:4]:
        assert name in page.extract_text()
