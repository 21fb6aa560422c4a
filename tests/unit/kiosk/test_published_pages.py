"""What the kiosk makes of the pages that it holds: types, steps, PINs, and pages that have expired."""

from pathlib import Path
from uuid import UUID

import argon2
import msgspec
import pytest

from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station
from kiosk.evacuation_list.muster_belief import belief
from kiosk.flows.type_definitions import asked_fields
from kiosk.ports import AnswerKind, AskedDocument, AskedWhen, Freshness, Step, Unlocked
from kiosk.status_report import status_facts, status_lines
from kiosk.words.catalogue import languages
from sync.device.clock import SystemClock
from sync.protocol.feed import (
    Choice,
    Condition,
    Document,
    Documents,
    DocumentText,
    Field,
    Host,
    Hosts,
    StaffPin,
    StaffPins,
    VisitorType,
    VisitorTypes,
)
from sync.protocol.hlc import ClockQuality
from tests.fakes.lone_station import lone_station
from workbench.lone_kiosk import CENTURY_MS, NOW_MS, PIN, LoneKiosk, first_page, next_page


def _publish(lone: LoneKiosk, station: Station, content: msgspec.Struct, kind: str) -> None:
    held = station.database.read("select signed from feed_page where kind = ?", (kind,))[0]["signed"]
    keys = station.settings.keys_page()
    assert keys is not None
    assert station.feed.take(next_page(lone, content, version=2, after=held), keys[1])


def _type(key: str, position: int, *steps: str) -> VisitorType:
    return VisitorType(id=key, words={"en": key}, badge="visitor", position=position, hints={"en": "more"}, steps=steps)


