"""The keys of organisations, unwrapped on demand and kept in memory for a while."""

import secrets
from collections import OrderedDict
from uuid import UUID

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from cloud_api.errors import KeyServiceError
from cloud_api.keys.service import KeyService, WrapContext

_KEY_BYTES = 32


class Kek:
    """An organisation's key-encrypting key of one version: wraps data keys (RFC 3394)."""

    def __init__(self, version: int, key: bytes) -> None:
        self.version = version
        self._key = key

    def wrap(self, data_key: bytes) -> bytes:
        """A data key (32 bytes) as it is stored (40 bytes)."""
        return aes_key_wrap(self._key, data_key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """A data key back.

        Raises:
            KeyServiceError: damaged, or wrapped by another key.
        """
        try:
            return aes_key_unwrap(self._key, wrapped)
        except (InvalidUnwrap, ValueError) as error:
            raise KeyServiceError("a data key does not open: it is damaged or of another organisation") from error


class KeyRing:
    """Unwraps organisations' keys through the key service; the last ``keep`` stay in memory."""

    def __init__(self, service: KeyService, *, keep: int = 1024) -> None:
        self._service = service
        self._keep = keep
        self._known: OrderedDict[tuple[UUID, int], Kek] = OrderedDict()

    @property
    def service_name(self) -> str:
        """Which key service this ring asks."""
        return self._service.name

    async def make(self, tenant: UUID, version: int) -> bytes:
        """A new organisation's key, wrapped."""
        key = secrets.token_bytes(_KEY_BYTES)
        wrapped = await self._service.wrap(key, _context(tenant, version))
        self._remember(tenant, Kek(version, key))
        return wrapped

    async def open(self, tenant: UUID, version: int, wrapped: bytes) -> Kek:
        """An organisation's key.

        Raises:
            KeyServiceError: it does not open, or the service is out of reach.
        """
        known = self._known.get((tenant, version))
        if known is not None:
            self._known.move_to_end((tenant, version))
            return known
        kek = Kek(version, await self._service.unwrap(wrapped, _context(tenant, version)))
        self._remember(tenant, kek)
        return kek

    async def wrap_secret(self, name: str, secret: bytes) -> bytes:
        """Wrap a 32-byte secret of the whole server."""
        return await self._service.wrap(secret, WrapContext(name, None, 1))

    async def unwrap_secret(self, name: str, wrapped: bytes) -> bytes:
        """A secret of the whole server.

        Raises:
            KeyServiceError: it does not open, or the service is out of reach.
        """
        return await self._service.unwrap(wrapped, WrapContext(name, None, 1))

    def forget(self, tenant: UUID) -> None:
        """Drop an organisation's keys from memory, as when they are destroyed."""
        for known in [key for key in self._known if key[0] == tenant]:
            del self._known[known]

    def _remember(self, tenant: UUID, kek: Kek) -> None:
        self._known[tenant, kek.version] = kek
        while len(self._known) > self._keep:
            self._known.popitem(last=False)


def _context(tenant: UUID, version: int) -> WrapContext:
    return WrapContext("kek", tenant, version)
