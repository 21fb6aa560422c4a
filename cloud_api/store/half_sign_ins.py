"""Who gave the right password and owes the second step: the database knows the SHA-256 of a token, never the token."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class HalfSignIn:
    """The state between password and second step; ``challenge`` is what a passkey was last asked to sign."""

    user_id: UUID
    ends_at: datetime
    failures: int
    challenge: bytes | None


async def add(tx: Tenant, token_hash: bytes, user_id: UUID, *, now: datetime, ends_at: datetime) -> None:
    """Begin one; those whose time is over go."""
    await tx.connection.execute(
        "delete from lodge.staff_half_sign_in where tenant_id = %s and ends_at <= %s", (tx.id, now)
    )
    await tx.connection.execute(
        "insert into lodge.staff_half_sign_in (tenant_id, token_hash, user_id, ends_at) values (%s, %s, %s, %s)",
        (tx.id, token_hash, user_id, ends_at),
    )


async def find_user(tx: Tenant, token_hash: bytes) -> UUID | None:
    """Whose one is, whether or not it is still good."""
    cursor = await tx.connection.execute(
        "select user_id from lodge.staff_half_sign_in where tenant_id = %s and token_hash = %s", (tx.id, token_hash)
    )
    row = await cursor.fetchone()
    return UUID(str(row[0])) if row else None


async def hold(tx: Tenant, token_hash: bytes) -> HalfSignIn | None:
    """One, whether or not it is still good, held by this transaction until it ends."""
    cursor = await tx.connection.execute(
        "select user_id, ends_at, failures, challenge from lodge.staff_half_sign_in"
        " where tenant_id = %s and token_hash = %s for update",
        (tx.id, token_hash),
    )
    row = await cursor.fetchone()
    return HalfSignIn(row[0], row[1], row[2], bytes(row[3]) if row[3] else None) if row else None


async def put_challenge(tx: Tenant, token_hash: bytes, challenge: bytes | None) -> None:
    """What a passkey is to sign; ``None`` once it was used."""
    await tx.connection.execute(
        "update lodge.staff_half_sign_in set challenge = %s where tenant_id = %s and token_hash = %s",
        (challenge, tx.id, token_hash),
    )


async def note_failure(tx: Tenant, token_hash: bytes) -> None:
    """One more wrong answer."""
    await tx.connection.execute(
        "update lodge.staff_half_sign_in set failures = failures + 1 where tenant_id = %s and token_hash = %s",
        (tx.id, token_hash),
    )


async def end(tx: Tenant, token_hash: bytes) -> None:
    """End one."""
    await tx.connection.execute(
        "delete from lodge.staff_half_sign_in where tenant_id = %s and token_hash = %s", (tx.id, token_hash)
    )


async def end_all_of(tx: Tenant, user_id: UUID) -> None:
    """End all of somebody."""
    await tx.connection.execute(
        "delete from lodge.staff_half_sign_in where tenant_id = %s and user_id = %s", (tx.id, user_id)
    )
