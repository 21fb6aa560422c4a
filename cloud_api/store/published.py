"""What the organisation's file puts on pages of the feed, entry by entry, sealed under the organisation's key."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class PublishedEntry:
    """An entry. ``site_id`` is ``None`` for all sites; ``entry`` is JSON as the organisation wrote it."""

    id: UUID
    site_id: UUID | None
    entry: bytes


async def put_all(tx: Tenant, cipher: FieldCipher, page: str, entries: Sequence[PublishedEntry]) -> None:
    """Make these the entries of a page, in this order."""
    await tx.connection.execute("delete from lodge.published_entry where tenant_id = %s and page = %s", (tx.id, page))
    async with tx.connection.cursor() as cursor:
        await cursor.executemany(
            "insert into lodge.published_entry (tenant_id, page, id, site_id, position, data_key_id, entry)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [
                (tx.id, page, item.id, item.site_id, position, cipher.key_id, _seal(cipher, page, item))
                for position, item in enumerate(entries)
            ],
        )


async def list_page(tx: Tenant, cipher: FieldCipher, page: str) -> list[PublishedEntry]:
    """The entries of a page, in the organisation's order."""
    cursor = await tx.connection.execute(
        "select id, site_id, entry from lodge.published_entry where tenant_id = %s and page = %s order by position",
        (tx.id, page),
    )
    return [
        PublishedEntry(row[0], row[1], cipher.open(bytes(row[2]), **_place(page, row[0])))
        for row in await cursor.fetchall()
    ]


async def list_after(
    tx: Tenant, cipher: FieldCipher, page: str, *, after: UUID | None, sites: list[object] | None, limit: int
) -> list[PublishedEntry]:
    """Entries whose id comes after, in the order of ids: of these sites (``None``: of all) or of every site."""
    cursor = await tx.connection.execute(
        "select id, site_id, entry from lodge.published_entry where tenant_id = %s and page = %s and id > %s"
        " and (%s::uuid[] is null or site_id is null or site_id = any(%s::uuid[])) order by id limit %s",
        (tx.id, page, after or UUID(int=0), sites, sites, limit),
    )
    return [
        PublishedEntry(row[0], row[1], cipher.open(bytes(row[2]), **_place(page, row[0])))
        for row in await cursor.fetchall()
    ]


async def find(tx: Tenant, cipher: FieldCipher, page: str, entry_id: UUID) -> PublishedEntry | None:
    """One entry."""
    cursor = await tx.connection.execute(
        "select id, site_id, entry from lodge.published_entry where tenant_id = %s and page = %s and id = %s",
        (tx.id, page, entry_id),
    )
    row = await cursor.fetchone()
    return None if row is None else PublishedEntry(row[0], row[1], cipher.open(bytes(row[2]), **_place(page, row[0])))


async def add(tx: Tenant, cipher: FieldCipher, page: str, item: PublishedEntry) -> bool:
    """Put an entry behind the others; ``False`` when there is one of its id."""
    cursor = await tx.connection.execute(
        "insert into lodge.published_entry (tenant_id, page, id, site_id, position, data_key_id, entry)"
        " select %s, %s, %s, %s, coalesce(max(position) + 1, 0), %s, %s from lodge.published_entry"
        " where tenant_id = %s and page = %s on conflict do nothing",
        (tx.id, page, item.id, item.site_id, cipher.key_id, _seal(cipher, page, item), tx.id, page),
    )
    return cursor.rowcount == 1


async def change(tx: Tenant, cipher: FieldCipher, page: str, item: PublishedEntry) -> bool:
    """Let an entry say something else, at its place; ``False`` when there is none such."""
    cursor = await tx.connection.execute(
        "update lodge.published_entry set site_id = %s, data_key_id = %s, entry = %s"
        " where tenant_id = %s and page = %s and id = %s",
        (item.site_id, cipher.key_id, _seal(cipher, page, item), tx.id, page, item.id),
    )
    return cursor.rowcount == 1


async def remove(tx: Tenant, page: str, entry_id: UUID) -> bool:
    """Take an entry away; ``False`` when there is none such."""
    cursor = await tx.connection.execute(
        "delete from lodge.published_entry where tenant_id = %s and page = %s and id = %s", (tx.id, page, entry_id)
    )
    return cursor.rowcount == 1


def _seal(cipher: FieldCipher, page: str, item: PublishedEntry) -> bytes:
    return cipher.seal(item.entry, **_place(page, item.id))


def _place(page: str, entry_id: UUID) -> dict[str, str]:
    return {"table": "published_entry", "column": "entry", "row": f"{page}/{entry_id}"}
