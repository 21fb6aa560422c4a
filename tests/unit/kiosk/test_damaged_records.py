"""C05 while the kiosk runs: whoever stands before it is told what to do, and the list opens all the same."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from kiosk import reading_copy
from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station, open_station
from kiosk.configuration import KioskConfiguration
from kiosk.evacuation_list.muster_belief import belief
from kiosk.ports import Arrived, DepartureProblem, DepartureRefused, Freshness, RefusalReason, Refused, Unlocked
from kiosk.reading_copy import save_list
from kiosk.words.catalogue import languages
from sync.device.errors import DiskFullError, WrongKeyError
from tests.fakes.kiosk_damage import damage_arrival, damage_identity
from tests.fakes.lone_station import draft
from tests.fakes.sync_damage import blank
from workbench.lone_kiosk import PIN, LoneKiosk, make_lone_kiosk

NAMES = tuple(f"Visitor {number}" for number in range(8))


@pytest.fixture
def damaged(tmp_path: Path) -> LoneKiosk:
    """A kiosk with a damaged page of events."""
    lone = make_lone_kiosk(tmp_path / "kiosk")
    with open_station(lone.configuration) as station:
        desk = build_desks(station).check_in
        arrivals = [desk.arrive(draft(station, name)) for name in NAMES]
        station.log.settle()
    last = arrivals[3]
    assert isinstance(last, Arrived)
    damage_arrival(lone.configuration.data_folder, UUID(last.stay_id))
    return lone


def _with_rescue(lone: LoneKiosk, station: Station) -> None:
    station.evacuation.rescue = lambda: save_list(lone.configuration)


def test_c05_the_list_opens_with_whoever_can_be_read_and_says_what_it_is(damaged: LoneKiosk) -> None:
    """C05: in a fire nobody runs a command first."""
    with open_station(damaged.configuration) as station:
        with pytest.raises(WrongKeyError):
            station.evacuation.on_site()
        _with_rescue(damaged, station)
        assert station.evacuation.unlock(PIN) == Unlocked()
        listed = station.evacuation.on_site()
        assert len(NAMES) - 3 <= listed.count < len(NAMES)
        assert {person.name for person in listed.entries} < set(NAMES)
        assert (listed.damaged, listed.freshness) == (True, Freshness.UNKNOWN)
        assert listed.unchecked_since is not None


def test_c03_c05_on_a_disk_that_refuses_every_write_the_list_comes_out_of_damaged_records_too(
    damaged: LoneKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C03, C05: a card that fails is often read-only from then on."""

    def refusing_there(configuration: KioskConfiguration) -> AbstractContextManager[Station]:
        if configuration.data_folder == damaged.configuration.data_folder:
            raise DiskFullError("read-only")
        return open_station(configuration)

    monkeypatch.setattr(reading_copy, "open_station", refusing_there)
    with reading_copy.read_station(damaged.configuration, damaged_too=True) as copied:
        listed = copied.evacuation.on_site()
    assert len(NAMES) - 3 <= listed.count < len(NAMES)
    assert listed.damaged
    with pytest.raises(WrongKeyError), reading_copy.read_station(damaged.configuration):
        pass


@pytest.mark.parametrize("code", sorted(languages()))
def test_c05_the_list_tells_the_command_in_every_language(damaged: LoneKiosk, code: str) -> None:
    """C05."""
    with open_station(damaged.configuration) as station:
        _with_rescue(damaged, station)
        banner, more = belief(station.evacuation.on_site(), languages()[code])
    assert "lodge-kiosk salvage" in banner
    assert more
    assert "lodge-kiosk salvage" in languages()[code].say("refused.damaged")


def test_c05_what_was_saved_is_shown_for_a_while_and_then_read_again(
    damaged: LoneKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C05: the screen asks every few seconds, and a salvage takes a moment."""
    with open_station(damaged.configuration) as station:
        _with_rescue(damaged, station)
        first = station.evacuation.on_site()
        assert station.evacuation.on_site() is first
        later = datetime.fromtimestamp(first.as_of.timestamp() + 31, first.as_of.tzinfo)
        monkeypatch.setattr(station.evacuation._time, "now", lambda: later)
        assert station.evacuation.on_site() is not first


def test_c05_the_list_opens_where_the_beginning_of_the_database_is_lost(damaged: LoneKiosk) -> None:
    """C05: the salt, too, which has a copy beside the database (ADR 111)."""
    blank(damaged.configuration.data_folder / "lodge.db", 1)
    listed = save_list(damaged.configuration)
    assert listed is not None
    assert len(NAMES) - 3 <= listed.count < len(NAMES)


def test_c05_whatever_lies_in_the_place_of_the_salt_the_list_opens(damaged: LoneKiosk) -> None:
    """C05: a folder, say, that a careless hand has made."""
    salt = damaged.configuration.data_folder / "lodge.db-salt"
    salt.unlink()
    salt.mkdir()
    listed = save_list(damaged.configuration)
    assert listed is not None
    assert len(NAMES) - 3 <= listed.count < len(NAMES)


def test_c05_where_nothing_can_be_saved_the_list_is_empty_and_says_why(damaged: LoneKiosk) -> None:
    """C05: it must not say that nobody is on site."""
    with open_station(damaged.configuration) as station:
        damage_identity(damaged.configuration.data_folder)
        _with_rescue(damaged, station)
        listed = station.evacuation.on_site()
        banner, _ = belief(listed, languages()["en"])
    assert (listed.count, listed.damaged) == (0, True)
    assert banner.startswith("This kiosk’s records are damaged")


def test_c05_a_visitor_is_sent_to_reception_and_staff_are_told_the_command(tmp_path: Path) -> None:
    """C05: the page that the next event belongs into is damaged under a kiosk that runs."""
    lone = make_lone_kiosk(tmp_path / "kiosk")
    with open_station(lone.configuration) as station:
        desks = build_desks(station)
        desk = desks.check_in
        arrived = desk.arrive(draft(station, "The last one"))
        assert isinstance(arrived, Arrived)
        station.database.read("pragma wal_checkpoint(truncate)")
        damage_arrival(lone.configuration.data_folder, UUID(arrived.stay_id))
        station.database.read("pragma user_version")
        station.database._connection.execute("pragma shrink_memory")
        for _ in range(2):
            assert desk.arrive(draft(station, "Too late")) == Refused(RefusalReason.DAMAGED)
            left = desks.departure.by_staff(arrived.stay_id, by="p1")
            assert left == DepartureRefused(DepartureProblem.DAMAGED)
