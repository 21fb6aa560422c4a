"""The feed's page of erasures, carried out on the kiosk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from sync.device.erasing import PAUSE_SECONDS, Erasing
from sync.device.errors import StorageError
from sync.device.muster_roll import MusterRoll
from sync.device.pruning import Pruning
from sync.protocol.feed import Erasure, Erasures
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import arrival, departure

HERE, GONE, ELSEWHERE = (UUID(int=number, version=4) for number in (1, 2, 3))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    made = enrol_rig(tmp_path, SyncCloud())
    yield made
    made.close()


def _erasing(rig: DeviceRig) -> Erasing:
    pruning = Pruning(log=rig.log, roll=MusterRoll(rig.log), clock=rig.clock)
    return Erasing(log=rig.log, feed=rig.feed, pruning=pruning)


def _publish(rig: DeviceRig, *stays: UUID) -> None:
    erasures = tuple(Erasure(id=UUID(int=9 + number), stays=(stay,), at_ms=1) for number, stay in enumerate(stays))
    rig.cloud.publish(Erasures(erasures=erasures))
    rig.reader.step()


def _told(rig: DeviceRig) -> set[UUID | None]:
    """The stays of which any body is left."""
    events = rig.log.after(0, limit=1000)
    return {event.header.stay for event in events if event.muster is not None or event.full is not None}


def test_c39_whoever_the_feed_erases_is_gone_from_the_kiosk_and_stays_on_its_list_while_inside(rig: DeviceRig) -> None:
    """C39, R32: the queue goes up with headers whole; somebody who is still inside is an unnamed person."""
    rig.log.append(arrival("Ada Sample", HERE))
    rig.log.append(arrival("Hedy Sample", GONE))
    _publish(rig, GONE, ELSEWHERE)
    assert _erasing(rig).step() == PAUSE_SECONDS
    assert _told(rig) == {HERE}
    people = MusterRoll(rig.log).on_site()
    assert {stay.id: None if stay.muster is None else stay.muster.name for stay in people} == {
        HERE: "Ada Sample",
        GONE: None,
    }
    rig.drain()
    assert rig.held() == rig.recorded()
    assert {event.header.stay for event in rig.cloud.device.events if event.muster is not None} == {HERE}
    rig.log.append(departure(GONE))
    assert [stay.id for stay in MusterRoll(rig.log).on_site()] == [HERE]


def test_a_page_is_carried_out_once_and_again_after_a_restore(rig: DeviceRig, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[UUID] = []
    monkeypatch.setattr(Pruning, "erase", lambda _self, stay: asked.append(stay))
    _publish(rig, GONE)
    erasing = _erasing(rig)
    erasing.step()
    erasing.step()
    _erasing(rig).step()
    assert asked == [GONE]
    _publish(rig, GONE, HERE)
    erasing.step()
    assert asked == [GONE, GONE, HERE]
    rig.settings.remove("erasures-carried-out")
    _erasing(rig).step()
    assert asked == [GONE, GONE, HERE, GONE, HERE]


def test_a_disk_that_refuses_leaves_the_page_to_be_carried_out(rig: DeviceRig) -> None:
    rig.log.append(arrival("Hedy Sample", GONE))
    _publish(rig, GONE)
    erasing = _erasing(rig)
    with failing(rig.records.database, "update event"), pytest.raises(StorageError):
        erasing.step()
    assert _told(rig) == {GONE}
    erasing.step()
    assert _told(rig) == set()


def test_without_a_page_nothing_is_erased(rig: DeviceRig) -> None:
    rig.log.append(arrival("Ada Sample", HERE))
    assert _erasing(rig).step() == PAUSE_SECONDS
    assert _told(rig) == {HERE}
