"""The uploader and its outbox: the same bytes until a receipt that can be believed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.device.backoff import LONGEST_SECONDS
from sync.device.stepping import LinkState
from sync.device.transport import Answer
from sync.device.uploader import IDLE_SECONDS, Uploader
from sync.protocol.batch import MAX_EVENTS
from sync.protocol.chain import Act
from sync.signable_request import NONCE_HEADER
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import NOON_MS, arrival


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    made = enrol_rig(tmp_path, SyncCloud())
    yield made
    made.close()


def test_what_was_recorded_arrives_once_and_in_order(rig: DeviceRig) -> None:
    for _ in range(3):
        rig.log.append(arrival())
    step = rig.uploader.step()
    assert (step.state, step.wait_seconds, rig.uploader.fault) == (LinkState.ONLINE, IDLE_SECONDS, "")
    assert rig.held() == rig.recorded()
    assert rig.cloud.device.quarantined == []
    assert rig.outbox.next_batch() is None
    sent = len(rig.sent())
    rig.uploader.step()
    assert len(rig.sent()) == sent


def test_a_long_queue_goes_up_in_batches_without_a_pause(rig: DeviceRig) -> None:
    for _ in range(70):
        rig.log.append(arrival())
    first = rig.uploader.step()
    assert (first.wait_seconds, rig.outbox.accepted) == (0.0, MAX_EVENTS)
    assert rig.uploader.step().wait_seconds == IDLE_SECONDS
    assert rig.held() == rig.recorded()


def test_large_bodies_are_split_by_bytes(rig: DeviceRig) -> None:
    rig.log.append([Act("note.made", None, {"text": "x" * 60_000}, {"text": "y" * 60_000}) for _ in range(20)])
    rig.drain()
    assert rig.held() == rig.recorded()
    assert len(rig.cloud.device.receipts) == 3


def test_c10_a_failure_after_the_commit_is_answered_by_the_same_receipt(rig: DeviceRig) -> None:
    """C10: 500 and a lost answer after the commit; the same bytes again; one copy of each event."""
    rig.log.append(arrival())
    rig.cloud.faults.fail_after_commit = 2
    rig.cloud.faults.lose_answers = 1
    states = [rig.uploader.step().state for _ in range(4)]
    assert states == [LinkState.OFFLINE] * 3 + [LinkState.ONLINE]
    assert len(set(rig.sent()[1:])) == 1
    assert rig.held() == rig.recorded()
    assert len(rig.cloud.device.receipts) == 1


def test_c10_a_restart_between_send_and_receipt_resends_the_same_bytes(rig: DeviceRig) -> None:
    """What arrives meanwhile goes into the next batch, never into the one that was sent."""
    rig.log.append(arrival())
    rig.cloud.faults.lose_answers = 1
    rig.uploader.step()
    rig.log.append(arrival())
    again = rig.restart()
    again.drain()
    sent = again.sent()
    assert sent[-2] == sent[0]
    assert again.held() == again.recorded()
    again.close()


def test_packing_anew_for_each_send_would_be_noticed(rig: DeviceRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: an outbox that forgets what it packed sends other bytes the second time."""
    original = rig.outbox.next_batch

    def forget(epoch: str) -> object:
        rig.outbox.resend_from(rig.outbox.accepted + 1, epoch)
        return original(epoch)

    monkeypatch.setattr(rig.outbox, "next_batch", forget)
    rig.log.append(arrival())
    rig.cloud.faults.lose_answers = 1
    rig.uploader.step()
    rig.log.append(arrival())
    rig.uploader.step()
    sent = rig.sent()
    assert sent[-1] != sent[0]


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 405, 413, 415, 418, 422])
def test_no_status_code_deletes_an_event(rig: DeviceRig, status: int) -> None:
    rig.log.append(arrival())
    rig.cloud.faults.answers = [Answer(status, {}, b"gone") for _ in range(2)]
    for _ in range(2):
        step = rig.uploader.step()
        assert step.state is LinkState.REFUSED
        assert str(status) in rig.uploader.fault
        assert rig.outbox.waiting == 4
    rig.drain()
    assert len(set(rig.sent())) == 1
    assert rig.held() == rig.recorded()


