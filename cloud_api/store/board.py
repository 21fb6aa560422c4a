"""What the board shows beyond the stays themselves: who left, which kiosk, how fresh, and a stay's events."""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.errors import SealedFieldError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.reach import Reach
from cloud_api.store import stays
from cloud_api.store.db import Tenant
from cloud_api.store.reaching import WITHIN_VISITS, visit_values
from cloud_api.store.stays import Stay
from sync.protocol.kinds import Kind


@dataclass(frozen=True, slots=True)
class KioskContact:
    """A kiosk and what the server holds of it. ``forked``: two histories of one of its keys are known, and nobody has
    said which counts; ``unconfirmed``: it began a log by itself that waits for an administrator. ``software`` and
    ``waiting`` (entries that it still has to send) are what it said last, less what came since. ``wipe_since``: since
    when it is commanded to wipe itself, or has done so, until a person has compared the list.
    """

    id: UUID
    site_id: UUID
    name: str
    created_at: datetime
    revoked_at: datetime | None
    last_seen_at: datetime | None
    enrolled: bool
    forked: bool
    unconfirmed: bool
    quarantined: int
    software: str
    waiting: int
    wipe_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class StayEvent:
    """One event of a stay. ``full`` is its sealed-body JSON, ``None`` when erased, never sent or in quarantine."""

    raw: bytes
    kiosk: str
    full: bytes | None
    quarantined: bool
    received_at: datetime


async def list_left(
    tx: Tenant, ring: KeyRing, reach: Reach, *, since: datetime, site_id: UUID | None = None, limit: int = 500
) -> list[Stay]:
    """Who left at or after ``since``, latest first."""
    query = (
        "select id from lodge.stay where tenant_id = %s and departed_at >= %s and not present"  # noqa: S608  constants
        f" and (%s::uuid is null or site_id = %s) and {WITHIN_VISITS} order by departed_at desc, id limit %s"
    )
    values = (tx.id, since, site_id, site_id, *visit_values(reach), limit)
    cursor = await tx.connection.execute(query.encode(), values)
    ids = [row[0] for row in await cursor.fetchall()]
    found = await stays.find_many(tx, ring, ids)
    return [found[stay] for stay in ids if stay in found]


async def count_present(tx: Tenant, reach: Reach, *, site_id: UUID | None = None) -> int:
    """How many are on site, however many can be listed."""
    query = (
        "select count(*) from lodge.stay where tenant_id = %s and present"  # noqa: S608  constants
        f" and (%s::uuid is null or site_id = %s) and {WITHIN_VISITS}"
    )
    cursor = await tx.connection.execute(query.encode(), (tx.id, site_id, site_id, *visit_values(reach)))
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def arrival_kiosks(tx: Tenant, stay_ids: Collection[UUID]) -> dict[UUID, str]:
    """The name of the kiosk that each of these stays began at."""
    cursor = await tx.connection.execute(
        "select distinct on (h.stay_id) h.stay_id, k.name from ("
        "select tenant_id, kiosk_id, stay_id, kind, received_at, seq from lodge.event_header"
        " union all select tenant_id, kiosk_id, stay_id, kind, received_at, seq from lodge.event_branch) h"
        " join lodge.kiosk k on k.tenant_id = h.tenant_id and k.id = h.kiosk_id"
        " where h.tenant_id = %s and h.stay_id = any(%b::uuid[]) and h.kind = %s"
        " order by h.stay_id, h.received_at, h.seq",
        (tx.id, list(stay_ids), Kind.VISITOR_ARRIVED.value),
    )
    return {row[0]: str(row[1]) for row in await cursor.fetchall()}


