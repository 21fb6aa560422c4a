"""F13, F14: who has probably left is counted and looked for, in words that mislead nobody, wherever the list stands."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from pypdf import PdfReader
from rich.console import Console

from kiosk.evacuation_list.muster_belief import belief
from kiosk.evacuation_list.muster_order import in_muster_order, zone_groups
from kiosk.evacuation_list.roster_export import list_as_csv, list_as_facts
from kiosk.evacuation_list.roster_table import print_list
from kiosk.paper.badge_paper.pages import list_pages
from kiosk.paper.evacuation_pdf import evacuation_pdf
from kiosk.ports import EvacuationList, Freshness
from kiosk.presenters.evacuation_rows import ALL, MusterRows, PersonRow, muster
from kiosk.words.catalogue import languages
from printers.media import medium
from tests.unit.kiosk.test_evacuation_on_badge_paper import texts
from workbench.sample_texts import PEOPLE
from workbench.still_time import MORNING

GONE = ("s2", "s3", "s4")
LIST = EvacuationList(
    "Thistledown Works",
    "Mill Lane",
    tuple(replace(entry, presumed_left=entry.stay_id in GONE) for entry in PEOPLE),
    MORNING,
    Freshness.COMPLETE,
)
ENGLISH = languages()["en"]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("freshness", Freshness)
def test_every_list_says_how_many_they_are_and_that_they_are_counted(language: str, freshness: Freshness) -> None:
    words = languages()[language]
    some, nobody = replace(LIST, freshness=freshness), replace(LIST, freshness=freshness, entries=PEOPLE)
    sentence = words.say("evacuation.presumed_count", n=3)
    assert sentence in " ".join(belief(some, words))
    begins = words.say("evacuation.presumed_count", n="#").partition("#")[0]
    assert begins not in " ".join(belief(nobody, words))
    assert LIST.count == len(PEOPLE)


def test_they_stand_last_where_they_are_looked_for_and_a_need_for_assistance_comes_first() -> None:
    order = [entry.stay_id for entry in in_muster_order(LIST.entries)]
    assert order[:2] == ["s1", "s2"]
    assert order[-2:] == ["s3", "s4"]
    workshop = next(group for group in zone_groups(LIST.entries) if group.zone == "Workshop")
    assert [entry.stay_id for entry in workshop.people] == ["s2", "s6", "s5", "s3", "s4"]


def test_each_row_on_the_screen_says_it() -> None:
    rows = MusterRows(muster(LIST).groups_of(ALL), ENGLISH, LIST.as_of)
    marked = {row.stay_id for row in rows if isinstance(row, PersonRow) and row.remark.startswith("Probably left")}
    assert marked == set(GONE)


def test_paper_marks_each_of_them() -> None:
    document = PdfReader(BytesIO(evacuation_pdf(LIST, ENGLISH)))
    text = " ".join(" ".join(page.extract_text().split()) for page in document.pages)
    assert text.count("Probably left, not verified") == 1 + len(GONE)
    pages = list_pages(LIST, ENGLISH, medium("62x100"), points={}, elsewhere="")
    assert " ".join(texts(pages)).count("Probably left, not verified") == 1 + len(GONE)


def test_programs_and_terminals_are_told_as_well() -> None:
    facts = list_as_facts(LIST)
    assert (facts["count"], facts["presumed_left"]) == (len(PEOPLE), 3)
    assert {person["stay"] for person in facts["people"] if person["presumed_left"]} == set(GONE)
    rows = list(csv.DictReader(StringIO(list_as_csv(LIST))))
    assert [row["presumed_left"] for row in rows].count("True") == len(GONE)
    out = StringIO()
    print_list(LIST, Console(file=out, width=200))
    assert out.getvalue().count("Probably left, not verified") == 1 + len(GONE)
