"""Single entries and checkpoints of the audit log, for those who ask for one."""

from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store import audit_log
from cloud_api.store.audit_log import LogEntry
from cloud_api.store.db import Tenant


async def find(tx: Tenant, cipher: FieldCipher, generation: int, event: UUID) -> LogEntry | None:
    """The entry of an event of a kiosk or of an administrative act, by its id."""
    cursor = await tx.connection.execute(
        "select e.position, coalesce(h.raw, r.raw), e.seq is not null, b.body, e.record_id"
        # By the index of either id; one question over both would look at every entry.
        " from ((select x.* from lodge.event_header f join lodge.audit_entry x on x.tenant_id = f.tenant_id"
        " and x.generation = %s and x.kiosk_id = f.kiosk_id and x.epoch = f.epoch and x.seq = f.seq"
        " where f.tenant_id = %s and f.event_id = %s) union all (select * from lodge.audit_entry"
        " where tenant_id = %s and generation = %s and record_id = %s)) e"
        " left join lodge.event_header h on h.tenant_id = e.tenant_id and h.kiosk_id = e.kiosk_id"
        " and h.epoch = e.epoch and h.seq = e.seq"
        " left join lodge.audit_record r on r.tenant_id = e.tenant_id and r.id = e.record_id"
        " left join lodge.audit_body b on b.tenant_id = e.tenant_id and b.record_id = e.record_id"
        " order by e.position limit 1",
        (generation, tx.id, event, tx.id, generation, event),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    position, raw, is_device, sealed, record = row
    body = None
    if sealed is not None:
        body = cipher.open(bytes(sealed), table="audit_body", column="body", row=str(record))
    return LogEntry(position, bytes(raw), is_device, body)


async def at_position(tx: Tenant, cipher: FieldCipher, generation: int, position: int) -> LogEntry | None:
    """The entry at a position (from 0)."""
    async for entry in audit_log.iterate_entries(tx, cipher, generation, position + 1, start=position):
        return entry
    return None


async def first_covering(tx: Tenant, generation: int, position: int) -> tuple[int, datetime] | None:
    """Size and time of the first checkpoint over an entry of a generation: of the one that it came in with."""
    for number in range(1, generation + 1):
        cursor = await tx.connection.execute(
            "select size, signed_at from lodge.audit_checkpoint where tenant_id = %s and generation = %s and size > %s"
            " order by size limit 1",
            (tx.id, number, position),
        )
        row = await cursor.fetchone()
        if row is not None:
            return row[0], row[1]
    return None


async def checkpoint_at(tx: Tenant, generation: int, size: int) -> str | None:
    """The checkpoint that was signed over exactly so many entries."""
    cursor = await tx.connection.execute(
        "select note from lodge.audit_checkpoint where tenant_id = %s and generation = %s and size = %s",
        (tx.id, generation, size),
    )
    row = await cursor.fetchone()
    return str(row[0]) if row else None


async def nearest_checkpoint(tx: Tenant, generation: int, size: int) -> int | None:
    """The size of the checkpoint nearest to one, to name it."""
    cursor = await tx.connection.execute(
        "select size from ((select size from lodge.audit_checkpoint where tenant_id = %s and generation = %s"
        " and size <= %s order by size desc limit 1) union all (select size from lodge.audit_checkpoint"
        " where tenant_id = %s and generation = %s and size > %s order by size limit 1)) as near"
        " order by abs(size - %s), size limit 1",
        (tx.id, generation, size, tx.id, generation, size, size),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else None
