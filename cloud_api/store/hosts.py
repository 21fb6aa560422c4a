"""Hosts: whoever can be visited. Name, e-mail and department are sealed under a key of the host's own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.store import data_keys
from cloud_api.store.db import Tenant

_COLUMNS = ("name", "email", "department")


@dataclass(frozen=True, slots=True)
class Host:
    """Somebody who can be visited. ``site_id`` is ``None`` for all sites; ``email`` may be empty."""

    id: UUID
    site_id: UUID | None
    active: bool
    name: str
    email: str
    department: str


async def put(tx: Tenant, ring: KeyRing, host: Host, now: datetime) -> None:
    """Add a host or change one."""
    known = await data_keys.open_keys(tx, ring, [host.id])
    cipher = known.get(host.id) or await data_keys.make_key(tx, ring, host.id, "host", now)
    sealed = [_seal(cipher, host.id, column, str(getattr(host, column))) for column in _COLUMNS]
    await tx.connection.execute(
        "insert into lodge.host (tenant_id, id, site_id, data_key_id, active, name, email, department)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (tenant_id, id) do update set"
        " site_id = excluded.site_id, active = excluded.active, name = excluded.name, email = excluded.email,"
        " department = excluded.department",
        (tx.id, host.id, host.site_id, host.id, host.active, *sealed),
    )


async def retire_others(tx: Tenant, kept: Collection[UUID]) -> list[UUID]:
    """Make every host that is not among ``kept`` inactive; which those were."""
    cursor = await tx.connection.execute(
        "update lodge.host set active = false where tenant_id = %s and active and id <> all(%s) returning id",
        (tx.id, list(kept)),
    )
    return [row[0] for row in await cursor.fetchall()]


async def list_all(tx: Tenant, ring: KeyRing) -> list[Host]:
    """All hosts whose key still exists, by name."""
    return await _read(tx, ring, None)


async def find_many(tx: Tenant, ring: KeyRing, host_ids: Collection[UUID]) -> dict[UUID, Host]:
    """Those of the hosts that exist."""
    return {host.id: host for host in await _read(tx, ring, list(host_ids))}


async def list_after(
    tx: Tenant, ring: KeyRing, after: UUID | None, sites: list[object] | None, limit: int
) -> list[Host]:
    """Hosts whose id comes after, in the order of ids: of these sites (``None``: of all) or of every site."""
    cursor = await tx.connection.execute(
        "select id from lodge.host where tenant_id = %s and id > %s and (%s::uuid[] is null or site_id is null"
        " or site_id = any(%s::uuid[])) order by id limit %s",
        (tx.id, after or UUID(int=0), sites, sites, limit),
    )
    return sorted(await _read(tx, ring, [row[0] for row in await cursor.fetchall()]), key=lambda host: host.id)


async def hold(tx: Tenant, host_ids: Collection[UUID]) -> None:
    """Let nobody else change these hosts until this transaction ends."""
    await tx.connection.execute(
        "select 1 from lodge.host where tenant_id = %s and id = any(%s) order by id for no key update",
        (tx.id, list(host_ids)),
    )


async def find_muted(tx: Tenant, host_id: UUID) -> datetime | None:
    """Until when a host wants no mail of arrivals, whether or not that is over."""
    cursor = await tx.connection.execute(
        "select muted_until from lodge.host where tenant_id = %s and id = %s", (tx.id, host_id)
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def put_muted(tx: Tenant, host_id: UUID, until: datetime | None) -> None:
    """Let a host have no mail of arrivals until then; ``None``: from now on again."""
    await tx.connection.execute(
        "update lodge.host set muted_until = %s where tenant_id = %s and id = %s", (until, tx.id, host_id)
    )


async def unmute(tx: Tenant, host_ids: Collection[UUID]) -> None:
    """Let these hosts have mail of arrivals, whatever was chosen before."""
    await tx.connection.execute(
        "update lodge.host set muted_until = null where tenant_id = %s and id = any(%s) and muted_until is not null",
        (tx.id, list(host_ids)),
    )


async def _read(tx: Tenant, ring: KeyRing, host_ids: list[UUID] | None) -> list[Host]:
    cursor = await tx.connection.execute(
        "select id, site_id, active, name, email, department from lodge.host"
        " where tenant_id = %s and (%s::uuid[] is null or id = any(%s))",
        (tx.id, host_ids, host_ids),
    )
    rows = await cursor.fetchall()
    ciphers = await data_keys.open_keys(tx, ring, [row[0] for row in rows])
    found = [
        Host(
            row[0],
            row[1],
            row[2],
            *(_open(ciphers[row[0]], row[0], column, sealed) for column, sealed in zip(_COLUMNS, row[3:], strict=True)),
        )
        for row in rows
        if row[0] in ciphers
    ]
    return sorted(found, key=lambda host: (host.name.casefold(), host.id))


def _seal(cipher: FieldCipher, host_id: UUID, column: str, plain: str) -> bytes:
    return cipher.seal_text(plain, table="host", column=column, row=str(host_id))


def _open(cipher: FieldCipher, host_id: UUID, column: str, sealed: bytes) -> str:
    return cipher.open_text(sealed, table="host", column=column, row=str(host_id))
