"""F14: who came on another day stands on every list with that day, for a time alone means today."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from pypdf import PdfReader
from rich.console import Console

from kiosk.evacuation_list.roster_table import print_list
from kiosk.paper.badge_paper.pages import list_pages
from kiosk.paper.evacuation_pdf import evacuation_pdf
from kiosk.ports import EvacuationList, Freshness
from kiosk.presenters.evacuation_rows import ALL, MusterRows, PersonRow, muster
from kiosk.presenters.on_site_rows import OnSiteRows
from kiosk.words.catalogue import languages
from printers.media import medium
from tests.fakes.kiosk_lobby import LobbyUnderTest
from tests.unit.kiosk.test_evacuation_on_badge_paper import texts
from workbench.gallery_staff import EVERYTHING
from workbench.sample_texts import PEOPLE
from workbench.still_time import MORNING

ENGLISH = languages()["en"]
EARLIER = tuple(replace(PEOPLE[at], since=MORNING - timedelta(days=3), zone="Dock") for at in (2, 3))
TODAY = replace(PEOPLE[4], since=MORNING - timedelta(minutes=5))
LIST = EvacuationList("Thistledown Works", "Mill Lane", (*EARLIER, TODAY), MORNING, Freshness.COMPLETE)
SENTENCES = {
    "en": "Here since 13 Mar, 08:52",
    "de": "Hier seit 13. März, 08:52",
    "fr": "Ici depuis le 13 mars, 08:52",
    "es": "Aquí desde el 13 mar, 8:52",
    "ar": "هنا منذ 13 مارس، 8:52 ص",
    "he": "כאן מאז 13 במרץ, 8:52",
    "hi": "13 मार्च, 8:52 am से यहाँ",
    "zh": "3月13日 08:52 起在场",
}


def test_f14_a_row_has_the_day_where_it_is_not_today() -> None:
    muster_rows = MusterRows(muster(LIST).groups_of(ALL), ENGLISH, LIST.as_of)
    rows = {row.stay_id: row for row in muster_rows if isinstance(row, PersonRow)}
    assert [(row.since, row.day) for row in rows.values()] == [("08:52", "13 Mar"), ("08:52", "13 Mar"), ("08:47", "")]
    assert str(rows["s4"].second) == "Arrived 13 Mar, 08:52 · details cannot be read here"
    assert "Here since 13 Mar, 08:52" in rows["s3"].said
    others = OnSiteRows(LIST.entries, ENGLISH, LIST.as_of)
    assert [(row.since, row.day) for row in others] == [("08:52", "13 Mar"), ("08:52", "13 Mar"), ("08:47", "")]
    tomorrow = MusterRows(muster(LIST).groups_of(ALL), ENGLISH, LIST.as_of + timedelta(days=1))
    assert tomorrow != muster_rows, "at midnight today becomes another day"
    assert OnSiteRows(LIST.entries, ENGLISH, LIST.as_of + timedelta(days=1)) != others


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_f22_the_sheet_of_a_person_says_the_day_as_the_language_does(language: str) -> None:
    bench = LobbyUnderTest()
    bench.kiosk.directory = replace(bench.kiosk.directory, languages=tuple(languages()))
    bench = LobbyUnderTest(bench.kiosk)
    bench.kiosk.desk.people, bench.kiosk.desk.scopes = LIST.entries, frozenset(EVERYTHING)
    bench.lobby.choose_language(language)
    bench.lobby.welcome.staff()
    for digit in bench.kiosk.desk.pin:
        bench.lobby.pin.digit(digit)
    bench.lobby.staff_room.open("on-site")
    bench.lobby.on_site.open("s3")
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    assert sheet.sentence.replace("\N{NO-BREAK SPACE}", " ").startswith(f"{SENTENCES[language]} · ")
    bench.lobby.on_site.open("s5")
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    assert sheet.sentence.startswith(bench.lobby.turn.say("on_site.since", time=bench.lobby.turn.clock(TODAY.since)))


def test_f14_paper_and_the_terminal_have_the_day_too() -> None:
    document = PdfReader(BytesIO(evacuation_pdf(LIST, ENGLISH)))
    (page,) = (" ".join(page.extract_text().split()) for page in document.pages)
    assert page.count("13 Mar") == 3, "of the unnamed person twice"
    assert "08:47 13 Mar" not in page
    pages = " ".join(texts(list_pages(LIST, ENGLISH, medium("62x100"), points={})))
    assert "13 Mar, 08:52 · Brindlewick Lifts" in pages
    assert "Arrived 13 Mar, 08:52" in pages
    assert "· 08:47" not in pages
    out = StringIO()
    print_list(LIST, Console(file=out, width=200))
    assert out.getvalue().count("13 Mar, 08:52") == 2
    assert "13 Mar, 08:47" not in out.getvalue()
