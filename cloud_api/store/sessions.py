"""Sessions of staff: the database knows the SHA-256 of a token, never the token."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it stands; ``ends_at`` is its absolute end, ``used_at`` when a person last did something."""

    user_id: UUID
    created_at: datetime
    used_at: datetime
    ends_at: datetime


async def add(tx: Tenant, token_hash: bytes, session: Session) -> None:
    """Begin a session."""
    await tx.connection.execute(
        "insert into lodge.staff_session (tenant_id, token_hash, user_id, created_at, used_at, ends_at)"
        " values (%s, %s, %s, %s, %s, %s)",
        (tx.id, token_hash, session.user_id, session.created_at, session.used_at, session.ends_at),
    )


async def find(tx: Tenant, token_hash: bytes) -> Session | None:
    """A session, whether or not it is still good."""
    cursor = await tx.connection.execute(
        "select user_id, created_at, used_at, ends_at from lodge.staff_session"
        " where tenant_id = %s and token_hash = %s",
        (tx.id, token_hash),
    )
    row = await cursor.fetchone()
    return Session(*row) if row else None


async def note_use(tx: Tenant, token_hash: bytes, now: datetime) -> None:
    """Remember that a person did something."""
    await tx.connection.execute(
        "update lodge.staff_session set used_at = %s where tenant_id = %s and token_hash = %s",
        (now, tx.id, token_hash),
    )


async def end(tx: Tenant, token_hash: bytes) -> None:
    """End a session."""
    await tx.connection.execute(
        "delete from lodge.staff_session where tenant_id = %s and token_hash = %s", (tx.id, token_hash)
    )


async def end_all_of(tx: Tenant, user_id: UUID) -> int:
    """End every session of somebody; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.staff_session where tenant_id = %s and user_id = %s", (tx.id, user_id)
    )
    return cursor.rowcount


async def end_everyone(tx: Tenant) -> int:
    """End every session of the organisation; how many there were."""
    return (await tx.connection.execute("delete from lodge.staff_session where tenant_id = %s", (tx.id,))).rowcount


async def end_stale(tx: Tenant, *, used_before: datetime, now: datetime) -> int:
    """Forget sessions that are over."""
    cursor = await tx.connection.execute(
        "delete from lodge.staff_session where tenant_id = %s and (used_at < %s or ends_at <= %s)",
        (tx.id, used_before, now),
    )
    return cursor.rowcount
