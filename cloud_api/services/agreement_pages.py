"""Kiosks hear, a little after the visit, what an invited person agreed to (ADR 98)."""

from uuid import UUID

from cloud_api.services.feed import Feed
from cloud_api.store.db import Database
from sync.protocol.feed import PageKind


class AgreementPages:
    """Tells kiosks of what was written down."""

    def __init__(self, db: Database, feed: Feed) -> None:
        self._db = db
        self._feed = feed

    async def renew(self, tenant: UUID) -> None:
        """Sign the pages of invitations anew where they changed."""
        async with self._db.tenant(tenant) as tx:
            await self._feed.refresh_all(tx, (PageKind.INVITATIONS,))
