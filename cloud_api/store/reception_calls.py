"""Who waits at a kiosk for somebody: one row each stay and occasion. What it tells is sealed under the stay's key."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from cloud_api.errors import SealedFieldError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.store import data_keys
from cloud_api.store.db import Tenant

_TABLE = "reception_call"
Ending = Literal["done", "let_in", "left"]


@dataclass(frozen=True, slots=True)
class NewCall:
    """One to be kept. ``told``: what is known of the person and why, as JSON; ``asked_at``: by the kiosk's clock,
    ``None`` where nothing vouches for that; ``escalate_at``: when others are told, ``None`` for never.
    """

    id: UUID
    site_id: UUID
    kiosk_id: UUID
    stay_id: UUID
    told: str
    asked_at: datetime | None
    escalate_at: datetime | None
    ended_as: Ending | None = None


@dataclass(frozen=True, slots=True)
class StoredCall:
    """One as it stands."""

    id: UUID
    site_id: UUID
    kiosk_id: UUID
    stay_id: UUID
    asked_at: datetime | None
    heard_at: datetime
    taken_at: datetime | None
    taken_by: UUID | None
    ended_at: datetime | None
    told: str
    """Empty where the key of the stay does not open."""

    @property
    def since(self) -> datetime:
        """Since when somebody waits, as far as it is known."""
        return self.heard_at if self.asked_at is None else min(self.asked_at, self.heard_at)


async def add(
    tx: Tenant, ciphers: Mapping[UUID, FieldCipher], calls: Sequence[NewCall], now: datetime
) -> frozenset[UUID]:
    """Keep those that are not here yet; the ids of those that were new. ``ciphers``: the keys of their stays."""
    made = set()
    for call in calls:
        cipher = ciphers[call.stay_id]
        ended_at = None if call.ended_as is None else now
        cursor = await tx.connection.execute(
            "insert into lodge.reception_call (tenant_id, id, site_id, kiosk_id, data_key_id, told, asked_at, heard_at,"
            " escalate_at, ended_at, ended_as) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " on conflict (tenant_id, id) do nothing",
            (
                tx.id,
                call.id,
                call.site_id,
                call.kiosk_id,
                call.stay_id,
                cipher.seal_text(call.told, table=_TABLE, column="told", row=str(call.id)),
                call.asked_at,
                now,
                call.escalate_at,
                ended_at,
                call.ended_as,
            ),
        )
        if cursor.rowcount == 1:
            made.add(call.id)
    return frozenset(made)


async def find(tx: Tenant, ring: KeyRing, call_id: UUID, *, hold: bool = False) -> StoredCall | None:
    """One of them; ``hold``: nobody else changes it until the transaction ends."""
    found = await _read(tx, ring, f"id = %s{' for update' if hold else ''}", (call_id,))
    return found[0] if found else None


async def list_open(
    tx: Tenant, ring: KeyRing, *, sites: list[object] | None, site_id: UUID | None, since: datetime, limit: int
) -> list[StoredCall]:
    """Those at these sites (``None``: at all) that nobody ended and that began after ``since``, first come first."""
    return await _read(
        tx,
        ring,
        "ended_at is null and heard_at > %s and coalesce(asked_at, heard_at) > %s"
        " and (%s::uuid[] is null or site_id = any(%s::uuid[])) and (%s::uuid is null or site_id = %s)"
        " order by least(asked_at, heard_at), id limit %s",
        (since, since, sites, sites, site_id, site_id, limit),
    )


async def take(tx: Tenant, call_id: UUID, user_id: UUID, now: datetime) -> bool:
    """Somebody goes there; ``False`` when somebody else does already, or it is over."""
    cursor = await tx.connection.execute(
        "update lodge.reception_call set taken_at = %s, taken_by = %s, escalate_at = null"
        " where tenant_id = %s and id = %s and taken_at is null and ended_at is null",
        (now, user_id, tx.id, call_id),
    )
    return cursor.rowcount == 1


async def end(tx: Tenant, call_ids: Sequence[UUID], ending: Ending, now: datetime) -> int:
    """Those are over; how many were not yet."""
    cursor = await tx.connection.execute(
        "update lodge.reception_call set ended_at = %s, ended_as = %s, escalate_at = null"
        " where tenant_id = %s and id = any(%s::uuid[]) and ended_at is null",
        (now, ending, tx.id, list(call_ids)),
    )
    return cursor.rowcount


async def take_due(tx: Tenant, ring: KeyRing, now: datetime) -> list[StoredCall]:
    """Those of which others are to be told now; each is given out once."""
    cursor = await tx.connection.execute(
        "update lodge.reception_call set escalate_at = null where tenant_id = %s and id in (select id"
        " from lodge.reception_call where tenant_id = %s and escalate_at <= %s order by escalate_at, id limit 100"
        " for update skip locked) returning id",
        (tx.id, tx.id, now),
    )
    return await _read(tx, ring, "id = any(%s::uuid[])", ([row[0] for row in await cursor.fetchall()],))


async def forget_stay(tx: Tenant, stay_id: UUID) -> None:
    """Forget what was asked on a visit."""
    await tx.connection.execute(
        "delete from lodge.reception_call where tenant_id = %s and data_key_id = %s", (tx.id, stay_id)
    )


async def remove_old(tx: Tenant, before: datetime) -> int:
    """Forget those of before then; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.reception_call where tenant_id = %s and heard_at < %s", (tx.id, before)
    )
    return cursor.rowcount


async def _read(tx: Tenant, ring: KeyRing, condition: str, values: tuple[object, ...]) -> list[StoredCall]:
    query = (
        "select id, site_id, kiosk_id, data_key_id, asked_at, heard_at, taken_at, taken_by, ended_at, told"  # noqa: S608  constants
        f" from lodge.reception_call where tenant_id = %s and {condition}"
    )
    cursor = await tx.connection.execute(query.encode(), (tx.id, *values))
    rows = await cursor.fetchall()
    ciphers = await data_keys.open_keys(tx, ring, {row[3] for row in rows}, damaged_too=False) if rows else {}
    return [
        StoredCall(*row[:9], *(_open(ciphers.get(row[3]), row[0], bytes(sealed)) for sealed in row[9:])) for row in rows
    ]


def _open(cipher: FieldCipher | None, call_id: UUID, sealed: bytes) -> str:
    """What it tells, as far as it can be read: damage to one row must take nobody else off the list, nor this one."""
    with suppress(SealedFieldError):
        if cipher is not None:
            return cipher.open_text(sealed, table=_TABLE, column="told", row=str(call_id))
    return ""
