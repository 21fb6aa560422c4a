"""Whose addresses an organisation lets be invited (R09)."""

from collections.abc import Sequence

from cloud_api.store.db import Tenant


async def read(tx: Tenant) -> tuple[str, ...]:
    """The domains, in their order; none for any."""
    cursor = await tx.connection.execute(
        "select invitation_domains from lodge.organisation where tenant_id = %s", (tx.id,)
    )
    row = await cursor.fetchone()
    return tuple(row[0]) if row else ()


async def put(tx: Tenant, domains: Sequence[str]) -> None:
    """Other domains."""
    await tx.connection.execute(
        "update lodge.organisation set invitation_domains = %s where tenant_id = %s", (list(domains), tx.id)
    )
