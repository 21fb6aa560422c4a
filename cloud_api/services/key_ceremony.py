"""The organisation's signing keys, the keys page that its root key signs, and what becomes of both (C46).

What kiosks do with it is in docs/protocol-keys.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cloud_api.clock import Clock, unix_ms
from cloud_api.errors import ConfigurationError
from cloud_api.keys.fields import FieldCipher
from cloud_api.store import root_moves, signing_keys
from cloud_api.store.db import Tenant
from cloud_api.store.signing_keys import KeyPurpose, KeyStanding, StoredKey, StoredPage
from sync.protocol import exact_json
from sync.protocol.identifiers import ZERO_SHA256
from sync.protocol.jws import read_unverified_payload
from sync.protocol.keys import thumbprint
from sync.protocol.keyspage import KeyEntry, KeysPage, KeyState, page_hash, sign_keys_page
from sync.protocol.root_moves import encode_move, move_root
from sync.protocol.sealing import sealing_kid

PURPOSES: tuple[KeyPurpose, ...] = get_args(KeyPurpose)
_MOST_ENTRIES = 64
_MOST_PINS = 8
_FIRST: tuple[KeyStanding, ...] = ("current", "next")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a keys page says besides keys: the audit log's host name, and the pins of accepted TLS keys."""

    log_host: str
    tls_pins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageTerms:
    """How a page differs from the one before. ``next_pin``: of the TLS key that will be used next; ``above``: a version
    that kiosks hold and this server has forgotten; ``new_root``: whether another root than before may sign it.
    """

    next_pin: str | None = None
    above: int = 0
    new_root: bool = False


