"""Second factors of staff as they are kept: the secret of an authenticator app (sealed), recovery codes (hashed)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

_TABLE = "staff_totp"


@dataclass(frozen=True, slots=True)
class AppSecret:
    """The secret of an authenticator app; it opens nothing until a first code of it was right (``confirmed_at``), which
    the session that it was shown to alone may give (``session_id``).
    """

    secret: bytes
    made_at: datetime
    confirmed_at: datetime | None
    used_at: datetime | None
    session_id: UUID | None


@dataclass(frozen=True, slots=True)
class Held:
    """Which factors somebody has. ``passkeys`` are those that open something, ``suspects`` those that do so no more."""

    app: bool
    passkeys: int
    suspects: int
    recovery_codes: int

    @property
    def any(self) -> bool:
        """Whether there is a factor; recovery codes alone are none. A suspect one still is: losing trust in a key must
        not open the account to the password alone.
        """
        return self.app or self.passkeys + self.suspects > 0


async def held_by(tx: Tenant, user_id: UUID) -> Held:
    """Which factors somebody has."""
    cursor = await tx.connection.execute(
        "select exists (select from lodge.staff_totp where tenant_id = %(tenant)s and user_id = %(user)s"
        " and confirmed_at is not null),"
        " (select count(*) from lodge.staff_passkey where tenant_id = %(tenant)s and user_id = %(user)s"
        " and suspect_at is null),"
        " (select count(*) from lodge.staff_passkey where tenant_id = %(tenant)s and user_id = %(user)s"
        " and suspect_at is not null),"
        " (select count(*) from lodge.staff_recovery_code where tenant_id = %(tenant)s and user_id = %(user)s"
        " and used_at is null)",
        {"tenant": tx.id, "user": user_id},
    )
    row = await cursor.fetchone()
    return Held(*row) if row else Held(app=False, passkeys=0, suspects=0, recovery_codes=0)


async def put_secret(
    tx: Tenant, cipher: FieldCipher, user_id: UUID, secret: bytes, now: datetime, *, session_id: UUID
) -> None:
    """A new secret that waits for its first code from this session, in place of one that waits; one that is confirmed
    stays.
    """
    sealed = cipher.seal(secret, table=_TABLE, column="secret", row=str(user_id))
    await tx.connection.execute(
        "insert into lodge.staff_totp as t (tenant_id, user_id, data_key_id, secret, made_at, session_id)"
        " values (%s, %s, %s, %s, %s, %s) on conflict (tenant_id, user_id) do update set"
        " data_key_id = excluded.data_key_id, secret = excluded.secret,"
        " made_at = excluded.made_at, session_id = excluded.session_id, used_step = -1 where t.confirmed_at is null",
        (tx.id, user_id, cipher.key_id, sealed, now, session_id),
    )


async def find_secret(tx: Tenant, cipher: FieldCipher, user_id: UUID, *, hold: bool = False) -> AppSecret | None:
    """Somebody's secret, confirmed or waiting. ``hold``: nobody else may change it until the transaction ends."""
    cursor = await tx.connection.execute(
        b"select secret, made_at, confirmed_at, used_at, session_id from lodge.staff_totp"
        b" where tenant_id = %s and user_id = %s" + (b" for update" if hold else b""),
        (tx.id, user_id),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return AppSecret(cipher.open(bytes(row[0]), table=_TABLE, column="secret", row=str(user_id)), *row[1:])


async def use_step(tx: Tenant, user_id: UUID, step: int, now: datetime) -> bool:
    """Take the code of a step; ``False`` when it, or a later one, was taken already. Exact for any number at once."""
    cursor = await tx.connection.execute(
        "update lodge.staff_totp set used_step = %s, used_at = %s, confirmed_at = coalesce(confirmed_at, %s)"
        " where tenant_id = %s and user_id = %s and used_step < %s",
        (step, now, now, tx.id, user_id, step),
    )
    return cursor.rowcount == 1


async def remove_secret(tx: Tenant, user_id: UUID) -> bool:
    """Forget an app; ``False`` when there was none that was confirmed."""
    cursor = await tx.connection.execute(
        "delete from lodge.staff_totp where tenant_id = %s and user_id = %s returning confirmed_at", (tx.id, user_id)
    )
    row = await cursor.fetchone()
    return row is not None and row[0] is not None


async def put_recovery_codes(tx: Tenant, user_id: UUID, hashes: Collection[bytes], now: datetime) -> None:
    """These codes and no others, none of them used."""
    await remove_recovery_codes(tx, user_id)
    await tx.connection.execute(
        "insert into lodge.staff_recovery_code (tenant_id, user_id, code_hash, made_at)"
        " select %s, %s, unnest(%b::bytea[]), %s",
        (tx.id, user_id, list(hashes), now),
    )


async def use_recovery_code(tx: Tenant, user_id: UUID, code_hash: bytes, now: datetime) -> bool:
    """Take a code; ``False`` when there is none such or it was taken already. Exact for any number at once."""
    cursor = await tx.connection.execute(
        "update lodge.staff_recovery_code set used_at = %s"
        " where tenant_id = %s and user_id = %s and code_hash = %s and used_at is null",
        (now, tx.id, user_id, code_hash),
    )
    return cursor.rowcount == 1


async def remove_recovery_codes(tx: Tenant, user_id: UUID) -> None:
    """Forget all codes."""
    await tx.connection.execute(
        "delete from lodge.staff_recovery_code where tenant_id = %s and user_id = %s", (tx.id, user_id)
    )
