"""Who is held by the rules of their type, what is kept of them, and who lets them in (F08, C43)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import argon2
import pytest

from kiosk.admission_values import Held
from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station
from kiosk.flows.admission import HoldReason
from kiosk.ports import Arrived, HostTold, PinRefused, Unlocked
from sync.device.clock import SystemClock
from sync.protocol.exact_json import read
from sync.protocol.feed import (
    Attestation,
    Attestations,
    Clue,
    Hosts,
    PageKind,
    Rules,
    StaffPin,
    StaffPins,
    VisitorType,
    VisitorTypes,
    Watchlist,
    Window,
)
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import ArrivedFull, HeldFull, Kind
from sync.protocol.matching import match_tokens
from tests.fakes.lone_station import draft, lone_station, publish
from workbench.lone_kiosk import LoneKiosk

KEY = "cd" * 32
OTHERS = UUID(int=8, version=4)


@pytest.fixture(autouse=True)
def vouched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "quality", lambda _self: ClockQuality.NTP)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[tuple[LoneKiosk, Station]]:
    with lone_station(tmp_path) as opened:
        yield opened


def _rule(lone: LoneKiosk, station: Station, rules: Rules) -> None:
    types = VisitorTypes(types=(VisitorType(id="visitor", words={"en": "Visitor"}, badge="visitor", rules=rules),))
    publish(lone, station, types, after=PageKind.VISITOR_TYPES)


def test_f08_whoever_is_held_is_on_record_and_not_on_site_until_a_pin_lets_them_in(
    station: tuple[LoneKiosk, Station],
) -> None:
    """F08, F24: nothing typed is lost, the header does not tell why, and who let them in is named."""
    lone, kiosk = station
    _rule(lone, kiosk, Rules(attestations=("insurance",)))
    clues = (Clue(field="company", tokens=match_tokens(bytes.fromhex(KEY), "company", "Larkspur Looms")),)
    over = Window(from_ms=0, until_ms=kiosk.clock.wall_ms())
    page = Attestations(key=KEY, attestations=(Attestation(id=OTHERS, kind="insurance", clues=clues, window=over),))
    publish(lone, kiosk, page)
    desks = build_desks(kiosk)
    held = desks.check_in.arrive(draft(kiosk, assistance=True))
    assert isinstance(held, Held)
    assert kiosk.evacuation.on_site().count == 0
    (event,) = kiosk.log.of_stay(held.stay_id)
    assert event.header.kind == "visitor.held"
    assert event.full is not None
    full = read(event.full.bytes(), HeldFull, what="full")
    assert (full.reason, full.name, full.company, full.email, full.assistance) == (
        HoldReason.ATTESTATION,
        "Odalys Fernhollow",
        "Larkspur Looms",
        "odalys@example.org",
        True,
    )
    pin = StaffPin(id="security", hash=argon2.PasswordHasher().hash("864202"), scopes=("override",))
    publish(lone, kiosk, StaffPins(pins=(pin,)), after=PageKind.STAFF_PINS)
    assert isinstance(desks.overrides.unlock("246810"), PinRefused)
    staff = desks.overrides.unlock("864202")
    assert isinstance(staff, Unlocked)
    admitted = replace(draft(kiosk), stay_id=held.stay_id, admitted_by=staff.by)
    arrived = desks.check_in.arrive(admitted)
    assert isinstance(arrived, Arrived)
    assert arrived.stay_id == held.stay_id
    assert [person.stay_id for person in kiosk.evacuation.on_site().entries] == [held.stay_id]
    arrival = next(each for each in kiosk.log.of_stay(held.stay_id) if each.header.kind == Kind.VISITOR_ARRIVED)
    assert arrival.full is not None
    assert read(arrival.full.bytes(), ArrivedFull, what="full").admitted_by == "security"


def test_c43_no_watchlist_or_one_that_has_expired_holds_and_a_fresh_one_does_not(
    station: tuple[LoneKiosk, Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    """C43: fails closed to staff, never silently open; a clock that fell back makes no list young again."""
    lone, kiosk = station
    _rule(lone, kiosk, Rules(screening=True))
    desk = build_desks(kiosk).check_in
    assert isinstance(desk.arrive(draft(kiosk)), Held)
    publish(lone, kiosk, Watchlist(key=KEY, entries=()))
    assert isinstance(desk.arrive(draft(kiosk)), Arrived)
    expires = kiosk.feed.held()[PageKind.WATCHLIST].expires_ms
    with monkeypatch.context() as later:
        later.setattr(SystemClock, "wall_ms", lambda _self: expires)
        assert isinstance(desk.arrive(draft(kiosk)), Held)
    assert kiosk.clock.wall_ms() < expires
    assert isinstance(desk.arrive(draft(kiosk)), Held)


@pytest.mark.parametrize("required", [False, True])
def test_f22_a_host_who_is_withdrawn_in_the_middle_of_a_visit_is_told_nothing(
    station: tuple[LoneKiosk, Station], *, required: bool
) -> None:
    """F22, C43: their name stays on the record, and reception helps; where a host is needed a person decides."""
    lone, kiosk = station
    _rule(lone, kiosk, Rules(host_required=required))
    desk, entered = build_desks(kiosk).check_in, draft(kiosk)
    assert isinstance(desk.arrive(entered), Arrived)
    publish(lone, kiosk, Hosts(hosts=()), after=PageKind.HOSTS)
    outcome = desk.arrive(entered)
    if required:
        assert isinstance(outcome, Held)
        (event,) = kiosk.log.of_kinds([Kind.VISITOR_HELD])
        assert event.full is not None
        full = read(event.full.bytes(), HeldFull, what="a body")
        assert (full.reason, full.host_id, full.host) == (HoldReason.HOST, None, entered.host_name)
        outcome = desk.arrive(replace(entered, stay_id=outcome.stay_id, admitted_by="desk"))
    assert isinstance(outcome, Arrived)
    assert (outcome.host_told, outcome.host_name) == (HostTold.NO_HOST, entered.host_name)
    last = kiosk.log.of_kinds([Kind.VISITOR_ARRIVED])[-1]
    assert last.full is not None
    assert read(last.full.bytes(), ArrivedFull, what="a body").host_id is None


def test_c43_a_type_that_is_taken_away_in_the_middle_of_a_visit_holds(station: tuple[LoneKiosk, Station]) -> None:
    """C43: its rules are not known any more; while nothing was ever published there are none."""
    lone, kiosk = station
    desks = build_desks(kiosk)
    assert isinstance(desks.check_in.arrive(draft(kiosk)), Arrived)
    others = VisitorTypes(types=(VisitorType(id="guest", words={"en": "Guest"}, badge="visitor"),))
    publish(lone, kiosk, others, after=PageKind.VISITOR_TYPES)
    held = desks.check_in.arrive(draft(kiosk))
    assert isinstance(held, Held)
    (event,) = kiosk.log.of_kinds([Kind.VISITOR_HELD])
    assert event.full is not None
    assert read(event.full.bytes(), HeldFull, what="a body").reason == HoldReason.TYPE
    assert isinstance(desks.check_in.arrive(replace(draft(kiosk), visitor_type="guest")), Arrived)
