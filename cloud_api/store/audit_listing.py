"""Reading entries of the audit log for people, and where the log stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
    cursor = await tx.connection.execute(
        "select e.position + 1, coalesce(h.raw, r.raw), b.body, e.record_id, k.name,"
        " coalesce(h.received_at, r.recorded_at)"
        " from lodge.audit_entry e"
        " left join lodge.event_header h on h.tenant_id = e.tenant_id and h.kiosk_id = e.kiosk_id"
        " and h.epoch = e.epoch and h.seq = e.seq"
        " left join lodge.kiosk k on k.tenant_id = e.tenant_id and k.id = e.kiosk_id"
        " left join lodge.audit_record r on r.tenant_id = e.tenant_id and r.id = e.record_id"
        " left join lodge.audit_body b on b.tenant_id = e.tenant_id and b.record_id = e.record_id"
        " where e.tenant_id = %s"
        " and e.generation = (select max(generation) from lodge.audit_log where tenant_id = %s)"
        " and e.position = any(%s::int8[]) order by e.position desc",
        (tx.id, tx.id, [number - 1 for number in numbers]),
    )
    return [
        ListedEntry(
            number,
            bytes(raw),
            None if sealed is None else cipher.open(bytes(sealed), table="audit_body", column="body", row=str(record)),
            kiosk,
            moment,
        )
        for number, raw, sealed, record, kiosk, moment in await cursor.fetchall()
    ]
