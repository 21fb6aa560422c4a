"""A key service in memory that implements the whole port; it passes the same contract suite as the real one."""

import secrets

from cloud_api.errors import KeyServiceError
from cloud_api.keys.service import WrapContext


class MemoryKeyService:
    """Keeps what it wrapped and hands out handles: nothing of a key is in what it returns."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[bytes, bytes]] = {}
        self._older: set[bytes] = set()
        self._name = "memory"

    @property
    def name(self) -> str:
        return self._name

    def renew(self) -> None:
        """Wrap by another key from now on."""
        self._older, self._name = set(self._kept), f"memory:{secrets.token_hex(4)}"

    def forget_older(self) -> None:
        """Unwrap nothing more that was wrapped before that."""
        for handle in self._older:
            del self._kept[handle]

    async def wrap(self, key: bytes, context: WrapContext) -> bytes:
        if len(key) != 32:
            raise KeyServiceError("a key to be wrapped has 32 bytes")
        handle = secrets.token_bytes(24)
        self._kept[handle] = (key, context.encoded())
        return handle

    async def rewrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        return await self.wrap(await self.unwrap(wrapped, context), context)

    async def unwrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        key, owner = self._kept.get(wrapped, (b"", b""))
        if not key or owner != context.encoded():
            raise KeyServiceError("a wrapped key does not open")
        return key
