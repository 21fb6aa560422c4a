"""What happens to machines: a server put back to yesterday, a kiosk's card copied, clocks that are decades off."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.processes.premises import Premises, UnseenKiosk, await_true

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def _visits(kiosk: UnseenKiosk, count: int) -> None:
    before = len(kiosk.told)
    for _ in range(count):
        kiosk.visit()
    await_true("everybody is told done", lambda: len(kiosk.told) == before + count)


def _require_everybody_once(premises: Premises, *kiosks: UnseenKiosk) -> None:
    told = {stay for kiosk in kiosks for stay in kiosk.told}
    assert told <= premises.present()
    assert set(premises.arrivals().values()) == {1}


@pytest.mark.timeout(400)
def test_c09_a_server_restored_from_yesterdays_copy_gets_everything_again(premises: Premises, tmp_path: Path) -> None:
    """C09: the kiosk sends again what the server never heard of; a host's repeated message bears the same id."""
    kiosk = premises.enrol(tmp_path / "lobby")
    kiosk.start()
    _visits(kiosk, 3)
    await_true("the first are sent", kiosk.has_sent_everything)
    premises.stop()
    copy = tmp_path / "yesterday"
    premises.copy_to(copy)
    premises.start_all()
    _visits(kiosk, 4)
    kiosk.stop()
    kiosk.start()
    await_true("all are sent", kiosk.has_sent_everything)
    await_true("all hosts are told", lambda: premises.alerts()["sent"] == 7)
    premises.stop()
    premises.restore_from(copy)
    premises.start_all()
    assert len(premises.arrivals()) == 3
    kiosk.stop()
    kiosk.start()
    await_true("the server has all of them again", lambda: len(premises.arrivals()) == 7)
    _require_everybody_once(premises, kiosk)
    await_true("hosts are told", lambda: premises.alerts()["sent"] == 7)
    assert len(premises.messages()) == 7
    kiosk.stop()


@pytest.mark.timeout(400)
def test_c07_of_a_copied_kiosk_both_machines_people_stay_listed(premises: Premises, tmp_path: Path) -> None:
    """C07: two machines with one card; the fork is found, and whoever either of them let in is on the list."""
    kiosk = premises.enrol(tmp_path / "lobby")
    kiosk.start()
    _visits(kiosk, 2)
    await_true("they are sent", kiosk.has_sent_everything)
    kiosk.stop()
    shutil.copytree(kiosk.folder, tmp_path / "twin")
    twin = UnseenKiosk(tmp_path / "twin")
    for machine in (kiosk, twin):
        machine.start()
        _visits(machine, 3)
    for machine in (kiosk, twin):
        await_true("both have sent everything", machine.has_sent_everything)
    await_true("everybody is listed", lambda: set(kiosk.told) | set(twin.told) <= premises.present())
    assert premises.forks() == 1
    for machine in (kiosk, twin):
        machine.stop()
        people = {person["stay"] for person in machine.facts("roster")["people"]}
        assert {str(stay) for stay in machine.told} <= people


@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed")
@pytest.mark.timeout(400)
def test_c06_clocks_that_are_decades_off_lose_nobody_and_recover(premises: Premises, tmp_path: Path) -> None:
    """C06: check-ins and sending go on at once; when the clock is right again, so is the kiosk."""
    clocks = {"past": "@1970-01-02 00:00:00", "future": "+3650d"}
    kiosks = {name: premises.enrol(tmp_path / name) for name in clocks}
    for kiosk in kiosks.values():
        kiosk.start()
        _visits(kiosk, 1)
        kiosk.stop()
    for name, kiosk in kiosks.items():
        kiosk.environment = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": clocks[name], "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        kiosk.start()
        _visits(kiosk, 2)
    for kiosk in kiosks.values():
        await_true("sent in spite of the clock", kiosk.has_sent_everything)
        kiosk.stop()
    _require_everybody_once(premises, *kiosks.values())
    for kiosk in kiosks.values():
        kiosk.environment = {}
        kiosk.start()
        _visits(kiosk, 2)
        await_true("sent by the right clock", kiosk.has_sent_everything)
        kiosk.stop()
    _require_everybody_once(premises, *kiosks.values())
    recorded = sum(int(kiosk.facts("status")["recorded"]) for kiosk in kiosks.values())
    await_true("every event is in the audit log, once", lambda: premises.verified_events() == recorded)
