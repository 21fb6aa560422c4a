"""Receipts, with both their levels: what is stored, and what a confirmed backup holds as well (docs/protocol.md 5)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.clock import unix_ms
from cloud_api.services.devices import Device
from cloud_api.services.ingest_store import BranchEnd, IngestTransaction
from cloud_api.store.kiosks import Head
from sync.protocol.exchange import Hello
from sync.protocol.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receipt says of a kiosk's history up to ``end``: all of it is stored."""

    device: Device
    manifest_hash: str
    end: Head
    now: datetime
    quarantined: tuple[UUID, ...] = ()


async def sign_answer(tx: IngestTransaction, answer: Answer, *, in_log: int) -> str:
    """The receipt for a batch that is being taken. ``in_log``: up to there its history is the log's; what comes after
    that stands in a branch, and is in no backup yet.
    """
    covered = await tx.covered(answer.device.kiosk_id, answer.device.epoch)
    return await _sign(tx, answer, answer.end.seq if covered is None else min(covered, in_log))


async def sign_news(
    tx: IngestTransaction, device: Device, log: Head, hello: Hello, beside: BranchEnd | None, now: datetime
) -> str | None:
    """A receipt about what was answered long ago, where backups hold more of it by now than the kiosk knows.

    Of the whole history that the kiosk names, if it ends in a branch (``beside``); else of the log, up to its end.
    """
    if hello.durable is None:
        return None  # an older kiosk, which would not read it
    told = Head(hello.seq, hello.head)
    if beside is not None:
        if not beside.covered or told.seq <= hello.durable:
            return None
        return await _sign(tx, Answer(device, beside.manifest_hash, told, now), told.seq)
    covered = await tx.covered(device.kiosk_id, device.epoch)
    durable = log.seq if covered is None else min(covered, log.seq)
    if durable <= hello.durable:
        return None
    manifest_hash = await tx.find_log_end(device.kiosk_id, device.epoch, log.seq)
    return None if manifest_hash is None else await _sign(tx, Answer(device, manifest_hash, log, now), durable)


async def _sign(tx: IngestTransaction, answer: Answer, durable: int) -> str:
    receipt = Receipt(
        v=1,
        aud=answer.device.audience,
        kiosk=answer.device.kiosk_id,
        epoch=answer.device.epoch,
        accepted=answer.end.seq,
        durable=durable,
        head=answer.end.hash,
        manifest=answer.manifest_hash,
        quarantined=answer.quarantined,
        at_ms=unix_ms(answer.now),
        checkpoint=await tx.newest_checkpoint(),
    )
    return await tx.sign_receipt(receipt)
