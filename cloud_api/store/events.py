"""Events: headers for ever, bodies sealed under the key of the person's stay.

Rows go in as binary arrays: one statement a table, whatever the size of the batch.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.errors import SealedFieldError
from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant
from cloud_api.store.kiosks import Head


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A verified event on its way in. Bodies are their sealed-body JSON (salt included), or ``None`` where there is
    none to keep. ``poison`` holds both bodies as they came (salt and bytes) when one has a ``fault``.
    """

    seq: int
    event_id: UUID
    kind: str
    stay_id: UUID | None
    hash: str
    prev: str
    raw: bytes
    muster: bytes | None
    full: bytes | None
    fault: str | None
    poison: tuple[bytes | None, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredFact:
    """An event that bears on who is present. ``muster`` is ``None`` when gone or unreadable; an event beside the log
    (a branch's) is not ``in_log``.
    """

    raw: bytes
    hash: str
    muster: bytes | None
    quarantined: bool
    in_log: bool
    received_at: datetime


async def add_headers(tx: Tenant, kiosk_id: UUID, epoch: str, events: Sequence[NewEvent], now: datetime) -> None:
    """Store headers of consecutive events."""
    await tx.connection.execute(
        "insert into lodge.event_header"
        " (tenant_id, kiosk_id, epoch, seq, event_id, kind, stay_id, hash, raw, received_at)"
        " select %s, %s, %s, seq, event_id, kind, stay_id, hash, raw, %s from unnest("
        "%b::int8[], %b::uuid[], %b::text[], %b::uuid[], %b::bytea[], %b::bytea[])"
        " as fresh (seq, event_id, kind, stay_id, hash, raw)",
        (
            tx.id,
            kiosk_id,
            epoch,
            now,
            [event.seq for event in events],
            [event.event_id for event in events],
            [event.kind for event in events],
            [event.stay_id for event in events],
            [bytes.fromhex(event.hash) for event in events],
            [event.raw for event in events],
        ),
    )


async def add_bodies(
    tx: Tenant,
    kiosk_id: UUID,
    epoch: str,
    events: Sequence[NewEvent],
    ciphers: Mapping[UUID | None, FieldCipher],
) -> None:
    """Store the bodies of events. Where the stay's key is gone (erased), nothing personal is stored."""
    kept = [
        (event, ciphers[event.stay_id])
        for event in events
        if event.stay_id in ciphers and (event.muster is not None or event.full is not None)
    ]
    if not kept:
        return
    await tx.connection.execute(
        "insert into lodge.event_body (tenant_id, kiosk_id, epoch, seq, data_key_id, muster, full_body)"
        " select %s, %s, %s, seq, key, muster, full_body from unnest("
        "%b::int8[], %b::uuid[], %b::bytea[], %b::bytea[]) as fresh (seq, key, muster, full_body)",
        (
            tx.id,
            kiosk_id,
            epoch,
            [event.seq for event, _ in kept],
            [cipher.key_id for _, cipher in kept],
            [_seal(cipher, event.muster, "muster", _row(epoch, event.seq)) for event, cipher in kept],
            [_seal(cipher, event.full, "full_body", _row(epoch, event.seq)) for event, cipher in kept],
        ),
    )


async def add_quarantined(
    tx: Tenant,
    kiosk_id: UUID,
    epoch: str,
    event: NewEvent,
    *,
    cipher: FieldCipher | None,
    key_id: UUID,
    now: datetime,
) -> None:
    """Keep the bodies of a poison event apart (C13). ``key_id`` names the key also where it is gone."""
    sealed = None
    if cipher is not None:
        sealed = cipher.seal(
            join_poison(event.poison), table="event_quarantine", column="sealed", row=_row(epoch, event.seq)
        )
    await tx.connection.execute(
        "insert into lodge.event_quarantine"
        " (tenant_id, kiosk_id, epoch, seq, event_id, fault, data_key_id, sealed, received_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (tx.id, kiosk_id, epoch, event.seq, event.event_id, event.fault, key_id, sealed, now),
    )


async def stored_hashes(tx: Tenant, kiosk_id: UUID, epoch: str, first: int, last: int) -> dict[int, str]:
    """The header hashes (hex) of a range of an epoch, by seq."""
    cursor = await tx.connection.execute(
        "select seq, hash from lodge.event_header"
        " where tenant_id = %s and kiosk_id = %s and epoch = %s and seq between %s and %s",
        (tx.id, kiosk_id, epoch, first, last),
    )
    return {row[0]: bytes(row[1]).hex() for row in await cursor.fetchall()}


async def read_chain(tx: Tenant, kiosk_id: UUID, epoch: str, first: int) -> dict[int, tuple[str, bytes]]:
    """The hashes (hex) and exact headers of an epoch's log from ``first`` on, by seq."""
    cursor = await tx.connection.execute(
        "select seq, hash, raw from lodge.event_header"
        " where tenant_id = %s and kiosk_id = %s and epoch = %s and seq >= %s",
        (tx.id, kiosk_id, epoch, first),
    )
    return {row[0]: (bytes(row[1]).hex(), bytes(row[2])) for row in await cursor.fetchall()}


async def quarantined_ids(tx: Tenant, kiosk_id: UUID, epoch: str, heads: Sequence[Head]) -> list[UUID]:
    """The ids of those events whose bodies were not taken, in the order of their seq; in the log or a branch."""
    hashes = [bytes.fromhex(head.hash) for head in heads]
    cursor = await tx.connection.execute(
        "select h.seq, q.event_id from lodge.event_quarantine q"
        " join lodge.event_header h using (tenant_id, kiosk_id, epoch, seq)"
        " where q.tenant_id = %s and q.kiosk_id = %s and q.epoch = %s and q.seq = any(%b::int8[])"
        " and h.hash = any(%b::bytea[])"
        " union all select h.seq, h.event_id from lodge.branch_body b"
        " join lodge.event_branch h using (tenant_id, kiosk_id, epoch, hash)"
        " where b.tenant_id = %s and b.kiosk_id = %s and b.epoch = %s and b.hash = any(%b::bytea[])"
        " and b.fault is not null order by 1",
        (tx.id, kiosk_id, epoch, [head.seq for head in heads], hashes, tx.id, kiosk_id, epoch, hashes),
    )
    return [row[1] for row in await cursor.fetchall()]


async def stays_from(
    tx: Tenant, kiosk_id: UUID, epoch: str, seq: int, kinds: Collection[str], since: datetime | None
) -> set[UUID]:
    """The stays that an epoch's events of these kinds from ``seq`` on speak of, in its log and branches."""
    found: set[UUID] = set()
    for table in ("event_header", "event_branch"):
        cursor = await tx.connection.execute(
            f"select distinct stay_id from lodge.{table} where tenant_id = %s and kiosk_id = %s"  # noqa: S608  constant
            " and epoch = %s and seq >= %s and kind = any(%s) and stay_id is not null"
            " and (%s::timestamptz is null or received_at >= %s)".encode(),
            (tx.id, kiosk_id, epoch, seq, list(kinds), since, since),
        )
        found |= {row[0] for row in await cursor.fetchall()}
    return found


_FACTS = (
    "select h.raw, h.hash, h.epoch, h.seq, b.data_key_id, b.muster, q.seq is not null, true, h.received_at"
    " from lodge.event_header h"
    " left join lodge.event_body b using (tenant_id, kiosk_id, epoch, seq)"
    " left join lodge.event_quarantine q using (tenant_id, kiosk_id, epoch, seq)"
    " where h.tenant_id = %s and h.stay_id = any(%b::uuid[]) and h.kind = any(%s)"
    " union all"
    " select h.raw, h.hash, h.epoch, h.seq, b.data_key_id, b.muster, b.fault is not null, false, h.received_at"
    " from lodge.event_branch h left join lodge.branch_body b using (tenant_id, kiosk_id, epoch, hash)"
    " where h.tenant_id = %s and h.stay_id = any(%b::uuid[]) and h.kind = any(%s)"
)


async def list_facts(
    tx: Tenant, ciphers: Mapping[UUID, FieldCipher], stays: Collection[UUID], kinds: Collection[str]
) -> list[StoredFact]:
    """The events of these kinds that tell of these stays, whichever kiosk they came from, branches included."""
    wanted = (tx.id, list(stays), list(kinds))
    cursor = await tx.connection.execute(_FACTS, (*wanted, *wanted))
    found = []
    for raw, digest, epoch, seq, key_id, sealed, quarantined, in_log, received in await cursor.fetchall():
        shown = bytes(digest).hex()
        muster = open_muster(ciphers.get(key_id), sealed, epoch=epoch, seq=seq, shown=shown, in_log=in_log)
        found.append(StoredFact(bytes(raw), shown, muster, quarantined, in_log, received))
    return found


def join_poison(parts: Sequence[bytes | None]) -> bytes:
    """Both bodies of a quarantined event as one text: each after its length in 4 bytes, all ones for none."""
    return b"".join(_with_length(part) for part in parts)


def _seal(cipher: FieldCipher, plain: bytes | None, column: str, row: str) -> bytes | None:
    return None if plain is None else cipher.seal(plain, table="event_body", column=column, row=row)


def open_muster(
    cipher: FieldCipher | None, sealed: bytes | None, *, epoch: str, seq: int, shown: str, in_log: bool
) -> bytes | None:
    """A muster body; ``None`` also where it does not open, for doubt must not stop the list of people. ``shown``: the
    header's hash, in hex.
    """
    if cipher is None or sealed is None:
        return None
    table, row = ("event_body", _row(epoch, seq)) if in_log else ("branch_body", f"{epoch}/{shown}")
    try:
        return cipher.open(bytes(sealed), table=table, column="muster", row=row)
    except SealedFieldError:
        return None


def _with_length(part: bytes | None) -> bytes:
    return b"\xff\xff\xff\xff" if part is None else len(part).to_bytes(4, "big") + part


def _row(epoch: str, seq: int) -> str:
    return f"{epoch}/{seq}"
