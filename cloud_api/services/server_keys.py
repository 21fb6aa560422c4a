"""Secrets of the whole server, opened when first needed and kept: what each is for stands in its name."""

from cloud_api.keys.ring import KeyRing
from cloud_api.store import server_secrets
from cloud_api.store.db import Database


class ServerKeys:
    """Hands out the server's secrets (32 bytes each), the same on every replica."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring
        self._known: dict[str, bytes] = {}

    async def get(self, name: str) -> bytes:
        """The secret of that name.

        Raises:
            KeyServiceError: it was wrapped by another key service.
            StoreError: the database is out of reach.
        """
        if name not in self._known:
            self._known[name] = await server_secrets.open_secret(self._db, self._ring, name)
        return self._known[name]
