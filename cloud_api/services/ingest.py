"""Taking a kiosk's batch into its log: verified, then stored with all that follows from it in one transaction.

What follows: projections, alerts, the audit log's work, the receipt. A batch that was answered before gets the stored
bytes of the same receipt, whatever happened to the first answer on its way (C10).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.services.audit_trail import Actor, AdminAct
from cloud_api.services.batch_effects import Calls, Effects, alert_hosts, call_reception, find_effects, refold
from cloud_api.services.batch_outcomes import Accepted, Forked, Frozen, Gap, NotFrozen, Outcome, Refused
from cloud_api.services.devices import Device
from cloud_api.services.event_standings import KeyStandings
from cloud_api.services.ingest_store import (
    Answered,
    ForkEvidence,
    HeldEpoch,
    IngestStore,
    IngestTransaction,
    LogAddition,
)
from cloud_api.services.readings import read_event
from cloud_api.services.receipts import Answer, sign_answer
from cloud_api.store.batches import BatchName
from cloud_api.store.kiosks import Head
from sync.protocol.batch import OpenedBatch, open_batch
from sync.protocol.chain import Head as ChainHead
from sync.protocol.chain import follow
from sync.protocol.errors import ChainError, ProtocolError
from sync.protocol.kinds import Kind

__all__ = ["Accepted", "Forked", "Frozen", "Gap", "Ingest", "NotFrozen", "Outcome", "Refused"]


@dataclass(frozen=True, slots=True)
class Arriving:
    """A verified batch of a kiosk, on its way in at a moment."""

    device: Device
    batch: OpenedBatch
    now: datetime

    @property
    def name(self) -> BatchName:
        """Which batch this is."""
        return BatchName(self.device.kiosk_id, self.device.epoch, self.batch.manifest_hash)

    def answer(self, end: Head, quarantined: tuple[UUID, ...]) -> Answer:
        """What its receipt says: of the history that it belongs to, everything up to ``end`` is stored."""
        return Answer(self.device, self.name.manifest_hash, end, self.now, quarantined)


class Ingest:
    """Takes batches."""

    def __init__(self, store: IngestStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def take(self, device: Device, wire: bytes) -> Outcome:
        """Take one batch of an authenticated kiosk."""
        return await take_batch(self._store, self._clock, device, wire, _take_new)


TakeNew = Callable[[IngestTransaction, HeldEpoch, Arriving], Awaitable[Outcome]]


async def take_batch(store: IngestStore, clock: Clock, device: Device, wire: bytes, take_new: TakeNew) -> Outcome:
    """Verify a batch and answer it; one that was answered before gets the same receipt, any other is for ``take_new``,
    in the transaction that holds its epoch.
    """
    try:
        batch = open_batch(wire, device.expectation())
    except ProtocolError as error:
        return Refused(str(error))
    arriving = Arriving(device, batch, clock.now())
    async with store.open(device.tenant) as tx:
        held = await tx.lock_epoch(device.kiosk_id, device.epoch)
        if held is None:
            return Refused("the kiosk's key is not known")
        answered = await tx.find_receipt(arriving.name)
        if answered is not None:
            return Accepted(answered, fresh=False)
        return await take_new(tx, held, arriving)


async def _take_new(tx: IngestTransaction, held: HeldEpoch, arriving: Arriving) -> Outcome:
    if held.record.standing == "revoked" or held.record.frozen:
        return Frozen()
    if arriving.batch.manifest.first > held.head.seq + 1:
        return Gap(held.head.seq + 1)
    forked_at = await _find_fork(tx, held, arriving.batch)
    if forked_at is not None:
        await _keep_fork(tx, held, arriving, forked_at)
        return Forked(forked_at)
    return Accepted(await _store(tx, held, arriving), fresh=True)


async def _find_fork(tx: IngestTransaction, held: HeldEpoch, batch: OpenedBatch) -> int | None:
    first, record = batch.manifest.first, held.record
    if first > held.head.seq:
        try:
            follow(ChainHead(record.epoch, held.head.seq, held.head.hash), batch.events[0])
        except ChainError:
            # The header that it names in place of ours is the one that differs; nobody has shown it yet.
            return first
        return None
    last = min(batch.manifest.last, held.head.seq)
    stored = await tx.log_hashes(record.kiosk_id, record.epoch, first, last)
    for sent in batch.heads[: last - first + 1]:
        if stored.get(sent.seq) != sent.hash:
            return sent.seq
    return None


async def _keep_fork(tx: IngestTransaction, held: HeldEpoch, arriving: Arriving, seq: int) -> None:
    record = held.record
    await tx.keep_fork(ForkEvidence(arriving.name, seq, arriving.batch.manifest_jws), arriving.now)
    await tx.freeze(record.kiosk_id, record.epoch, arriving.now)
    await tx.mark_forked(record.kiosk_id, record.epoch, seq)
    await refold(tx, await tx.stays_from(record.kiosk_id, record.epoch, seq), (), arriving.now)
    await tx.record_act(fork_act(arriving.name, seq))
    await tx.publish(record.site_id)


def fork_act(name: BatchName, seq: int) -> AdminAct:
    """The audit log's entry for a key that signed two histories; the manifest hash names the second one's batch."""
    detail = {
        "kiosk": str(name.kiosk_id),
        "epoch": name.epoch,
        "seq": str(seq),
        "manifest": name.manifest_hash,
    }
    return AdminAct("epoch.forked", Actor("server"), detail)


async def _store(tx: IngestTransaction, held: HeldEpoch, arriving: Arriving) -> str:
    batch, record = arriving.batch, held.record
    pairs = list(zip(batch.events, batch.heads, strict=True))
    fresh = [(event, head) for event, head in pairs if head.seq > held.head.seq]
    standings = KeyStandings(tx)
    standings.take_over(record)
    readings = [
        read_event(
            event,
            head.hash,
            key=standings.of(record.epoch, head.seq, head.hash, in_log=True),
            received_at=arriving.now,
        )
        for event, head in fresh
    ]
    known = [Head(head.seq, head.hash) for _, head in pairs if head.seq <= held.head.seq]
    repeated = await tx.quarantined_ids(record.kiosk_id, record.epoch, known) if known else []
    effects = Effects((), {}, (), Calls())
    if readings:
        effects = await find_effects(tx, readings, standings, record, arriving.now)
    quarantined = (*repeated, *(reading.row.event_id for reading in readings if reading.row.fault is not None))
    answered = Head(batch.manifest.last, batch.manifest.head)
    after = answered if fresh else held.head
    # Of the batch, not of the log's end: that may have come from a copy of this kiosk, which this one cannot know.
    signed = await sign_answer(tx, arriving.answer(answered, quarantined), in_log=answered.seq)
    addition = LogAddition(
        batch=Answered(arriving.name, batch.manifest_jws, batch.manifest.first, batch.manifest.last, signed),
        events=[reading.row for reading in readings],
        head=after,
        hlc=fresh[-1][0].header.hlc if fresh else "",
        stays=effects.stays,
        words=effects.words,
    )
    await tx.add_to_log(addition, arriving.now)
    await alert_hosts(tx, effects.alerts, arriving.now)
    await call_reception(tx, effects.calls, arriving.now)
    if effects.consents:
        await tx.keep_consents(effects.consents)
    if effects.copies:
        await tx.want_copies(effects.copies, arriving.now)
    if any(reading.row.kind == Kind.COMMAND_ANSWERED for reading in readings):
        await tx.publish(record.site_id)  # what was answered goes off the page
    return signed
