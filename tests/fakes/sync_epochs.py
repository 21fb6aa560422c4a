"""What the cloud in memory answers about epochs (hello, starts, branches), and what its administrator does."""

from __future__ import annotations

from uuid import UUID

import msgspec

from sync.protocol import exact_json
from sync.protocol.batch import Expectation, open_batch
from sync.protocol.chain import Head
from sync.protocol.epochs import open_epoch_start
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import (
    BRANCHES_PATH,
    EPOCHS_PATH,
    HELLO_PATH,
    EpochAnswer,
    GapProblem,
    Hello,
    HelloAnswer,
    settle_heads,
)
from sync.protocol.feed import ClearBranch, Roster, RosterKey, RosterKiosk
from sync.protocol.keys import public_key, public_text
from sync.protocol.receipt import sign_receipt
from tests.fakes.sync_cloud import Device, SyncCloud, problem


def answer_hello(cloud: SyncCloud, device: Device, body: bytes) -> tuple[int, bytes]:
    """Compare the two ends."""
    said = msgspec.json.decode(body, type=Hello)
    theirs, ours = Head(said.epoch, said.seq, said.head), device.head
    known = device.events[said.seq - 1].hash if 0 < said.seq <= ours.seq else None
    durable = ours.seq if cloud.durable is None else min(cloud.durable, ours.seq)
    news = None
    if said.durable is not None and durable > said.durable and device.receipts:
        news = sign_receipt(cloud.receipt_for(device, next(reversed(device.receipts))), cloud.receipt_key)
    answer = HelloAnswer(
        v=1,
        accepted=ours.seq,
        durable=durable,
        head=ours.hash,
        verdict=settle_heads(kiosk=theirs, cloud=ours, cloud_hash_at_kiosk_seq=known).value,
        standing=device.standing,
        at_ms=cloud.now_ms,
        speaks=(1,),
        receipt=news,
        beside=None if said.seq == 0 or known == said.head else said.head in device.branch,
    )
    return 200, exact_json.encode(answer)


def take_start(cloud: SyncCloud, preceding: Device, body: bytes) -> tuple[int, bytes]:
    """Record an epoch that a kiosk began, and freeze the one before it."""
    known = preceding.expectation
    try:
        beginning = open_epoch_start(
            body, preceding=known.key, audience=known.audience, site=known.site, kiosk=known.kiosk
        )
    except ProtocolError:
        return 400, b""
    existing = cloud.devices.get(beginning.epoch)
    if existing is not None and existing.start != body:
        return 409, problem("epoch-taken")
    if existing is None:
        key = public_key(beginning.public)
        expectation = Expectation(known.tenant, known.site, known.kiosk, key, known.audience)
        existing = Device(expectation, standing="unconfirmed", start=body, beginning=beginning)
        cloud.devices[beginning.epoch] = existing
        preceding.standing = "frozen"
    return 200, exact_json.encode(EpochAnswer(v=1, standing=existing.standing))


def take_branch(cloud: SyncCloud, device: Device, body: bytes) -> tuple[int, bytes]:
    """Keep beside the log what the log cannot take."""
    if device.standing != "frozen":
        return 409, problem("not-frozen")
    try:
        batch = open_batch(body, device.expectation)
    except ProtocolError:
        return 400, b""
    known = device.receipts.get(batch.manifest_hash)
    if known is not None:
        return 200, known.encode("ascii")
    have = {event.hash for event in device.events} | set(device.branch)
    genesis = Head.genesis(batch.manifest.epoch).hash
    new = [event for event in batch.events if event.hash not in have]
    if new and new[0].header.prev not in have | {genesis}:
        expected = device.head.seq + 1 if batch.manifest.first > device.head.seq + 1 else 1
        return 409, exact_json.encode(GapProblem(expected_seq=expected))
    for event in new:
        device.branch[event.hash] = event
        if event.header.seq <= device.head.seq:
            device.forked = min(device.forked or event.header.seq, event.header.seq)
    receipt = cloud.receipt_for(device, batch.manifest_hash)
    last = batch.heads[-1]
    durable = last.seq if cloud.durable is None else min(cloud.durable, last.seq)
    receipt = msgspec.structs.replace(receipt, accepted=last.seq, durable=durable, head=last.hash)
    device.receipts[batch.manifest_hash] = sign_receipt(receipt, cloud.receipt_key)
    return 200, device.receipts[batch.manifest_hash].encode("ascii")


def confirm(cloud: SyncCloud, epoch: str) -> None:
    """An administrator believes this epoch and all before it."""
    device = cloud.devices[epoch]
    device.standing = "current"
    while device.beginning is not None:
        beginning = device.beginning
        device = cloud.devices[beginning.previous]
        device.standing = "frozen"
        device.clear = ClearBranch(seq=beginning.seq, head=beginning.head) if beginning.seq else None


def roster(cloud: SyncCloud) -> Roster:
    """What the roster page says of every key."""
    kiosks: dict[UUID, list[RosterKey]] = {}
    for kid, device in cloud.devices.items():
        public = public_text(device.expectation.key)
        standing = "revoked" if device.revoked else device.standing
        key = RosterKey(kid=kid, public=public, standing=standing, forked=device.forked, clear=device.clear)
        kiosks.setdefault(device.expectation.kiosk, []).append(key)
    return Roster(
        kiosks=tuple(RosterKiosk(kiosk=one, name="Lobby", keys=tuple(keys)) for one, keys in sorted(kiosks.items()))
    )


SyncCloud.EPOCH_ROUTES.update(
    {HELLO_PATH: answer_hello, EPOCHS_PATH: take_start, BRANCHES_PATH: take_branch},
)
