"""By what entries of the audit log are found. It is made from the log and is no evidence (ADR 72)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.store.db import Tenant

_AT_ONCE = 16_384
"""Twice what the sequencer takes in at once: what an earlier version took in and did not put here is caught up with."""
_OF_STAY = (
    "select s.position from (select e.position from lodge.event_header h"
    " join lodge.audit_entry e on e.tenant_id = h.tenant_id and e.kiosk_id = h.kiosk_id and e.epoch = h.epoch"
    " and e.seq = h.seq"
    " and e.generation = (select max(generation) from lodge.audit_log where tenant_id = %(tenant)s)"
    " where h.tenant_id = %(tenant)s and h.stay_id = %(stay)s"
    " union all select position from lodge.audit_search where tenant_id = %(tenant)s and stay_id = %(stay)s) found"
    " join lodge.audit_search s on s.tenant_id = %(tenant)s and s.position = found.position"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; ``None`` for whatever. ``actors``: tokens of which one must be the act's. ``since`` and
    ``until``: numbers of entries, the first that counts and the first that does not count any more. ``security``: only
    what the security timeline shows.
    """

    kinds: Sequence[str] | None = None
    topic: str | None = None
    actors: Sequence[bytes] | None = None
    kiosk: UUID | None = None
    stay: UUID | None = None
    since: int = 1
    until: int | None = None
    security: bool = False

    @property
    def everything(self) -> bool:
        """Whether only numbers are looked for, and the log itself can be read."""
        looked_for = (self.kinds, self.topic, self.actors, self.kiosk, self.stay)
        return not self.security and all(one is None for one in looked_for)


async def add(tx: Tenant, generation: int, *, below: int) -> None:
    """Let entries be found: those after the last that is found already, to before position ``below``."""
    await tx.connection.execute(
        "insert into lodge.audit_search (tenant_id, position, kind, kiosk_id, stay_id, record_id, actor)"
        " select e.tenant_id, e.position, coalesce(h.kind, r.kind), coalesce(e.kiosk_id, b.kiosk_id), b.stay_id,"
        " e.record_id, b.actor from lodge.audit_entry e"
        " left join lodge.event_header h on h.tenant_id = e.tenant_id and h.kiosk_id = e.kiosk_id"
        " and h.epoch = e.epoch and h.seq = e.seq"
        " left join lodge.audit_record r on r.tenant_id = e.tenant_id and r.id = e.record_id"
        " left join lodge.audit_body b on b.tenant_id = e.tenant_id and b.record_id = e.record_id"
        " where e.tenant_id = %s and e.generation = %s and e.position < %s"
        " and e.position > coalesce((select max(position) from lodge.audit_search where tenant_id = %s), -1)"
        " order by e.position limit %s",
        (tx.id, generation, below, tx.id, _AT_ONCE),
    )


async def find(tx: Tenant, wanted: Wanted, *, before: int | None, limit: int) -> list[int]:
    """The numbers (from 1) of the newest entries that match, below ``before``, newest first.

    Each kind (or person) is asked by itself from the end of its own index, so that the work is as much as is shown
    however long the log is, and whichever statistics the database has.
    """
    ends = [end for end in (before, wanted.until) if end is not None]
    bounds = {
        "tenant": tx.id,
        "from": wanted.since - 1,
        "to": min(ends) - 1 if ends else None,
        "kinds": None if wanted.kinds is None else list(wanted.kinds),
        "topic": wanted.topic,
        "actors": None if wanted.actors is None else list(wanted.actors),
        "kiosk": wanted.kiosk,
        "stay": wanted.stay,
        "limit": limit,
    }
    cursor = await tx.connection.execute(_query(wanted), bounds)
    return [row[0] + 1 for row in await cursor.fetchall()]


async def entries_by(tx: Tenant, moment: datetime) -> int:
    """How many entries were under a checkpoint before a moment."""
    cursor = await tx.connection.execute(
        "select size from lodge.audit_checkpoint where tenant_id = %s and signed_at < %s"
        " order by signed_at desc, size desc limit 1",
        (tx.id, moment),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


def _query(wanted: Wanted) -> bytes:
    tests = ["s.position >= %(from)s and (%(to)s::int8 is null or s.position < %(to)s)"]
    if wanted.kiosk is not None:
        tests.append("s.kiosk_id = %(kiosk)s")
    if wanted.kinds is not None:
        tests.append("s.kind = any(%(kinds)s::text[])")
    if wanted.security:
        tests.append("s.security")
    if wanted.topic is not None:
        tests.append("s.topic = %(topic)s")
    if wanted.actors is not None:
        tests.append("s.actor = any(%(actors)b::bytea[])")
    where, tail = " and ".join(tests), "order by s.position desc limit %(limit)s"
    if wanted.stay is not None:
        # A visit has few entries: its events by their stay, and what was done to it.
        return f"{_OF_STAY} where {where} {tail}".encode()
    table = "select s.position from lodge.audit_search s where s.tenant_id = %(tenant)s and"
    if wanted.actors is not None:
        each = "unnest(%(actors)b::bytea[]) as one (value)", f"{table} s.actor = one.value and {where} {tail}"
    elif wanted.kinds is not None:
        each = "unnest(%(kinds)s::text[]) as one (value)", f"{table} s.kind = one.value and {where} {tail}"
    else:
        return f"{table} {where} {tail}".encode()
    return f"select s.position from {each[0]} cross join lateral ({each[1]}) s {tail}".encode()  # noqa: S608  constants
