"""Roles that staff bear, and the hosts of the directory that they are."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from cloud_api.policy.roles import Grant, Role, tidied
from cloud_api.store.db import Tenant


async def of_user(tx: Tenant, user_id: UUID) -> tuple[Grant, ...]:
    """What somebody bears."""
    return (await _read(tx, user_id)).get(user_id, ())


async def of_all(tx: Tenant) -> dict[UUID, tuple[Grant, ...]]:
    """What everybody bears; who bears nothing is not in it."""
    return await _read(tx, None)


async def put(tx: Tenant, user_id: UUID, grants: Collection[Grant]) -> None:
    """Let somebody bear these roles and no others."""
    await tx.connection.execute("delete from lodge.staff_role where tenant_id = %s and user_id = %s", (tx.id, user_id))
    for grant in tidied(tuple(grants)):
        await tx.connection.execute(
            "insert into lodge.staff_role (tenant_id, user_id, role, site_id) values (%s, %s, %s, %s)",
            (tx.id, user_id, grant.role.value, grant.site),
        )


async def hold_team(tx: Tenant) -> None:
    """Let nobody else change the team until this transaction ends: who counts owners counts them once."""
    await tx.connection.execute("select 1 from lodge.organisation where tenant_id = %s for no key update", (tx.id,))


async def put_hosts(tx: Tenant, user_id: UUID, host_ids: Collection[UUID]) -> None:
    """Somebody is these hosts and no others."""
    await tx.connection.execute("delete from lodge.staff_host where tenant_id = %s and user_id = %s", (tx.id, user_id))
    await tx.connection.execute(
        "insert into lodge.staff_host (tenant_id, user_id, host_id) select %s, %s, unnest(%s::uuid[])",
        (tx.id, user_id, list(host_ids)),
    )


async def hosts_of(tx: Tenant, user_id: UUID) -> frozenset[UUID]:
    """The hosts that somebody is."""
    cursor = await tx.connection.execute(
        "select host_id from lodge.staff_host where tenant_id = %s and user_id = %s", (tx.id, user_id)
    )
    return frozenset(row[0] for row in await cursor.fetchall())


async def _read(tx: Tenant, user_id: UUID | None) -> dict[UUID, tuple[Grant, ...]]:
    cursor = await tx.connection.execute(
        "select user_id, role, site_id from lodge.staff_role"
        " where tenant_id = %s and (%s::uuid is null or user_id = %s)",
        (tx.id, user_id, user_id),
    )
    found: dict[UUID, list[Grant]] = defaultdict(list)
    for user, role, site in await cursor.fetchall():
        found[user].append(Grant(Role(role), site))
    return {user: tidied(tuple(grants)) for user, grants in found.items()}
