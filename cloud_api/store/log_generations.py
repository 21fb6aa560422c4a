"""Generations of the audit log: each begins with what the server had of the one before."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.store.audit_log import LogState, Source
from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation: its entries, how many of them it has from the one before, and the checkpoint that it cites."""

    number: int
    size: int
    base_size: int
    opened_at: datetime | None
    cites: str | None
    closed_at: datetime | None


async def list_all(tx: Tenant) -> list[Generation]:
    """All generations, oldest first."""
    cursor = await tx.connection.execute(
        "select generation, size, base_size, opened_at, cites, closed_at from lodge.audit_log where tenant_id = %s"
        " order by generation",
        (tx.id,),
    )
    return [Generation(*row) for row in await cursor.fetchall()]


async def open_next(tx: Tenant, state: LogState, number: int, *, cites: str, now: datetime) -> LogState:
    """Close the open generation, whose row the caller has locked, and begin ``number`` with all its entries.

    The rows are copied, so that nothing that reads or appends to a log needs to know that there were others.
    """
    await tx.connection.execute(
        "update lodge.audit_log set closed_at = %s where tenant_id = %s and generation = %s",
        (now, tx.id, state.generation),
    )
    await tx.connection.execute(
        "insert into lodge.audit_log (tenant_id, generation, size, base_size, opened_at, cites)"
        " values (%s, %s, %s, %s, %s, %s)",
        (tx.id, number, state.size, state.size, now, cites),
    )
    await tx.connection.execute(
        "insert into lodge.audit_entry (tenant_id, generation, position, leaf, record_id, kiosk_id, epoch, seq)"
        " select tenant_id, %s, position, leaf, record_id, kiosk_id, epoch, seq from lodge.audit_entry"
        " where tenant_id = %s and generation = %s",
        (number, tx.id, state.generation),
    )
    await tx.connection.execute(
        "insert into lodge.audit_node (tenant_id, generation, level, position, hash)"
        " select tenant_id, %s, level, position, hash from lodge.audit_node where tenant_id = %s and generation = %s",
        (number, tx.id, state.generation),
    )
    return LogState(number, state.size)


async def take_record(tx: Tenant, record_id: UUID) -> Source:
    """Take an administrative record off the pending table, whatever waits before it."""
    await tx.connection.execute(
        "delete from lodge.audit_pending where tenant_id = %s and record_id = %s", (tx.id, record_id)
    )
    cursor = await tx.connection.execute(
        "select raw from lodge.audit_record where tenant_id = %s and id = %s", (tx.id, record_id)
    )
    row = await cursor.fetchone()
    return Source(bytes(row[0]) if row else b"", record_id, None, None, None)
