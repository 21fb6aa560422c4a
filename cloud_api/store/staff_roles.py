"""Roles that staff bear, and the hosts of the directory that they are."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from cloud_api.policy.roles import Grant, Role, tidied
from cloud_api.store.db import Tenant


async def of_user(tx: Tenant, user_id: UUID) -> tuple[Grant, ...]:
    """What somebody bears."""
    cursor = await tx.connection.execute(
        "select user_id, role, site_id from lodge.staff_role where tenant_id = %s and user_id = %s", (tx.id, user_id)
    )
    return _gathered(await cursor.fetchall()).get(user_id, ())


async def of_all(tx: Tenant, sites: Collection[UUID] | None = None) -> dict[UUID, tuple[Grant, ...]]:
    """Everything that those bear who have a role at one of these sites (``None``: at any) or for all of them; who
    bears nothing is not in it.
    """
    cursor = await tx.connection.execute(
        "select user_id, role, site_id from lodge.staff_role where tenant_id = %s and (%s::uuid[] is null"
        " or user_id in (select user_id from lodge.staff_role where tenant_id = %s"
        " and (site_id is null or site_id = any(%s::uuid[]))))",
        (tx.id, None if sites is None else list(sites), tx.id, list(sites or ())),
    )
    return _gathered(await cursor.fetchall())


async def count_owners(tx: Tenant) -> int:
    """How many owners there are."""
    cursor = await tx.connection.execute(
        "select count(*) from lodge.staff_role where tenant_id = %s and role = 'owner'", (tx.id,)
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


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


async def hand_hosts(tx: Tenant, host_ids: Collection[UUID], pairs: Collection[tuple[UUID, UUID]]) -> None:
    """These hosts are the people of these pairs (person, host), and nobody else."""
    await tx.connection.execute(
        "delete from lodge.staff_host where tenant_id = %s and host_id = any(%s)", (tx.id, list(host_ids))
    )
    await tx.connection.execute(
        "insert into lodge.staff_host (tenant_id, user_id, host_id) select %s, * from unnest(%s::uuid[], %s::uuid[])",
        (tx.id, [user for user, _ in pairs], [host for _, host in pairs]),
    )


async def hosts_of(tx: Tenant, user_id: UUID) -> frozenset[UUID]:
    """The hosts that somebody is."""
    cursor = await tx.connection.execute(
        "select host_id from lodge.staff_host where tenant_id = %s and user_id = %s", (tx.id, user_id)
    )
    return frozenset(row[0] for row in await cursor.fetchall())


def _gathered(rows: Iterable[tuple[UUID, str, UUID | None]]) -> dict[UUID, tuple[Grant, ...]]:
    found: dict[UUID, list[Grant]] = defaultdict(list)
    for user, role, site in rows:
        found[user].append(Grant(Role(role), site))
    return {user: tidied(tuple(grants)) for user, grants in found.items()}
