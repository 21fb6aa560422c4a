"""What is told of one kiosk to the others: manifests, headers, and the muster bodies of arrivals."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.store import data_keys
from cloud_api.store.db import Tenant
from cloud_api.store.events import StoredFact, open_muster
from sync.protocol.kinds import Kind

Manifest = tuple[UUID, str, str, int, int, str]
"""Kiosk, epoch, hash (hex), first and last seq, and the JWS."""

_MANIFEST = "m.kiosk_id, m.epoch, m.hash, m.first_seq, m.last_seq, m.manifest"


async def list_following(tx: Tenant, kiosk_id: UUID, epoch: str, seq: int, limit: int) -> list[Manifest]:
    """The batches of a log that end after ``seq``, in order."""
    return await _manifests(
        tx,
        f"select {_MANIFEST} from lodge.batch_manifest m where m.tenant_id = %s and m.kiosk_id = %s"  # noqa: S608  constant
        " and m.epoch = %s and m.last_seq > %s order by m.last_seq, m.hash limit %s",
        (tx.id, kiosk_id, epoch, seq, limit),
    )


async def first_since(tx: Tenant, kiosk_id: UUID, epoch: str, since: datetime) -> int | None:
    """Where a log's first batch that came at or after ``since`` begins: from the end of the log backwards."""
    cursor = await tx.connection.execute(
        # A log's batches come in order, so the first that is older ends the search.
        "with recursive back as ("
        " (select first_seq, last_seq, received_at from lodge.batch_manifest where tenant_id = %s and kiosk_id = %s"
        "   and epoch = %s order by last_seq desc limit 1)"
        " union all select earlier.* from back cross join lateral (select first_seq, last_seq, received_at"
        "   from lodge.batch_manifest where tenant_id = %s and kiosk_id = %s and epoch = %s"
        "   and last_seq < back.last_seq order by last_seq desc limit 1) earlier where back.received_at >= %s)"
        " select min(first_seq) from back where received_at >= %s",
        (*(tx.id, kiosk_id, epoch) * 2, since, since),
    )
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def list_branches(tx: Tenant, kiosk_id: UUID, epoch: str, known: Collection[str], limit: int) -> list[Manifest]:
    """The batches beside a log, lowest first, without those of these hashes (hex)."""
    return await _manifests(
        tx,
        f"select {_MANIFEST} from lodge.branch_manifest m where m.tenant_id = %s and m.kiosk_id = %s"  # noqa: S608  constant
        " and m.epoch = %s and not m.hash = any(%b::bytea[]) order by m.last_seq, m.hash limit %s",
        (tx.id, kiosk_id, epoch, [bytes.fromhex(name) for name in known], limit),
    )


async def list_of_stays(
    tx: Tenant, site_id: UUID, stays: Collection[UUID], kinds: Collection[str], limit: int
) -> list[Manifest]:
    """For each event of these kinds and stays in a log of the site, the first batch that has it."""
    return await _manifests(
        tx,
        f"select distinct {_MANIFEST} from lodge.event_header h"  # noqa: S608  constant
        " join lodge.kiosk k on k.tenant_id = h.tenant_id and k.id = h.kiosk_id"
        " cross join lateral (select * from lodge.batch_manifest b where b.tenant_id = h.tenant_id"
        " and b.kiosk_id = h.kiosk_id and b.epoch = h.epoch and b.last_seq >= h.seq order by b.last_seq limit 1) m"
        " where h.tenant_id = %s and k.site_id = %s and h.stay_id = any(%b::uuid[]) and h.kind = any(%s)"
        " and m.first_seq <= h.seq order by m.kiosk_id, m.epoch, m.last_seq, m.hash limit %s",
        (tx.id, site_id, list(stays), list(kinds), limit),
    )


async def list_present(tx: Tenant, site_id: UUID) -> list[UUID]:
    """The stays that are on site."""
    cursor = await tx.connection.execute(
        "select id from lodge.stay where tenant_id = %s and site_id = %s and present", (tx.id, site_id)
    )
    return [row[0] for row in await cursor.fetchall()]


async def last_words(tx: Tenant, site_id: UUID) -> dict[UUID, datetime | None]:
    """When each kiosk of a site was last heard of. What one that is to wipe itself has said since then is not all that
    there was, nor what a revoked one has said before it was; once a person has compared the list, that is over, and
    the revoked one is left out (C47).
    """
    cursor = await tx.connection.execute(
        "select id, least(last_seen_at, wipe_since) from lodge.kiosk where tenant_id = %s and site_id = %s"
        " and (revoked_at is null or wipe_since is not null) order by id",
        (tx.id, site_id),
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


_LOGGED = (
    "select h.seq, h.raw, h.hash, b.data_key_id, b.muster, q.seq is not null, true, h.received_at"
    " from lodge.event_header h left join lodge.event_body b on b.tenant_id = h.tenant_id and b.kiosk_id = h.kiosk_id"
    " and b.epoch = h.epoch and b.seq = h.seq and h.kind = %s"
    " left join lodge.event_quarantine q on q.tenant_id = h.tenant_id and q.kiosk_id = h.kiosk_id"
    " and q.epoch = h.epoch and q.seq = h.seq"
    " where h.tenant_id = %s and h.kiosk_id = %s and h.epoch = %s and h.seq between %s and %s"
)
_BESIDE = (
    " union all select h.seq, h.raw, h.hash, b.data_key_id, b.muster, coalesce(b.fault is not null, false), false,"
    " h.received_at from lodge.event_branch h left join lodge.branch_body b on b.tenant_id = h.tenant_id"
    " and b.kiosk_id = h.kiosk_id and b.epoch = h.epoch and b.hash = h.hash and h.kind = %s"
    " where h.tenant_id = %s and h.kiosk_id = %s and h.epoch = %s and h.seq between %s and %s"
)


async def list_events(
    tx: Tenant, ring: KeyRing, kiosk_id: UUID, epoch: str, *, first: int, last: int, beside: bool
) -> list[StoredFact]:
    """Every event of a range of an epoch, with the muster bodies of arrivals; ``beside``: those of branches too."""
    wanted = (Kind.VISITOR_ARRIVED.value, tx.id, kiosk_id, epoch, first, last)
    query, values = (_LOGGED + _BESIDE, wanted * 2) if beside else (_LOGGED, wanted)
    cursor = await tx.connection.execute(f"{query} order by 1, 3".encode(), values)
    rows = await cursor.fetchall()
    keys = {row[3] for row in rows if row[3] is not None and row[4] is not None}
    ciphers = await data_keys.open_keys(tx, ring, keys) if keys else {}
    found = []
    for seq, raw, digest, key_id, sealed, quarantined, in_log, received in rows:
        shown = bytes(digest).hex()
        muster = open_muster(ciphers.get(key_id), sealed, epoch=epoch, seq=seq, shown=shown, in_log=in_log)
        found.append(StoredFact(bytes(raw), shown, muster, quarantined, in_log, received))
    return found


async def _manifests(tx: Tenant, query: str, values: tuple[object, ...]) -> list[Manifest]:
    cursor = await tx.connection.execute(query.encode(), values)
    return [(row[0], row[1], bytes(row[2]).hex(), row[3], row[4], row[5]) for row in await cursor.fetchall()]
