"""Invitations of staff that nobody has accepted yet: the address is sealed, of a link's token the SHA-256 is kept."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.policy.roles import Grant, Role, tidied
from cloud_api.store import api_requests
from cloud_api.store.db import Tenant

_TABLE = "staff_invitation"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is invited to what. ``invited_by`` is ``None`` where the server's operator did it; ``by_mail``: the link that
    is good went by mail; ``language``: that of the mail; ``key_id``: the API key that made it or sent it again.
    """

    id: UUID
    email: str
    grants: tuple[Grant, ...]
    invited_by: UUID | None
    language: str
    made_at: datetime
    ends_at: datetime
    by_mail: bool = False
    key_id: UUID | None = None


async def add(tx: Tenant, cipher: FieldCipher, invitation: Invitation) -> None:
    """Make one, without a link."""
    await tx.connection.execute(
        "insert into lodge.staff_invitation (tenant_id, id, data_key_id, email, invited_by, language, made_at, ends_at,"
        " key_id) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            tx.id,
            invitation.id,
            cipher.key_id,
            cipher.seal_text(invitation.email, table=_TABLE, column="email", row=str(invitation.id)),
            invitation.invited_by,
            invitation.language,
            invitation.made_at,
            invitation.ends_at,
            invitation.key_id,
        ),
    )
    for grant in tidied(invitation.grants):
        await tx.connection.execute(
            "insert into lodge.staff_invitation_role (tenant_id, invitation_id, role, site_id) values (%s, %s, %s, %s)",
            (tx.id, invitation.id, grant.role.value, grant.site),
        )


async def put_token(tx: Tenant, invitation_id: UUID, token_hash: bytes, *, by_mail: bool) -> bool:
    """Give out a link; the one before it opens nothing any more. ``False`` when there is no such invitation."""
    cursor = await tx.connection.execute(
        "update lodge.staff_invitation set token_hash = %s, by_mail = %s where tenant_id = %s and id = %s",
        (token_hash, by_mail, tx.id, invitation_id),
    )
    return cursor.rowcount == 1


async def begin_again(
    tx: Tenant, invitation_id: UUID, inviter: UUID | None, ends_at: datetime, key_id: UUID | None
) -> None:
    """Let an invitation last anew, by whoever sends it again; links that were given out open nothing any more."""
    await tx.connection.execute(
        "update lodge.staff_invitation set token_hash = null, by_mail = false, invited_by = %s, ends_at = %s,"
        " key_id = %s where tenant_id = %s and id = %s",
        (inviter, ends_at, key_id, tx.id, invitation_id),
    )


async def remove(tx: Tenant, invitation_id: UUID) -> bool:
    """Take one back, and what a program was answered of it; ``False`` when there is none such."""
    await api_requests.forget(tx, [invitation_id])
    cursor = await tx.connection.execute(
        "delete from lodge.staff_invitation where tenant_id = %s and id = %s", (tx.id, invitation_id)
    )
    return cursor.rowcount == 1


async def remove_over(tx: Tenant, before: datetime) -> int:
    """Forget those that ended before then; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.staff_invitation where tenant_id = %s and ends_at < %s", (tx.id, before)
    )
    return cursor.rowcount


async def count_waiting(tx: Tenant, now: datetime) -> int:
    """How many could still be accepted."""
    cursor = await tx.connection.execute(
        "select count(*) from lodge.staff_invitation where tenant_id = %s and ends_at > %s", (tx.id, now)
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def find(tx: Tenant, cipher: FieldCipher, invitation_id: UUID) -> Invitation | None:
    """One, whether or not it is still good."""
    found = await _read(tx, cipher, "id = %s", (invitation_id,))
    return found[0] if found else None


async def hold_by_token(tx: Tenant, cipher: FieldCipher, token_hash: bytes) -> Invitation | None:
    """The one whose link this is, whether or not it is still good, held until the transaction ends."""
    found = await _read(tx, cipher, "token_hash = %s", (token_hash,), " for update")
    return found[0] if found else None


async def list_of_keys(tx: Tenant, cipher: FieldCipher, key_ids: Collection[UUID]) -> list[Invitation]:
    """Those that these API keys made."""
    return await _read(tx, cipher, "key_id = any(%s)", (list(key_ids),))


async def list_all(tx: Tenant, cipher: FieldCipher) -> list[Invitation]:
    """All of them, the newest first."""
    found = await _read(tx, cipher, "true", ())
    return sorted(found, key=lambda item: (item.made_at, item.id), reverse=True)


async def _read(
    tx: Tenant, cipher: FieldCipher, condition: str, values: tuple[object, ...], lock: str = ""
) -> list[Invitation]:
    query = (
        "select id, email, invited_by, language, made_at, ends_at, by_mail, key_id"  # noqa: S608  constants
        f" from lodge.staff_invitation where tenant_id = %s and {condition}{lock}"
    )
    rows = await (await tx.connection.execute(query.encode(), (tx.id, *values))).fetchall()
    grants = await _grants(tx, [row[0] for row in rows])
    return [
        Invitation(
            row[0],
            cipher.open_text(bytes(row[1]), table=_TABLE, column="email", row=str(row[0])),
            grants.get(row[0], ()),
            *row[2:],
        )
        for row in rows
    ]


async def _grants(tx: Tenant, ids: Collection[UUID]) -> dict[UUID, tuple[Grant, ...]]:
    cursor = await tx.connection.execute(
        "select invitation_id, role, site_id from lodge.staff_invitation_role"
        " where tenant_id = %s and invitation_id = any(%s)",
        (tx.id, list(ids)),
    )
    found: dict[UUID, list[Grant]] = defaultdict(list)
    for invitation, role, site in await cursor.fetchall():
        found[invitation].append(Grant(Role(role), site))
    return {invitation: tidied(tuple(held)) for invitation, held in found.items()}
