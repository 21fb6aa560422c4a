"""Feed pages: signed heads, and beside them their contents; those are sealed, for they hold names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.changes import FEED_CHANNEL
from cloud_api.store.db import Tenant

KEPT_VERSIONS = 16
"""How many versions of a page are kept: a kiosk that holds one of them is told the changes, others the whole page."""


@dataclass(frozen=True, slots=True)
class StoredFeedPage:
    """The head of a page. ``hash`` is over its signed form, ``content_hash`` over its content; both hex."""

    site_id: UUID
    kind: str
    version: int
    hash: str
    content_hash: str
    head: str
    expires_at: datetime
    created_at: datetime


async def lock_site(tx: Tenant, site_id: UUID) -> None:
    """Let nobody else build pages of this site until the transaction ends."""
    await tx.connection.execute(
        "select 1 from lodge.site where tenant_id = %s and id = %s for no key update", (tx.id, site_id)
    )


async def lock_sites(tx: Tenant) -> None:
    """The same for all sites of the organisation, always in one order: or two of us wait for one another."""
    await tx.connection.execute("select 1 from lodge.site where tenant_id = %s order by id for no key update", (tx.id,))


async def add(tx: Tenant, cipher: FieldCipher, page: StoredFeedPage, content: bytes) -> None:
    """Keep a page, drop what is older than the last versions, and wake the kiosks that wait for it."""
    row = _row(page.site_id, page.kind, page.content_hash)
    sealed = cipher.seal(content, table="feed_content", column="content", row=row)
    place = (tx.id, page.site_id, page.kind)
    await tx.connection.execute(
        "insert into lodge.feed_content (tenant_id, site_id, kind, hash, data_key_id, content)"
        " values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
        (*place, bytes.fromhex(page.content_hash), cipher.key_id, sealed),
    )
    await tx.connection.execute(
        "insert into lodge.feed_page"
        " (tenant_id, site_id, kind, version, hash, content_hash, head, expires_at, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *place,
            page.version,
            bytes.fromhex(page.hash),
            bytes.fromhex(page.content_hash),
            page.head,
            page.expires_at,
            page.created_at,
        ),
    )
    await _forget_old(tx, page)
    await tx.connection.execute("select pg_notify(%s, %s)", (FEED_CHANNEL, str(page.site_id)))


_COLUMNS = "kind, version, hash, content_hash, head, expires_at, created_at"


async def list_newest(tx: Tenant, site_id: UUID) -> dict[str, StoredFeedPage]:
    """The newest head of each kind."""
    cursor = await tx.connection.execute(
        f"select distinct on (kind) {_COLUMNS}"  # noqa: S608 -- constant
        " from lodge.feed_page where tenant_id = %s and site_id = %s order by kind, version desc",
        (tx.id, site_id),
    )
    return {row[0]: _page(site_id, row) for row in await cursor.fetchall()}


async def find(tx: Tenant, site_id: UUID, kind: str, version: int) -> StoredFeedPage | None:
    """One version of a page, or ``None`` where it is not kept any more."""
    cursor = await tx.connection.execute(
        f"select {_COLUMNS}"  # noqa: S608 -- constant
        " from lodge.feed_page where tenant_id = %s and site_id = %s and kind = %s and version = %s",
        (tx.id, site_id, kind, version),
    )
    row = await cursor.fetchone()
    return None if row is None else _page(site_id, row)


async def read_content(tx: Tenant, cipher: FieldCipher, site_id: UUID, kind: str, content_hash: str) -> bytes:
    """The content with this hash (hex), which is kept as long as a page names it."""
    cursor = await tx.connection.execute(
        "select content from lodge.feed_content where tenant_id = %s and site_id = %s and kind = %s and hash = %s",
        (tx.id, site_id, kind, bytes.fromhex(content_hash)),
    )
    ((sealed,),) = await cursor.fetchall()
    row = _row(site_id, kind, content_hash)
    return cipher.open(bytes(sealed), table="feed_content", column="content", row=row)


async def _forget_old(tx: Tenant, page: StoredFeedPage) -> None:
    place = (tx.id, page.site_id, page.kind)
    await tx.connection.execute(
        "delete from lodge.feed_page where tenant_id = %s and site_id = %s and kind = %s and version <= ("
        "select version from lodge.feed_page where tenant_id = %s and site_id = %s and kind = %s"
        " order by version desc offset %s limit 1)",
        (*place, *place, KEPT_VERSIONS),
    )
    await tx.connection.execute(
        "delete from lodge.feed_content c where tenant_id = %s and site_id = %s and kind = %s and not exists ("
        "select 1 from lodge.feed_page p where p.tenant_id = c.tenant_id and p.site_id = c.site_id"
        " and p.kind = c.kind and p.content_hash = c.hash)",
        place,
    )


def _page(site_id: UUID, row: tuple[Any, ...]) -> StoredFeedPage:
    kind, version, page_hash, content_hash, *rest = row
    return StoredFeedPage(site_id, kind, version, bytes(page_hash).hex(), bytes(content_hash).hex(), *rest)


def _row(site_id: UUID, kind: str, content_hash: str) -> str:
    return f"{site_id}/{kind}/{content_hash}"
