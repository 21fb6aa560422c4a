"""Whoever signs people out on the word of the staff keeps the same promises: the kiosk's desk on the event log, and the
sample kiosk's.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.composition.desks import build_desks
from kiosk.ports import Departed, Departure, DepartureProblem, DepartureRefused
from sync.protocol import exact_json
from sync.protocol.kinds import DepartedFull, Kind
from tests.fakes.badge_room import arrive
from tests.fakes.lone_station import lone_station
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_texts import PEOPLE


@pytest.fixture(params=["real", "sample"])
def somebody(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Departure, str]]:
    """A desk, and the stay of somebody on site."""
    if request.param == "sample":
        sample = SampleKiosk()
        sample.desk.people = PEOPLE
        yield sample.ports.departure, sample.desk.people[0].stay_id
        return
    with lone_station(tmp_path) as (_, station):
        yield build_desks(station).departure, str(arrive(station))


def test_f13_staff_sign_out_once_whoever_is_on_the_list(somebody: tuple[Departure, str]) -> None:
    """F13, F24."""
    desk, stay = somebody
    gone = DepartureRefused(DepartureProblem.NOT_ON_SITE)
    assert desk.by_staff(str(uuid4()), by="reception") == gone
    left = desk.by_staff(stay, by="reception")
    assert isinstance(left, Departed)
    assert left.display_name
    assert desk.by_staff(stay, by="reception") == gone


def test_f13_whose_pin_it_was_is_in_the_record(tmp_path: Path) -> None:
    """R26, ADR 93."""
    with lone_station(tmp_path) as (_, station):
        stay = arrive(station)
        build_desks(station).departure.by_staff(str(stay), by="reception")
        assert station.roll.on_site() == ()
        (event,) = station.log.of_kinds([Kind.VISITOR_DEPARTED])
        assert event.full is not None
        assert exact_json.decode(event.full.bytes(), DepartedFull, what="full") == DepartedFull(
            method="desk", by="reception"
        )
