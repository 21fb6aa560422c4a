"""Types of visitor and current documents, as programs read them."""

from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.services.board_rows import type_names
from cloud_api.store import catalogue
from cloud_api.store.catalogue import DocumentText
from cloud_api.store.db import Database


class Places:
    """Reads them."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring

    async def types(self, tenant: UUID) -> dict[str, str]:
        """The types of visitor: their names by their keys, in the organisation's order."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await type_names(tx)

    async def documents(self, tenant: UUID) -> list[DocumentText]:
        """The current documents, in all languages."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await catalogue.list_documents(tx)
