"""Kiosks' keys (epochs), how far each is believed, and how far each has come."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from cloud_api.store.db import Tenant
from cloud_api.store.kiosks import Epoch, Head, NewEpoch


async def enrol(
    tx: Tenant, *, kiosk_id: UUID, epoch: str, public_key: bytes, audience: str, genesis: str, now: datetime
) -> None:
    """Let a key that was enrolled speak for a kiosk from its first event on; ``genesis`` in hex."""
    await tx.connection.execute(
        "insert into lodge.kiosk_epoch (tenant_id, kiosk_id, epoch, public_key, audience, started_at, confirmed_at)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (tx.id, kiosk_id, epoch, public_key, audience, now, now),
    )
    await _add_head(tx, kiosk_id, epoch, genesis, now)


async def add(tx: Tenant, fresh: NewEpoch, now: datetime) -> bool:
    """Record an epoch that a kiosk began by itself; ``False`` when anybody, anywhere, has this key already."""
    cursor = await tx.connection.execute(
        "insert into lodge.kiosk_epoch (tenant_id, kiosk_id, epoch, public_key, audience, started_at,"
        " previous, began_seq, began_head, reason, start)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            tx.id,
            fresh.kiosk_id,
            fresh.epoch,
            fresh.public_key,
            fresh.audience,
            now,
            fresh.previous,
            fresh.began.seq,
            bytes.fromhex(fresh.began.hash),
            fresh.reason,
            fresh.start,
        ),
    )
    if cursor.rowcount == 0:
        return False
    await _add_head(tx, fresh.kiosk_id, fresh.epoch, fresh.genesis, now)
    return True


async def find(tx: Tenant, epoch: str) -> Epoch | None:
    """A key by its thumbprint."""
    return (await find_many(tx, [epoch])).get(epoch)


async def find_many(tx: Tenant, epochs: Collection[str]) -> dict[str, Epoch]:
    """Those of the keys that exist, by thumbprint."""
    return {item.epoch: item for item in await _read(tx, "e.epoch = any(%s)", list(epochs))}


async def list_all(tx: Tenant) -> list[Epoch]:
    """All keys of all kiosks, oldest first."""
    return await _read(tx, "%s::text is null", None)


async def list_of_kiosk(tx: Tenant, kiosk_id: UUID) -> list[Epoch]:
    """All keys of a kiosk, oldest first."""
    return await _read(tx, "e.kiosk_id = %s", kiosk_id)


async def list_of_site(tx: Tenant, site_id: UUID) -> list[Epoch]:
    """All keys of the kiosks of a site, oldest first."""
    return await _read(tx, "k.site_id = %s", site_id)


async def read_heads(tx: Tenant, kiosks: Collection[UUID]) -> dict[str, Head]:
    """The heads of all epochs of these kiosks, by thumbprint."""
    cursor = await tx.connection.execute(
        "select epoch, seq, hash from lodge.kiosk_head where tenant_id = %s and kiosk_id = any(%s)",
        (tx.id, list(kiosks)),
    )
    return {row[0]: Head(row[1], bytes(row[2]).hex()) for row in await cursor.fetchall()}


async def freeze(tx: Tenant, kiosk_id: UUID, epoch: str, now: datetime) -> None:
    """Take nothing more under this key."""
    await tx.connection.execute(
        "update lodge.kiosk_epoch set frozen_at = %s"
        " where tenant_id = %s and kiosk_id = %s and epoch = %s and frozen_at is null",
        (now, tx.id, kiosk_id, epoch),
    )


async def mark_forked(tx: Tenant, kiosk_id: UUID, epoch: str, seq: int) -> None:
    """Two headers are known for this seq; the lowest such seq is kept."""
    await tx.connection.execute(
        "update lodge.kiosk_epoch set forked_seq = least(nullif(forked_seq, 0), %s)"
        " where tenant_id = %s and kiosk_id = %s and epoch = %s",
        (seq, tx.id, kiosk_id, epoch),
    )


async def confirm(tx: Tenant, kiosk_id: UUID, epoch: str, now: datetime) -> None:
    """Believe a key that its kiosk made by itself."""
    await tx.connection.execute(
        "update lodge.kiosk_epoch set confirmed_at = %s"
        " where tenant_id = %s and kiosk_id = %s and epoch = %s and confirmed_at is null",
        (now, tx.id, kiosk_id, epoch),
    )


async def set_clear(tx: Tenant, kiosk_id: UUID, epoch: str, clear: Head) -> None:
    """Of this key's histories, the one that ends in this header counts."""
    await tx.connection.execute(
        "update lodge.kiosk_epoch set clear_seq = %s, clear_head = %s"
        " where tenant_id = %s and kiosk_id = %s and epoch = %s",
        (clear.seq, bytes.fromhex(clear.hash), tx.id, kiosk_id, epoch),
    )


