"""Hello, and what follows for restores of either side and for older clouds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync.device.epochs import ASKED, ROLLED_BACK
from sync.device.settlement import AGAIN_MS
from sync.device.stepping import LinkState
from sync.protocol.exchange import (
    EVENTS_PATH,
    FEED_PATH,
    HELLO_PATH,
    Hello,
)
from sync.signed_requests import claimed_key
from tests.fakes.sync_cards import copy_card, recorded_in, taken_by
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_records import arrival


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    (tmp_path / "kiosk").mkdir()
    made = enrol_rig(tmp_path / "kiosk", SyncCloud())
    yield made
    made.close()


def _paths(rig: DeviceRig, since: int) -> list[str]:
    return [request.url.removeprefix(rig.cloud.origin) for request in rig.cloud.requests[since:]]


def test_hello_comes_first_and_says_where_the_kiosk_stands(rig: DeviceRig) -> None:
    rig.cloud.checkpoint = rig.cloud.log.grow(12)
    rig.log.append(arrival())
    since = len(rig.cloud.requests)
    rig.drain()
    assert [path for path in _paths(rig, since) if path != HELLO_PATH] == [EVENTS_PATH]
    assert _paths(rig, since)[0] == HELLO_PATH
    rig.witness.step()
    rig.log.append(arrival())
    again = rig.restart()
    again.drain()
    said = [msgspec.json.decode(r.body, type=Hello) for r in rig.cloud.requests if r.url.endswith(HELLO_PATH)]
    assert [(hello.seq, hello.waiting, hello.checkpoint) for hello in (said[0], said[-1])] == [
        (4, 4, None),
        (8, 4, rig.cloud.checkpoint),
    ]
    assert (said[0].speaks, said[0].software) == ((1,), "lodge-kiosk 0.0")


@pytest.mark.parametrize("trouble", ["unreachable", "lose_answers", "fail_after_commit"])
def test_hello_is_said_again_after_each_failure_of_the_network(rig: DeviceRig, trouble: str) -> None:
    rig.uploader.step()
    rig.log.append(arrival())
    setattr(rig.cloud.faults, trouble, 1)
    rig.uploader.step()
    since = len(rig.cloud.requests)
    rig.drain()
    assert _paths(rig, since) == [HELLO_PATH, EVENTS_PATH]
    rig.log.append(arrival())
    since = len(rig.cloud.requests)
    rig.drain()
    assert _paths(rig, since) == [EVENTS_PATH]


def test_an_older_cloud_without_hello_takes_events_as_ever(rig: DeviceRig) -> None:
    rig.cloud.old = True
    rig.log.append(arrival())
    rig.drain()
    assert (rig.held(), rig.uploader.state, rig.uploader.fault) == (rig.recorded(), LinkState.ONLINE, "")


def test_c09_a_restored_server_is_given_again_what_it_lost(rig: DeviceRig) -> None:
    """C09: yesterday's copy: the kiosk sends from the server's end on, though it holds receipts for all of it."""
    for _ in range(3):
        rig.log.append(arrival())
        rig.drain()
    del rig.cloud.device.events[5:]
    rig.cloud.device.receipts.clear()
    again = rig.restart()
    assert again.outbox.waiting == 0
    again.uploader.step()
    assert again.held() == again.recorded()
    assert (len(again.log.epochs.all()), again.log.incomplete) == (1, None)
    again.close()


def test_c09_an_idle_kiosk_learns_that_the_server_was_restored(rig: DeviceRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """C09: nobody comes, nothing fails: the two ends are compared again after ten minutes all the same."""
    rig.log.append(arrival())
    rig.drain()
    rig.cloud.device.events.clear()
    rig.cloud.device.receipts.clear()
    rig.uploader.step()
    assert rig.held() == []
    later = rig.clock.mono_ms() + int(AGAIN_MS * 1.25)
    monkeypatch.setattr(rig.clock, "mono_ms", lambda: later)
    rig.uploader._settlement._mono_ms = rig.clock.mono_ms
    rig.uploader.step()
    assert rig.held() == rig.recorded()


def test_c09_a_kiosk_that_trusted_its_receipts_would_never_send_again(
    rig: DeviceRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: a hello whose verdict is not heeded."""
    rig.log.append(arrival())
    rig.drain()
    rig.cloud.device.events.clear()
    monkeypatch.setattr(rig.outbox, "resend_from", lambda *_, **__: None)
    rig.uploader._settlement.reopen()
    rig.uploader.step()
    assert rig.held() == []


