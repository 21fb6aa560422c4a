"""What kiosks hold of the audit log: their newest checkpoints, their alarms, and what our log does not continue."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class WitnessWord:
    """What a kiosk said last: the checkpoint that it holds, and its alarm (a kind, and the evidence as JSON)."""

    note: str | None
    alarm: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A checkpoint by our own key that our log does not continue; ``root`` has 32 bytes."""

    generation: int
    size: int
    root: bytes
    note: str
    kiosk_id: UUID


async def read_word(tx: Tenant, kiosk_id: UUID) -> WitnessWord | None:
    """What a kiosk said last, or ``None``."""
    cursor = await tx.connection.execute(
        "select note, alarm, evidence from lodge.log_witness where tenant_id = %s and kiosk_id = %s", (tx.id, kiosk_id)
    )
    row = await cursor.fetchone()
    return WitnessWord(*row) if row else None


async def list_alarms(tx: Tenant) -> dict[UUID, str]:
    """The alarms that stand, by kiosk."""
    cursor = await tx.connection.execute(
        "select kiosk_id, alarm from lodge.log_witness where tenant_id = %s and alarm is not null", (tx.id,)
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def list_held(tx: Tenant) -> list[tuple[str, str, datetime]]:
    """The checkpoints that kiosks hold: the kiosk's name, the note, and when it was heard of; by name."""
    cursor = await tx.connection.execute(
        "select k.name, w.note, w.heard_at from lodge.log_witness w"
        " join lodge.kiosk k on k.tenant_id = w.tenant_id and k.id = w.kiosk_id"
        " where w.tenant_id = %s and w.note is not null and k.revoked_at is null order by k.name, k.id",
        (tx.id,),
    )
    return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]


async def list_contests(tx: Tenant) -> list[tuple[str, str, datetime]]:
    """Who contests the log: kiosks whose alarm stands, by name, with its kind and when it was heard of."""
    cursor = await tx.connection.execute(
        "select k.name, w.alarm, w.heard_at from lodge.log_witness w"
        " join lodge.kiosk k on k.tenant_id = w.tenant_id and k.id = w.kiosk_id"
        " where w.tenant_id = %s and w.alarm is not null order by k.name, k.id",
        (tx.id,),
    )
    return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]


async def put_word(tx: Tenant, kiosk_id: UUID, word: WitnessWord, now: datetime) -> None:
    """Keep what a kiosk says."""
    await tx.connection.execute(
        "insert into lodge.log_witness (tenant_id, kiosk_id, note, alarm, evidence, heard_at)"
        " values (%s, %s, %s, %s, %s, %s) on conflict (tenant_id, kiosk_id) do update set note = excluded.note,"
        " alarm = excluded.alarm, evidence = excluded.evidence, heard_at = excluded.heard_at",
        (tx.id, kiosk_id, word.note, word.alarm, word.evidence, now),
    )


async def add_contradiction(tx: Tenant, found: Contradiction, now: datetime, *, answered_by: int | None) -> bool:
    """Keep a contradiction; ``False`` when it was known."""
    cursor = await tx.connection.execute(
        "insert into lodge.log_contradiction"
        " (tenant_id, generation, size, root, note, kiosk_id, heard_at, answered_by)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (tx.id, found.generation, found.size, found.root, found.note, found.kiosk_id, now, answered_by),
    )
    return cursor.rowcount == 1


async def list_unanswered(tx: Tenant) -> list[Contradiction]:
    """The contradictions that no generation answers yet, the farthest first."""
    cursor = await tx.connection.execute(
        "select generation, size, root, note, kiosk_id from lodge.log_contradiction"
        " where tenant_id = %s and answered_by is null order by generation desc, size desc, root",
        (tx.id,),
    )
    return [Contradiction(row[0], row[1], bytes(row[2]), row[3], row[4]) for row in await cursor.fetchall()]


async def answer_all(tx: Tenant, generation: int) -> None:
    """A generation was opened that answers every contradiction so far."""
    await tx.connection.execute(
        "update lodge.log_contradiction set answered_by = %s where tenant_id = %s and answered_by is null",
        (generation, tx.id),
    )
