"""What a kiosk believes of the cloud's answers about photos: signed receipts, and nothing that makes it lose one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.object_sender import IDLE_SECONDS, KEPT_PAUSE_MS, REFUSED_PAUSE_MS
from sync.device.stepping import LinkState
from sync.device.transport import Answer
from sync.protocol.keys import base64url, from_base64url
from sync.protocol.objects import ObjectReceipt, ObjectStanding
from sync.protocol.receipt import sign_receipt
from sync.signable_request import SignableRequest
from tests.fakes.sync_cloud import Device, problem
from tests.fakes.sync_objects import PhotoRig, enrol_photo_rig

CONTENT = bytes(range(256)) * 2


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[PhotoRig]:
    made = enrol_photo_rig(tmp_path)
    yield made
    made.close()


def arrived(rig: PhotoRig) -> list[bytes]:
    return list(rig.cloud.photos.values())


@pytest.mark.parametrize("standing", [ObjectStanding.KEPT, "a_later_one"])
def test_c09_a_photo_that_is_not_in_a_backup_yet_stays_and_is_asked_about_again(rig: PhotoRig, standing: str) -> None:
    """C09: only ``durable`` lets it go; a standing that came later does not."""
    rig.cloud.object_faults.forge = lambda receipt: msgspec.structs.replace(receipt, standing=str(standing))
    rig.visit()
    rig.base.drain()
    for _ in range(6):
        rig.sender.step()
    assert rig.store.waiting == 1
    asked = len(rig.sent())
    rig.sender.step()
    assert len(rig.sent()) == asked
    rig.mono[0] += KEPT_PAUSE_MS + 1
    rig.cloud.object_faults.forge = lambda receipt: receipt
    rig.sender.step()
    assert rig.store.waiting == 0


FORGERIES: dict[str, Callable[[ObjectReceipt], ObjectReceipt]] = {
    "another object": lambda receipt: msgspec.structs.replace(receipt, object=UUID(int=1, version=4)),
    "other bytes": lambda receipt: msgspec.structs.replace(receipt, sha256="0" * 64),
    "other bytes, erased": lambda receipt: msgspec.structs.replace(receipt, sha256="0" * 64, standing="erased"),
    "another kiosk": lambda receipt: msgspec.structs.replace(receipt, kiosk=UUID(int=1, version=4)),
    "another server": lambda receipt: msgspec.structs.replace(receipt, aud="https://other.example.org x"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_c14_a_receipt_about_anything_else_deletes_nothing(rig: PhotoRig, name: str) -> None:
    """C14."""
    rig.cloud.object_faults.forge = FORGERIES[name]
    rig.visit()
    rig.base.drain()
    for _ in range(6):
        rig.sender.step()
    assert rig.store.waiting == 1
    assert "receipt" in rig.sender.fault


def test_c16_a_receipt_by_another_key_deletes_nothing(rig: PhotoRig) -> None:
    """C16."""
    rig.visit()
    rig.base.drain()
    rig.cloud.receipt_key = Ed25519PrivateKey.generate()
    for _ in range(6):
        rig.sender.step()
    assert rig.store.waiting == 1
    assert "cannot be believed" in rig.sender.fault


def test_c16_a_receipt_whose_signature_or_words_were_changed_deletes_nothing(rig: PhotoRig) -> None:
    """C16: under the right key's name."""
    rig.visit()
    rig.base.drain()
    rig.cloud.object_faults.standing = ObjectStanding.KEPT
    for _ in range(3):
        rig.sender.step()
    (held,) = rig.cloud.held.values()
    header, payload, signature = str(held.receipt).split(".")
    durable = base64url(from_base64url(payload, what="it").replace(b'"kept"', b'"durable"'))
    for forged in (f"{header}.{durable}.{signature}", f"{header}.{payload}.{'A' * 86}", f"{header}.{durable}."):
        rig.mono[0] += KEPT_PAUSE_MS + 1
        rig.cloud.faults.answers = [Answer(200, {}, forged.encode("ascii"))]
        rig.sender.step()
        assert rig.cloud.faults.answers == []
        assert rig.store.waiting == 1


def test_the_receipt_of_events_is_no_receipt_for_a_photo(rig: PhotoRig) -> None:
    rig.visit()
    rig.base.drain()
    device = rig.cloud.device
    signed = sign_receipt(rig.cloud.receipt_for(device, "0" * 64), rig.cloud.receipt_key)
    rig.cloud.faults.answers = [Answer(200, {}, signed.encode("ascii"))]
    rig.sender.step()
    assert rig.store.waiting == 1


LIES = [
    b'{"v":1,"have":99999}',
    b'{"v":1,"have":-1}',
    b'{"v":1,"have":0}',
    b'{"v":1}',
    b"{",
    b"{" * 5000,
    b"",
    b"\xff",
    b"<html>Welcome to the hotel</html>",
    b"a.b.c",
]


@pytest.mark.parametrize("body", LIES, ids=range(len(LIES)))
@pytest.mark.parametrize("status", [200, 409])
def test_a_server_that_lies_about_how_much_it_has_costs_a_pause_and_never_the_photo(
    rig: PhotoRig, body: bytes, status: int
) -> None:
    """To a question and to a part: nothing is deleted, nothing loops, and the truth gets the photo through."""
    rig.visit(CONTENT)
    rig.base.drain()
    for honest in (0, 2):
        for _ in range(honest):
            rig.sender.step()
        rig.cloud.faults.answers = [Answer(status, {}, body) for _ in range(30)]
        before, busy = len(rig.sent()), 0
        for _ in range(30):
            busy += rig.sender.step().wait_seconds == 0.0
        assert busy <= 3, "it asks again and again without a pause"
        assert len(rig.sent()) - before <= 30
        assert rig.store.waiting == 1
        rig.cloud.faults.answers = []
        rig.mono[0] += REFUSED_PAUSE_MS + 1
    rig.send_all()
    assert arrived(rig) == [CONTENT + b"\0"]


