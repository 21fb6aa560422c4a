"""Staff accounts: everything personal is sealed under the organisation's key, found by a blind token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

_TABLE = "staff_user"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of the staff. ``password_hash`` is an Argon2id PHC string."""

    id: UUID
    name: str
    email: str
    password_hash: str
    created_at: datetime
    password_set_at: datetime
    signed_in_at: datetime | None


async def add(tx: Tenant, cipher: FieldCipher, user: User, email_token: bytes) -> bool:
    """Make an account; ``False`` when the address has one already, in whatever organisation."""
    try:
        async with tx.connection.transaction():
            await tx.connection.execute(
                "insert into lodge.staff_user (tenant_id, id, data_key_id, name, email, email_token, password_hash,"
                " created_at, password_set_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    tx.id,
                    user.id,
                    cipher.key_id,
                    _seal(cipher, user.id, "name", user.name),
                    _seal(cipher, user.id, "email", user.email),
                    email_token,
                    _seal(cipher, user.id, "password_hash", user.password_hash),
                    user.created_at,
                    user.password_set_at,
                ),
            )
    except psycopg.errors.UniqueViolation:
        return False
    return True


async def list_all(tx: Tenant, cipher: FieldCipher) -> list[User]:
    """All accounts, by name."""
    found = await _read(tx, cipher, "true", ())
    return sorted(found, key=lambda user: (user.name.casefold(), user.id))


async def find_many(tx: Tenant, cipher: FieldCipher, user_ids: Collection[UUID]) -> list[User]:
    """Those of the accounts that exist, by name."""
    found = await _read(tx, cipher, "id = any(%s)", (list(user_ids),))
    return sorted(found, key=lambda user: (user.name.casefold(), user.id))


async def remove(tx: Tenant, user_id: UUID) -> None:
    """Remove an account with its roles and sessions."""
    await tx.connection.execute("delete from lodge.staff_user where tenant_id = %s and id = %s", (tx.id, user_id))


async def find(tx: Tenant, cipher: FieldCipher, user_id: UUID) -> User | None:
    """One account."""
    found = await _read(tx, cipher, "id = %s", (user_id,))
    return found[0] if found else None


async def hold(tx: Tenant, user_id: UUID) -> bool:
    """Whether an account is there, held until this transaction ends. What begins or ends its sessions takes this first:
    no session begins by a password that is changed at that moment, and none of two waits for the other.
    """
    cursor = await tx.connection.execute(
        "select 1 from lodge.staff_user where tenant_id = %s and id = %s for no key update", (tx.id, user_id)
    )
    return await cursor.fetchone() is not None


async def find_by_email(tx: Tenant, cipher: FieldCipher, email_token: bytes) -> User | None:
    """The account of an address."""
    found = await _read(tx, cipher, "email_token = %s", (email_token,))
    return found[0] if found else None


async def set_password(tx: Tenant, cipher: FieldCipher, user_id: UUID, password_hash: str, now: datetime) -> None:
    """Another password."""
    await tx.connection.execute(
        "update lodge.staff_user set password_hash = %s, password_set_at = %s where tenant_id = %s and id = %s",
        (_seal(cipher, user_id, "password_hash", password_hash), now, tx.id, user_id),
    )


async def rehash(tx: Tenant, cipher: FieldCipher, user_id: UUID, password_hash: str) -> None:
    """The same password under today's parameters."""
    await tx.connection.execute(
        "update lodge.staff_user set password_hash = %s where tenant_id = %s and id = %s",
        (_seal(cipher, user_id, "password_hash", password_hash), tx.id, user_id),
    )


async def prove_email(tx: Tenant, user_id: UUID, now: datetime) -> None:
    """Whoever has the account reads what is sent to its address."""
    await tx.connection.execute(
        "update lodge.staff_user set email_proved_at = %s where tenant_id = %s and id = %s", (now, tx.id, user_id)
    )


async def change_email(
    tx: Tenant, cipher: FieldCipher, user_id: UUID, email: str, email_token: bytes, now: datetime
) -> bool:
    """Another address, proved at this moment; ``False`` when somebody has it, in whatever organisation."""
    try:
        async with tx.connection.transaction():
            await tx.connection.execute(
                "update lodge.staff_user set email = %s, email_token = %s, email_proved_at = %s"
                " where tenant_id = %s and id = %s",
                (_seal(cipher, user_id, "email", email), email_token, now, tx.id, user_id),
            )
    except psycopg.errors.UniqueViolation:
        return False
    return True


async def mail_facts(tx: Tenant, user_id: UUID) -> tuple[datetime | None, str | None]:
    """When the account's address was proved, and the language of its mails, as far as either is known."""
    cursor = await tx.connection.execute(
        "select email_proved_at, language from lodge.staff_user where tenant_id = %s and id = %s", (tx.id, user_id)
    )
    row = await cursor.fetchone()
    return (row[0], row[1]) if row else (None, None)


async def put_language(tx: Tenant, user_id: UUID, language: str) -> None:
    """The language of somebody's mails."""
    await tx.connection.execute(
        "update lodge.staff_user set language = %s where tenant_id = %s and id = %s", (language, tx.id, user_id)
    )


async def note_sign_in(tx: Tenant, user_id: UUID, now: datetime) -> None:
    """Remember when somebody last signed in."""
    await tx.connection.execute(
        "update lodge.staff_user set signed_in_at = %s where tenant_id = %s and id = %s", (now, tx.id, user_id)
    )


async def _read(tx: Tenant, cipher: FieldCipher, condition: str, values: tuple[object, ...]) -> list[User]:
    query = (
        "select id, name, email, password_hash, created_at, password_set_at, signed_in_at"  # noqa: S608  constants
        f" from lodge.staff_user where tenant_id = %s and {condition}"
    )
    cursor = await tx.connection.execute(query.encode(), (tx.id, *values))
    return [
        User(
            row[0],
            _open(cipher, row[0], "name", row[1]),
            _open(cipher, row[0], "email", row[2]),
            _open(cipher, row[0], "password_hash", row[3]),
            *row[4:],
        )
        for row in await cursor.fetchall()
    ]


def _seal(cipher: FieldCipher, user_id: UUID, column: str, plain: str) -> bytes:
    return cipher.seal_text(plain, table=_TABLE, column=column, row=str(user_id))


def _open(cipher: FieldCipher, user_id: UUID, column: str, sealed: bytes) -> str:
    return cipher.open_text(bytes(sealed), table=_TABLE, column=column, row=str(user_id))
