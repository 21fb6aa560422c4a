"""Quotas of an organisation: how much of something it may have, and how much it has."""

from typing import Literal, get_args

from cloud_api.store.db import Tenant

QuotaName = Literal["kiosks", "staff", "object_bytes"]
"""Kiosks that are not revoked; staff accounts; bytes of photos and signatures that are kept or arriving."""

QUOTA_NAMES: tuple[QuotaName, ...] = get_args(QuotaName)
_COUNTS: dict[QuotaName, bytes] = {
    "kiosks": b"select count(*) from lodge.kiosk where tenant_id = %s and revoked_at is null",
    "staff": b"select count(*) from lodge.staff_user where tenant_id = %s",
    "object_bytes": b"select coalesce(sum(size), 0) from lodge.object where tenant_id = %s and standing <> 'expired'",
}


async def list_allowed(tx: Tenant) -> dict[QuotaName, int]:
    """What is bounded, and by how much."""
    cursor = await tx.connection.execute("select name, allowed from lodge.quota where tenant_id = %s", (tx.id,))
    return {row[0]: int(row[1]) for row in await cursor.fetchall()}


async def hold_allowed(tx: Tenant, name: QuotaName) -> int | None:
    """How much is allowed, ``None`` for any amount. Held to the end of the transaction: two that add at once are
    counted one after the other.
    """
    cursor = await tx.connection.execute(
        "select allowed from lodge.quota where tenant_id = %s and name = %s for update", (tx.id, name)
    )
    row = await cursor.fetchone()
    return None if row is None else int(row[0])


async def count_used(tx: Tenant, name: QuotaName) -> int:
    """How much there is."""
    row = await (await tx.connection.execute(_COUNTS[name], (tx.id,))).fetchone()
    return int(row[0]) if row else 0


async def put(tx: Tenant, name: QuotaName, allowed: int | None) -> None:
    """Allow so much from now on; ``None``: as much as there will be."""
    if allowed is None:
        await tx.connection.execute("delete from lodge.quota where tenant_id = %s and name = %s", (tx.id, name))
        return
    await tx.connection.execute(
        "insert into lodge.quota (tenant_id, name, allowed) values (%s, %s, %s)"
        " on conflict (tenant_id, name) do update set allowed = excluded.allowed",
        (tx.id, name, allowed),
    )
