"""Branches: signed histories of a frozen epoch, kept beside its log. Headers stay, bodies can be erased."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.batches import BatchName
from cloud_api.store.db import Tenant
from cloud_api.store.events import NewEvent, join_poison


@dataclass(frozen=True, slots=True)
class Link:
    """A header beside the log: its seq, its hash and that of the header before it (hex)."""

    seq: int
    hash: str
    prev: str


async def add_headers(tx: Tenant, kiosk_id: UUID, epoch: str, events: Sequence[NewEvent], now: datetime) -> None:
    """Keep headers beside the log."""
    await tx.connection.execute(
        "insert into lodge.event_branch"
        " (tenant_id, kiosk_id, epoch, hash, seq, prev, event_id, kind, stay_id, raw, received_at)"
        " select %s, %s, %s, hash, seq, prev, event_id, kind, stay_id, raw, %s from unnest("
        "%b::bytea[], %b::int8[], %b::bytea[], %b::uuid[], %b::text[], %b::uuid[], %b::bytea[])"
        " as fresh (hash, seq, prev, event_id, kind, stay_id, raw)",
        (
            tx.id,
            kiosk_id,
            epoch,
            now,
            [bytes.fromhex(event.hash) for event in events],
            [event.seq for event in events],
            [bytes.fromhex(event.prev) for event in events],
            [event.event_id for event in events],
            [event.kind for event in events],
            [event.stay_id for event in events],
            [event.raw for event in events],
        ),
    )


async def add_bodies(
    tx: Tenant,
    kiosk_id: UUID,
    epoch: str,
    events: Sequence[NewEvent],
    ciphers: Mapping[UUID | None, FieldCipher],
) -> None:
    """Keep bodies, faulty ones sealed and apart. Where the stay's key is gone only the fault is kept."""
    for event in events:
        cipher = ciphers.get(event.stay_id)
        if event.fault is None and (cipher is None or (event.muster is None and event.full is None)):
            continue
        row = f"{epoch}/{event.hash}"
        poison = None if event.fault is None else join_poison(event.poison)
        await tx.connection.execute(
            "insert into lodge.branch_body"
            " (tenant_id, kiosk_id, epoch, hash, data_key_id, muster, full_body, fault, poison)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                tx.id,
                kiosk_id,
                epoch,
                bytes.fromhex(event.hash),
                event.stay_id or tx.id,
                _seal(cipher, event.muster, "muster", row),
                _seal(cipher, event.full, "full_body", row),
                event.fault,
                _seal(cipher, poison, "poison", row),
            ),
        )


async def add_manifest(
    tx: Tenant, name: BatchName, *, manifest: str, first: int, last: int, receipt: str, now: datetime
) -> None:
    """Keep a manifest and the receipt that answers it."""
    await tx.connection.execute(
        "insert into lodge.branch_manifest"
        " (tenant_id, kiosk_id, epoch, hash, first_seq, last_seq, manifest, receipt, received_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (tx.id, name.kiosk_id, name.epoch, bytes.fromhex(name.manifest_hash), first, last, manifest, receipt, now),
    )


async def list_links(tx: Tenant, kiosk_id: UUID, epoch: str) -> list[Link]:
    """Every header of an epoch that is kept beside its log, lowest seq first."""
    cursor = await tx.connection.execute(
        "select seq, hash, prev from lodge.event_branch where tenant_id = %s and kiosk_id = %s and epoch = %s"
        " order by seq, hash",
        (tx.id, kiosk_id, epoch),
    )
    return [Link(row[0], bytes(row[1]).hex(), bytes(row[2]).hex()) for row in await cursor.fetchall()]


async def read_headers(tx: Tenant, kiosk_id: UUID, epoch: str) -> dict[str, bytes]:
    """The exact headers of an epoch's branches, by hash (hex)."""
    cursor = await tx.connection.execute(
        "select hash, raw from lodge.event_branch where tenant_id = %s and kiosk_id = %s and epoch = %s",
        (tx.id, kiosk_id, epoch),
    )
    return {bytes(row[0]).hex(): bytes(row[1]) for row in await cursor.fetchall()}


async def list_ending(tx: Tenant, kiosk_id: UUID, epoch: str, seq: int) -> list[tuple[str, str]]:
    """The batches of an epoch's branches that ended with this seq: manifest hash (hex) and manifest."""
    cursor = await tx.connection.execute(
        "select hash, manifest from lodge.branch_manifest"
        " where tenant_id = %s and kiosk_id = %s and epoch = %s and last_seq = %s order by hash",
        (tx.id, kiosk_id, epoch, seq),
    )
    return [(bytes(row[0]).hex(), str(row[1])) for row in await cursor.fetchall()]


async def list_manifests(tx: Tenant, kiosk_id: UUID, epoch: str) -> list[str]:
    """The manifests of an epoch's branches, in order of their seq."""
    cursor = await tx.connection.execute(
        "select manifest from lodge.branch_manifest where tenant_id = %s and kiosk_id = %s and epoch = %s"
        " order by last_seq, hash",
        (tx.id, kiosk_id, epoch),
    )
    return [str(row[0]) for row in await cursor.fetchall()]


def _seal(cipher: FieldCipher | None, plain: bytes | None, column: str, row: str) -> bytes | None:
    if cipher is None or plain is None:
        return None
    return cipher.seal(plain, table="branch_body", column=column, row=row)
