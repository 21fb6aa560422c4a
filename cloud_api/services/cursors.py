"""Cursors: where a list goes on, opaque to whoever holds one, and good for that list of that organisation alone."""

import base64
import hmac
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

import msgspec

from cloud_api.services.server_keys import ServerKeys

_SECRET = "api-cursors"  # noqa: S105  the name of a secret, not the secret
_MAC_BYTES = 16


class Cursors:
    """Makes and reads cursors."""

    def __init__(self, keys: ServerKeys) -> None:
        self._keys = keys

    async def seal(self, tenant: UUID, query: str, position: Sequence[str]) -> str:
        """The cursor of a position (no personal data: it is signed, not encrypted) in the list that ``query`` names."""
        raw = msgspec.json.encode(list(position))
        return base64.urlsafe_b64encode(await self._mac(tenant, query, raw) + raw).decode("ascii").rstrip("=")

    async def open(self, tenant: UUID, query: str, cursor: str) -> list[str] | None:
        """The position; ``None`` where this is no cursor of that list."""
        try:
            found = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except (ValueError, UnicodeError):
            return None
        mac, raw = found[:_MAC_BYTES], found[_MAC_BYTES:]
        if not hmac.compare_digest(mac, await self._mac(tenant, query, raw)):
            return None
        return msgspec.json.decode(raw, type=list[str])

    async def _mac(self, tenant: UUID, query: str, raw: bytes) -> bytes:
        said = b"\0".join((tenant.bytes, query.encode(), raw))
        return hmac.new(await self._keys.get(_SECRET), said, sha256).digest()[:_MAC_BYTES]
