"""F03, F14: two arrivals by one invitation are one person, flagged, on every list until each stay is out (ADR 107)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
from pypdf import PdfReader
from rich.console import Console

from kiosk.composition.artists import build_list_artist
from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station
from kiosk.evacuation_list.muster_order import zone_groups
from kiosk.evacuation_list.roster_export import list_as_csv, list_as_facts
from kiosk.evacuation_list.roster_table import print_list
from kiosk.paper.badge_paper.pages import list_pages
from kiosk.paper.evacuation_pdf import evacuation_pdf
from kiosk.ports import EvacuationList, Freshness, PersonOnSite
from kiosk.presenters.evacuation_rows import ALL, MusterRows, PersonRow, muster
from kiosk.status_report import status_facts
from kiosk.words.catalogue import languages
from printers.media import medium
from sync.protocol.kinds import ArrivedMuster, Kind
from sync.protocol.muster import present_digest
from sync.protocol.muster_snapshot import join_parts, read_part
from tests.fakes.kiosk_lobby import LobbyUnderTest
from tests.fakes.lone_station import lone_station
from tests.fakes.muster_line import NOTHING, MusterLine
from tests.fakes.sync_neighbour import Neighbour
from tests.fakes.sync_records import arrival, departure
from tests.unit.kiosk.test_evacuation_on_badge_paper import texts
from tests.unit.kiosk.test_hearing_others import asker_of, publish
from workbench.sample_texts import PEOPLE
from workbench.still_time import MORNING

CODE = UUID(int=7, version=4)
NAME = "Odalys Fernhollow"
TWICE = "Checked in 2 times with one invitation"
ENGLISH = languages()["en"]
LIST = EvacuationList(
    "Thistledown Works",
    "Mill Lane",
    tuple(
        replace(entry, again=(str(uuid4()),), other_zones=("Offices",)) if entry.stay_id == "s3" else entry
        for entry in PEOPLE
    ),
    MORNING,
    Freshness.COMPLETE,
)


@dataclass
class Doors:
    """This kiosk, and one of the dock that it hears of."""

    station: Station
    dock: Neighbour

    def comes_here(self, name: str = NAME, *, assistance: bool = False) -> UUID:
        act = arrival(name)[0]
        assert isinstance(act.muster, ArrivedMuster)
        told = msgspec.structs.replace(act.muster, invitation=CODE, zone="Mill", assistance=assistance)
        self.station.log.append([replace(act, muster=told)])
        assert act.stay is not None
        return act.stay

    def comes_there(self, name: str = NAME) -> UUID:
        stay, self.dock.at = uuid4(), self.dock.at + timedelta(minutes=1)
        told = ArrivedMuster(name=name, company="", host="", zone="Dock", assistance=False, invitation=CODE)
        self.dock.act(Kind.VISITOR_ARRIVED, self.dock.at, stay=stay, muster=told)
        return stay

    def listed(self) -> tuple[PersonOnSite, ...]:
        answer = msgspec.structs.replace(NOTHING, batches=(self.dock.sent(),))
        asker_of(self.station, MusterLine(lambda _question: answer)).step()
        return self.station.evacuation.on_site().entries


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    with lone_station(tmp_path) as (lone, station):
        dock = Neighbour(station.enrolment)
        publish(station, lone, dock)
        yield Doors(station, dock)


def test_c11_f03_they_are_one_person_until_each_stay_is_out(doors: Doors) -> None:
    """C11, F03: neither kiosk knew of the other; whichever stay ends first, the person stays listed."""
    there, here = doors.comes_there(), doors.comes_here(assistance=True)
    (person,) = doors.listed()
    assert {person.stay_id, *person.again} == {str(there), str(here)}
    assert (person.name, person.check_ins, person.needs_assistance) == (NAME, 2, True)
    assert {person.zone, *person.other_zones} == {"Mill", "Dock"}
    assert status_facts(doors.station)["on_site"] == 1
    assert {stay.id for stay in doors.station.roll.on_site()} == {there, here}
    doors.dock.goes(there)
    (left,) = doors.listed()
    assert (left.stay_id, left.again, left.other_zones) == (str(here), (), ())
    doors.station.log.append(departure(here))
    assert doors.listed() == ()


def test_f03_under_another_name_a_code_that_was_passed_on_counts_for_two(doors: Doors) -> None:
    """Uncertainty lists the person."""
    doors.comes_there(), doors.comes_here("Bram Quillfeather")
    assert sorted(person.name for person in doors.listed()) == ["Bram Quillfeather", NAME]
    assert [person.again for person in doors.listed()] == [(), ()]


def test_staff_may_sign_out_all_of_it_or_the_latest_alone(doors: Doors) -> None:
    doors.comes_there(), doors.comes_here()
    desks = build_desks(doors.station)
    (person,) = doors.listed()
    desks.departure.by_staff(person.stay_id, by="desk")
    (rest,) = doors.listed()
    assert (rest.stay_id, rest.again) == (person.again[0], ())
    desks.departure.by_staff(rest.stay_id, by="desk")
    assert doors.listed() == ()


def test_each_list_says_it_and_where_else() -> None:
    said = f"{TWICE} · also Offices"
    rows = MusterRows(muster(LIST).groups_of(ALL), ENGLISH, LIST.as_of)
    assert [row.remark for row in rows if isinstance(row, PersonRow) and row.stay_id == "s3"] == [said]
    document = PdfReader(BytesIO(evacuation_pdf(LIST, ENGLISH)))
    assert said in " ".join(" ".join(page.extract_text().split()) for page in document.pages)
    pages = " ".join(texts(list_pages(LIST, ENGLISH, medium("62x100"), points={}, elsewhere="")))
    assert pages.count(TWICE) == 2, "once in each zone's pages"
    facts = next(entry for entry in list_as_facts(LIST)["people"] if entry["stay"] == "s3")
    assert (facts["check_ins"], facts["other_zones"]) == (2, "Offices")
    rows_of_csv = list(csv.DictReader(StringIO(list_as_csv(LIST))))
    assert [row["check_ins"] for row in rows_of_csv].count("2") == 1
    out = StringIO()
    print_list(LIST, Console(file=out, width=240))
    assert out.getvalue().count(said) == 1
    assert LIST.count == len(PEOPLE)


@pytest.mark.parametrize("language", languages())
def test_the_words_say_how_often_in_every_language(language: str) -> None:
    words = languages()[language]
    twice, thrice = (words.count("evacuation.again", number) for number in (2, 3))
    assert twice != thrice
    assert "3" in thrice


def test_all_of_the_zones_is_as_many_as_there_are_people() -> None:
    bench = LobbyUnderTest()
    bench.kiosk.desk.people = LIST.entries
    bench.lobby.welcome.staff()
    for digit in bench.kiosk.desk.pin:
        bench.lobby.pin.digit(digit)
    assert bench.lobby.evacuation.view().tabs[0].label == f"All {len(PEOPLE)}"


def test_in_each_zone_that_is_looked_at_alone_they_are_looked_for() -> None:
    mustered = muster(LIST)
    for zone in ("Workshop", "Offices"):
        people = [entry for group in mustered.groups_of(zone) for entry in group.people]
        (person,) = [entry for entry in people if entry.stay_id == "s3"]
        assert person.zone == zone
        assert set(person.zones) == {"Workshop", "Offices"}
        assert mustered.counts[zone] == len(people)
    assert [entry.stay_id for group in mustered.groups for entry in group.people].count("s3") == 1
    of_paper = [(group.zone, entry.stay_id) for group in zone_groups(LIST.entries) for entry in group.people]
    assert [zone for zone, stay in of_paper if stay == "s3"] == ["Offices", "Workshop"]


def test_the_codes_under_a_list_hold_them_once_and_vouch_for_every_stay(doors: Doors) -> None:
    doors.comes_there(), doors.comes_here()
    station = doors.station
    doors.listed()
    artist = build_list_artist(station)
    parts = [read_part(text) for text in artist.snapshot(station.evacuation.on_site(), 2000)]
    snapshot = join_parts(parts, checked=lambda _part: None)
    assert [(person.name, person.zone) for person in snapshot.people] == [(NAME, "Mill")]
    whole = present_digest([stay.id for stay in station.roll.on_site()])
    assert whole.startswith(snapshot.head.digest.hex())