@pytest.mark.parametrize("status", [301, 400, 404, 405, 413, 415, 418, 422])
def test_no_status_code_deletes_a_photo_and_a_refused_one_blocks_no_other(rig: PhotoRig, status: int) -> None:
    rig.visit(b"refused")
    rig.visit(b"welcome")
    rig.base.drain()
    rig.cloud.faults.answers = [Answer(status, {}, b'{"type":"urn:lodge:problem:object-refused"}')]
    rig.sender.step()
    assert str(status) in rig.sender.fault
    for _ in range(5):
        rig.sender.step()
    assert arrived(rig) == [b"welcome\0"]
    assert rig.store.waiting == 1
    rig.mono[0] += REFUSED_PAUSE_MS + 1
    rig.send_all()
    assert arrived(rig) == [b"welcome\0", b"refused\0"]


@pytest.mark.parametrize(
    ("answer", "state", "least"),
    [
        (Answer(401, {}, b""), LinkState.REFUSED, 1),
        (Answer(403, {}, b""), LinkState.REVOKED, 300),
        (Answer(429, {"retry-after": "40"}, b""), LinkState.BUSY, 40),
        (Answer(503, {"retry-after": "60"}, b""), LinkState.BUSY, 60),
        (Answer(503, {}, b""), LinkState.OFFLINE, 1),
        (Answer(500, {}, b""), LinkState.OFFLINE, 1),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
def test_what_speaks_of_the_kiosk_or_the_moment_makes_it_wait(
    rig: PhotoRig, answer: Answer, state: LinkState, least: float
) -> None:
    rig.visit()
    rig.base.drain()
    rig.cloud.faults.answers = [answer]
    step = rig.sender.step()
    assert (step.state, step.wait_seconds >= least) == (state, True)
    rig.send_all()
    assert len(arrived(rig)) == 1


def fail_on(rig: PhotoRig, chosen: set[UUID], *, at: int = 0, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have the cloud answer 500 to parts of these from an offset on; returns when it did, in milliseconds."""
    serve = rig.cloud._serve
    failed: list[int] = []

    def failing(device: Device, path: str, request: SignableRequest) -> Answer:
        query = parse_qs(urlsplit(request.url).query)
        if any(str(one) in path for one in chosen) and int(query.get("at", ["-1"])[0]) >= at:
            failed.append(rig.mono[0])
            return rig.cloud._answer(500, problem("internal"))
        return serve(device, path, request)

    monkeypatch.setattr(rig.cloud, "_serve", failing)
    return failed


def run(rig: PhotoRig, steps: int) -> set[str]:
    """Step as the kiosk does; what was said to be wrong."""
    faults = set()
    for _ in range(steps):
        rig.mono[0] += int(rig.sender.step().wait_seconds * 1000) + 1
        faults.add(rig.sender.fault)
    return faults


@pytest.mark.parametrize("at", [-1, 0, 300], ids=["asked about", "first part", "last part"])
def test_c13_photos_that_the_cloud_fails_on_for_ever_keep_no_other_waiting(
    rig: PhotoRig, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """C13: others go first, those are tried at growing intervals, and they go up once the cloud can digest them."""
    bad = {rig.visit(CONTENT) for _ in range(3)}
    for number in range(4):
        rig.visit(b"welcome %d" % number)
    rig.base.drain()
    failed = fail_on(rig, bad, at=at, monkeypatch=monkeypatch)
    run(rig, 60)
    assert rig.store.waiting == 3
    assert "the cloud answered with status 500 (internal)" in run(rig, 3)
    rig.visit(b"the next visitor's")
    rig.base.drain()
    run(rig, 4)
    assert rig.store.waiting == 3, "a new photo waits for those that fail"
    run(rig, 400)
    assert max(after - before for before, after in itertools.pairwise(sorted(set(failed)))) > 30_000
    monkeypatch.undo()
    rig.send_all()
    assert len(arrived(rig)) == 8


def test_a_network_that_is_down_is_no_fault_of_a_photo(rig: PhotoRig) -> None:
    first = rig.visit(b"first")
    rig.visit(b"second")
    rig.base.drain()
    rig.cloud.faults.unreachable = 12
    run(rig, 12)
    rig.sender.step()
    assert str(first) in rig.cloud.requests[-1].url
    rig.send_all()


def test_a_photo_that_was_erased_while_it_was_put_off_is_asked_about_no_more(
    rig: PhotoRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = rig.visit(CONTENT)
    rig.base.drain()
    fail_on(rig, {bad}, at=-1, monkeypatch=monkeypatch)
    run(rig, 4)
    rig.store.remove(bad)
    run(rig, 30)
    step = rig.sender.step()
    assert (step.wait_seconds, rig.sender.fault) == (IDLE_SECONDS, "")


def test_failures_back_off_as_the_uploader_does(rig: PhotoRig) -> None:
    rig.visit()
    rig.base.drain()
    rig.cloud.faults.unreachable = 10
    assert [rig.sender.step().wait_seconds for _ in range(10)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    rig.send_all()
