"""The port of a key service (KMS): it wraps the keys of organisations and shows its own to nobody."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WrapContext:
    """What a wrapped key belongs to; unwrapping under another context fails. ``tenant`` is ``None`` for
    secrets of the whole server.
    """

    purpose: str
    tenant: UUID | None
    version: int

    def encoded(self) -> bytes:
        """The context in one unambiguous form."""
        owner = "server" if self.tenant is None else str(self.tenant)
        return f"{self.purpose}|{owner}|{self.version}".encode()


class KeyService(Protocol):
    """A key service. Keys are 32 bytes; what comes back from ``wrap`` is opaque."""

    @property
    def name(self) -> str:
        """Which service and key this is, for the record beside a wrapped key."""
        ...

    async def wrap(self, key: bytes, context: WrapContext) -> bytes:
        """Protect a 32-byte key.

        Raises:
            KeyServiceError: not 32 bytes.
            KeyServiceAwayError: the service is out of reach.
        """
        ...

    async def unwrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        """Get a key back.

        Raises:
            KeyServiceError: damaged, of another context, or of a key that is gone.
            KeyServiceAwayError: the service is out of reach.
        """
        ...

    async def rewrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        """The same key, wrapped anew by the service's newest key.

        Raises:
            KeyServiceError, KeyServiceAwayError: as ``unwrap``.
        """
        ...
