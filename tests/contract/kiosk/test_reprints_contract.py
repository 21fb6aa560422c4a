"""Whoever prints badges again keeps the same promises: the kiosk's desk on the event log, and the sample kiosk's."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.flows.printing.badge_ledger import BadgeLedger, Outcome
from kiosk.ports import BadgeOnRecord, BadgeStanding, ReprintAsked, ReprintRefused, Reprints
from sync.protocol.kinds import Kind
from tests.fakes.badge_room import arrive, reprints
from tests.fakes.lone_station import lone_station
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_texts import PEOPLE


@pytest.fixture(params=["real", "sample"])
def somebody(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Reprints, str]]:
    """A desk, and the stay of somebody on site whose badge was printed by *Lobby*."""
    if request.param == "sample":
        sample = SampleKiosk()
        sample.desk.people = PEOPLE
        yield sample.ports.reprints, sample.desk.people[0].stay_id
        return
    with lone_station(tmp_path) as (_, station):
        stay = arrive(station)
        BadgeLedger(station.log, station.settings).settle((stay, 1), Outcome(Kind.BADGE_PRINTED, "Lobby"))
        yield reprints(station), str(stay)


def test_f12_a_badge_again_is_for_somebody_on_site_for_a_reason_and_one_at_a_time(
    somebody: tuple[Reprints, str],
) -> None:
    """F12."""
    desk, stay = somebody
    assert desk.newest_badge(stay) == BadgeOnRecord(BadgeStanding.PRINTED, "Lobby")
    assert desk.reprint(stay, by="Desk", why=" ") is ReprintRefused.NO_REASON
    assert desk.reprint(str(uuid4()), by="Desk", why="lost") is ReprintRefused.NOT_ON_SITE
    assert desk.reprint(stay, by="Desk", why="lost") == ReprintAsked(2)
    assert desk.newest_badge(stay) == BadgeOnRecord(BadgeStanding.TO_COME)
    assert desk.reprint(stay, by="Desk", why="lost") is ReprintRefused.STILL_TO_COME
