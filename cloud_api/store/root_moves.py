"""Moves of the organisation's root key, as both roots signed them."""

from datetime import datetime

from cloud_api.store.db import Tenant


async def add(tx: Tenant, page_version: int, message: str, now: datetime) -> None:
    """Keep a move; ``page_version``: the first keys page of the new root."""
    await tx.connection.execute(
        "insert into lodge.root_move (tenant_id, page_version, message, moved_at) values (%s, %s, %s, %s)",
        (tx.id, page_version, message, now),
    )


async def list_after(tx: Tenant, page_version: int = 0) -> list[str]:
    """The moves that whoever holds this version of the keys page has not made, oldest first."""
    cursor = await tx.connection.execute(
        "select message from lodge.root_move where tenant_id = %s and page_version > %s order by page_version",
        (tx.id, page_version),
    )
    return [row[0] for row in await cursor.fetchall()]


async def list_versions(tx: Tenant) -> set[int]:
    """The versions of the first pages after each move."""
    cursor = await tx.connection.execute("select page_version from lodge.root_move where tenant_id = %s", (tx.id,))
    return {row[0] for row in await cursor.fetchall()}
