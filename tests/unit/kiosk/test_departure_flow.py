"""A departure by badge code: once, for the right person, and kindly refused otherwise (C33)."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station
from kiosk.evacuation_list.muster_order import count_presumed
from kiosk.ports import Arrived, Departed, DepartureProblem, DepartureRefused
from sync.protocol import exact_json
from sync.protocol.chain import Act
from sync.protocol.codes import Purpose, readable_code, sign_code
from sync.protocol.kinds import AssumedFull, Kind, RevokedFull
from tests.fakes.lone_station import draft, lone_station
from tests.fakes.sync_faulty_disk import failing

LATER_S = 4_000_000_000


def _code(station: Station, subject: UUID, *, expires_s: int = LATER_S, purpose: Purpose = Purpose.DEPARTURE) -> str:
    key = station.settings.epoch_key(station.enrolment.epoch)
    return sign_code(purpose, subject, tenant=station.enrolment.tenant, expires_s=expires_s, key=key)


def _arrive(station: Station) -> Arrived:
    arrived = build_desks(station).check_in.arrive(draft(station))
    assert isinstance(arrived, Arrived)
    return arrived


def test_the_code_of_a_badge_signs_out_its_bearer_once(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        arrived, desk = _arrive(station), build_desks(station).departure
        code = _code(station, UUID(arrived.stay_id))
        first, second = desk.by_code(code), desk.by_code(code)
        kinds = [event.header.kind for event in station.log.of_stay(arrived.stay_id)]
        assert station.evacuation.on_site().count == 0
    assert isinstance(first, Departed)
    assert first.display_name == "Odalys Fernhollow"
    assert second == DepartureRefused(DepartureProblem.NOT_ON_SITE)
    assert kinds.count(Kind.VISITOR_DEPARTED) == 1


@pytest.mark.parametrize("spelling", [str, str.lower, lambda code: f"{code[:4]} {code[4:]}"])
def test_the_eight_readable_signs_do_as_well(tmp_path: Path, spelling: object) -> None:
    assert callable(spelling)
    with lone_station(tmp_path) as (_, station):
        arrived = _arrive(station)
        outcome = build_desks(station).departure.by_code(spelling(readable_code(UUID(arrived.stay_id))))
    assert isinstance(outcome, Departed)


def test_an_expired_badge_does_not_keep_its_bearer_on_the_list(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        arrived = _arrive(station)
        outcome = build_desks(station).departure.by_code(_code(station, UUID(arrived.stay_id), expires_s=1))
        assert isinstance(outcome, Departed)
        assert station.evacuation.on_site().count == 0


def test_a_stay_that_another_kiosk_recorded_is_signed_out_without_a_name(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        outcome = build_desks(station).departure.by_code(_code(station, uuid4()))
    assert isinstance(outcome, Departed)
    assert outcome.display_name == ""


def test_a_code_of_an_unknown_key_is_of_another_place(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        foreign = Ed25519PrivateKey.generate()
        code = sign_code(Purpose.DEPARTURE, uuid4(), tenant=station.enrolment.tenant, expires_s=LATER_S, key=foreign)
        outcome = build_desks(station).departure.by_code(code)
        assert station.log.head.seq == 0
    assert outcome == DepartureRefused(DepartureProblem.OTHER_PLACE)


def test_a_code_for_another_organisation_is_refused(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        key = station.settings.epoch_key(station.enrolment.epoch)
        code = sign_code(Purpose.DEPARTURE, uuid4(), tenant=uuid4(), expires_s=LATER_S, key=key)
        outcome = build_desks(station).departure.by_code(code)
    assert outcome == DepartureRefused(DepartureProblem.OTHER_PLACE)


@pytest.mark.parametrize(
    "text",
    ["", "https://example.org/", "\x00\x01", "A" * 5000, "ZZZZZZZZ", "WIFI:S:guest;;", "12345678", "😀😀😀😀😀😀😀😀"],
)
def test_a_code_of_something_else_is_refused_and_nothing_is_recorded(tmp_path: Path, text: str) -> None:
    with lone_station(tmp_path) as (_, station):
        _arrive(station)
        before = station.log.head
        outcome = build_desks(station).departure.by_code(text)
        assert station.log.head == before
    assert outcome == DepartureRefused(DepartureProblem.UNKNOWN_CODE)


def test_an_invitation_is_not_a_badge(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        outcome = build_desks(station).departure.by_code(_code(station, uuid4(), purpose=Purpose.INVITATION))
    assert outcome == DepartureRefused(DepartureProblem.INVITATION)


def _assume(station: Station, arrived: Arrived) -> None:
    act = Act(Kind.DEPARTURE_ASSUMED, UUID(arrived.stay_id), full=AssumedFull(method="automatic"))
    station.log.append([act])


def test_f13_whoever_has_probably_left_is_listed_and_counted_and_the_badge_still_signs_them_out(tmp_path: Path) -> None:
    """F13: a timer takes nobody off the list, and is in nobody's way."""
    with lone_station(tmp_path) as (_, station):
        arrived = _arrive(station)
        _assume(station, arrived)
        listed = station.evacuation.on_site()
        outcome = build_desks(station).departure.by_code(readable_code(UUID(arrived.stay_id)))
        assert station.evacuation.on_site().count == 0
    assert (listed.count, count_presumed(listed.entries), [entry.presumed_left for entry in listed.entries]) == (
        1,
        1,
        [True],
    )
    assert isinstance(outcome, Departed)


def test_f13_staff_say_that_somebody_is_still_here_once_and_by_whom(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        arrived = _arrive(station)
        desk = build_desks(station).departure
        said_before = desk.still_here(arrived.stay_id, by="reception")
        _assume(station, arrived)
        assert [desk.still_here(arrived.stay_id, by="reception") for _ in range(2)] == [True, True]
        listed = station.evacuation.on_site()
        (taken_back,) = station.log.of_kinds([Kind.DEPARTURE_REVOKED])
        _assume(station, arrived)
        with failing(station.database, "commit"):
            refused = desk.still_here(arrived.stay_id, by="reception")
        doubtful = count_presumed(station.evacuation.on_site().entries)
    assert (said_before, refused, doubtful) == (True, False, 1)
    assert (listed.count, count_presumed(listed.entries)) == (1, 0)
    assert taken_back.full is not None
    assert exact_json.read(taken_back.full.bytes(), RevokedFull, what="it").by == "reception"
