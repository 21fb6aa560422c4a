"""Codes that visitors want mailed to them: who wants one where, and how often it was tried. No code stands here."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

_TABLE = "mailed_code"


@dataclass(frozen=True, slots=True)
class WantedCode:
    """One. ``email``: as the visitor typed it; ``email_mac`` (16 bytes): by which it is found."""

    id: UUID
    site_id: UUID
    kiosk_id: UUID
    asked_at: datetime
    ends_at: datetime
    email: str
    email_mac: bytes


_COLUMNS = "id, site_id, kiosk_id, asked_at, ends_at, email, email_mac"


async def add(tx: Tenant, cipher: FieldCipher, wanted: WantedCode) -> None:
    """Keep one; what this kiosk asked for this address before is over with it."""
    await tx.connection.execute(
        "delete from lodge.mailed_code where tenant_id = %s and kiosk_id = %s and email_mac = %s",
        (tx.id, wanted.kiosk_id, wanted.email_mac),
    )
    await tx.connection.execute(
        "insert into lodge.mailed_code (tenant_id, id, site_id, kiosk_id, asked_at, ends_at, data_key_id, email,"
        " email_mac) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            tx.id,
            wanted.id,
            wanted.site_id,
            wanted.kiosk_id,
            wanted.asked_at,
            wanted.ends_at,
            cipher.key_id,
            cipher.seal_text(wanted.email, table=_TABLE, column="email", row=str(wanted.id)),
            wanted.email_mac,
        ),
    )


async def find(tx: Tenant, cipher: FieldCipher, code_id: UUID) -> WantedCode | None:
    """One by its id."""
    cursor = await tx.connection.execute(
        f"select {_COLUMNS} from lodge.mailed_code where tenant_id = %s and id = %s",  # noqa: S608  constants
        (tx.id, code_id),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    email = cipher.open_text(bytes(row[5]), table=_TABLE, column="email", row=str(row[0]))
    return WantedCode(row[0], row[1], row[2], row[3], row[4], email, bytes(row[6]))


async def count_try(tx: Tenant, kiosk_id: UUID, email_mac: bytes, *, most: int, now: datetime) -> UUID | None:
    """Count a try of the code that this kiosk asked for; its id, or ``None`` where there is none that may be tried."""
    cursor = await tx.connection.execute(
        "update lodge.mailed_code set tries = tries + 1 where tenant_id = %s and kiosk_id = %s and email_mac = %s"
        " and tries < %s and used_at is null and ends_at > %s returning id",
        (tx.id, kiosk_id, email_mac, most, now),
    )
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def use(tx: Tenant, code_id: UUID, now: datetime) -> bool:
    """It was right, and is over; ``False`` where somebody was faster."""
    cursor = await tx.connection.execute(
        "update lodge.mailed_code set used_at = %s where tenant_id = %s and id = %s and used_at is null",
        (now, tx.id, code_id),
    )
    return cursor.rowcount == 1


async def remove_over(tx: Tenant, before: datetime) -> int:
    """Forget those that ended before then; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.mailed_code where tenant_id = %s and ends_at < %s", (tx.id, before)
    )
    return cursor.rowcount
