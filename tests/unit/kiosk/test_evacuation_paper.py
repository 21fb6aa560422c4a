from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from kiosk.paper.evacuation_pdf import evacuation_pdf
from kiosk.ports import EvacuationList, Freshness, KioskHeard, PersonOnSite
from kiosk.words.catalogue import languages
from workbench.sample_texts import PEOPLE
from workbench.still_time import MORNING

LIST = EvacuationList("Thistledown Works", "Mill Lane", PEOPLE, MORNING, Freshness.COMPLETE)


def pages(people: EvacuationList, language: str = "en") -> list[str]:
    document = PdfReader(BytesIO(evacuation_pdf(people, languages()[language])))
    return [" ".join(page.extract_text().split()) for page in document.pages]


def crowd(number: int) -> EvacuationList:
    entries = tuple(PersonOnSite(f"x{n}", f"Guest Number{n}", "", "", "Dock", MORNING) for n in range(number))
    return replace(LIST, entries=entries)


def test_f14_the_paper_names_place_moment_count_and_everybody() -> None:
    text = " ".join(pages(LIST))
    for words in ("Evacuation", "Thistledown Works · Mill Lane", "08:52, 16 March 2026", "12", "people on site"):
        assert words in text
    for person in PEOPLE:
        if person.name.isascii() and len(person.name) < 24:
            assert person.name in text
    assert "Unnamed person" in text


def test_f14_needs_assistance_comes_before_every_zone() -> None:
    text = " ".join(pages(LIST))
    order = [text.index(words) for words in ("Needs assistance", "Dock", "Offices 3 people", "Workshop 4 people")]
    assert order[0] == min(order)
    assert order[2] < order[3]


@pytest.mark.parametrize(
    ("freshness", "words"),
    [
        (Freshness.COMPLETE, "This kiosk’s own list, as of 08:52. No other kiosk is known at this site."),
        (
            Freshness.STALE,
            (
                "May be incomplete: what this kiosk knows and has heard, as of 08:52. Dock kiosk last heard 08:52. "
                "Gate kiosk was never heard. Someone may be missing here."
            ),
        ),
        (Freshness.UNKNOWN, "We cannot tell whether this list is complete. Dock kiosk last heard 08:52."),
    ],
)
def test_f14_the_paper_says_how_far_to_believe_it(freshness: Freshness, words: str) -> None:
    stale = (KioskHeard("Dock kiosk", MORNING), KioskHeard("Gate kiosk", None))
    assert words in pages(replace(LIST, freshness=freshness, stale=stale))[0]


def test_a_kiosk_last_heard_on_another_day_is_told_with_its_date() -> None:
    yesterday = replace(LIST, freshness=Freshness.STALE, stale=(KioskHeard("Dock", MORNING - timedelta(days=1)),))
    assert "Dock last heard 08:52 on 15 March 2026." in pages(yesterday)[0]


def test_records_that_could_not_be_checked_are_told_on_the_paper() -> None:
    """ADR 34: a list from such records says that somebody may be missing."""
    doubted = replace(LIST, freshness=Freshness.UNKNOWN, unchecked_since=MORNING)
    text = pages(doubted)[0]
    assert "Since 08:52 on 16 March 2026 its records could not be checked. Someone may be missing here." in text


def _pictures(people: EvacuationList) -> int:
    """How many different pictures the first page shows."""
    document = PdfReader(BytesIO(evacuation_pdf(people, languages()["en"])))
    drawn = _resolved(_resolved(document.pages[0])["/Resources"]).get("/XObject", {})
    return sum(_resolved(item)["/Subtype"] == "/Image" for item in _resolved(drawn).values()) if drawn else 0


def _words_at(document: bytes) -> list[tuple[float, str]]:
    """Every text drawn on the first page, and how far from the left edge."""
    found = list[tuple[float, str]]()

    def visit(text: str, _matrix: object, at: list[float], _font: object, _size: object) -> None:
        if text.strip():
            found.append((at[4], text.strip()))

    PdfReader(BytesIO(document)).pages[0].extract_text(visitor_text=visit)
    return found


def test_somebody_who_needs_assistance_has_the_hand_and_the_zone_in_a_column_of_its_own() -> None:
    """As on the screen; the zone once stood in the column of companies."""
    entry = PersonOnSite("s", "Ada Sample", "Larkspur Looms", "Ines", "Dock", MORNING, needs_assistance=True)
    placed = _words_at(evacuation_pdf(replace(LIST, entries=(entry,)), languages()["en"]))
    across = {text: x for x, text in placed}
    assert across["Zone"] == across["Dock"]
    assert across["Company"] == across["Larkspur Looms"]
    assert across["Name"] < across["Zone"] < across["Company"] < across["Visiting"]
    assert _pictures(replace(LIST, entries=(entry,))) == 2, "a dark hand at the heading, a light one before the name"


def test_without_need_of_assistance_there_is_neither_hand_nor_zone_column() -> None:
    placed = _words_at(evacuation_pdf(crowd(1), languages()["en"]))
    texts = [text for _, text in placed]
    assert "Zone" not in texts
    assert _pictures(crowd(1)) == 0


def test_every_page_says_which_of_how_many_it_is_and_goes_on_with_its_heading() -> None:
    found = pages(crowd(90))
    assert len(found) > 2
    for number, text in enumerate(found, 1):
        assert f"Page {number} of {len(found)}" in text
        assert "Dock" in text
        assert "Visiting" in text


def test_nobody_is_lost_between_pages() -> None:
    text = " ".join(pages(crowd(200)))
    assert all(f"Guest Number{n} " in text for n in range(200))


def test_an_empty_list_says_so() -> None:
    assert "Nobody is on site" in pages(crowd(0))[0]


def test_a_name_of_two_hundred_letters_wraps_and_stays_on_the_page() -> None:
    long = replace(LIST, entries=(PersonOnSite("s", "Maximiliana " * 16, "B" * 90, "H" * 90, "Dock", MORNING),))
    assert pages(long)[0].count("Maximiliana") == 16, "a name that is called out is never cut"


def test_c36_markup_and_printer_commands_are_letters() -> None:
    text = " ".join(pages(LIST))
    assert "[b]Bold[/b] <script>" in text
    assert "^XA~JA" in text


def test_the_same_list_gives_the_same_bytes() -> None:
    english = languages()["en"]
    assert evacuation_pdf(LIST, english) == evacuation_pdf(LIST, english)


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Braucht Hilfe"), ("fr", "A besoin d’aide"), ("es", "Necesita ayuda")]
)
def test_the_paper_speaks_the_language_asked_for(language: str, words: str) -> None:
    assert words in pages(LIST, language)[0]


def test_fonts_are_embedded_for_every_script() -> None:
    document = PdfReader(BytesIO(evacuation_pdf(LIST, languages()["en"])))
    resources = [_resolved(_resolved(page)["/Resources"]) for page in document.pages]
    found = [_resolved(font) for resource in resources for font in _resolved(resource["/Font"]).values()]
    fonts = {str(font["/BaseFont"]) for font in found}
    for family in ("Inter", "NotoSansArabic", "NotoSansHebrew", "NotoSansDevanagari", "NotoSansCJK", "NotoEmoji"):
        assert any(family in font for font in fonts), family


def _resolved(item: object) -> dict[str, Any]:
    found: dict[str, Any] = item.get_object()  # type: ignore[attr-defined]  # pypdf's indirect objects
    return found
