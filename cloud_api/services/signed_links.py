"""Links that let somebody without an account do one thing (R10): hosts, and later visitors and contractors (ADR 70).

Usage::

    text = await links.make(tx, LinkPurpose.HOST_MAIL, host.id)         # goes into a mail: origin + "/mail/" + text
    link = await links.open(text, LinkPurpose.HOST_MAIL)                # None: forged, expired, revoked, not ours
    await links.revoke(tx, LinkPurpose.HOST_MAIL, host.id)              # at once

The text is base64url without padding of: version (1 byte, 0x01), organisation (16), row (16), MAC (16). The MAC is the
beginning of an HMAC-SHA256, under a key of the organisation, over what the row says; it names nobody.
"""

import asyncio
import hmac
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.errors import KeyServiceError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.even_time import EvenTime, Rest
from cloud_api.store import data_keys, signed_links
from cloud_api.store.db import Database, Tenant
from cloud_api.store.signed_links import LinkRow
from sync.protocol.keys import base64url

LASTS = timedelta(days=90)
"""At most, unless a purpose has a reason of its own (R10)."""
_AGAIN_FOR = timedelta(days=30)
_VERSION = b"\x01"
_ID_BYTES = 16
_MAC_BYTES = 16
_SIGNS = 66
_REFUSED_SECONDS = 0.15
_NOBODYS = bytes(32)


class LinkPurpose(StrEnum):
    """What a link is for; a link for one thing is nothing to another. Lower case and hyphens: it is signed."""

    HOST_MAIL = "host-mail"
    """A host's own choice of mails; the subject is the host."""


@dataclass(frozen=True, slots=True)
class SignedLink:
    """A link that is good: whose, about what, until when."""

    tenant: UUID
    purpose: LinkPurpose
    subject_id: UUID
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Read:
    tenant: UUID
    id: UUID
    mac: bytes


class SignedLinks:
    """Makes, opens and revokes them."""

    def __init__(
        self, db: Database, ring: KeyRing, trail: AuditTrail, clock: Clock, rest: Rest = asyncio.sleep
    ) -> None:
        self._db = db
        self._ring = ring
        self._trail = trail
        self._clock = clock
        self._even = EvenTime(_REFUSED_SECONDS, rest)

    def now(self) -> datetime:
        """The time by which links end."""
        return self._clock.now()

    async def make(self, tx: Tenant, purpose: LinkPurpose, subject_id: UUID, *, lasts: timedelta = LASTS) -> str:
        """The text of a link, which the transaction keeps: one that was made before, where it lasts long enough.

        Raises:
            ValueError: ``lasts`` is not between nothing and 90 days.
        """
        if not timedelta() < lasts <= LASTS:
            raise ValueError("a link lasts 90 days at most")
        now = self._clock.now()
        generation = await signed_links.generation(tx)
        until = now + min(lasts / 2, _AGAIN_FOR)
        row = await signed_links.find_lasting(tx, purpose, subject_id, generation=generation, until=until)
        if row is None or row.ends_at > now + lasts:
            ends_at = (now + lasts).replace(microsecond=0)
            row = LinkRow(uuid4(), purpose, subject_id, generation, ends_at, None)
            await signed_links.add(tx, row, now)
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        return write_link(tx.id, row, link_key(cipher, row.generation))

    async def open(self, text: str, purpose: LinkPurpose) -> SignedLink | None:
        """What a link opens. ``None``, after the same time, for one that is forged, expired, revoked, of another
        purpose or organisation, or never was.
        """
        async with self._even.answering() as pace:
            read = _read(text)
            found = await self._find(read, purpose)
            if found is not None:
                pace.at_once()
        return found

    async def revoke(self, tx: Tenant, purpose: LinkPurpose, subject_id: UUID) -> int:
        """Let every link of a purpose to a subject open nothing any more; how many were good."""
        return await signed_links.revoke_of(tx, purpose, [subject_id], self._clock.now())

    async def rotate(self, tenant: UUID, actor: Actor) -> int:
        """Begin another generation of the organisation's key: no link that is out there opens anything any more."""
        async with self._db.tenant(tenant) as tx:
            generation = await signed_links.next_generation(tx)
            await self._trail.record(tx, AdminAct("links.revoked", actor, {"generation": str(generation)}))
        return generation

    async def _find(self, read: _Read, purpose: LinkPurpose) -> SignedLink | None:
        async with self._db.tenant(read.tenant) as tx:
            generation = await signed_links.generation(tx)
            row = await signed_links.find(tx, read.id)
            key = await self._key(tx, generation)
        judged = row or LinkRow(read.id, purpose, read.id, 0, self._clock.now(), None)
        fits = hmac.compare_digest(_mac(read.tenant, judged, key), read.mac)
        if row is None or not fits or row.purpose != purpose or row.generation != generation:
            return None
        if row.revoked_at is not None or self._clock.now() >= row.ends_at:
            return None
        return SignedLink(read.tenant, purpose, row.subject_id, row.ends_at)

    async def _key(self, tx: Tenant, generation: int) -> bytes:
        try:
            return link_key(await data_keys.open_organisation_key(tx, self._ring), generation)
        except KeyServiceError:
            return _NOBODYS  # of no organisation, or of one that is gone: no row is found either


def link_key(cipher: FieldCipher, generation: int) -> bytes:
    """The key (32 bytes) that signs an organisation's links of a generation; it dies with the organisation's."""
    return cipher.derive(f"signed-links-{generation}")


def write_link(tenant: UUID, row: LinkRow, key: bytes) -> str:
    """The text of a link: 66 signs of base64url."""
    return base64url(_VERSION + tenant.bytes + row.id.bytes + _mac(tenant, row, key))


def _mac(tenant: UUID, row: LinkRow, key: bytes) -> bytes:
    ends = int(row.ends_at.timestamp())
    signed = f"lodge-link-v1|{tenant}|{row.id}|{row.purpose}|{row.subject_id}|{ends}".encode("ascii")
    return hmac.new(key, signed, sha256).digest()[:_MAC_BYTES]


def _read(text: str) -> _Read:
    """The parts of a link; of what is none, parts that nothing has."""
    raw = _decode(text)
    if raw is None:
        return _Read(UUID(int=0), UUID(int=0), bytes(_MAC_BYTES))
    ids, mac = raw[1:-_MAC_BYTES], raw[-_MAC_BYTES:]
    return _Read(UUID(bytes=ids[:_ID_BYTES]), UUID(bytes=ids[_ID_BYTES:]), mac)


def _decode(text: str) -> bytes | None:
    if len(text) != _SIGNS or not text.isascii():
        return None
    try:
        raw = urlsafe_b64decode(text + "==")
    except (Base64Error, ValueError):
        return None
    # The last sign has bits to spare: one link has one way to write it.
    return raw if raw[:1] == _VERSION and base64url(raw) == text else None