class KeyCeremony:
    """Makes keys and pages; the root's private half passes through and is never kept."""

    def __init__(self, clock: Clock, facts: PageFacts) -> None:
        self._clock = clock
        self._facts = facts

    async def make_keys(self, tx: Tenant, cipher: FieldCipher) -> int:
        """A current key and the next one for each purpose that has none yet; returns how many were made.

        An organisation that is older than a purpose gets its keys here, with its next keys page.
        """
        return sum([await self._fill(tx, cipher, purpose) for purpose in PURPOSES])

    async def rotate(self, tx: Tenant, cipher: FieldCipher, purpose: KeyPurpose) -> StoredKey:
        """Let the next key sign from now on, retire the one before, and make another next one; the new current key.

        Also the way out when the current key's private half is lost. The page must be published in the same
        transaction.
        """
        await signing_keys.retire_current(tx, purpose)
        await self._fill(tx, cipher, purpose)
        return next(key for key in await signing_keys.list_all(tx) if _is(key, purpose, "current"))

    async def withdraw(self, tx: Tenant, cipher: FieldCipher, kid: str) -> StoredKey:
        """Believe a key no more: it has leaked. One that was in use is replaced. The page must follow.

        Raises:
            ConfigurationError: there is no such key, or it was withdrawn before.
        """
        known = {key.id: key for key in await signing_keys.list_all(tx)}
        if kid not in known or known[kid].standing == "withdrawn":
            raise ConfigurationError("there is no such key, or it was withdrawn before: see lodge-cloud keys status")
        await signing_keys.withdraw(tx, kid, self._clock.now())
        await self._fill(tx, cipher, known[kid].purpose)
        return known[kid]

    async def move_root(self, tx: Tenant, old: Ed25519PrivateKey, new: Ed25519PrivateKey) -> StoredPage:
        """Hand over from one root to the next, and publish the first page of the new one.

        Raises:
            ConfigurationError: the old one is not the organisation's root.
            SignatureError: the two are one key.
        """
        before = await self._before(tx)
        if before is None or before.root_key != _raw(old):
            raise ConfigurationError("the old key is not the organisation's root key: kiosks would refuse the move")
        version = before.version + 1
        move = move_root(tenant=tx.id, old=old, new=new, page=version, issued_ms=unix_ms(self._clock.now()))
        await root_moves.add(tx, version, encode_move(move), self._clock.now())
        return await self.publish_page(tx, new, PageTerms(new_root=True))

    async def publish_page(self, tx: Tenant, root: Ed25519PrivateKey, terms: PageTerms | None = None) -> StoredPage:
        """Sign and keep the next keys page.

        Raises:
            ConfigurationError: this is not the root key that signed the page before, or there is no room for a pin.
        """
        terms = terms or PageTerms()
        before = await self._before(tx)
        if before is not None and before.root_key != _raw(root) and not terms.new_root:
            raise ConfigurationError("this is not the organisation's root key: kiosks would refuse the page")
        last = None if before is None else _read(before)
        now = self._clock.now()
        page = KeysPage(
            v=1,
            tenant=tx.id,
            version=max(before.version if before else 0, terms.above) + 1,
            issued_ms=unix_ms(now),
            previous=page_hash(before.page) if before else ZERO_SHA256,
            log=f"{self._facts.log_host}/{tx.id}/1" if last is None else last.log,
            keys=tuple(_entry(key) for key in _listed(await signing_keys.list_all(tx))),
            tls=self._pins(last, terms.next_pin),
        )
        stored = StoredPage(page.version, sign_keys_page(page, root), _raw(root), now)
        await signing_keys.add_page(tx, stored)
        return stored

    def _pins(self, last: KeysPage | None, next_pin: str | None) -> tuple[str, ...]:
        """The current TLS key's pin, then those of next ones: kept until they are current, gone with what they follow.

        A pin that stood before the current one was of a key that is used no more.
        """
        current = self._facts.tls_pins
        if not current:
            return ()
        kept = last.tls[last.tls.index(current[0]) + 1 :] if last is not None and current[0] in last.tls else ()
        pins = tuple(dict.fromkeys([*current, *kept, *([next_pin] if next_pin else [])]))
        if len(pins) > _MOST_PINS:
            raise ConfigurationError(f"a keys page has room for {_MOST_PINS} TLS keys")
        return pins

    async def _fill(self, tx: Tenant, cipher: FieldCipher, purpose: KeyPurpose) -> int:
        """Promote the next key where none is current, and make what is missing; returns how many were made."""
        standings = {key.standing for key in await signing_keys.list_all(tx) if key.purpose == purpose}
        missing: list[KeyStanding] = [standing for standing in _FIRST if standing not in standings]
        if missing == ["current"]:
            await signing_keys.promote_next(tx, purpose)
            missing = ["next"]
        for standing in missing:
            await self._make(tx, cipher, purpose, standing)
        return len(missing)

    async def _make(self, tx: Tenant, cipher: FieldCipher, purpose: KeyPurpose, standing: KeyStanding) -> None:
        if purpose == "sealing":
            sealing = X25519PrivateKey.generate()
            kid, public = sealing_kid(sealing.public_key()), sealing.public_key().public_bytes_raw()
            private = sealing.private_bytes_raw()
        else:
            signing = Ed25519PrivateKey.generate()
            kid, public = thumbprint(signing.public_key()), signing.public_key().public_bytes_raw()
            private = signing.private_bytes_raw()
        await signing_keys.add(tx, cipher, StoredKey(kid, purpose, standing, public, self._clock.now()), private)

    async def _before(self, tx: Tenant) -> StoredPage | None:
        return await signing_keys.newest_page(tx)


def _listed(keys: Sequence[StoredKey]) -> list[StoredKey]:
    """Those in use, then retired ones, newest first, as far as a page has room; never one that was withdrawn."""
    in_use = [key for key in keys if key.standing in _FIRST]
    retired = sorted((key for key in keys if key.standing == "retired"), key=lambda key: key.created_at, reverse=True)
    return [*in_use, *retired][:_MOST_ENTRIES]


def _is(key: StoredKey, purpose: KeyPurpose, standing: str) -> bool:
    return key.purpose == purpose and key.standing == standing


def _entry(key: StoredKey) -> KeyEntry:
    return KeyEntry(use=key.purpose, state=KeyState(key.standing), kid=key.id, public=key.public_text)


def _read(page: StoredPage) -> KeysPage:
    payload = read_unverified_payload(page.page, what="our own keys page")
    return exact_json.decode(payload, KeysPage, what="our own keys page")


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()
