"""An administrator's word on epochs: which branch of a kiosk is believed, and that a kiosk is believed no more.

One branch only. Confirming an epoch confirms all before it up to the enrolled one, and makes the history that each
certificate names the one that counts; whoever their events speak of is folded anew in the same transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.services.audit_trail import Actor, AdminAct
from cloud_api.services.batch_effects import refold
from cloud_api.services.ingest_store import IngestStore, IngestTransaction
from cloud_api.store.kiosks import Epoch

REVOCATION_REACHES = timedelta(days=7)
"""Revoking a kiosk puts back on the list whom it signed out within this time; earlier visits stay as they were."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """These epochs are believed now, newest first."""

    epochs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """Nothing was changed; ``reason`` says why, for the administrator."""

    reason: str


class Confirmation:
    """Confirms and revokes."""

    def __init__(self, store: IngestStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def confirm(self, tenant: UUID, kiosk_id: UUID, epoch: str, actor: Actor) -> Confirmed | NotConfirmed:
        """Believe an epoch that the kiosk began by itself, and the branch that leads to it."""
        async with self._store.open(tenant) as tx:
            records = {held.record.epoch: held.record for held in await tx.lock_kiosk(kiosk_id)}
            chain = find_branch(records, epoch)
            refusal = why_not(records, chain)
            if refusal is not None:
                return NotConfirmed(refusal)
            await self._believe(tx, chain)
            detail = {"kiosk": str(kiosk_id), "epoch": epoch, "reason": chain[0].reason or ""}
            await tx.record_act(AdminAct("epoch.confirmed", actor, detail))
            await tx.publish(chain[0].site_id)
            return Confirmed(tuple(record.epoch for record in chain if record.standing == "unconfirmed"))

    async def revoke(self, tenant: UUID, kiosk_id: UUID, actor: Actor) -> bool:
        """Believe a kiosk no more (C17); ``False`` when there is none or it was revoked before."""
        async with self._store.open(tenant) as tx:
            sites = {item.record.site_id for item in await tx.lock_kiosk(kiosk_id)}
            if not await self.revoke_within(tx, kiosk_id, actor):
                return False
            for site_id in sites:
                await tx.publish(site_id)
            return True

    async def revoke_within(self, tx: IngestTransaction, kiosk_id: UUID, actor: Actor) -> bool:
        """The same within a transaction; pages are made anew by the caller."""
        now = self._clock.now()
        stays: set[UUID] = set()
        for item in await tx.lock_kiosk(kiosk_id):
            stays |= await tx.stays_from(kiosk_id, item.record.epoch, 1, now - REVOCATION_REACHES)
        if not await tx.revoke(kiosk_id, now):
            return False
        await refold(tx, stays, (), now)
        await tx.record_act(AdminAct("kiosk.revoked", actor, {"kiosk": str(kiosk_id)}))
        return True

    async def _believe(self, tx: IngestTransaction, chain: list[Epoch]) -> None:
        now = self._clock.now()
        stays: set[UUID] = set()
        for record in chain:
            if record.standing == "unconfirmed":
                stays |= await tx.stays_from(record.kiosk_id, record.epoch, 1)
                await tx.confirm(record.kiosk_id, record.epoch, now)
        for record, preceding in pairwise(chain):
            if record.began is None:
                continue
            if preceding.forked_seq:
                stays |= await tx.stays_from(preceding.kiosk_id, preceding.epoch, preceding.forked_seq)
            await tx.set_clear(preceding.kiosk_id, preceding.epoch, record.began)
        await refold(tx, stays, (), now)


def find_branch(records: dict[str, Epoch], epoch: str) -> list[Epoch]:
    """The epoch and all before it, newest first, up to the one that was enrolled."""
    chain: list[Epoch] = []
    at: str | None = epoch
    while at is not None and at in records and len(chain) < len(records):
        chain.append(records[at])
        at = records[at].previous
    return chain


def why_not(records: dict[str, Epoch], chain: list[Epoch]) -> str | None:
    """Why the newest epoch of this chain cannot be confirmed, in words for the administrator; ``None`` when it can."""
    if not chain:
        return "This kiosk has no such log."
    if any(record.standing == "revoked" for record in chain):
        return "The kiosk was revoked; enrol it again instead."
    if chain[0].standing != "unconfirmed":
        return "This log is confirmed already."
    rival = _confirmed_rival(records.values(), chain)
    if rival is None:
        return None
    return (
        f"Another log of this kiosk was confirmed before ({rival.epoch[:8]}…), and only one can count. "
        "If a second machine is in use, create a new kiosk and enrol that machine anew."
    )


def _confirmed_rival(records: Iterable[Epoch], chain: list[Epoch]) -> Epoch | None:
    """A confirmed epoch that continues one of the chain's epochs elsewhere."""
    mine = {record.epoch for record in chain}
    for record in records:
        believed = record.standing in ("current", "frozen")
        if believed and record.epoch not in mine and record.previous in mine:
            return record
    return None
