"""Calling reception on a real log: kept before it is said, told when a receipt covers it, seldom enough (F23)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.admission_values import Held
from kiosk.calling_values import Called, CallRefused, CallWish
from kiosk.composition.desks import Desks, build_desks
from kiosk.composition.station import Station
from kiosk.flows.calling import MOST_AN_HOUR
from kiosk.ports import Arrived
from sync.device.clock import SystemClock
from sync.protocol.events import Event
from sync.protocol.exact_json import read
from sync.protocol.feed import Configuration, PageKind, Rules, VisitorType, VisitorTypes
from sync.protocol.kinds import CalledFull, Kind
from sync.protocol.receipt import Receipt, sign_receipt
from tests.fakes.lone_station import draft, lone_station
from workbench.lone_kiosk import LoneKiosk, next_page

WISH = CallWish("", "ar", assistance=True)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[tuple[LoneKiosk, Station]]:
    with lone_station(tmp_path) as opened:
        yield opened


def calls(station: Station) -> list[Event]:
    return station.log.of_kinds([Kind.RECEPTION_CALLED])


def receive(lone: LoneKiosk, station: Station) -> None:
    """The cloud acknowledges all that there is."""
    packed = station.outbox.next_batch()
    assert packed is not None
    receipt = Receipt(
        v=1,
        aud=lone.enrolment.audience,
        kiosk=lone.enrolment.kiosk,
        epoch=packed.epoch,
        accepted=packed.last,
        durable=packed.last,
        head=station.log.head.hash,
        manifest=packed.manifest,
        quarantined=(),
        at_ms=1,
        checkpoint=None,
    )
    station.outbox.close_batch(receipt, sign_receipt(receipt, lone.receipt))


def publish(lone: LoneKiosk, station: Station, kind: PageKind, content: VisitorTypes | Configuration) -> None:
    keys = station.settings.keys_page()
    assert keys is not None
    held = station.database.read("select signed, version from feed_page where kind = ?", (kind.value,))[0]
    station.feed.take(next_page(lone, content, version=held["version"] + 1, after=held["signed"]), keys[1])


def hold_everybody(lone: LoneKiosk, station: Station) -> Desks:
    kind = VisitorType(id="visitor", words={"en": "Visitor"}, badge="visitor", rules=Rules(invited_only=True))
    publish(lone, station, PageKind.VISITOR_TYPES, VisitorTypes(types=(kind,)))
    return build_desks(station)


def test_f23_a_call_is_on_the_disk_before_it_is_said_and_is_told_when_a_receipt_covers_it(
    station: tuple[LoneKiosk, Station],
) -> None:
    """F23: once for a visit; the arrival that follows is of the same visit; the header says nothing of the person."""
    lone, kiosk = station
    desks = build_desks(kiosk)
    called = desks.bell.call(WISH)
    assert isinstance(called, Called)
    (event,) = calls(kiosk)
    assert event.full is not None
    assert event.muster is not None
    assert read(event.full.bytes(), CalledFull, what="a body") == CalledFull(
        zone="Lobby", language="ar", assistance=True
    )
    assert event.muster.bytes() == b"{}"
    assert desks.bell.call(replace(WISH, stay_id=called.stay_id)) == called
    assert len(calls(kiosk)) == 1
    assert not desks.bell.is_told(called.stay_id)
    receive(lone, kiosk)
    assert desks.bell.is_told(called.stay_id)
    arrived = desks.check_in.arrive(replace(draft(kiosk), stay_id=called.stay_id))
    assert isinstance(arrived, Arrived)
    assert arrived.stay_id == called.stay_id


def test_f09_a_hold_is_told_when_a_receipt_covers_it_and_a_call_of_the_same_visit_counts_with_it(
    station: tuple[LoneKiosk, Station],
) -> None:
    lone, kiosk = station
    desks = hold_everybody(lone, kiosk)
    held = desks.check_in.arrive(draft(kiosk))
    assert isinstance(held, Held)
    assert not desks.bell.is_told(held.stay_id)
    receive(lone, kiosk)
    assert desks.bell.is_told(held.stay_id)
    assert isinstance(desks.bell.call(replace(WISH, stay_id=held.stay_id)), Called)
    assert not desks.bell.is_told(held.stay_id)


def test_f23_a_kiosk_calls_so_often_in_an_hour_and_no_more(
    station: tuple[LoneKiosk, Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after a start, for the log counts; an hour later it is open again."""
    _, kiosk = station
    outcomes = [build_desks(kiosk).bell.call(WISH) for _ in range(MOST_AN_HOUR + 1)]
    assert all(isinstance(outcome, Called) for outcome in outcomes[:-1])
    assert outcomes[-1] is CallRefused.TOO_MANY
    assert len(calls(kiosk)) == MOST_AN_HOUR
    later = kiosk.clock.wall_ms() + 3_700_000
    monkeypatch.setattr(SystemClock, "wall_ms", lambda _self: later)
    assert isinstance(build_desks(kiosk).bell.call(WISH), Called)


def test_a_server_that_tells_nobody_offers_no_call(station: tuple[LoneKiosk, Station]) -> None:
    lone, kiosk = station
    bell = build_desks(kiosk).bell
    assert (bell.is_offered(), bell.phone()) == (True, "+44 20 7946 0000")
    before = Configuration(
        organisation="Thistledown Works", site="Mill Lane", time_zone="UTC", languages=("en",), badge_hours=10
    )
    publish(lone, kiosk, PageKind.CONFIGURATION, before)
    assert (bell.is_offered(), bell.phone()) == (False, "")