def test_c09_a_server_restored_to_before_an_epoch_is_told_of_it_again(rig: DeviceRig) -> None:
    """C09: the restored server does not know the newest key; its start goes up anew, and then everything else."""
    rig.log.append(arrival())
    rig.drain()
    old = rig.log.head.epoch
    rig.log.begin_epoch(ASKED, after=old)
    rig.log.append(arrival())
    rig.drain()
    lost = rig.log.head.epoch
    del rig.cloud.devices[lost]
    rig.cloud.devices[old].standing = "current"
    rig.cloud.devices[old].events.clear()
    again = rig.restart()
    for _ in range(6):
        again.uploader.step()
    assert taken_by(rig.cloud) == recorded_in(again.log)
    assert again.outbox.waiting == 0
    again.close()


def test_c08_a_server_that_is_ahead_of_a_restored_card_begins_an_epoch(rig: DeviceRig, tmp_path: Path) -> None:
    """C08: database and witness restored together: only the server can tell. Told as incomplete, then all goes on."""
    rig.log.append(arrival())
    image = copy_card(rig, "image")
    image.close()
    rig.log.append(arrival())
    rig.drain()
    restored = open_rig(tmp_path / "image", rig.cloud)
    restored.log.append([])
    restored.uploader.step()
    old, new = restored.log.epochs.all()
    told = restored.log.incomplete
    assert told is not None
    assert (told.reason, told.seq, told.known) == (ROLLED_BACK, 4, 8)
    restored.log.append(arrival())
    restored.drain()
    assert [len(rig.cloud.devices[epoch].events) for epoch in (old, new)] == [8, 5]
    assert (rig.cloud.devices[new].standing, rig.cloud.devices[old].standing) == ("unconfirmed", "frozen")
    assert taken_by(rig.cloud) >= recorded_in(restored.log)
    restored.close()


def test_the_feed_is_read_with_a_key_that_the_cloud_knows(rig: DeviceRig) -> None:
    """Until the new epoch is registered, the preceding key asks; so staff, hosts and roster stay fresh."""
    old = rig.log.head.epoch
    rig.log.begin_epoch(ASKED, after=old)
    new = rig.log.head.epoch
    assert rig.reader.step().state is LinkState.ONLINE
    rig.drain()
    assert rig.reader.step().state is LinkState.ONLINE
    asked = [claimed_key(r.headers) for r in rig.cloud.requests if FEED_PATH in r.url]
    assert set(asked) == {old, new}
    assert asked[0] == old
    assert asked[-1] == new


def test_an_older_cloud_cannot_be_told_of_an_epoch_and_nothing_is_lost(rig: DeviceRig) -> None:
    """404 on ``epochs``: the old epoch's events go up, the new one's wait."""
    rig.cloud.old = True
    rig.log.append(arrival())
    rig.log.begin_epoch(ASKED, after=rig.log.head.epoch)
    rig.log.append(arrival())
    for _ in range(5):
        rig.uploader.step()
    assert (rig.uploader.state, rig.outbox.waiting) == (LinkState.REFUSED, 5)
    assert len(rig.cloud.device.events) == 4
    rig.cloud.old = False
    rig.drain()
    assert taken_by(rig.cloud) == recorded_in(rig.log)
