"""The organisation's logo and its stencil for kiosks, sealed under the organisation's key."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.errors import SealedFieldError
from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class LogoFacts:
    """A logo without its picture; ``id`` is another one for each picture. ``size``: bytes. ``on_kiosks``: it has a
    stencil.
    """

    id: UUID
    size: int
    uploaded_at: datetime
    on_kiosks: bool


async def put(tx: Tenant, cipher: FieldCipher, facts: LogoFacts, picture: bytes) -> None:
    """Keep a logo, in the place of the one before. Its stencil is kept by ``put_stencil``."""
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
    cursor = await tx.connection.execute(
        "select l.id, l.size, l.uploaded_at, s.logo_id is not null from lodge.logo l left join lodge.logo_stencil s"
        " on s.tenant_id = l.tenant_id and s.logo_id = l.id where l.tenant_id = %s",
        (tx.id,),
    )
    row = await cursor.fetchone()
    return LogoFacts(*row) if row else None


async def put_stencil(tx: Tenant, cipher: FieldCipher, logo_id: UUID, picture: bytes) -> None:
    """Keep a logo's stencil, in the place of the one before."""
    sealed = cipher.seal(picture, **_place(logo_id, "logo_stencil"))
    await tx.connection.execute(
        "insert into lodge.logo_stencil (tenant_id, logo_id, data_key_id, picture) values (%s, %s, %s, %s)"
        " on conflict (tenant_id) do update set logo_id = excluded.logo_id, data_key_id = excluded.data_key_id,"
        " picture = excluded.picture",
        (tx.id, logo_id, cipher.key_id, sealed),
    )


async def remove_stencil(tx: Tenant) -> None:
    """Forget it, if there is one."""
    await tx.connection.execute("delete from lodge.logo_stencil where tenant_id = %s", (tx.id,))


async def find_stencil(tx: Tenant, cipher: FieldCipher) -> bytes | None:
    """The stencil of the logo that there is; ``None`` where it has none, or a damaged one: kiosks need the page that it
    would stand on.
    """
    cursor = await tx.connection.execute(
        "select l.id, s.picture from lodge.logo l join lodge.logo_stencil s"
        " on s.tenant_id = l.tenant_id and s.logo_id = l.id where l.tenant_id = %s",
        (tx.id,),
    )
    row = await cursor.fetchone()
    with suppress(SealedFieldError):
        return cipher.open(bytes(row[1]), **_place(row[0], "logo_stencil")) if row else None
    return None


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


def _place(logo_id: UUID, table: str = "logo") -> dict[str, str]:
    return {"table": table, "column": "picture", "row": str(logo_id)}