async def arrival_kiosk(tx: Tenant, stay_id: UUID) -> UUID | None:
    """The kiosk whose log says that this stay began, the first where there are several."""
    cursor = await tx.connection.execute(
        "select kiosk_id from lodge.event_header where tenant_id = %s and stay_id = %s and kind = %s"
        " order by received_at, seq limit 1",
        (tx.id, stay_id, Kind.VISITOR_ARRIVED.value),
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def list_contacts(tx: Tenant, sites: Collection[UUID] | None) -> list[KioskContact]:
    """The kiosks of these sites (``None``: of all), by name, the revoked ones last."""
    among = None if sites is None else list(sites)
    cursor = await tx.connection.execute(
        "select k.id, k.site_id, k.name, k.created_at, k.revoked_at, k.last_seen_at,"
        " exists (select from lodge.kiosk_epoch e where e.tenant_id = k.tenant_id and e.kiosk_id = k.id),"
        " exists (select from lodge.kiosk_epoch e where e.tenant_id = k.tenant_id and e.kiosk_id = k.id"
        " and e.forked_seq > 0 and e.clear_seq is null),"
        " exists (select from lodge.kiosk_epoch e where e.tenant_id = k.tenant_id and e.kiosk_id = k.id"
        " and e.standing = 'unconfirmed' and not exists (select from lodge.kiosk_epoch r"
        " where r.tenant_id = e.tenant_id and r.kiosk_id = e.kiosk_id and r.previous = e.previous"
        " and r.standing in ('current', 'frozen'))),"
        " (select count(*) from lodge.event_quarantine q where q.tenant_id = k.tenant_id and q.kiosk_id = k.id)"
        " + (select count(*) from lodge.branch_body b where b.tenant_id = k.tenant_id and b.kiosk_id = k.id"
        " and b.fault is not null), k.software, k.waiting, k.wipe_since"
        " from lodge.kiosk k where k.tenant_id = %s and (%s::uuid[] is null or k.site_id = any(%s::uuid[]))"
        " order by k.revoked_at is not null, k.name, k.id",
        (tx.id, among, among),
    )
    return [KioskContact(*row) for row in await cursor.fetchall()]


async def list_started(tx: Tenant, cipher: FieldCipher) -> dict[UUID, bytes]:
    """The sealed-body JSON of each kiosk's latest start, where it is held and can be opened."""
    cursor = await tx.connection.execute(
        "select distinct on (h.kiosk_id) h.kiosk_id, h.epoch, h.seq, b.full_body from lodge.event_header h"
        " join lodge.event_body b using (tenant_id, kiosk_id, epoch, seq)"
        " where h.tenant_id = %s and h.kind = 'kiosk.started' and h.stay_id is null and b.full_body is not null"
        " order by h.kiosk_id, h.received_at desc, h.seq desc",
        (tx.id,),
    )
    found: dict[UUID, bytes] = {}
    for kiosk, epoch, seq, sealed in await cursor.fetchall():
        with contextlib.suppress(SealedFieldError):
            found[kiosk] = cipher.open(bytes(sealed), table="event_body", column="full_body", row=f"{epoch}/{seq}")
    return found


_STAY_EVENTS = (
    "select h.raw, k.name, h.epoch || '/' || h.seq, true, b.full_body, q.seq is not null, h.received_at,"
    " h.kiosk_id, h.seq from lodge.event_header h"
    " join lodge.kiosk k on k.tenant_id = h.tenant_id and k.id = h.kiosk_id"
    " left join lodge.event_body b on b.tenant_id = h.tenant_id and b.kiosk_id = h.kiosk_id"
    " and b.epoch = h.epoch and b.seq = h.seq"
    " left join lodge.event_quarantine q on q.tenant_id = h.tenant_id and q.kiosk_id = h.kiosk_id"
    " and q.epoch = h.epoch and q.seq = h.seq"
    " where h.tenant_id = %s and h.stay_id = %s"
    " union all"
    " select h.raw, k.name, h.epoch || '/' || encode(h.hash, 'hex'), false, b.full_body, b.fault is not null,"
    " h.received_at, h.kiosk_id, h.seq from lodge.event_branch h"
    " join lodge.kiosk k on k.tenant_id = h.tenant_id and k.id = h.kiosk_id"
    " left join lodge.branch_body b on b.tenant_id = h.tenant_id and b.kiosk_id = h.kiosk_id"
    " and b.epoch = h.epoch and b.hash = h.hash"
    " where h.tenant_id = %s and h.stay_id = %s order by 7, 8, 9"
)


async def list_events(tx: Tenant, cipher: FieldCipher | None, stay_id: UUID) -> list[StayEvent]:
    """The events of a stay, branches included, in the order they were received. Without a ``cipher`` nothing personal
    is read.
    """
    cursor = await tx.connection.execute(_STAY_EVENTS, (tx.id, stay_id, tx.id, stay_id))
    return [
        StayEvent(bytes(raw), name, _open(cipher, sealed, row, in_log=in_log), quarantined, received)
        for raw, name, row, in_log, sealed, quarantined, received, _, _ in await cursor.fetchall()
    ]


def _open(cipher: FieldCipher | None, sealed: bytes | None, row: str, *, in_log: bool) -> bytes | None:
    if cipher is None or sealed is None:
        return None
    table = "event_body" if in_log else "branch_body"
    return cipher.open(bytes(sealed), table=table, column="full_body", row=row)
