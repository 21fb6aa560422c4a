"""Erasing a person: the key of the stay goes first, then everything that was sealed under it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from cloud_api.store import agreements, reception_calls
from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class ErasedStay:
    """That a stay was erased, and when."""

    id: UUID
    stay_id: UUID
    erased_at: datetime


async def hold(tx: Tenant, stay_id: UUID) -> bool | None:
    """Hold a stay to the end of the transaction, so that no batch is folded beside it; whether it still has a key,
    ``None`` where the organisation has no such stay.
    """
    cursor = await tx.connection.execute(
        "select wrapped is not null from lodge.data_key where tenant_id = %s and id = %s and purpose = 'stay'"
        " for update",
        (tx.id, stay_id),
    )
    row = await cursor.fetchone()
    return None if row is None else bool(row[0])


async def have_keys(tx: Tenant, stay_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Of these stays, those that the organisation has, and whether each still has its key; nothing is held."""
    cursor = await tx.connection.execute(
        "select id, wrapped is not null from lodge.data_key"
        " where tenant_id = %s and id = any(%b::uuid[]) and purpose = 'stay'",
        (tx.id, list(stay_ids)),
    )
    return {row[0]: bool(row[1]) for row in await cursor.fetchall()}


async def erase(tx: Tenant, stay_id: UUID, now: datetime) -> None:
    """Destroy the key of a held stay, and drop what was sealed under it; whether somebody is there stays."""
    of_stay = (tx.id, stay_id)
    await tx.connection.execute(
        "update lodge.data_key set wrapped = null, destroyed_at = %s where tenant_id = %s and id = %s", (now, *of_stay)
    )
    await tx.connection.execute("delete from lodge.event_body where tenant_id = %s and data_key_id = %s", of_stay)
    await tx.connection.execute("delete from lodge.branch_body where tenant_id = %s and data_key_id = %s", of_stay)
    await tx.connection.execute(
        "update lodge.event_quarantine set sealed = null where tenant_id = %s and data_key_id = %s", of_stay
    )
    await reception_calls.forget_stay(tx, stay_id)
    await agreements.remove_of_stay(tx, stay_id)
    await tx.connection.execute("delete from lodge.stay_token where tenant_id = %s and stay_id = %s", of_stay)
    await tx.connection.execute(
        "update lodge.stay set name = null, company = null, host = null, zone = null, email = null, details = null,"
        " host_id = null, flags = array_append(array_remove(flags, 'unnamed'), 'unnamed'), updated_at = %s"
        " where tenant_id = %s and id = %s",
        (now, *of_stay),
    )
    await tx.connection.execute(
        "insert into lodge.erasure (tenant_id, id, stay_id, erased_at) values (%s, %s, %s, %s) on conflict do nothing",
        (tx.id, uuid4(), stay_id, now),
    )


async def forestall(tx: Tenant, stay_id: UUID, now: datetime) -> None:
    """Destroy, before it is made, the key of a stay that this database has never heard of: whatever a kiosk still tells
    of it is stored without anything personal. One that it has heard of stays as it is.
    """
    await tx.connection.execute(
        "insert into lodge.data_key (tenant_id, id, kek_version, purpose, wrapped, created_at, destroyed_at)"
        " select k.tenant_id, %s, max(k.version), 'stay', null, %s, %s from lodge.kek k where k.tenant_id = %s"
        " group by k.tenant_id on conflict do nothing",
        (stay_id, now, now, tx.id),
    )


async def list_all(tx: Tenant) -> list[ErasedStay]:
    """All that were erased, oldest first."""
    cursor = await tx.connection.execute(
        "select id, stay_id, erased_at from lodge.erasure where tenant_id = %s order by erased_at, id", (tx.id,)
    )
    return [ErasedStay(*row) for row in await cursor.fetchall()]


async def find(tx: Tenant, stay_id: UUID) -> ErasedStay | None:
    """That this stay was erased; ``None`` where it was not."""
    cursor = await tx.connection.execute(
        "select id, stay_id, erased_at from lodge.erasure where tenant_id = %s and stay_id = %s", (tx.id, stay_id)
    )
    row = await cursor.fetchone()
    return None if row is None else ErasedStay(*row)


async def list_newest(tx: Tenant, *, limit: int) -> list[ErasedStay]:
    """The last that were erased, newest first."""
    cursor = await tx.connection.execute(
        "select id, stay_id, erased_at from lodge.erasure where tenant_id = %s order by erased_at desc, id limit %s",
        (tx.id, limit),
    )
    return [ErasedStay(*row) for row in await cursor.fetchall()]
