"""A key service in memory that implements the whole port; it passes the same contract suite as the real one."""

import secrets

from cloud_api.errors import KeyServiceError
from cloud_api.keys.service import WrapContext


class MemoryKeyService:
    """Keeps what it wrapped and hands out handles: nothing of a key is in what it returns."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[bytes, bytes]] = {}

    @property
    def name(self) -> str:
        return "memory"

    async def wrap(self, key: bytes, context: WrapContext) -> bytes:
        if len(key) != 32:
            raise KeyServiceError("a key to be wrapped has 32 bytes")
        handle = secrets.token_bytes(24)
        self._kept[handle] = (key, context.encoded())
        return handle

    async def unwrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        key, owner = self._kept.get(wrapped, (b"", b""))
        if not key or owner != context.encoded():
            raise KeyServiceError("a wrapped key does not open")
        return key
