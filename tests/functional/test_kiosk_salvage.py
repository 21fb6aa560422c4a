"""C05: ``lodge-kiosk salvage`` as an administrator meets it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.composition.desks import build_desks
from kiosk.composition.station import open_station
from kiosk.ports import Arrived
from sync.device.salvage.files import share_database
from tests.fakes.commands import lodge_kiosk
from tests.fakes.kiosk_damage import damage_arrival, damage_identity
from tests.fakes.lone_station import draft
from tests.fakes.sync_damage import flip, page_count
from workbench.lone_kiosk import LoneKiosk, make_lone_kiosk

ROOT = Path(__file__).resolve().parents[2]
NAMES = tuple(f"Visitor {number}" for number in range(8))


def _run(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    return lodge_kiosk(*words, "--data", str(data))


@pytest.fixture
def lone(tmp_path: Path) -> LoneKiosk:
    return make_lone_kiosk(tmp_path / "kiosk")


def _visit(lone: LoneKiosk) -> list[UUID]:
    """Everybody of ``NAMES`` arrives; their stays."""
    stays: list[UUID] = []
    with open_station(lone.configuration) as station:
        desk = build_desks(station).check_in
        for name in NAMES:
            arrived = desk.arrive(draft(station, name))
            assert isinstance(arrived, Arrived)
            stays.append(UUID(arrived.stay_id))
        station.log.settle()
    return stays


def test_c05_a_damaged_kiosk_is_salvaged_by_one_command_and_says_what_to_do_next(lone: LoneKiosk) -> None:
    """C05."""
    data = lone.configuration.data_folder
    stays = _visit(lone)
    damage_arrival(data, stays[3])
    refused = _run("status", data=data)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "An administrator ends the kiosk's program and runs: lodge-kiosk salvage" in refused.stderr
    done = _run("salvage", data=data)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 of " in done.stdout
    assert "PEOPLE MAY BE MISSING" in done.stdout
    assert "lodge-kiosk status --reviewed" in done.stdout
    (kept,) = data.glob("damaged-*")
    assert str(kept) in done.stdout
    listed = json.loads(_run("roster", "--json", data=data).stdout)
    assert {person["name"] for person in listed["people"]} < set(NAMES)
    assert len(listed["people"]) >= len(NAMES) - 3
    assert listed["freshness"] == "unknown"
    assert "May be incomplete" in _run("roster", data=data).stdout
    status = _run("status", data=data).stdout
    assert "MAY BE INCOMPLETE since" in status
    assert f"{kept.name} keeps damaged files" in status
    assert _run("status", "--reviewed", data=data).returncode == 0
    assert json.loads(_run("roster", "--json", data=data).stdout)["freshness"] == "complete"
    again = _run("salvage", data=data)
    assert (again.returncode, again.stdout) == (
        0,
        "Nothing is wrong with this kiosk's database; nothing was done.\n",
    )


def test_c05_the_facts_of_a_salvage_are_json(lone: LoneKiosk) -> None:
    """C05."""
    data = lone.configuration.data_folder
    _visit(lone)
    flip(data / "lodge.db", page_count(data / "lodge.db"))
    facts = json.loads(_run("salvage", "--json", data=data).stdout)
    assert (facts["outcome"], facts["pages_unreadable"], facts["bodies_lost"]) == ("salvaged", 1, 0)
    assert facts["pages"] == page_count(Path(facts["evidence"]) / "lodge.db")
    assert json.loads(_run("salvage", "--json", data=data).stdout) == {"outcome": "nothing_wrong"}


def test_c05_a_kiosk_that_was_never_enrolled_is_told_so_and_nothing_is_made(tmp_path: Path) -> None:
    """C05."""
    done = _run("salvage", data=tmp_path / "none")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "not enrolled" in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("lost", ["settings", "key"])
def test_c05_what_cannot_be_salvaged_says_so_and_can_be_set_aside(lone: LoneKiosk, lost: str) -> None:
    """C05: nothing is changed before the administrator says so; afterwards the kiosk can be enrolled anew."""
    data = lone.configuration.data_folder
    _visit(lone)
    if lost == "key":
        (data / "lodge.key").write_text("ab" * 32)
    else:
        damage_identity(data)
    before = (data / "lodge.db").read_bytes()
    refused = _run("salvage", data=data)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert {"settings": "who this kiosk is", "key": "nothing in it opens with lodge.key"}[lost] in refused.stderr
    for words in (
        "cannot be salvaged",
        "lodge-kiosk roster --pdf FILE",
        "Nothing was changed",
        "people may be in the building",
        "salvage --set-aside",
    ):
        assert words in refused.stderr
    assert (data / "lodge.db").read_bytes() == before
    assert not list(data.glob("damaged-*"))
    aside = _run("salvage", "--set-aside", data=data)
    assert aside.returncode == 0
    assert "lodge-kiosk enrol CODE --server URL" in aside.stdout
    (kept,) = data.glob("damaged-*")
    assert (kept / "lodge.db").read_bytes() == before
    assert not (data / "lodge.db").exists()
    for command in (["status"], ["salvage"]):
        gone = _run(*command, data=data)
        assert (gone.returncode, gone.stderr.count("\n")) == (1, 1)
        assert f"set aside on purpose (it is kept in {kept.name})" in gone.stderr
        assert "lodge-kiosk enrol CODE" in gone.stderr


def test_c05_a_salvage_waits_for_nobody_who_has_the_database_open(lone: LoneKiosk) -> None:
    """C05: an evacuation list that is just being printed, say."""
    data = lone.configuration.data_folder
    with share_database(data / "lodge.db"):
        done = _run("salvage", data=data)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Another program has the kiosk's database open" in done.stderr


def test_c05_in_a_fire_the_list_comes_out_of_a_damaged_kiosk_too(lone: LoneKiosk) -> None:
    """C05: salvaged in memory for the list alone; the folder stays as it is, and the list says what it is worth."""
    data = lone.configuration.data_folder
    stays = _visit(lone)
    damage_arrival(data, stays[0])
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.name != "salvage.lock"}
    listed = json.loads(_run("roster", "--json", data=data).stdout)
    assert len(listed["people"]) >= len(NAMES) - 3
    assert listed["freshness"] == "unknown"
    assert "May be incomplete" in _run("roster", data=data).stdout
    assert {path.name: path.read_bytes() for path in data.iterdir() if path.name != "salvage.lock"} == before
    assert "lodge-kiosk salvage" in _run("status", data=data).stderr
