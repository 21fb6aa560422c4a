"""Feed pages as they were signed; sealed, for they hold names."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class StoredFeedPage:
    """A signed page. ``hash`` is over its signed form, ``content_hash`` over its content; both hex."""

    site_id: UUID
    kind: str
    version: int
    hash: str
    content_hash: str
    page: str
    expires_at: datetime
    created_at: datetime


async def lock_site(tx: Tenant, site_id: UUID) -> None:
    """Let nobody else build pages of this site until the transaction ends."""
    await tx.connection.execute(
        "select 1 from lodge.site where tenant_id = %s and id = %s for no key update", (tx.id, site_id)
    )


async def add(tx: Tenant, cipher: FieldCipher, page: StoredFeedPage) -> None:
    """Keep a page, and drop the one before the last: kiosks take the newest only."""
    row = _row(page.site_id, page.kind, page.version)
    sealed = cipher.seal_text(page.page, table="feed_page", column="page", row=row)
    await tx.connection.execute(
        "insert into lodge.feed_page"
        " (tenant_id, site_id, kind, version, hash, content_hash, data_key_id, page, expires_at, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            tx.id,
            page.site_id,
            page.kind,
            page.version,
            bytes.fromhex(page.hash),
            bytes.fromhex(page.content_hash),
            cipher.key_id,
            sealed,
            page.expires_at,
            page.created_at,
        ),
    )
    await tx.connection.execute(
        "delete from lodge.feed_page where tenant_id = %s and site_id = %s and kind = %s and version < %s",
        (tx.id, page.site_id, page.kind, page.version),
    )


async def list_newest(tx: Tenant, cipher: FieldCipher, site_id: UUID) -> dict[str, StoredFeedPage]:
    """The newest page of each kind."""
    cursor = await tx.connection.execute(
        "select distinct on (kind) kind, version, hash, content_hash, page, expires_at, created_at"
        " from lodge.feed_page where tenant_id = %s and site_id = %s order by kind, version desc",
        (tx.id, site_id),
    )
    return {
        row[0]: StoredFeedPage(
            site_id=site_id,
            kind=row[0],
            version=row[1],
            hash=bytes(row[2]).hex(),
            content_hash=bytes(row[3]).hex(),
            page=cipher.open_text(bytes(row[4]), table="feed_page", column="page", row=_row(site_id, row[0], row[1])),
            expires_at=row[5],
            created_at=row[6],
        )
        for row in await cursor.fetchall()
    }


def _row(site_id: UUID, kind: str, version: int) -> str:
    return f"{site_id}/{kind}/{version}"
