"""What the kiosk believes of the cloud's answers: a receipt about its own events, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from sync.device.stepping import LinkState
from sync.device.transport import Answer
from sync.protocol.batch import open_batch
from sync.protocol.errors import ProtocolError
from sync.protocol.receipt import Receipt, sign_receipt
from sync.signable_request import SignableRequest
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import arrival


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    made = enrol_rig(tmp_path, SyncCloud())
    yield made
    made.close()


def _forged(
    rig: DeviceRig, change: Callable[[Receipt], Receipt], key: str = "receipt_key"
) -> Callable[[Answer], Answer]:
    def mangle(answer: Answer) -> Answer:
        if answer.status != 200:
            return answer
        device = rig.cloud.device
        receipt = rig.cloud.receipt_for(device, next(reversed(device.receipts)))
        return replace(answer, body=sign_receipt(change(receipt), getattr(rig.cloud, key)).encode("ascii"))

    return mangle


def _but(**changes: object) -> Callable[[Receipt], Receipt]:
    return lambda receipt: msgspec.structs.replace(receipt, **changes)


UNBELIEVABLE: dict[str, tuple[Callable[[Receipt], Receipt], str]] = {
    "for another manifest": (_but(manifest="0" * 64), "receipt_key"),
    "accepting less": (_but(accepted=3, durable=3), "receipt_key"),
    "accepting more than there is": (_but(accepted=400, durable=400), "receipt_key"),
    "with another head": (_but(head="0" * 64), "receipt_key"),
    "for another server": (_but(aud="https://other.example.org x"), "receipt_key"),
    "for another kiosk": (_but(kiosk="00000000-0000-4000-8000-000000000000"), "receipt_key"),
    "more durable than accepted": (_but(durable=9), "receipt_key"),
    "by the feed's key": (_but(), "feed_key"),
    "by the root": (_but(), "root"),
}


@pytest.mark.parametrize("case", UNBELIEVABLE)
def test_c16_a_receipt_that_cannot_be_believed_frees_nothing(rig: DeviceRig, case: str) -> None:
    """C16: unknown keys, other subjects; the batch stays and goes up again."""
    change, key = UNBELIEVABLE[case]
    rig.log.append(arrival())
    rig.cloud.faults.mangle_answer = _forged(rig, change, key)
    assert rig.uploader.step().state is LinkState.REFUSED
    assert "receipt" in rig.uploader.fault
    assert (rig.outbox.waiting, rig.outbox.accepted, rig.clock.anchors) == (4, 0, [])
    rig.cloud.faults.mangle_answer = None
    rig.drain()
    assert len(set(rig.sent())) == 1
    assert rig.held() == rig.recorded()


def test_an_uploader_that_believes_any_200_would_lose_events(rig: DeviceRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: without the look at what the receipt is about, four events are dropped unsent."""
    monkeypatch.setattr(type(rig.outbox), "answers", lambda self, receipt, batch: True)
    rig.log.append(arrival())
    rig.cloud.faults.mangle_answer = _forged(rig, _but(accepted=8, durable=8))
    rig.uploader.step()
    rig.log.append(arrival())
    rig.cloud.faults.mangle_answer = None
    rig.uploader.step()
    assert len(rig.held()) == 4 < len(rig.recorded())


@pytest.mark.parametrize("body", [b"", b"ok", b"a.b.c", b"\xff\xfe", b"{}" * 1000, b"." * 50, b"\x00"])
def test_a_200_with_garbage_is_no_receipt(rig: DeviceRig, body: bytes) -> None:
    rig.log.append(arrival())
    rig.cloud.faults.answers = [Answer(200, {}, body)]
    assert rig.uploader.step().state is LinkState.REFUSED
    assert rig.outbox.waiting == 4
    rig.drain()


