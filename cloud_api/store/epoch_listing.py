"""What is shown of epochs and of quarantined events: no bodies."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class EpochEnds:
    """How many events an epoch's log and the branches beside it hold, and each one's last: kind and when received."""

    epoch: str
    logged: int
    last_kind: str | None
    last_at: datetime | None
    beside: int
    beside_kind: str | None
    beside_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuarantinedEvent:
    """An event whose bodies were not taken; ``fault`` names the rule that they break."""

    kiosk_id: UUID
    kiosk: str
    epoch: str
    seq: int
    event_id: UUID
    kind: str
    fault: str
    received_at: datetime


async def list_ends(tx: Tenant, kiosk_id: UUID) -> dict[str, EpochEnds]:
    """The ends of all epochs of a kiosk, by thumbprint."""
    cursor = await tx.connection.execute(
        "select d.epoch, d.seq, h.kind, h.received_at,"
        " (select count(*) from lodge.event_branch n where n.tenant_id = d.tenant_id and n.kiosk_id = d.kiosk_id"
        " and n.epoch = d.epoch), b.kind, b.received_at"
        " from lodge.kiosk_head d"
        " left join lodge.event_header h on h.tenant_id = d.tenant_id and h.kiosk_id = d.kiosk_id"
        " and h.epoch = d.epoch and h.seq = d.seq"
        " left join lateral (select kind, received_at from lodge.event_branch l where l.tenant_id = d.tenant_id"
        " and l.kiosk_id = d.kiosk_id and l.epoch = d.epoch order by seq desc, hash limit 1) b on true"
        " where d.tenant_id = %s and d.kiosk_id = %s",
        (tx.id, kiosk_id),
    )
    return {row[0]: EpochEnds(*row) for row in await cursor.fetchall()}


async def list_quarantined(tx: Tenant, sites: Collection[UUID] | None, *, limit: int = 500) -> list[QuarantinedEvent]:
    """Events of kiosks of these sites (``None``: of all) whose bodies were not taken, newest first, of logs and
    branches.
    """
    among = None if sites is None else list(sites)
    cursor = await tx.connection.execute(
        "select q.kiosk_id, k.name, q.epoch, q.seq, q.event_id, h.kind, q.fault, q.received_at"
        " from lodge.event_quarantine q join lodge.event_header h using (tenant_id, kiosk_id, epoch, seq)"
        " join lodge.kiosk k on k.tenant_id = q.tenant_id and k.id = q.kiosk_id where q.tenant_id = %s"
        " and (%s::uuid[] is null or k.site_id = any(%s::uuid[]))"
        " union all"
        " select b.kiosk_id, k.name, b.epoch, h.seq, h.event_id, h.kind, b.fault, h.received_at"
        " from lodge.branch_body b join lodge.event_branch h using (tenant_id, kiosk_id, epoch, hash)"
        " join lodge.kiosk k on k.tenant_id = b.tenant_id and k.id = b.kiosk_id"
        " where b.tenant_id = %s and b.fault is not null"
        " and (%s::uuid[] is null or k.site_id = any(%s::uuid[]))"
        " order by 8 desc, 4 desc limit %s",
        (tx.id, among, among, tx.id, among, among, limit),
    )
    return [QuarantinedEvent(*row) for row in await cursor.fetchall()]
