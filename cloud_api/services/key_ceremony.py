"""The organisation's signing keys and the keys page that its root key signs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cloud_api.clock import Clock, unix_ms
from cloud_api.errors import ConfigurationError
from cloud_api.keys.fields import FieldCipher
from cloud_api.store import signing_keys
from cloud_api.store.db import Tenant
from cloud_api.store.signing_keys import KeyPurpose, SigningPurpose, StoredKey, StoredPage
from sync.protocol.identifiers import ZERO_SHA256
from sync.protocol.keys import base64url, thumbprint
from sync.protocol.keyspage import KeyEntry, KeysPage, KeyState, page_hash, sign_keys_page
from sync.protocol.sealing import sealing_kid

SIGNING: tuple[SigningPurpose, ...] = get_args(SigningPurpose)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a keys page says besides keys: the audit log's host name, and the pins of accepted TLS keys."""

    log_host: str
    tls_pins: tuple[str, ...] = ()


class KeyCeremony:
    """Makes keys and pages; the root's private half passes through and is never kept."""

    def __init__(self, clock: Clock, facts: PageFacts) -> None:
        self._clock = clock
        self._facts = facts

    async def make_keys(self, tx: Tenant, cipher: FieldCipher) -> int:
        """A current key for each purpose that has none yet; returns how many were made.

        An organisation that is older than a purpose gets its key here, with its next keys page.
        """
        current = {key.purpose for key in await _listed(tx) if key.standing == "current"}
        made = 0
        for purpose in SIGNING:
            if purpose not in current:
                private = Ed25519PrivateKey.generate()
                public = private.public_key()
                key = self._fresh(thumbprint(public), purpose, public.public_bytes_raw())
                await signing_keys.add(tx, cipher, key, private.private_bytes_raw())
                made += 1
        if "sealing" not in current:
            sealing = X25519PrivateKey.generate()
            shown = sealing.public_key()
            key = self._fresh(sealing_kid(shown), "sealing", shown.public_bytes_raw())
            await signing_keys.add(tx, cipher, key, sealing.private_bytes_raw())
            made += 1
        return made

    def _fresh(self, kid: str, purpose: KeyPurpose, public: bytes) -> StoredKey:
        return StoredKey(kid, purpose, "current", public, self._clock.now())

    async def publish_page(self, tx: Tenant, root: Ed25519PrivateKey) -> StoredPage:
        """Sign and keep the next keys page.

        Raises:
            ConfigurationError: this is not the root key that signed the page before.
        """
        before = await signing_keys.newest_page(tx)
        root_key = root.public_key().public_bytes_raw()
        if before is not None and before.root_key != root_key:
            raise ConfigurationError("this is not the organisation's root key: kiosks would refuse the page")
        now = self._clock.now()
        page = KeysPage(
            v=1,
            tenant=tx.id,
            version=before.version + 1 if before else 1,
            issued_ms=unix_ms(now),
            previous=page_hash(before.page) if before else ZERO_SHA256,
            log=f"{self._facts.log_host}/{tx.id}/1",
            keys=tuple(_entry(key) for key in await _listed(tx)),
            tls=self._facts.tls_pins,
        )
        stored = StoredPage(page.version, sign_keys_page(page, root), root_key, now)
        await signing_keys.add_page(tx, stored)
        return stored


async def _listed(tx: Tenant) -> Sequence[StoredKey]:
    return await signing_keys.list_all(tx)


def _entry(key: StoredKey) -> KeyEntry:
    return KeyEntry(use=key.purpose, state=KeyState(key.standing), kid=key.id, public=base64url(key.public_key))
