"""One-time links of accounts: for another password, or to prove an address. Of a token the SHA-256 is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

LinkPurpose = Literal["password", "address"]
_TABLE = "staff_link"


@dataclass(frozen=True, slots=True)
class StaffLink:
    """A link, whether or not it is still good. ``email``: where it goes by mail, and what following it proves."""

    id: UUID
    user_id: UUID
    purpose: LinkPurpose
    email: str
    made_at: datetime
    ends_at: datetime


async def add(tx: Tenant, cipher: FieldCipher, link: StaffLink) -> None:
    """Make one, without a token."""
    await tx.connection.execute(
        "insert into lodge.staff_link (tenant_id, id, user_id, purpose, data_key_id, email, made_at, ends_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            tx.id,
            link.id,
            link.user_id,
            link.purpose,
            cipher.key_id,
            cipher.seal_text(link.email, table=_TABLE, column="email", row=str(link.id)),
            link.made_at,
            link.ends_at,
        ),
    )


async def count_since(tx: Tenant, user_id: UUID, purpose: LinkPurpose, since: datetime) -> int:
    """How many were made for somebody since then."""
    cursor = await tx.connection.execute(
        "select count(*) from lodge.staff_link where tenant_id = %s and user_id = %s and purpose = %s and made_at > %s",
        (tx.id, user_id, purpose, since),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def put_token(tx: Tenant, link_id: UUID, token_hash: bytes) -> bool:
    """Give it out; ``False`` when there is no such link any more."""
    cursor = await tx.connection.execute(
        "update lodge.staff_link set token_hash = %s where tenant_id = %s and id = %s", (token_hash, tx.id, link_id)
    )
    return cursor.rowcount == 1


async def find(tx: Tenant, cipher: FieldCipher, link_id: UUID) -> StaffLink | None:
    """One."""
    return await _read(tx, cipher, "id = %s", link_id)


async def hold_by_token(tx: Tenant, cipher: FieldCipher, purpose: LinkPurpose, token_hash: bytes) -> StaffLink | None:
    """The one of this token and purpose, held until the transaction ends."""
    found = await _read(tx, cipher, "token_hash = %s for update", token_hash)
    return found if found is not None and found.purpose == purpose else None


async def remove_all_of(tx: Tenant, user_id: UUID, purpose: LinkPurpose | None = None) -> None:
    """Let those of somebody open nothing any more."""
    await tx.connection.execute(
        "delete from lodge.staff_link where tenant_id = %s and user_id = %s and (%s::text is null or purpose = %s)",
        (tx.id, user_id, purpose, purpose),
    )


async def remove_over(tx: Tenant, before: datetime) -> int:
    """Forget those that ended before then; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.staff_link where tenant_id = %s and ends_at < %s", (tx.id, before)
    )
    return cursor.rowcount


async def _read(tx: Tenant, cipher: FieldCipher, condition: str, value: object) -> StaffLink | None:
    query = (
        "select id, user_id, purpose, email, made_at, ends_at from lodge.staff_link"  # noqa: S608  constants
        f" where tenant_id = %s and {condition}"
    )
    row = await (await tx.connection.execute(query.encode(), (tx.id, value))).fetchone()
    if row is None:
        return None
    email = cipher.open_text(bytes(row[3]), table=_TABLE, column="email", row=str(row[0]))
    return StaffLink(row[0], row[1], row[2], email, row[4], row[5])
