"""Deliveries that wait for hosts; what was written of one is sealed under the key of its host."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.store import api_requests, data_keys
from cloud_api.store.db import Tenant

_TABLE = "delivery"
_COLUMNS = "id, site_id, host_id, items, recorded_at, remind_at, collected_at, carrier, note, place, collected_by"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One: ``items`` parcels or letters, brought by ``carrier``, kept at ``place``. Texts may be empty, and are once
    the key of the host is gone. ``remind_at``: ``None`` once the host was reminded, or is not to be.
    """

    id: UUID
    site_id: UUID
    host_id: UUID
    items: int
    recorded_at: datetime
    remind_at: datetime | None
    collected_at: datetime | None = None
    carrier: str = ""
    note: str = ""
    place: str = ""
    collected_by: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which ones: of a location, of a host, collected or not; behind the one of this time and id."""

    site_id: UUID | None = None
    host_id: UUID | None = None
    collected: bool | None = None
    after: tuple[datetime, UUID] | None = None


async def add(tx: Tenant, cipher: FieldCipher, item: Delivery) -> None:
    """Keep a new one; ``cipher``: of the host's key."""
    await tx.connection.execute(
        "insert into lodge.delivery (tenant_id, id, site_id, host_id, data_key_id, items, recorded_at, remind_at,"
        " carrier, note, place) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            tx.id,
            item.id,
            item.site_id,
            item.host_id,
            cipher.key_id,
            item.items,
            item.recorded_at,
            item.remind_at,
            *(_seal(cipher, item.id, column, getattr(item, column)) for column in ("carrier", "note", "place")),
        ),
    )


async def find(tx: Tenant, ring: KeyRing, delivery_id: UUID, *, hold: bool = False) -> Delivery | None:
    """One of them; ``hold``: nobody else changes it until the transaction ends."""
    found = await _read(tx, ring, f"id = %s{' for update' if hold else ''}", (delivery_id,))
    return found[0] if found else None


async def list_newest(
    tx: Tenant, ring: KeyRing, chosen: Filter, sites: list[object] | None, limit: int
) -> list[Delivery]:
    """The newest at these sites (``None``: at all), newest first."""
    at, delivery_id = chosen.after or (None, None)
    return await _read(
        tx,
        ring,
        "(%s::uuid[] is null or site_id = any(%s::uuid[])) and (%s::uuid is null or site_id = %s)"
        " and (%s::uuid is null or host_id = %s) and (%s::boolean is null or (collected_at is not null) = %s)"
        " and (%s::timestamptz is null or (recorded_at, id) < (%s, %s::uuid))"
        " order by recorded_at desc, id desc limit %s",
        (
            sites,
            sites,
            chosen.site_id,
            chosen.site_id,
            chosen.host_id,
            chosen.host_id,
            chosen.collected,
            chosen.collected,
            at,
            at,
            delivery_id,
            limit,
        ),
    )


async def collect(tx: Tenant, cipher: FieldCipher, delivery_id: UUID, by: str, now: datetime) -> bool:
    """Somebody has it; ``False`` when somebody had it before."""
    cursor = await tx.connection.execute(
        "update lodge.delivery set collected_at = %s, collected_by = %s, remind_at = null"
        " where tenant_id = %s and id = %s and collected_at is null",
        (now, _seal(cipher, delivery_id, "collected_by", by), tx.id, delivery_id),
    )
    return cursor.rowcount == 1


async def remove(tx: Tenant, delivery_id: UUID) -> bool:
    """Forget one, and what a program was answered of it; ``False`` when there is none such."""
    await api_requests.forget(tx, [delivery_id])
    cursor = await tx.connection.execute(
        "delete from lodge.delivery where tenant_id = %s and id = %s", (tx.id, delivery_id)
    )
    return cursor.rowcount == 1


async def take_due(tx: Tenant, now: datetime) -> list[UUID]:
    """Those whose host is to be reminded now; each is given out once."""
    cursor = await tx.connection.execute(
        "update lodge.delivery set remind_at = null where tenant_id = %s and id in (select id from lodge.delivery"
        " where tenant_id = %s and remind_at <= %s order by remind_at, id limit 1000 for update skip locked)"
        " returning id",
        (tx.id, tx.id, now),
    )
    return [row[0] for row in await cursor.fetchall()]


async def purge(tx: Tenant, *, collected_before: datetime, recorded_before: datetime) -> int:
    """Forget those that were collected, or recorded, before then; how many."""
    cursor = await tx.connection.execute(
        "delete from lodge.delivery where tenant_id = %s and (collected_at < %s or recorded_at < %s)",
        (tx.id, collected_before, recorded_before),
    )
    return cursor.rowcount


async def _read(tx: Tenant, ring: KeyRing, condition: str, values: Sequence[object]) -> list[Delivery]:
    cursor = await tx.connection.execute(
        f"select {_COLUMNS} from lodge.delivery where tenant_id = %s and {condition}".encode(),  # noqa: S608  constants
        (tx.id, *values),
    )
    rows = await cursor.fetchall()
    ciphers = await data_keys.open_keys(tx, ring, {row[2] for row in rows})
    return [
        Delivery(
            *row[:7],
            *(
                _open(ciphers.get(row[2]), row[0], column, sealed)
                for column, sealed in zip(("carrier", "note", "place", "collected_by"), row[7:], strict=True)
            ),
        )
        for row in rows
    ]


def _seal(cipher: FieldCipher, delivery_id: UUID, column: str, plain: str) -> bytes:
    return cipher.seal_text(plain, table=_TABLE, column=column, row=str(delivery_id))


def _open(cipher: FieldCipher | None, delivery_id: UUID, column: str, sealed: bytes | None) -> str:
    if cipher is None or sealed is None:
        return ""
    return cipher.open_text(bytes(sealed), table=_TABLE, column=column, row=str(delivery_id))
