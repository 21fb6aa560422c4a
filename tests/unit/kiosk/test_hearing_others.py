"""The kiosk's composition and what it hears of others: by whatever roster it has, and in its own turn."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kiosk.composition.desks import build_lines, build_network
from kiosk.composition.station import Station, open_station
from kiosk.flows.printing.badge_ledger import BadgeLedger
from kiosk.flows.printing.badge_recovery import BadgeRebuilder
from kiosk.flows.printing.badge_reprint import ReprintDesk
from kiosk.ports import Freshness, ReprintAsked
from kiosk.status_report import status_facts, status_lines
from sync.device.clock import SystemClock
from sync.device.muster_asker import MusterAsker
from sync.device.signed_channel import SignedChannel
from sync.device.transport import Answer
from sync.protocol.feed import Roster
from tests.fakes.lone_station import lone_station
from tests.fakes.muster_line import NOTHING, MusterLine
from tests.fakes.sync_neighbour import Neighbour
from workbench.lone_kiosk import LoneKiosk, next_page


def publish(station: Station, lone: LoneKiosk, neighbour: Neighbour) -> None:
    held = station.database.read("select signed from feed_page where kind = 'roster'")[0]["signed"]
    keys = station.settings.keys_page()
    assert keys is not None
    page = Roster(kiosks=(neighbour.listed(),))
    assert station.feed.take(next_page(lone, page, version=2, after=held), keys[1])


def asker_of(station: Station, line: MusterLine) -> MusterAsker:
    return MusterAsker(
        log=station.log,
        roll=station.roll,
        heard=station.heard,
        channel=SignedChannel(
            transport=line,
            server=station.enrolment.server,
            audience=station.enrolment.audience,
            key=station.log.epochs.known_key,
            now_s=lambda: 0,
        ),
        enrolment=station.enrolment,
        roster=station.directory.roster,
        waiting=lambda: 0,
        random=lambda: 1.0,
    )


def test_c18_by_an_expired_roster_hearing_goes_on_and_the_list_says_that_it_has_expired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C18."""
    with lone_station(tmp_path) as (lone, station):
        dock = Neighbour(station.enrolment)
        publish(station, lone, dock)
        dock.comes("Cleo Sample")
        later = station.clock.wall_ms() + 150 * 365 * 86_400_000
        monkeypatch.setattr(SystemClock, "wall_ms", lambda _self: later)
        line = MusterLine(lambda _question: msgspec.structs.replace(NOTHING, batches=(dock.sent(),)))
        asker_of(station, line).step()
        listed = station.evacuation.on_site()
    assert [person.name for person in listed.entries] == ["Cleo Sample"]
    assert listed.expired_since is not None
    assert listed.freshness is Freshness.STALE


def test_f12_somebody_who_arrived_at_another_kiosk_gets_their_badge_again_here(tmp_path: Path) -> None:
    """F12: with the name that was heard; the first one was the other kiosk's."""
    with lone_station(tmp_path) as (lone, station):
        dock = Neighbour(station.enrolment)
        publish(station, lone, dock)
        stay = dock.comes("Cleo Sample")
        line = MusterLine(lambda _question: msgspec.structs.replace(NOTHING, batches=(dock.sent(),)))
        asker_of(station, line).step()
        ledger = BadgeLedger(station.log, station.settings)
        asked = ReprintDesk(ledger, station.roll).reprint(str(stay), by="Desk", why="lost")
        (record,) = ledger.owed()
        job = BadgeRebuilder(station.log, station.roll, station.time).rebuild(record)
    assert asked == ReprintAsked(2)
    assert job is not None
    assert (job.name, job.key) == ("Cleo Sample", (stay, 2))


def test_what_was_recorded_goes_up_before_anything_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The visitor's own record comes first, in each round."""
    with lone_station(tmp_path) as (_, station):
        order: list[str] = []
        for name, kind in (("asks", MusterAsker), ("uploads", type(build_lines(station).uploader))):
            whole = kind.step

            def step(self: object, name: str = name, whole: object = whole) -> object:
                order.append(name)
                return whole(self)  # type: ignore[operator]  # the method it was

            monkeypatch.setattr(kind, "step", step)
        build_network(station).step_uploads()
    assert order == ["uploads", "asks"]


def test_status_says_why_others_cannot_be_heard_until_they_can(tmp_path: Path) -> None:
    """F14: another program says so, of what the running kiosk was told."""
    with lone_station(tmp_path) as (lone, station):
        publish(station, lone, Neighbour(station.enrolment))
        asker_of(station, MusterLine(lambda _question: Answer(200, {}, b"nonsense"))).step()
        with open_station(lone.configuration) as other:
            facts = status_facts(other)
        shown = "\n".join(status_lines(facts))
        asker_of(station, MusterLine(lambda _question: NOTHING)).step()
        again = status_facts(station)
    assert facts["not_heard_because"] == "what the cloud says of other kiosks cannot be read"
    assert "CANNOT BE HEARD: what the cloud says of other kiosks cannot be read." in shown
    assert again["not_heard_because"] is None
