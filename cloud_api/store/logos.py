"""The organisation's logo, sealed under the organisation's key."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class LogoFacts:
    """A logo without its picture; ``id`` is another one for each picture. ``size``: bytes."""

    id: UUID
    size: int
    uploaded_at: datetime


async def put(tx: Tenant, cipher: FieldCipher, facts: LogoFacts, picture: bytes) -> None:
    """Keep a logo, in the place of the one before."""
    sealed = cipher.seal(picture, **_place(facts.id))
    await tx.connection.execute(
        "insert into lodge.logo (tenant_id, id, data_key_id, picture, size, uploaded_at)"
        " values (%s, %s, %s, %s, %s, %s) on conflict (tenant_id) do update set id = excluded.id,"
        " data_key_id = excluded.data_key_id, picture = excluded.picture, size = excluded.size,"
        " uploaded_at = excluded.uploaded_at",
        (tx.id, facts.id, cipher.key_id, sealed, facts.size, facts.uploaded_at),
    )


async def find(tx: Tenant) -> LogoFacts | None:
    """The logo, without its picture."""
    cursor = await tx.connection.execute("select id, size, uploaded_at from lodge.logo where tenant_id = %s", (tx.id,))
    row = await cursor.fetchone()
    return LogoFacts(*row) if row else None


async def find_picture(tx: Tenant, cipher: FieldCipher, logo_id: UUID) -> bytes | None:
    """The picture, if it is that of this id."""
    cursor = await tx.connection.execute(
        "select picture from lodge.logo where tenant_id = %s and id = %s", (tx.id, logo_id)
    )
    row = await cursor.fetchone()
    return cipher.open(bytes(row[0]), **_place(logo_id)) if row else None


async def remove(tx: Tenant) -> bool:
    """Forget it; ``False`` when there is none."""
    return (await tx.connection.execute("delete from lodge.logo where tenant_id = %s", (tx.id,))).rowcount == 1


def _place(logo_id: UUID) -> dict[str, str]:
    return {"table": "logo", "column": "picture", "row": str(logo_id)}
