"""An organisation's root key kept sealed by the key service, instead of in a file (ADR 77).

Every use is written down before the key is opened, in the organisation's log and in the operator's: an act that fails
afterwards leaves its entry all the same.
"""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError, KeyServiceError
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.operator_log import OperatorLog
from cloud_api.store import sealed_roots, signing_keys
from cloud_api.store.db import Database
from cloud_api.store.sealed_roots import SealedRoot, open_sealed_roots
from sync.protocol.keys import private_key


class RootCustody:
    """Seals, opens and hands out. ``owner`` is always where the login that migrates connects."""

    def __init__(self, db: Database, ring: KeyRing, trail: AuditTrail, log: OperatorLog, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._trail = trail
        self._log = log
        self._clock = clock

    async def put(self, owner: str, tenant: UUID, root: Ed25519PrivateKey) -> None:
        """Keep a root key, beside the one of before, once it was seen that what is sealed opens again."""
        raw = root.private_bytes_raw()
        wrapped = await self._ring.wrap_root(tenant, raw)
        if await self._ring.unwrap_root(tenant, wrapped) != raw:
            raise KeyServiceError("the key service gives back another root key than it was given")
        sealed = SealedRoot(tenant, public_half(root), self._ring.service_name, self._clock.now())
        async with open_sealed_roots(owner) as roots:
            await roots.put(sealed, wrapped)

    async def keep_only(self, owner: str, tenant: UUID, root: Ed25519PrivateKey) -> None:
        """Forget the organisation's other root keys: this one has taken their place."""
        async with open_sealed_roots(owner) as roots:
            await roots.delete_but(tenant, public_half(root))

    async def take_back(self, owner: str, tenant: UUID, root: Ed25519PrivateKey) -> None:
        """Forget a root key that did not come into use."""
        async with open_sealed_roots(owner) as roots:
            await roots.delete(tenant, public_half(root))

    async def seal(self, owner: str, tenant: UUID, root: Ed25519PrivateKey, actor: Actor) -> str:
        """Keep the organisation's root key, which was in a file so far; by which service.

        Raises:
            ConfigurationError: it is not the root that signed the newest keys page.
        """
        if await self._current(tenant) != public_half(root):
            raise ConfigurationError("this is not the organisation's root key: nothing was sealed")
        await self.put(owner, tenant, root)
        await self._write_down("root.sealed", tenant, actor, {"service": self._ring.service_name})
        return self._ring.service_name

    async def open(self, owner: str, tenant: UUID, actor: Actor, use: str) -> Ed25519PrivateKey:
        """The root key, for one act that is called ``use``; that it is opened is written down first.

        Raises:
            ConfigurationError: none is kept for this organisation, or this login may not read it.
            KeyServiceError, KeyServiceAwayError: it does not open, or not now.
        """
        current = await self._current(tenant)
        async with open_sealed_roots(owner) as roots:
            wrapped = await roots.find(tenant, current)
        if wrapped is None:
            raise ConfigurationError(
                "the key service keeps no root key of this organisation: name its file with --root-key FILE"
            )
        await self._write_down("root.opened", tenant, actor, {"use": use, "service": self._ring.service_name})
        root = private_key(await self._ring.unwrap_root(tenant, wrapped))
        if public_half(root) != current:
            raise KeyServiceError("the sealed root key is another one than it says")
        return root

    async def release(self, owner: str, tenant: UUID, actor: Actor, keep: Callable[[bytes], None]) -> None:
        """Hand the root key out, and keep it no more. ``keep`` has stored its 32 bytes when it returns."""
        root = await self.open(owner, tenant, actor, "unseal-root")
        keep(root.private_bytes_raw())
        await self.take_back(owner, tenant, root)

    async def find(self, tenant: UUID) -> SealedRoot | None:
        """What is told of the organisation's root key, where the key service keeps it."""
        current = await self._current(tenant)
        kept = await sealed_roots.list_all(self._db)
        return next((root for root in kept if root.tenant == tenant and root.public_key == current), None)

    async def list_services(self) -> set[str]:
        """What sealed root keys are wrapped by."""
        return {root.service for root in await sealed_roots.list_all(self._db)}

    async def rewrap(self, owner: str) -> int:
        """Have the key service's newest key wrap each; how many. Where there is none, ``owner`` is not even asked."""
        kept = await sealed_roots.list_all(self._db)
        for root in kept:
            async with open_sealed_roots(owner) as roots:
                wrapped = await roots.find(root.tenant, root.public_key)
                if wrapped is not None:
                    fresh = await self._ring.rewrap_root(root.tenant, wrapped)
                    await roots.put(replace(root, service=self._ring.service_name), fresh)
        return len(kept)

    async def _current(self, tenant: UUID) -> bytes:
        async with self._db.tenant(tenant) as tx:
            page = await signing_keys.newest_page(tx)
        return b"" if page is None else page.root_key

    async def _write_down(self, kind: str, tenant: UUID, actor: Actor, detail: dict[str, str]) -> None:
        async with self._db.tenant(tenant) as tx:
            await self._trail.record(tx, AdminAct(kind, actor, detail))
        await self._log.record(kind, tenant, actor, detail)


def public_half(root: Ed25519PrivateKey) -> bytes:
    """32 bytes."""
    return root.public_key().public_bytes_raw()
