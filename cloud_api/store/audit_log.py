"""The audit log's rows: entries, nodes and checkpoints only grow; pending is the sequencer's work."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store import audit_search
from cloud_api.store.db import Tenant

_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits: an administrative record, or a range of a kiosk's events."""

    id: UUID
    record_id: UUID | None
    kiosk_id: UUID | None
    epoch: str | None
    first_seq: int | None
    last_seq: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a leaf comes from, with the exact header bytes."""

    raw: bytes
    record_id: UUID | None
    kiosk_id: UUID | None
    epoch: str | None
    seq: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """An administrative act: its header and its sealed body as exact bytes, and by what it is found (``audit_search``):
    a keyed token of who acted, the kiosk and the stay that it is about.
    """

    id: UUID
    kind: str
    raw: bytes
    body: bytes
    actor: bytes
    kiosk_id: UUID | None
    stay_id: UUID | None


@dataclass(frozen=True, slots=True)
class LogState:
    """Where a log stands."""

    generation: int
    size: int


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A signed checkpoint."""

    generation: int
    size: int
    note: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry of the log. ``body`` is the sealed-body JSON of an administrative act, unless erased."""

    position: int
    raw: bytes
    is_device: bool
    body: bytes | None


async def open_log(tx: Tenant) -> None:
    """Begin an organisation's log."""
    await tx.connection.execute("insert into lodge.audit_log (tenant_id, generation, size) values (%s, 1, 0)", (tx.id,))


async def add_record(tx: Tenant, cipher: FieldCipher, record: Record, now: datetime) -> None:
    """Keep an administrative act, its body sealed, and have it integrated."""
    await tx.connection.execute(
        "insert into lodge.audit_record (tenant_id, id, kind, raw, recorded_at) values (%s, %s, %s, %s, %s)",
        (tx.id, record.id, record.kind, record.raw, now),
    )
    sealed = cipher.seal(record.body, table="audit_body", column="body", row=str(record.id))
    await tx.connection.execute(
        "insert into lodge.audit_body (tenant_id, record_id, data_key_id, body, actor, kiosk_id, stay_id)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (tx.id, record.id, cipher.key_id, sealed, record.actor, record.kiosk_id, record.stay_id),
    )
    await tx.connection.execute(
        "insert into lodge.audit_pending (tenant_id, record_id) values (%s, %s)", (tx.id, record.id)
    )


async def queue_events(tx: Tenant, kiosk_id: UUID, epoch: str, first: int, last: int) -> None:
    """Have a range of events integrated."""
    await tx.connection.execute(
        "insert into lodge.audit_pending (tenant_id, kiosk_id, epoch, first_seq, last_seq) values (%s, %s, %s, %s, %s)",
        (tx.id, kiosk_id, epoch, first, last),
    )


async def lock_log(tx: Tenant) -> LogState | None:
    """The open generation, locked; ``None`` when another sequencer has it."""
    cursor = await tx.connection.execute(
        "select generation, size from lodge.audit_log where tenant_id = %s and closed_at is null"
        " for update skip locked",
        (tx.id,),
    )
    row = await cursor.fetchone()
    return LogState(*row) if row else None


async def take_pending(tx: Tenant, limit: int) -> list[Pending]:
    """Take what waits off the pending table, oldest first."""
    cursor = await tx.connection.execute(
        "with taken as (delete from lodge.audit_pending where tenant_id = %s and id in ("
        "select id from lodge.audit_pending where tenant_id = %s order by queued_at, first_seq, id limit %s)"
        " returning id, record_id, kiosk_id, epoch, first_seq, last_seq, queued_at)"
        " select id, record_id, kiosk_id, epoch, first_seq, last_seq from taken order by queued_at,"
        " first_seq, id",
        (tx.id, tx.id, limit),
    )
    return [Pending(*row) for row in await cursor.fetchall()]


async def read_sources(tx: Tenant, pending: Sequence[Pending]) -> list[Source]:
    """The headers behind what was taken, in order."""
    found: list[Source] = []
    for item in pending:
        if item.record_id is not None:
            cursor = await tx.connection.execute(
                "select raw from lodge.audit_record where tenant_id = %s and id = %s", (tx.id, item.record_id)
            )
            found += [Source(bytes(row[0]), item.record_id, None, None, None) for row in await cursor.fetchall()]
            continue
        cursor = await tx.connection.execute(
            "select raw, seq from lodge.event_header where tenant_id = %s and kiosk_id = %s and epoch = %s"
            " and seq between %s and %s order by seq",
            (tx.id, item.kiosk_id, item.epoch, item.first_seq, item.last_seq),
        )
        found += [Source(bytes(row[0]), None, item.kiosk_id, item.epoch, row[1]) for row in await cursor.fetchall()]
    return found


