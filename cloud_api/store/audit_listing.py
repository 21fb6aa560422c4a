"""Reading entries of the audit log for people, and where the log stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """One entry, counted from 1. ``body`` is the sealed-body JSON of an administrative act, unless erased."""

    number: int
    raw: bytes
    body: bytes | None
    kiosk: str | None
    received_at: datetime

    @property
    def is_device(self) -> bool:
        """Whether a kiosk made it."""
        return self.kiosk is not None


@dataclass(frozen=True, slots=True)
class LogHead:
    """How far the log has come: entries under the newest signed checkpoint, and how many items wait."""

    entries: int
    signed_at: datetime | None
    waiting: int
    generation: int = 1


async def read_head(tx: Tenant) -> LogHead:
    """Where the log stands."""
    cursor = await tx.connection.execute(
        "select c.size, c.signed_at, (select count(*) from lodge.audit_pending where tenant_id = %s), c.generation"
        " from (select 1) as one left join lateral (select size, signed_at, generation from lodge.audit_checkpoint"
        " where tenant_id = %s order by generation desc, size desc limit 1) as c on true",
        (tx.id, tx.id),
    )
    row = await cursor.fetchone()
    return LogHead(row[0] or 0, row[1], row[2], row[3] or 1) if row else LogHead(0, None, 0)


async def list_numbers(tx: Tenant, cipher: FieldCipher, numbers: Sequence[int]) -> list[ListedEntry]:
    """These entries of the current log as far as it has them, newest first."""
    # Acts and kiosks by lists of ids: joined, each of their tables would pass the tenant door once an entry.
    cursor = await tx.connection.execute(
        "select e.position + 1, e.kiosk_id, e.record_id, h.raw, h.received_at"
        " from lodge.audit_entry e"
        " left join lodge.event_header h on h.tenant_id = e.tenant_id and h.kiosk_id = e.kiosk_id"
        " and h.epoch = e.epoch and h.seq = e.seq"
        " where e.tenant_id = %s"
        " and e.generation = (select max(generation) from lodge.audit_log where tenant_id = %s)"
        " and e.position = any(%s::int8[]) order by e.position desc",
        (tx.id, tx.id, [number - 1 for number in numbers]),
    )
    rows = await cursor.fetchall()
    names = await _kiosk_names(tx, {row[1] for row in rows if row[1] is not None})
    acts = await _acts(tx, cipher, [row[2] for row in rows if row[2] is not None])
    return [
        ListedEntry(number, bytes(raw), None, names.get(kiosk, ""), received)
        if kiosk is not None
        else ListedEntry(number, acts[record].raw, acts[record].body, None, acts[record].recorded_at)
        for number, kiosk, record, raw, received in rows
    ]


@dataclass(frozen=True, slots=True)
class _Act:
    raw: bytes
    recorded_at: datetime
    body: bytes | None


async def _acts(tx: Tenant, cipher: FieldCipher, ids: Sequence[UUID]) -> dict[UUID, _Act]:
    cursor = await tx.connection.execute(
        "select record_id, body from lodge.audit_body where tenant_id = %s and record_id = any(%b::uuid[])",
        (tx.id, list(ids)),
    )
    bodies = {
        record: cipher.open(bytes(sealed), table="audit_body", column="body", row=str(record))
        for record, sealed in await cursor.fetchall()
    }
    cursor = await tx.connection.execute(
        "select id, raw, recorded_at from lodge.audit_record where tenant_id = %s and id = any(%b::uuid[])",
        (tx.id, list(ids)),
    )
    return {row[0]: _Act(bytes(row[1]), row[2], bodies.get(row[0])) for row in await cursor.fetchall()}


async def _kiosk_names(tx: Tenant, ids: Collection[UUID]) -> dict[UUID, str]:
    cursor = await tx.connection.execute(
        "select id, name from lodge.kiosk where tenant_id = %s and id = any(%b::uuid[])", (tx.id, list(ids))
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}
