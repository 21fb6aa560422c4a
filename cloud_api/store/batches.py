"""Batches as they were answered: manifests, receipts (the exact bytes), and evidence of forks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from cloud_api.store.db import Tenant

_PAGE = 500


@dataclass(frozen=True, slots=True)
class BatchName:
    """Which batch: kiosk, epoch, and the SHA-256 of its manifest in hex."""

    kiosk_id: UUID
    epoch: str
    manifest_hash: str


async def find_receipt(tx: Tenant, name: BatchName) -> str | None:
    """The receipt that this batch was given before, by the log or by a branch."""
    wanted = (tx.id, name.kiosk_id, name.epoch, bytes.fromhex(name.manifest_hash))
    cursor = await tx.connection.execute(
        "select receipt from lodge.receipt"
        " where tenant_id = %s and kiosk_id = %s and epoch = %s and manifest_hash = %s"
        " union all select receipt from lodge.branch_manifest"
        " where tenant_id = %s and kiosk_id = %s and epoch = %s and hash = %s limit 1",
        (*wanted, *wanted),
    )
    row = await cursor.fetchone()
    return str(row[0]) if row else None


async def add(
    tx: Tenant, name: BatchName, *, manifest: str, first: int, last: int, receipt: str, now: datetime
) -> None:
    """Keep a manifest and the receipt that answers it."""
    digest = bytes.fromhex(name.manifest_hash)
    await tx.connection.execute(
        "insert into lodge.batch_manifest"
        " (tenant_id, kiosk_id, epoch, first_seq, last_seq, hash, manifest, received_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (tx.id, name.kiosk_id, name.epoch, first, last, digest, manifest, now),
    )
    await tx.connection.execute(
        "insert into lodge.receipt (tenant_id, kiosk_id, epoch, manifest_hash, receipt, signed_at)"
        " values (%s, %s, %s, %s, %s, %s)",
        (tx.id, name.kiosk_id, name.epoch, digest, receipt, now),
    )


async def add_fork(tx: Tenant, name: BatchName, *, seq: int, manifest: str, now: datetime) -> None:
    """Keep the manifest of a second history as evidence, once."""
    await tx.connection.execute(
        "insert into lodge.event_fork (tenant_id, id, kiosk_id, epoch, seq, manifest, received_at)"
        " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (tx.id, uuid4(), name.kiosk_id, name.epoch, seq, manifest, now),
    )


async def find_ending(tx: Tenant, kiosk_id: UUID, epoch: str, seq: int) -> str | None:
    """The manifest hash (hex) of a batch of the log that ended with this seq."""
    cursor = await tx.connection.execute(
        "select hash from lodge.batch_manifest where tenant_id = %s and kiosk_id = %s and epoch = %s and last_seq = %s"
        " order by hash limit 1",
        (tx.id, kiosk_id, epoch, seq),
    )
    row = await cursor.fetchone()
    return bytes(row[0]).hex() if row else None


async def list_epoch_manifests(tx: Tenant, kiosk_id: UUID, epoch: str) -> list[str]:
    """The signed manifests of an epoch's log, in order of their seq."""
    cursor = await tx.connection.execute(
        "select manifest from lodge.batch_manifest where tenant_id = %s and kiosk_id = %s and epoch = %s"
        " order by last_seq, hash",
        (tx.id, kiosk_id, epoch),
    )
    return [str(row[0]) for row in await cursor.fetchall()]


async def iterate_manifests(tx: Tenant) -> AsyncIterator[list[str]]:
    """All signed manifests, some at a time, in the order in which they were taken."""
    async with tx.connection.cursor("manifests") as cursor:
        await cursor.execute(
            "select manifest from lodge.batch_manifest where tenant_id = %s"
            " order by kiosk_id, epoch, first_seq, last_seq, hash",
            (tx.id,),
        )
        while rows := await cursor.fetchmany(_PAGE):
            yield [row[0] for row in rows]
