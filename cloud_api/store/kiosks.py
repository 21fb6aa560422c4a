"""Kiosks, their keys (epochs), and how far each has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from cloud_api.store.db import Tenant

Standing = Literal["current", "unconfirmed", "frozen", "revoked"]


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A kiosk as it was created; ``revoked_at`` once it is believed no more. ``zone``: the key of the zone that it
    stands in, empty for the site's first.
    """

    id: UUID
    site_id: UUID
    name: str
    created_at: datetime
    revoked_at: datetime | None
    last_seen_at: datetime | None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """How far an epoch has come; ``hash`` in hex."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Epoch:
    """A kiosk's key: ``epoch`` is its thumbprint, ``public_key`` its 32 raw bytes.

    ``standing`` is the worst that holds (revoked, unconfirmed, frozen, current); a ``frozen`` epoch takes nothing more,
    confirmed or not. ``previous``, ``began`` and ``reason`` are ``None`` for a key that was enrolled. ``forked_seq``:
    the lowest seq with two headers, 0 where there is none; ``clear`` ends the history that counts from there on.
    """

    kiosk_id: UUID
    site_id: UUID
    epoch: str
    public_key: bytes
    audience: str
    standing: Standing
    started_at: datetime
    frozen: bool = False
    previous: str | None = None
    began: Head | None = None
    reason: str | None = None
    start: bytes | None = None
    forked_seq: int = 0
    clear: Head | None = None


@dataclass(frozen=True, slots=True)
class NewEpoch:
    """An epoch that a kiosk begins by itself; ``start`` is the message with both signatures, as it came."""

    kiosk_id: UUID
    epoch: str
    public_key: bytes
    audience: str
    genesis: str
    previous: str
    began: Head
    reason: str
    start: bytes


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a kiosk says of itself: its software, the protocol versions it knows, how many events no receipt covers,
    and the newest checkpoint of the audit log that it holds.
    """

    software: str
    speaks: tuple[int, ...]
    waiting: int
    checkpoint: str | None


_COLUMNS = (
    "k.id, k.site_id, k.name, k.created_at, k.revoked_at, k.last_seen_at, coalesce(z.key, '') from lodge.kiosk k"
    " left join lodge.zone z on z.tenant_id = k.tenant_id and z.id = k.zone_id"
)


async def add(tx: Tenant, kiosk: Kiosk) -> None:
    """Create a kiosk; it can do nothing until it is enrolled."""
    await tx.connection.execute(
        "insert into lodge.kiosk (tenant_id, id, site_id, name, created_at) values (%s, %s, %s, %s, %s)",
        (tx.id, kiosk.id, kiosk.site_id, kiosk.name, kiosk.created_at),
    )


async def list_all(tx: Tenant) -> list[Kiosk]:
    """All kiosks, by name."""
    cursor = await tx.connection.execute(
        f"select {_COLUMNS} where k.tenant_id = %s order by k.name, k.id",
        (tx.id,),
    )
    return [Kiosk(*row) for row in await cursor.fetchall()]


async def find(tx: Tenant, kiosk_id: UUID) -> Kiosk | None:
    """One kiosk."""
    cursor = await tx.connection.execute(
        f"select {_COLUMNS} where k.tenant_id = %s and k.id = %s",
        (tx.id, kiosk_id),
    )
    row = await cursor.fetchone()
    return Kiosk(*row) if row else None


async def revoke(tx: Tenant, kiosk_id: UUID, now: datetime) -> bool:
    """Believe a kiosk and all its keys no more; ``False`` when there is none, or it was revoked before.

    What it recorded since it was last heard of may never come, so its site's lists say so until a person has compared
    them, as after a wipe (C47).
    """
    cursor = await tx.connection.execute(
        "update lodge.kiosk set revoked_at = %s, wipe_since = coalesce(wipe_since, last_seen_at)"
        " where tenant_id = %s and id = %s and revoked_at is null",
        (now, tx.id, kiosk_id),
    )
    if cursor.rowcount == 0:
        return False
    await tx.connection.execute(
        "delete from lodge.enrolment_code where tenant_id = %s and kiosk_id = %s and used_by is null", (tx.id, kiosk_id)
    )
    await tx.connection.execute(
        "update lodge.kiosk_epoch set revoked_at = %s where tenant_id = %s and kiosk_id = %s and revoked_at is null",
        (now, tx.id, kiosk_id),
    )
    return True


async def note_hello(tx: Tenant, kiosk_id: UUID, greeting: Greeting, now: datetime) -> None:
    """Remember that a kiosk was heard of, and what it said of itself."""
    await tx.connection.execute(
        "update lodge.kiosk set last_seen_at = %s, software = %s, speaks = %s::int8[], waiting = %s, checkpoint = %s"
        " where tenant_id = %s and id = %s",
        (now, greeting.software, list(greeting.speaks), greeting.waiting, greeting.checkpoint, tx.id, kiosk_id),
    )


async def note_seen(tx: Tenant, kiosk_id: UUID, now: datetime, *, taken: int = 0) -> None:
    """Remember that a kiosk was heard of, and that so many of the entries that it said were waiting have come."""
    await tx.connection.execute(
        "update lodge.kiosk set last_seen_at = %s, waiting = greatest(waiting - %s::bigint, 0)"
        " where tenant_id = %s and id = %s",
        (now, taken, tx.id, kiosk_id),
    )


async def lock(tx: Tenant, kiosk_ids: Collection[UUID]) -> None:
    """Hold kiosks to the end of the transaction, always in one order, before any site is held (see ``Feed.answer``)."""
    await tx.connection.execute(
        "select 1 from lodge.kiosk where tenant_id = %s and id = any(%b::uuid[]) order by id for no key update",
        (tx.id, list(kiosk_ids)),
    )


async def put_zone(tx: Tenant, kiosk_id: UUID, zone_id: UUID | None) -> None:
    """Say in which zone a kiosk stands; ``None``: the site's first."""
    await tx.connection.execute(
        "update lodge.kiosk set zone_id = %s where tenant_id = %s and id = %s", (zone_id, tx.id, kiosk_id)
    )


async def note_wipe(tx: Tenant, kiosk_id: UUID, now: datetime) -> None:
    """What this kiosk has recorded and not sent may be lost from now on, until a person has looked."""
    await tx.connection.execute(
        "update lodge.kiosk set wipe_since = coalesce(wipe_since, %s) where tenant_id = %s and id = %s",
        (now, tx.id, kiosk_id),
    )


async def close_wipe(tx: Tenant, kiosk_id: UUID) -> bool:
    """A person has looked; ``False`` where there was nothing to look at."""
    cursor = await tx.connection.execute(
        "update lodge.kiosk set wipe_since = null where tenant_id = %s and id = %s and wipe_since is not null",
        (tx.id, kiosk_id),
    )
    return cursor.rowcount > 0
