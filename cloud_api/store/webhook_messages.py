"""Messages to webhooks: ids and times, one row a webhook, kind and subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from cloud_api.store.db import Tenant

MessageStanding = Literal["waiting", "sent", "failed"]
_COLUMNS = (
    "id, webhook_id, kind, subject_id, site_id, happened_at, standing, attempts, status, fault, created_at, changed_at"
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands. ``status``: of the last answer, ``None`` before there was one, 0 where there was none."""

    id: UUID
    webhook_id: UUID
    kind: str
    subject_id: UUID
    site_id: UUID | None
    happened_at: datetime
    standing: MessageStanding
    attempts: int
    status: int | None
    fault: str | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be made."""

    id: UUID
    webhook_id: UUID
    kind: str
    subject_id: UUID
    site_id: UUID | None
    happened_at: datetime


async def add(tx: Tenant, messages: Sequence[NewMessage], now: datetime) -> list[UUID]:
    """Make those that do not exist yet for their webhook, kind and subject; the ids of the ones made."""
    if not messages:
        return []
    cursor = await tx.connection.execute(
        "insert into lodge.webhook_message (tenant_id, id, webhook_id, kind, subject_id, site_id, happened_at,"
        " standing, created_at, changed_at) select %s, id, hook, kind, subject, site, at, 'waiting', %s, %s from"
        " unnest(%b::uuid[], %b::uuid[], %b::text[], %b::uuid[], %b::uuid[], %b::timestamptz[])"
        " as fresh (id, hook, kind, subject, site, at) on conflict do nothing returning id",
        (
            tx.id,
            now,
            now,
            [message.id for message in messages],
            [message.webhook_id for message in messages],
            [message.kind for message in messages],
            [message.subject_id for message in messages],
            [message.site_id for message in messages],
            [message.happened_at for message in messages],
        ),
    )
    return [row[0] for row in await cursor.fetchall()]


async def find(tx: Tenant, message_id: UUID) -> Message | None:
    """One message."""
    found = await _read(tx, "id = %s", (message_id,))
    return found[0] if found else None


async def list_waiting(tx: Tenant, message_ids: Sequence[UUID]) -> list[UUID]:
    """Those of them that wait, the least tried first."""
    cursor = await tx.connection.execute(
        "select id from lodge.webhook_message where tenant_id = %s and id = any(%s) and standing = 'waiting'"
        " order by attempts, created_at, id",
        (tx.id, list(message_ids)),
    )
    return [row[0] for row in await cursor.fetchall()]


async def list_newest(tx: Tenant, *, failed_only: bool, limit: int) -> list[Message]:
    """The newest messages, newest first."""
    return await _read(
        tx, "(standing = 'failed' or not %s) order by created_at desc, id limit %s", (failed_only, limit)
    )


async def list_of_hook(
    tx: Tenant, hook_id: UUID, standing: MessageStanding | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[Message]:
    """The messages to one webhook, newest first; ``after``: those that come behind this time and id."""
    at, message_id = after or (None, None)
    return await _read(
        tx,
        "webhook_id = %s and (%s::text is null or standing = %s) and (%s::timestamptz is null"
        " or (created_at, id) < (%s, %s::uuid)) order by created_at desc, id desc limit %s",
        (hook_id, standing, standing, at, at, message_id, limit),
    )


async def settle(
    tx: Tenant, message_id: UUID, standing: MessageStanding, *, status: int, fault: str | None, now: datetime
) -> None:
    """Say what became of an attempt; what was sent stays so."""
    await tx.connection.execute(
        "update lodge.webhook_message set standing = %s, status = %s, fault = %s, changed_at = %s,"
        " attempts = attempts + 1 where tenant_id = %s and id = %s and standing <> 'sent'",
        (standing, status, fault, now, tx.id, message_id),
    )


async def send_again(tx: Tenant, message_id: UUID, now: datetime, hook_id: UUID | None = None) -> bool:
    """Let a message (of this webhook) that was given up wait again, under its own id; ``False`` when it was not."""
    cursor = await tx.connection.execute(
        "update lodge.webhook_message set standing = 'waiting', attempts = 0, changed_at = %s"
        " where tenant_id = %s and id = %s and standing = 'failed' and (%s::uuid is null or webhook_id = %s)",
        (now, tx.id, message_id, hook_id, hook_id),
    )
    return cursor.rowcount == 1


async def take_up_waiting(tx: Tenant, before: datetime, now: datetime) -> list[UUID]:
    """Messages that nothing has happened to since before then; they count as touched now."""
    cursor = await tx.connection.execute(
        "update lodge.webhook_message set changed_at = %s where tenant_id = %s and id in (select id from"
        " lodge.webhook_message where tenant_id = %s and standing = 'waiting' and changed_at < %s"
        " order by created_at, id limit 1000 for update skip locked) returning id",
        (now, tx.id, tx.id, before),
    )
    return [row[0] for row in await cursor.fetchall()]


async def purge(tx: Tenant, before: datetime) -> int:
    """Forget messages that were sent or given up before then."""
    cursor = await tx.connection.execute(
        "delete from lodge.webhook_message where tenant_id = %s and standing in ('sent', 'failed') and changed_at < %s",
        (tx.id, before),
    )
    return cursor.rowcount


async def _read(tx: Tenant, condition: str, values: Sequence[object]) -> list[Message]:
    cursor = await tx.connection.execute(
        f"select {_COLUMNS} from lodge.webhook_message where tenant_id = %s and {condition}".encode(),  # noqa: S608  constants
        (tx.id, *values),
    )
    return [Message(*row) for row in await cursor.fetchall()]
