"""Passkeys of staff: WebAuthn credentials, each with the name that its owner gave it (sealed)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

_TABLE = "staff_passkey"


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential. ``public_key`` is a COSE key. A suspect one opens nothing any more."""

    id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    made_at: datetime
    used_at: datetime | None = None
    suspect_at: datetime | None = None


async def add(tx: Tenant, cipher: FieldCipher, user_id: UUID, passkey: Passkey) -> bool:
    """Keep a passkey; ``False`` when somebody of the organisation has it already."""
    name = cipher.seal_text(passkey.name, table=_TABLE, column="name", row=str(passkey.id))
    try:
        async with tx.connection.transaction():
            await tx.connection.execute(
                "insert into lodge.staff_passkey (tenant_id, id, user_id, data_key_id, credential_id, public_key,"
                " sign_count, name, made_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    tx.id,
                    passkey.id,
                    user_id,
                    cipher.key_id,
                    passkey.credential_id,
                    passkey.public_key,
                    passkey.sign_count,
                    name,
                    passkey.made_at,
                ),
            )
    except psycopg.errors.UniqueViolation:
        return False
    return True


async def list_of(tx: Tenant, cipher: FieldCipher, user_id: UUID, *, hold: bool = False) -> list[Passkey]:
    """Somebody's passkeys, oldest first. ``hold``: nobody else may change them until the transaction ends."""
    cursor = await tx.connection.execute(
        b"select id, credential_id, public_key, sign_count, name, made_at, used_at, suspect_at"
        b" from lodge.staff_passkey where tenant_id = %s and user_id = %s order by made_at, id"
        + (b" for update" if hold else b""),
        (tx.id, user_id),
    )
    return [
        Passkey(
            row[0],
            bytes(row[1]),
            bytes(row[2]),
            row[3],
            cipher.open_text(bytes(row[4]), table=_TABLE, column="name", row=str(row[0])),
            *row[5:],
        )
        for row in await cursor.fetchall()
    ]


async def note_use(tx: Tenant, passkey_id: UUID, sign_count: int, now: datetime) -> None:
    """Remember the counter that a passkey came with."""
    await tx.connection.execute(
        "update lodge.staff_passkey set sign_count = %s, used_at = %s where tenant_id = %s and id = %s",
        (sign_count, now, tx.id, passkey_id),
    )


async def suspect(tx: Tenant, passkey_id: UUID, now: datetime) -> None:
    """Let a passkey open nothing any more."""
    await tx.connection.execute(
        "update lodge.staff_passkey set suspect_at = %s where tenant_id = %s and id = %s", (now, tx.id, passkey_id)
    )


async def remove(tx: Tenant, user_id: UUID, passkey_id: UUID) -> bool:
    """Forget a passkey of somebody; ``False`` when they have none such."""
    cursor = await tx.connection.execute(
        "delete from lodge.staff_passkey where tenant_id = %s and user_id = %s and id = %s",
        (tx.id, user_id, passkey_id),
    )
    return cursor.rowcount == 1


async def remove_all(tx: Tenant, user_id: UUID) -> int:
    """Forget all passkeys of somebody; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.staff_passkey where tenant_id = %s and user_id = %s", (tx.id, user_id)
    )
    return cursor.rowcount
