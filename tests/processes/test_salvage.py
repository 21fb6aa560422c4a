"""C05 with real processes: a kiosk's database is damaged between a check-in and its upload."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sync.device.database import DeviceDatabase
from sync.device.key_provider import FileKeyProvider
from tests.fakes.commands import lodge_kiosk
from tests.fakes.kiosk_damage import damage_arrival
from tests.processes.premises import Premises, UnseenKiosk, await_true


def _visits(kiosk: UnseenKiosk, count: int) -> None:
    before = len(kiosk.told)
    for _ in range(count):
        kiosk.visit()
    await_true("everybody is told done", lambda: len(kiosk.told) == before + count)


def _has_packed(kiosk: UnseenKiosk) -> bool:
    database = DeviceDatabase(kiosk.folder / "lodge.db", FileKeyProvider(kiosk.folder / "lodge.key").load_or_create())
    try:
        return bool(database.read("select 1 from batch"))
    finally:
        database.close()


def _command(kiosk: UnseenKiosk, *words: str) -> subprocess.CompletedProcess[str]:
    return lodge_kiosk(*words, "--data", str(kiosk.folder))


@pytest.mark.timeout(400)
def test_c05_after_a_salvage_everything_readable_reaches_the_cloud_once(premises: Premises, tmp_path: Path) -> None:
    """C05: of ten who wait for the network, one's page is damaged. The cloud hears of the others once, and so do their
    hosts.
    """
    kiosk = premises.enrol(tmp_path / "lobby")
    kiosk.start()
    _visits(kiosk, 2)
    await_true("the first are sent", kiosk.has_sent_everything)
    premises.stop()
    _visits(kiosk, 1)
    await_true("a batch is packed, which is a second copy of its events", lambda: _has_packed(kiosk))
    _visits(kiosk, 9)
    busy = _command(kiosk, "salvage")
    assert (busy.returncode, busy.stderr) == (
        1,
        "lodge-kiosk: Another program has the kiosk's database open. End it, then try again.\n",
    )
    kiosk.stop()
    lost = kiosk.told[5]
    damage_arrival(kiosk.folder, lost)
    refused = _command(kiosk, "status")
    assert refused.returncode == 1
    assert "lodge-kiosk salvage" in refused.stderr
    facts = kiosk.facts("salvage")
    assert (facts["outcome"], facts["pages_unreadable"], facts["new_log"]) == ("salvaged", 1, True)
    assert facts["events_missing"] > 0
    assert kiosk.facts("status")["incomplete"]["reason"] == "rolled_back"
    people = {person["stay"] for person in kiosk.facts("roster")["people"]}
    assert people < {str(stay) for stay in kiosk.told}
    assert len(people) >= len(kiosk.told) - 5, "who stood in one page, and nobody else, is missing"
    assert str(kiosk.told[-1]) in people, "behind the gap"
    premises.start_all()
    kiosk.start()
    _visits(kiosk, 1)
    await_true("everything is sent", kiosk.has_sent_everything)
    arrivals = premises.arrivals()
    assert {str(stay) for stay in arrivals} == people | {str(kiosk.told[0]), str(kiosk.told[1]), str(kiosk.told[-1])}
    assert set(arrivals.values()) == {1}
    assert set(arrivals) == premises.present()
    await_true("their hosts are told", lambda: premises.alerts()["sent"] == len(arrivals))
    assert set(premises.messages().values()) == {1}
    await_true("the audit log has every event", lambda: premises.verified_events() > 0)
    kiosk.stop()