def test_c12_a_gap_is_closed_from_the_seq_expected(rig: DeviceRig) -> None:
    """C12: the cloud was restored to an earlier state; the kiosk sends again what it lacks."""
    for _ in range(3):
        rig.log.append(arrival())
        rig.drain()
    device = rig.cloud.device
    del device.events[5:]
    device.receipts.clear()
    rig.log.append(arrival())
    assert rig.uploader.step().state is LinkState.ONLINE
    assert rig.outbox.accepted == 5
    rig.drain()
    assert rig.held() == rig.recorded()
    assert len(rig.held()) == 16


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"expected_seq":0}',
        b'{"expected_seq":-3}',
        b'{"expected_seq":5}',
        b'{"expected_seq":900}',
        b"[" * 9999,
    ],
)
def test_a_gap_that_makes_no_sense_changes_nothing(rig: DeviceRig, body: bytes) -> None:
    rig.log.append(arrival())
    rig.drain()
    rig.log.append(arrival())
    rig.cloud.faults.answers = [Answer(409, {}, body)]
    assert rig.uploader.step().state is LinkState.REFUSED
    assert rig.outbox.accepted == 4
    rig.drain()
    assert rig.held() == rig.recorded()


def test_c11_duplicates_leave_one_copy(rig: DeviceRig) -> None:
    """C11: each request twice, and an old one in between."""
    rig.log.append(arrival())
    rig.drain()
    old = rig.cloud.requests[-1]
    rig.log.append(arrival())
    rig.drain()
    new = rig.cloud.requests[-1]
    answers = [rig.cloud.send(request) for request in (old, new, old, new)]
    assert [answer.status for answer in answers] == [200] * 4
    assert answers[0].body == answers[2].body
    assert answers[1].body == answers[3].body
    assert rig.held() == rig.recorded()


def test_c15_any_flipped_byte_on_the_way_is_refused_and_the_original_goes_up_again(rig: DeviceRig) -> None:
    """C15: every byte of the stored batch; the cloud stores nothing of it, the kiosk keeps its bytes."""
    rig.log.append(arrival())
    batch = rig.outbox.next_batch()
    assert batch is not None
    device = rig.cloud.device
    for at in range(len(batch.wire)):
        damaged = bytearray(batch.wire)
        damaged[at] ^= 1 << at % 8
        with pytest.raises(ProtocolError):
            open_batch(bytes(damaged), device.expectation)
    for length in range(0, len(batch.wire), 97):
        with pytest.raises(ProtocolError):
            open_batch(batch.wire[:length], device.expectation)

    flipped: list[int] = []

    def flip(request: SignableRequest) -> SignableRequest:
        at = 13 * len(flipped) % len(request.body)
        flipped.append(at)
        body = bytearray(request.body)
        body[at] ^= 0x10
        return replace(request, body=bytes(body))

    rig.cloud.faults.mangle_request = flip
    for _ in range(25):
        assert rig.uploader.step().state is LinkState.REFUSED
    assert (rig.held(), rig.outbox.waiting) == ([], 4)
    rig.cloud.faults.mangle_request = None
    rig.drain()
    assert rig.sent()[-1] == batch.wire
    assert rig.held() == rig.recorded()


def test_a_receipt_that_could_not_be_kept_is_asked_for_again(rig: DeviceRig) -> None:
    rig.log.append(arrival())
    rig.outbox.next_batch()
    with failing(rig.records.database, "commit"):
        rig.uploader.step()
    assert (len(rig.held()), rig.outbox.waiting) == (4, 4)
    rig.drain()
    assert len(set(rig.sent())) == 1


def test_only_a_receipt_for_new_bytes_sets_the_clock(rig: DeviceRig) -> None:
    """A duplicate is answered by the receipt of its time, which may be days old."""
    rig.log.append(arrival())
    rig.cloud.faults.lose_answers = 1
    rig.uploader.step()
    rig.cloud.now_ms += 3 * 86_400_000
    rig.drain()
    assert rig.clock.anchors == []
    rig.log.append(arrival())
    rig.drain()
    assert rig.clock.anchors == [rig.cloud.now_ms]


def test_a_new_receipt_key_is_believed_once_the_keys_page_names_it(rig: DeviceRig) -> None:
    rig.log.append(arrival())
    rig.cloud.receipt_key = rig.cloud._key()
    assert rig.uploader.step().state is LinkState.REFUSED
    rig.cloud.publish_keys()
    rig.cloud.device.receipts.clear()
    assert rig.reader.step().state is LinkState.ONLINE
    rig.drain()
    assert rig.held() == rig.recorded()
