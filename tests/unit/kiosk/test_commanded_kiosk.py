"""A kiosk that was commanded: no photos, another zone, and a wipe that leaves nothing although it is cut short."""

import shutil
from pathlib import Path

import msgspec
import pytest

from kiosk.composition import commanded
from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station, open_station
from kiosk.errors import KioskError
from kiosk.flows.ending import AskedEnding, Ending
from kiosk.ports import Step
from kiosk.status_report import status_facts
from kiosk.wiping import send_what_waits, wipe_was_cut_short
from sync.device.settings import put_setting
from sync.device.stepping import LinkState
from sync.device.stepping import Step as Taken
from sync.protocol.exact_json import read
from sync.protocol.feed import Configuration, Roster, RosterKiosk, Zone
from sync.protocol.kinds import ArrivedFull, ArrivedMuster
from tests.fakes.lone_station import draft, lone_station
from workbench.lone_kiosk import LoneKiosk, make_lone_kiosk, next_page


def _publish(lone: LoneKiosk, station: Station, content: msgspec.Struct, kind: str) -> None:
    held = station.database.read("select signed from feed_page where kind = ?", (kind,))[0]["signed"]
    keys = station.settings.keys_page()
    assert keys is not None
    assert station.feed.take(next_page(lone, content, version=2, after=held), keys[1])


def test_without_photos_check_ins_go_on_and_nothing_is_kept_also_after_a_restart(tmp_path: Path) -> None:
    """F19: also of a visitor who was in the middle of a check-in."""
    with lone_station(tmp_path) as (lone, station):
        given = draft(station, photo=b"\xff\xd8 a picture")
        with station.database.transaction() as tables:
            station.photo_stop.write(tables, stopped=True)
        station.photo_stop.forget()
        assert all(Step.PHOTO not in kind.steps for kind in station.directory.visitor_types())
        build_desks(station).check_in.arrive(given)
        (stay,) = station.roll.on_site()
        full = station.log.of_stay(stay.id)[0].full
        assert full is not None
        assert read(full.bytes(), ArrivedFull, what="full").objects == ()
    with open_station(lone.configuration) as station:
        assert status_facts(station)["photos_stopped"]


def test_the_kiosk_stands_in_the_zone_that_the_roster_names(tmp_path: Path) -> None:
    """F14: arrivals say where their people are, and the badge where they gather; an unknown zone is the first."""
    with lone_station(tmp_path) as (lone, station):
        before = station.directory.configuration()
        assert before is not None
        zones = (*before.zones, Zone(id="dock", name="Dock", muster_point="The weir"))
        _publish(lone, station, msgspec.structs.replace(before, zones=zones), "configuration")
        own = RosterKiosk(kiosk=lone.enrolment.kiosk, name="Dock", keys=(), zone="dock")
        _publish(lone, station, Roster(kiosks=(own,)), "roster")
        build_desks(station).check_in.arrive(draft(station))
        (stay,) = station.roll.on_site()
        assert isinstance(stay.muster, ArrivedMuster)
        assert stay.muster.zone == "Dock"
        assert station.directory.place() == zones[1]
        _publish_zones(lone, station, before)
        assert station.directory.place() == zones[0]


def _publish_zones(lone: LoneKiosk, station: Station, content: Configuration) -> None:
    held = station.database.read("select signed from feed_page where kind = 'configuration'")[0]["signed"]
    keys = station.settings.keys_page()
    assert keys is not None
    assert station.feed.take(next_page(lone, content, version=3, after=held), keys[1])


def test_c47_a_wipe_takes_the_key_first_and_goes_on_until_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C47: what else lies in the folder is not the kiosk's."""
    lone = make_lone_kiosk(tmp_path / "kiosk")
    folder = lone.configuration.data_folder
    with open_station(lone.configuration) as station, station.database.transaction() as tables:
        put_setting(tables, "wipe-begun", b"1")
    kept = folder / "damaged-20260101"
    kept.mkdir()
    for name in ("lodge.db", "lodge.key"):
        (kept / name).write_bytes(b"old")
    (folder / "holiday.txt").write_text("not the kiosk's")
    monkeypatch.setattr(commanded, "run_lobby", _no_window)
    with monkeypatch.context() as broken:
        broken.setattr(shutil, "rmtree", _refuse)
        with pytest.raises(KioskError, match="disk refuses"):
            commanded.run_kiosk(lone.configuration, rescue=lambda: None)
    assert (list(folder.rglob("lodge.key")), (folder / "lodge.db").exists()) == ([], True)
    assert wipe_was_cut_short(folder)
    assert commanded.run_kiosk(lone.configuration, rescue=lambda: None) is Ending.WIPE
    assert [path.name for path in folder.iterdir()] == ["holiday.txt"]


def _no_window(_station: Station) -> Ending:
    raise AssertionError("a kiosk that is to be wiped opened its lobby")


def _refuse(*_arguments: object) -> None:
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize(
    ("states", "seconds", "taken"),
    [
        ([LinkState.ONLINE] * 4, 60.0, 3),
        ([LinkState.ONLINE, LinkState.OFFLINE], 60.0, 2),
        ([LinkState.REFUSED, *[LinkState.ONLINE] * 3], 60.0, 4),
        ([LinkState.ONLINE] * 4, 1.5, 2),
    ],
)
def test_c47_before_a_wipe_what_waits_is_sent_as_long_as_the_cloud_answers_and_no_longer(
    states: list[LinkState], seconds: float, taken: int
) -> None:
    """C47: each step takes a second here, and each that is answered sends one of three."""
    waiting, clock, steps = [3], [0.0], list[LinkState]()

    def step() -> Taken:
        steps.append(states[len(steps)])
        clock[0] += 1
        waiting[0] -= steps[-1] is LinkState.ONLINE
        return Taken(steps[-1], 5.0 if steps[-1] is LinkState.OFFLINE else 0.0)

    sent = send_what_waits(step, lambda: waiting[0], sleep=lambda _s: None, now=lambda: clock[0], seconds=seconds)
    assert (len(steps), sent) == (taken, waiting[0] == 0)


def test_a_restart_waits_until_nobody_is_there_and_a_wipe_does_not() -> None:
    ending = AskedEnding()
    assert not ending.is_due(nobody_there=True)
    ending.restart()
    assert (ending.is_due(nobody_there=False), ending.is_due(nobody_there=True)) == (False, True)
    ending.wipe()
    ending.restart()
    assert (ending.asked, ending.is_due(nobody_there=False)) == (Ending.WIPE, True)
