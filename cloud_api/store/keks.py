"""Versions of an organisation's key (KEK): a new one, data keys wrapped by it, the old one destroyed (R18).

Nothing that is sealed is ever rewritten: a data key is wrapped anew and stays the same key.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.errors import KeyServiceError
from cloud_api.keys.ring import Kek, KeyRing
from cloud_api.store.db import Tenant

_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class KekVersion:
    """One version; ``data_keys``: how many keys it wraps. ``service`` names what it was wrapped by itself."""

    version: int
    service: str
    created_at: datetime
    destroyed_at: datetime | None
    data_keys: int


async def list_all(tx: Tenant) -> list[KekVersion]:
    """All versions, the newest first."""
    cursor = await tx.connection.execute(
        "select k.version, k.service, k.created_at, k.destroyed_at, count(d.id) from lodge.kek k"
        " left join lodge.data_key d on d.tenant_id = k.tenant_id and d.kek_version = k.version"
        " and d.wrapped is not null where k.tenant_id = %s"
        " group by k.version, k.service, k.created_at, k.destroyed_at order by k.version desc",
        (tx.id,),
    )
    return [KekVersion(*row) for row in await cursor.fetchall()]


async def list_versions(tx: Tenant) -> list[tuple[int, str, datetime, datetime | None]]:
    """The same without counting what each wraps: number, service, since when, and when it was destroyed."""
    cursor = await tx.connection.execute(
        "select version, service, created_at, destroyed_at from lodge.kek where tenant_id = %s order by version desc",
        (tx.id,),
    )
    return [(row[0], row[1], row[2], row[3]) for row in await cursor.fetchall()]


async def begin_next(tx: Tenant, ring: KeyRing, now: datetime) -> int:
    """Make the next version, which wraps whatever is new from now on; or, where an older one was not destroyed yet, go
    on with the rotation that was begun. The newest version's number.

    Raises:
        KeyServiceError: the organisation's key is gone.
    """
    # The organisation's row is held: two rotations at once would make two versions.
    await tx.connection.execute("select from lodge.organisation where tenant_id = %s for update", (tx.id,))
    live = [found.version for found in await list_all(tx) if found.destroyed_at is None]
    if not live:
        raise KeyServiceError("the organisation's key is gone: its data cannot be read any more")
    if len(live) > 1:
        return live[0]
    version = live[0] + 1
    await tx.connection.execute(
        "insert into lodge.kek (tenant_id, version, service, wrapped, created_at) values (%s, %s, %s, %s, %s)",
        (tx.id, version, ring.service_name, await ring.make(tx.id, version), now),
    )
    return version


async def wrap_some(tx: Tenant, ring: KeyRing, version: int, *, after: UUID | None, at_once: int) -> tuple[int, UUID]:
    """Wrap the next data keys by this version, in the order of their ids; how many, and the last id.

    Raises:
        KeyServiceError: one does not open; nothing was changed.
    """
    cursor = await tx.connection.execute(
        "select id, kek_version, wrapped from lodge.data_key where tenant_id = %s and id > %s and kek_version <> %s"
        " and wrapped is not null order by id limit %s for no key update",
        (tx.id, after or _FIRST, version, at_once),
    )
    rows = await cursor.fetchall()
    if not rows:
        return 0, after or _FIRST
    keks = await _open_all(tx, ring)
    fresh = [keks[version].wrap(keks[row[1]].unwrap(bytes(row[2]))) for row in rows]
    await tx.connection.execute(
        "update lodge.data_key d set kek_version = %s, wrapped = fresh.wrapped"
        " from unnest(%b::uuid[], %b::bytea[]) as fresh (id, wrapped) where d.tenant_id = %s and d.id = fresh.id",
        (version, [row[0] for row in rows], fresh, tx.id),
    )
    return len(rows), rows[-1][0]


async def destroy_older(tx: Tenant, version: int, now: datetime) -> int | None:
    """Destroy every version before this one; how many. ``None``, and nothing is destroyed, where one still wraps a key.

    They are held first: whoever is wrapping a new data key by one of them (``data_keys``) is waited for, and seen.
    """
    await tx.connection.execute(
        "select from lodge.kek where tenant_id = %s and version < %s and wrapped is not null"
        " order by version for update",
        (tx.id, version),
    )
    cursor = await tx.connection.execute(
        "select count(*) from lodge.data_key where tenant_id = %s and kek_version < %s and wrapped is not null",
        (tx.id, version),
    )
    row = await cursor.fetchone()
    if row is None or row[0]:
        return None
    cursor = await tx.connection.execute(
        "update lodge.kek set wrapped = null, destroyed_at = %s"
        " where tenant_id = %s and version < %s and wrapped is not null",
        (now, tx.id, version),
    )
    return cursor.rowcount


async def destroy_all(tx: Tenant, now: datetime) -> tuple[int, int]:
    """Destroy every key of the organisation, and every key that they wrap: versions and data keys."""
    versions = await tx.connection.execute(
        "update lodge.kek set wrapped = null, destroyed_at = %s where tenant_id = %s and wrapped is not null",
        (now, tx.id),
    )
    keys = await tx.connection.execute(
        "update lodge.data_key set wrapped = null, destroyed_at = %s where tenant_id = %s and wrapped is not null",
        (now, tx.id),
    )
    return versions.rowcount, keys.rowcount


async def rewrap(tx: Tenant, ring: KeyRing, *, every: bool = False) -> int:
    """Have the key service wrap each version anew, by its newest key; how many. ``every``: those of that name too."""
    cursor = await tx.connection.execute(
        "select version, wrapped from lodge.kek where tenant_id = %s and wrapped is not null"
        " and (service <> %s or %s) order by version for update",
        (tx.id, ring.service_name, every),
    )
    rows = await cursor.fetchall()
    for version, wrapped in rows:
        await tx.connection.execute(
            "update lodge.kek set wrapped = %s, service = %s where tenant_id = %s and version = %s",
            (await ring.rewrap(tx.id, version, bytes(wrapped)), ring.service_name, tx.id, version),
        )
    return len(rows)


async def list_services(tx: Tenant) -> set[str]:
    """What the organisation's keys are wrapped by."""
    cursor = await tx.connection.execute(
        "select distinct service from lodge.kek where tenant_id = %s and wrapped is not null", (tx.id,)
    )
    return {row[0] for row in await cursor.fetchall()}


async def _open_all(tx: Tenant, ring: KeyRing) -> dict[int, Kek]:
    cursor = await tx.connection.execute(
        "select version, wrapped from lodge.kek where tenant_id = %s and wrapped is not null", (tx.id,)
    )
    return {row[0]: await ring.open(tx.id, row[0], bytes(row[1])) for row in await cursor.fetchall()}