async def add_entries(tx: Tenant, state: LogState, sources: Sequence[Source], leaves: Sequence[bytes]) -> None:
    """Append entries after ``state.size``, move the log on, and let them be found."""
    await tx.connection.execute(
        "insert into lodge.audit_entry (tenant_id, generation, position, leaf, record_id, kiosk_id, epoch,"
        " seq)"
        " select %s, %s, %s + at - 1, leaf, record, kiosk, epoch, seq from unnest("
        "%b::bytea[], %b::uuid[], %b::uuid[], %b::text[], %b::int8[]) with ordinality"
        " as fresh (leaf, record, kiosk, epoch, seq, at)",
        (
            tx.id,
            state.generation,
            state.size,
            list(leaves),
            [source.record_id for source in sources],
            [source.kiosk_id for source in sources],
            [source.epoch for source in sources],
            [source.seq for source in sources],
        ),
    )
    await tx.connection.execute(
        "update lodge.audit_log set size = %s where tenant_id = %s and generation = %s",
        (state.size + len(leaves), tx.id, state.generation),
    )
    await audit_search.add(tx, state.generation, below=state.size + len(leaves))


async def add_nodes(tx: Tenant, generation: int, nodes: Mapping[tuple[int, int], bytes]) -> None:
    """Keep hashes of subtrees that became complete, by (level, position); leaves are in the entries."""
    kept = [(level, position, value) for (level, position), value in nodes.items() if level > 0]
    if not kept:
        return
    await tx.connection.execute(
        "insert into lodge.audit_node (tenant_id, generation, level, position, hash)"
        " select %s, %s, level, position, hash from unnest(%b::int2[], %b::int8[], %b::bytea[])"
        " as fresh (level, position, hash)",
        (
            tx.id,
            generation,
            [level for level, _, _ in kept],
            [position for _, position, _ in kept],
            [value for _, _, value in kept],
        ),
    )


async def read_nodes(tx: Tenant, generation: int, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Hashes by (level, position); level 0 are the leaves."""
    pairs = sorted(wanted)
    cursor = await tx.connection.execute(
        "select w.level, w.position, coalesce(n.hash, e.leaf) from unnest(%b::int2[], %b::int8[])"
        " as w (level, position)"
        " left join lodge.audit_node n on n.tenant_id = %s and n.generation = %s"
        " and n.level = w.level and n.position = w.position"
        " left join lodge.audit_entry e on w.level = 0 and e.tenant_id = %s and e.generation = %s"
        " and e.position = w.position",
        (
            [level for level, _ in pairs],
            [position for _, position in pairs],
            tx.id,
            generation,
            tx.id,
            generation,
        ),
    )
    return {(row[0], row[1]): bytes(row[2]) for row in await cursor.fetchall() if row[2] is not None}


async def add_checkpoint(tx: Tenant, checkpoint: StoredCheckpoint, now: datetime) -> None:
    """Keep a signed checkpoint."""
    await tx.connection.execute(
        "insert into lodge.audit_checkpoint (tenant_id, generation, size, note, signed_at) values (%s, %s, %s, %s, %s)",
        (tx.id, checkpoint.generation, checkpoint.size, checkpoint.note, now),
    )


async def newest_checkpoint(tx: Tenant) -> StoredCheckpoint | None:
    """The newest signed checkpoint of the newest generation."""
    cursor = await tx.connection.execute(
        "select generation, size, note from lodge.audit_checkpoint where tenant_id = %s"
        " order by generation desc, size desc limit 1",
        (tx.id,),
    )
    row = await cursor.fetchone()
    return StoredCheckpoint(*row) if row else None


async def iterate_entries(
    tx: Tenant, cipher: FieldCipher, generation: int, size: int, *, start: int = 0
) -> AsyncIterator[LogEntry]:
    """The first ``size`` entries of a log, in order, read in pages; without those before position ``start``."""
    for first in range(start, size, _PAGE):
        cursor = await tx.connection.execute(
            "select e.position, coalesce(h.raw, r.raw), e.seq is not null, b.body, e.record_id"
            " from lodge.audit_entry e"
            " left join lodge.event_header h on h.tenant_id = e.tenant_id and h.kiosk_id = e.kiosk_id"
            " and h.epoch = e.epoch and h.seq = e.seq"
            " left join lodge.audit_record r on r.tenant_id = e.tenant_id and r.id = e.record_id"
            " left join lodge.audit_body b on b.tenant_id = e.tenant_id and b.record_id = e.record_id"
            " where e.tenant_id = %s and e.generation = %s and e.position >= %s and e.position < %s"
            " order by e.position",
            (tx.id, generation, first, min(first + _PAGE, size)),
        )
        for position, raw, is_device, sealed, record in await cursor.fetchall():
            body = None
            if sealed is not None:
                body = cipher.open(bytes(sealed), table="audit_body", column="body", row=str(record))
            yield LogEntry(position, bytes(raw), is_device, body)
