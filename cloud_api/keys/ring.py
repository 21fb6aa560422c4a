"""The keys of organisations, unwrapped on demand and kept in memory for a while."""

import asyncio
import secrets
from collections import OrderedDict
from uuid import UUID
from weakref import WeakValueDictionary

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
        # By the wrapped key too: a version that was made and never committed must not stand for the one that was.
        self._known: OrderedDict[tuple[UUID, bytes], Kek] = OrderedDict()
        self._secrets: dict[tuple[str, bytes], bytes] = {}
        self._opening: WeakValueDictionary[tuple[UUID, bytes], asyncio.Lock] = WeakValueDictionary()

    @property
    def service_name(self) -> str:
        """Which key service this ring asks."""
        return self._service.name

    async def make(self, tenant: UUID, version: int) -> bytes:
        """A new organisation's key, wrapped."""
        key = secrets.token_bytes(_KEY_BYTES)
        wrapped = await self._service.wrap(key, _context(tenant, version))
        self._remember(tenant, wrapped, Kek(version, key))
        return wrapped

    async def open(self, tenant: UUID, version: int, wrapped: bytes) -> Kek:
        """An organisation's key.

        Raises:
            KeyServiceError: it does not open, or the service is out of reach.
        """
        # One question to the service for all who wait for the same key.
        async with self._opening.setdefault((tenant, wrapped), asyncio.Lock()):
            known = self._known.get((tenant, wrapped))
            if known is not None:
                self._known.move_to_end((tenant, wrapped))
                return known
            kek = Kek(version, await self._service.unwrap(wrapped, _context(tenant, version)))
            self._remember(tenant, wrapped, kek)
            return kek

    async def rewrap(self, tenant: UUID, version: int, wrapped: bytes) -> bytes:
        """The same key, wrapped by the service's newest key.

        Raises:
            KeyServiceError: it does not open, or the service is out of reach.
        """
        return await self._service.rewrap(wrapped, _context(tenant, version))

    async def wrap_secret(self, name: str, secret: bytes) -> bytes:
        """Wrap a 32-byte secret of the whole server."""
        return await self._service.wrap(secret, WrapContext(name, None, 1))

    async def unwrap_secret(self, name: str, wrapped: bytes) -> bytes:
        """A secret of the whole server; asked of the service once.

        Raises:
            KeyServiceError: it does not open.
            KeyServiceAwayError: the service is out of reach.
        """
        if (name, wrapped) not in self._secrets:
            self._secrets[name, wrapped] = await self._service.unwrap(wrapped, WrapContext(name, None, 1))
        return self._secrets[name, wrapped]

    async def rewrap_secret(self, name: str, wrapped: bytes) -> bytes:
        """The same secret of the server, wrapped by the service's newest key.

        Raises:
            KeyServiceError: it does not open.
            KeyServiceAwayError: the service is out of reach.
        """
        return await self._service.rewrap(wrapped, WrapContext(name, None, 1))

    async def wrap_root(self, tenant: UUID, root: bytes) -> bytes:
        """Seal the private half of an organisation's root key (32 bytes)."""
        return await self._service.wrap(root, _root_context(tenant))

    async def unwrap_root(self, tenant: UUID, wrapped: bytes) -> bytes:
        """The private half of a root key back.

        Raises:
            KeyServiceError: it does not open.
            KeyServiceAwayError: the service is out of reach, or does not allow it.
        """
        return await self._service.unwrap(wrapped, _root_context(tenant))

    async def rewrap_root(self, tenant: UUID, wrapped: bytes) -> bytes:
        """The same, wrapped by the service's newest key."""
        return await self._service.rewrap(wrapped, _root_context(tenant))

    async def probe(self) -> None:
        """Wrap a key of no use, and open it again.

        Raises:
            KeyServiceError: what was wrapped does not open.
            KeyServiceAwayError: the service is out of reach.
        """
        key, context = secrets.token_bytes(_KEY_BYTES), WrapContext("probe", None, 1)
        if await self._service.unwrap(await self._service.wrap(key, context), context) != key:
            raise KeyServiceError("the key service gives back another key than it was given")

    def forget(self, tenant: UUID) -> None:
        """Drop an organisation's keys from memory, as when they are destroyed."""
        for known in [key for key in self._known if key[0] == tenant]:
            del self._known[known]

    def _remember(self, tenant: UUID, wrapped: bytes, kek: Kek) -> None:
        self._known[tenant, wrapped] = kek
        while len(self._known) > self._keep:
            self._known.popitem(last=False)


def _context(tenant: UUID, version: int) -> WrapContext:
    return WrapContext("kek", tenant, version)


def _root_context(tenant: UUID) -> WrapContext:
    return WrapContext("root", tenant, 1)