def test_a_revoked_kiosk_keeps_its_events_and_asks_rarely(rig: DeviceRig) -> None:
    rig.log.append(arrival())
    rig.cloud.device.revoked = True
    step = rig.uploader.step()
    assert (step.state, step.wait_seconds >= LONGEST_SECONDS) == (LinkState.REVOKED, True)
    assert rig.outbox.waiting == 4
    rig.cloud.device.revoked = False
    rig.drain()
    assert rig.held() == rig.recorded()


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_cloud_says_when_to_come_back(rig: DeviceRig, status: int) -> None:
    rig.log.append(arrival())
    rig.cloud.faults.answers = [
        Answer(status, {"retry-after": "40"}, b""),
        Answer(status, {"retry-after": "soon"}, b""),
    ]
    step = rig.uploader.step()
    assert (step.state, 40 <= step.wait_seconds <= 50) == (LinkState.BUSY, True)
    assert rig.uploader.step().wait_seconds == 1.0
    rig.drain()


def test_failures_back_off_and_success_forgets_them(rig: DeviceRig) -> None:
    rig.log.append(arrival())
    rig.cloud.faults.unreachable = 12
    waits = [rig.uploader.step().wait_seconds for _ in range(12)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert rig.uploader.state is LinkState.OFFLINE
    rig.drain()
    rig.log.append(arrival())
    rig.cloud.faults.unreachable = 1
    assert rig.uploader.step().wait_seconds == 1


def test_a_nonce_that_ran_out_costs_one_more_request(rig: DeviceRig) -> None:
    rig.log.append(arrival())
    rig.drain()
    rig.cloud.nonces.clear()
    rig.log.append(arrival())
    before = len(rig.sent())
    assert rig.uploader.step().state is LinkState.ONLINE
    assert len(rig.sent()) == before + 2


@pytest.mark.parametrize("nonce", ["", 'a"b', "a\\b", "é", "a b", "x" * 300, "a\r\nb"])
def test_a_nonce_that_no_signature_could_carry_is_left_out(rig: DeviceRig, nonce: str) -> None:
    rig.log.append(arrival())
    rig.cloud.faults.answers = [Answer(401, {NONCE_HEADER: nonce}, b"")]
    assert rig.uploader.step().state is LinkState.REFUSED
    rig.drain()


def test_a_clock_beyond_all_years_still_sends(rig: DeviceRig) -> None:
    """C06: ``created`` is advisory, and must not keep the kiosk from the cloud."""
    rig.log.append(arrival())
    for wall_ms in (2**47, -1):
        rig.clock.wall = wall_ms
        rig.log.append(arrival())
        rig.drain()
    assert rig.held() == rig.recorded()


def test_c13_a_body_that_was_spoiled_does_not_block_the_queue(rig: DeviceRig) -> None:
    """C13, the kiosk's side: a receipt that names quarantined events closes the batch."""
    rig.log.append(arrival())
    with rig.records.database.transaction() as tables:
        tables.execute(
            "update event set muster = cast(substr(muster, 1, 32) || '{}' as blob) where kind = 'visitor.arrived'"
        )
    rig.drain()
    assert rig.held() == rig.recorded()
    assert len(rig.cloud.device.quarantined) == 1


def test_a_full_disk_stops_the_uploader_without_raising_and_it_recovers(rig: DeviceRig) -> None:
    rig.log.append(arrival())
    with failing(rig.records.database, "insert"):
        step = rig.uploader.step()
        assert step.wait_seconds >= 0.1
        assert "disk" in rig.uploader.fault
    with failing(rig.records.database, "commit"):
        rig.uploader.step()
    assert rig.outbox.waiting == 4
    rig.drain()
    assert rig.uploader.fault == ""


def test_nothing_is_asked_while_nothing_waits_once_both_ends_were_compared(rig: DeviceRig) -> None:
    step = rig.uploader.step()
    assert (step.state, step.wait_seconds) == (LinkState.ONLINE, IDLE_SECONDS)
    requests = len(rig.cloud.requests)
    step = rig.uploader.step()
    assert (step.state, step.wait_seconds) == (LinkState.ONLINE, IDLE_SECONDS)
    assert len(rig.cloud.requests) == requests
    assert isinstance(rig.uploader, Uploader)
    assert rig.clock.wall_ms() == NOON_MS