async def lock_heads(tx: Tenant, kiosk_id: UUID) -> dict[str, Head]:
    """The heads of all epochs of a kiosk, locked to the end of the transaction, always in one order."""
    cursor = await tx.connection.execute(
        "select epoch, seq, hash from lodge.kiosk_head where tenant_id = %s and kiosk_id = %s"
        " order by epoch for update",
        (tx.id, kiosk_id),
    )
    return {row[0]: Head(row[1], bytes(row[2]).hex()) for row in await cursor.fetchall()}


async def lock_head(tx: Tenant, kiosk_id: UUID, epoch: str) -> Head | None:
    """The head of an epoch, locked to the end of the transaction."""
    cursor = await tx.connection.execute(
        "select seq, hash from lodge.kiosk_head where tenant_id = %s and kiosk_id = %s and epoch = %s for update",
        (tx.id, kiosk_id, epoch),
    )
    row = await cursor.fetchone()
    return Head(row[0], bytes(row[1]).hex()) if row else None


async def read_head(tx: Tenant, kiosk_id: UUID, epoch: str) -> Head | None:
    """The head of an epoch."""
    cursor = await tx.connection.execute(
        "select seq, hash from lodge.kiosk_head where tenant_id = %s and kiosk_id = %s and epoch = %s",
        (tx.id, kiosk_id, epoch),
    )
    row = await cursor.fetchone()
    return Head(row[0], bytes(row[1]).hex()) if row else None


async def move_head(tx: Tenant, kiosk_id: UUID, epoch: str, *, head: Head, hlc: str, now: datetime) -> None:
    """Move a locked head on."""
    await tx.connection.execute(
        "update lodge.kiosk_head set seq = %s, hash = %s, hlc = %s, updated_at = %s"
        " where tenant_id = %s and kiosk_id = %s and epoch = %s",
        (head.seq, bytes.fromhex(head.hash), hlc, now, tx.id, kiosk_id, epoch),
    )


async def _add_head(tx: Tenant, kiosk_id: UUID, epoch: str, genesis: str, now: datetime) -> None:
    await tx.connection.execute(
        "insert into lodge.kiosk_head (tenant_id, kiosk_id, epoch, seq, hash, hlc, updated_at)"
        " values (%s, %s, %s, 0, %s, '', %s)",
        (tx.id, kiosk_id, epoch, bytes.fromhex(genesis), now),
    )


async def _read(tx: Tenant, condition: str, value: str | UUID | list[str] | None) -> list[Epoch]:
    query = (
        "select e.kiosk_id, k.site_id, e.epoch, e.public_key, e.audience,"  # noqa: S608  constant condition
        " case when k.revoked_at is not null then 'revoked' else e.standing end, e.started_at,"
        " e.frozen_at is not null, e.previous, e.began_seq, e.began_head, e.reason, e.start, e.forked_seq,"
        " e.clear_seq, e.clear_head from lodge.kiosk_epoch e"
        " join lodge.kiosk k on k.tenant_id = e.tenant_id and k.id = e.kiosk_id"
        f" where e.tenant_id = %s and {condition} order by e.started_at, e.epoch"
    )
    cursor = await tx.connection.execute(query.encode(), (tx.id, value))
    return [
        Epoch(
            kiosk_id=row[0],
            site_id=row[1],
            epoch=row[2],
            public_key=bytes(row[3]),
            audience=row[4],
            standing=row[5],
            started_at=row[6],
            frozen=row[7],
            previous=row[8],
            began=_head(row[9], row[10]),
            reason=row[11],
            start=None if row[12] is None else bytes(row[12]),
            forked_seq=row[13],
            clear=_head(row[14], row[15]),
        )
        for row in await cursor.fetchall()
    ]


def _head(seq: int | None, digest: bytes | None) -> Head | None:
    return None if seq is None or digest is None else Head(seq, bytes(digest).hex())