def test_types_stand_in_the_organisation_s_order_with_their_own_steps(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (lone, station):
        types = VisitorTypes(types=(_type("a", 2, "details"), _type("b", 1, "photo", "host", "details")))
        _publish(lone, station, types, "visitor_types")
        shown = station.directory.visitor_types()
    assert [(kind.id, kind.steps, kind.hint("en")) for kind in shown] == [
        ("b", (Step.PHOTO, Step.HOST, Step.DETAILS), "more"),
        ("a", (Step.DETAILS,), "more"),
    ]


def test_steps_that_came_later_are_left_out_and_who_somebody_is_is_always_asked(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (lone, station):
        _publish(lone, station, VisitorTypes(types=(_type("a", 0, "retina", "host", "host"),)), "visitor_types")
        (shown,) = station.directory.visitor_types()
    assert shown.steps == (Step.DETAILS, Step.HOST)


def test_f01_f05_fields_and_documents_of_the_pages_are_asked_and_what_is_not_known_is_asked_as_a_line(
    tmp_path: Path,
) -> None:
    """F01, F05, R33: a newer cloud's kinds, and documents that are not published, stop nobody."""
    texts = tuple(
        DocumentText(version="1", language=code, title=code, paragraphs=("x",), sha256="0" * 64)
        for code in ("de", "fr")
    )
    pages = Documents(
        documents=(Document(id="late", texts=()), Document(id="rules", signature=True, pass_right=9, texts=texts))
    )
    car, mood, dock = (
        Field(id=key, kind=kind, words={}, purpose="to know", basis="contract")
        for key, kind in (("car", "yes_no"), ("mood", "retina"), ("dock", "choice"))
    )
    when = Condition(field="car", answers=("no",))
    fields = (car, msgspec.structs.replace(mood, when=when, notices={"de": "weil"}), dock)
    kind = msgspec.structs.replace(
        _type("a", 0, "photo", "details"), fields=fields, documents=("gone", "late", "rules")
    )
    with lone_station(tmp_path) as (lone, station):
        _publish(lone, station, VisitorTypes(types=(kind,)), "visitor_types")
        keys = station.settings.keys_page()
        assert keys is not None
        station.feed.take(first_page(lone, pages), keys[1])
        (shown,) = station.directory.visitor_types()
        text = station.directory.document("rules", "ar")
    assert shown.steps == (Step.PHOTO, Step.DETAILS, Step.FIELDS)
    assert [field.kind for field in shown.fields] == [AnswerKind.YES_NO, AnswerKind.LINE, AnswerKind.LINE]
    assert [field.notice for field in shown.fields] == [{"": "to know"}, {"de": "weil"}, {"": "to know"}]
    assert shown.fields[1].when == AskedWhen("car", ("no",))
    assert shown.documents == (AskedDocument("rules", signature=True),)
    assert text is not None
    assert (text.language, station.directory.document("gone", "de")) == ("de", None)


def test_a_question_or_choice_that_is_published_twice_is_asked_once() -> None:
    """Pages and answers are told apart by ids: a second one led back to the first for ever."""
    car = Field(id="car", kind="choice", words={"en": "Car?"}, purpose="to know", basis="contract")
    twice = (Choice(id="own", words={"en": "Own"}), Choice(id="own", words={"en": "Hired"}))
    fields = (
        msgspec.structs.replace(car, choices=twice),
        msgspec.structs.replace(car, id="name", kind="line"),
        msgspec.structs.replace(car, kind="line", words={"en": "Truck?"}),
    )
    asked = asked_fields(fields)
    assert [(field.id, field.words["en"]) for field in asked] == [("car", "Car?"), ("name", "Car?")]
    assert [(choice.id, choice.words["en"]) for choice in asked[0].choices] == [("own", "Own")]


def test_f22_hosts_are_found_by_short_names_of_any_script_and_by_nothing_that_browses(tmp_path: Path) -> None:
    names = ("राम शर्मा", "李明", "李 白", "Conor O'Donnell", "Wu Brindlewick", "Wulfram Oakentide")
    people = (Host(id=UUID(int=number), name=name, department="") for number, name in enumerate(names, 1))
    with lone_station(tmp_path) as (lone, station):
        _publish(lone, station, Hosts(hosts=tuple(people)), "hosts")
        queries = ("राम", "李明", "李白", "o'd", "wu", "wul", "李", "रा", "w", "br")
        found = [[host.name for host in station.directory.find_hosts(query)] for query in queries]
    assert found == [[name] for name in names] + [[], [], [], []]


def _pins(**changes: object) -> StaffPins:
    pin = StaffPin(id="other", hash=argon2.PasswordHasher().hash("135790"), scopes=("evacuation",))
    return StaffPins(pins=(msgspec.structs.replace(pin, **changes),))


@pytest.mark.parametrize(
    ("changes", "quality", "opens"),
    [
        ({}, ClockQuality.NTP, True),
        ({"scopes": ("printer",)}, ClockQuality.NTP, True),
        ({"until_ms": 5}, ClockQuality.NTP, False),
        ({"until_ms": 5}, ClockQuality.UNSYNCED, True),
        ({"until_ms": 2**50}, ClockQuality.NTP, True),
    ],
)
def test_any_pin_opens_the_list_while_its_time_lasts_where_the_clock_can_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], quality: ClockQuality, opens: bool
) -> None:
    """F24: in a fire nobody looks for the right one, and a battery that died must not lock the list."""
    monkeypatch.setattr(SystemClock, "quality", lambda _self: quality)
    with lone_station(tmp_path) as (lone, station):
        _publish(lone, station, _pins(**changes), "staff_pins")
        assert (station.evacuation.unlock("135790") == Unlocked()) is opens
        assert station.evacuation.unlock(PIN) != Unlocked()


def test_c18_c23_expired_pages_are_stated_on_screen_and_on_the_list_in_every_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C18, C23: a feed that is withheld makes no list look complete."""
    with lone_station(tmp_path) as (_, station):
        desks = build_desks(station)
        fresh = station.evacuation.on_site()
        assert (desks.status.now().stale_since, fresh.expired_since, fresh.freshness) == (
            None,
            None,
            Freshness.COMPLETE,
        )
        monkeypatch.setattr(SystemClock, "wall_ms", lambda _self: NOW_MS + CENTURY_MS + 1000)
        since = station.time.at_ms(NOW_MS + CENTURY_MS)
        stale = station.evacuation.on_site()
        assert (desks.status.now().stale_since, stale.expired_since) == (since, since)
        assert stale.freshness is Freshness.STALE
        for words in languages().values():
            stressed, more = belief(stale, words)
            assert str(since.year) in stressed
            assert more == words.say("evacuation.may_be_missing")
            assert words.say("status.stale")
        facts = status_facts(station)
        assert {page["stale"] for page in facts["pages"]} == {True}
        assert "page          hosts, version 1, out of date" in list(status_lines(facts))
