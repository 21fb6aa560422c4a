"""What the organisation's file puts on pages of the feed, entry by entry, sealed under the organisation's key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import anyio.to_thread

from cloud_api.keys.fields import FieldCipher
from cloud_api.store import agreements, api_requests
from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class PublishedEntry:
    """An entry. ``site_id`` is ``None`` for all sites; ``entry`` is JSON as the organisation wrote it. ``ends_at``,
    when it is of no use any more, and ``made_by``, who made it by the API, are kept, and not read again.
    """

    id: UUID
    site_id: UUID | None
    entry: bytes
    ends_at: datetime | None = None
    made_by: UUID | None = None


FRAME_BYTES = 150
"""What an entry takes on a kiosk's page beside its own text, about: ids and the names of members."""
_FEW = 100


async def put_all(tx: Tenant, cipher: FieldCipher, page: str, entries: Sequence[PublishedEntry]) -> None:
    """Make these the entries of a page, in this order."""
    cursor = await tx.connection.execute(
        "delete from lodge.published_entry where tenant_id = %s and page = %s returning id", (tx.id, page)
    )
    await api_requests.forget(tx, {row[0] for row in await cursor.fetchall()} - {item.id for item in entries})
    async with tx.connection.cursor() as cursor:
        await cursor.executemany(
            "insert into lodge.published_entry (tenant_id, page, id, site_id, position, data_key_id, entry, ends_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (tx.id, page, item.id, item.site_id, position, cipher.key_id, _seal(cipher, page, item), item.ends_at)
                for position, item in enumerate(entries)
            ],
        )
    await agreements.remove_left(tx)


async def list_page(
    tx: Tenant, cipher: FieldCipher, page: str, *, site: UUID | None = None, since: datetime | None = None
) -> list[PublishedEntry]:
    """The entries of a page, in the organisation's order: those for a ``site`` and for all, if one is named; without
    those that ended before ``since``.
    """
    cursor = await tx.connection.execute(
        "select id, site_id, entry from lodge.published_entry where tenant_id = %s and page = %s"
        " and (%s::uuid is null or site_id is null or site_id = %s)"
        " and (%s::timestamptz is null or ends_at is null or ends_at >= %s) order by position",
        (tx.id, page, site, site, since, since),
    )
    return await open_all(cipher, page, await cursor.fetchall())


async def open_all(cipher: FieldCipher, page: str, rows: Sequence[Sequence[Any]]) -> list[PublishedEntry]:
    """Open entries that were read as id, site and ciphertext; many of them beside the event loop, for others wait."""

    def opened() -> list[PublishedEntry]:
        return [PublishedEntry(row[0], row[1], cipher.open(bytes(row[2]), **_place(page, row[0]))) for row in rows]

    return await anyio.to_thread.run_sync(opened) if len(rows) > _FEW else opened()


async def list_standing(tx: Tenant, now: datetime) -> dict[str, frozenset[str]]:
    """The ids of all entries that are not over, by page."""
    cursor = await tx.connection.execute(
        "select page, array_agg(id::text) from lodge.published_entry"
        " where tenant_id = %s and (ends_at is null or ends_at >= %s) group by page",
        (tx.id, now),
    )
    return {row[0]: frozenset(row[1]) for row in await cursor.fetchall()}


async def list_undated(tx: Tenant, page: str, *, limit: int) -> list[Sequence[Any]]:
    """Entries of a page of which nothing says when they end, as ``open_all`` takes them."""
    cursor = await tx.connection.execute(
        "select id, site_id, entry from lodge.published_entry where tenant_id = %s and page = %s and ends_at is null"
        " order by id limit %s",
        (tx.id, page, limit),
    )
    return list(await cursor.fetchall())


async def put_end(tx: Tenant, page: str, entry_id: UUID, ends_at: datetime) -> None:
    """Say when an entry ends."""
    await tx.connection.execute(
        "update lodge.published_entry set ends_at = %s where tenant_id = %s and page = %s and id = %s",
        (ends_at, tx.id, page, entry_id),
    )


async def remove_over(tx: Tenant, page: str, before: datetime) -> int:
    """Forget entries that ended before then; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.published_entry where tenant_id = %s and page = %s and ends_at < %s", (tx.id, page, before)
    )
    return cursor.rowcount


async def weigh(tx: Tenant, page: str, made_by: UUID) -> int:
    """How many bytes of a page are somebody's, by the API."""
    cursor = await tx.connection.execute(
        "select coalesce(sum(octet_length(entry) + %s), 0) from lodge.published_entry"
        " where tenant_id = %s and page = %s and made_by = %s",
        (FRAME_BYTES, tx.id, page, made_by),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


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


async def find_many(tx: Tenant, cipher: FieldCipher, page: str, entry_ids: Collection[UUID]) -> list[PublishedEntry]:
    """Those of the entries that there are."""
    cursor = await tx.connection.execute(
        "select id, site_id, entry from lodge.published_entry"
        " where tenant_id = %s and page = %s and id = any(%b::uuid[])",
        (tx.id, page, list(entry_ids)),
    )
    return [
        PublishedEntry(row[0], row[1], cipher.open(bytes(row[2]), **_place(page, row[0])))
        for row in await cursor.fetchall()
    ]


async def add(tx: Tenant, cipher: FieldCipher, page: str, item: PublishedEntry) -> bool:
    """Put an entry behind the others; ``False`` when there is one of its id."""
    cursor = await tx.connection.execute(
        "insert into lodge.published_entry (tenant_id, page, id, site_id, position, data_key_id, entry, ends_at,"
        " made_by) select %s, %s, %s, %s, coalesce(max(position) + 1, 0), %s, %s, %s, %s from lodge.published_entry"
        " where tenant_id = %s and page = %s on conflict do nothing",
        (
            tx.id,
            page,
            item.id,
            item.site_id,
            cipher.key_id,
            _seal(cipher, page, item),
            item.ends_at,
            item.made_by,
            tx.id,
            page,
        ),
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
    """Take an entry away, and what a program was answered of it; ``False`` when there is none such."""
    await api_requests.forget(tx, [entry_id])
    cursor = await tx.connection.execute(
        "delete from lodge.published_entry where tenant_id = %s and page = %s and id = %s", (tx.id, page, entry_id)
    )
    await agreements.remove_left(tx)
    return cursor.rowcount == 1


def _seal(cipher: FieldCipher, page: str, item: PublishedEntry) -> bytes:
    return cipher.seal(item.entry, **_place(page, item.id))


def _place(page: str, entry_id: UUID) -> dict[str, str]:
    return {"table": "published_entry", "column": "entry", "row": f"{page}/{entry_id}"}
