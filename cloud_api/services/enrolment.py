"""Enrolling kiosks by MAC-proved, single-use codes: exactly one key succeeds, and it may ask again."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.feed import Feed
from cloud_api.store import data_keys, enrolment_codes, epochs, kiosks, organisations, signing_keys
from cloud_api.store.db import Database, Tenant
from cloud_api.store.enrolment_codes import StoredCode
from sync.protocol.batch import audience
from sync.protocol.chain import Head
from sync.protocol.enrolment import (
    LIFETIME_SECONDS,
    SECRET_BYTES,
    EnrolmentCode,
    FinishRequest,
    FinishResponse,
    StartRequest,
    StartResponse,
    Transcript,
    check_possession,
    kiosk_mac,
    same_mac,
    server_mac,
)
from sync.protocol.errors import ProtocolError
from sync.protocol.keys import base64url, from_base64url, public_key, thumbprint

MAX_FAILURES = 5


class EnrolmentRefusal(Enum):
    """Why a code enrols nobody; the value is a sentence for the person at the kiosk."""

    UNKNOWN = "This code is not known. Compare it with the one on the administrator's screen."
    EXPIRED = "This code has expired. Ask the administrator for a new one; codes last 15 minutes."
    USED = "This code has been used by another kiosk. Ask the administrator for a new one."
    LOCKED = "This code was tried too often with a wrong proof. Ask the administrator for a new one."
    WRONG_PROOF = "The code does not match. Type it again, exactly as shown."
    SUSPENDED = "The organisation is suspended on this server. Ask whoever runs the server."


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code to hand to whoever stands at the kiosk; it is shown this once."""

    code: EnrolmentCode
    kiosk_id: UUID
    expires_at: datetime


class Enrolment:
    """Issues codes and enrols kiosks. ``origin`` is the address that kiosks reach this server by."""

    def __init__(self, db: Database, ring: KeyRing, feed: Feed, trail: AuditTrail, clock: Clock, origin: str) -> None:
        self._db = db
        self._ring = ring
        self._feed = feed
        self._trail = trail
        self._clock = clock
        self._origin = origin

    async def issue(self, tx: Tenant, kiosk_id: UUID) -> IssuedCode:
        """A new code for a kiosk; earlier unused ones end."""
        code = EnrolmentCode(secrets.token_bytes(SECRET_BYTES))
        now = self._clock.now()
        expires = now + timedelta(seconds=LIFETIME_SECONDS)
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        await enrolment_codes.add(
            tx,
            cipher,
            code_id=code.id,
            kiosk_id=kiosk_id,
            verifier=code.verifier,
            created_at=now,
            expires_at=expires,
        )
        return IssuedCode(code, kiosk_id, expires)

    async def start(self, request: StartRequest) -> StartResponse | EnrolmentRefusal:
        """Prove to the kiosk that we know the code, and say whom it may trust."""
        tenant = await self._find_tenant(request.code)
        if tenant is None:
            return EnrolmentRefusal.UNKNOWN
        async with self._db.tenant(tenant) as tx:
            code = await self._admit(tx, request.code, request.key)
            if isinstance(code, EnrolmentRefusal):
                return code
            seen = await self._transcript(tx, code, nonce=request.nonce, key=request.key)
        return StartResponse(
            v=1,
            nonce=seen.server_nonce,
            origin=seen.origin,
            tenant=seen.tenant,
            site=seen.site,
            kiosk=seen.kiosk,
            root=seen.root,
            mac=server_mac(code.verifier, seen),
        )

    async def finish(self, request: FinishRequest, address: str) -> FinishResponse | EnrolmentRefusal:
        """Enrol the key that proved to know the code; the same key gets the same answer again."""
        tenant = await self._find_tenant(request.code)
        if tenant is None:
            return EnrolmentRefusal.UNKNOWN
        async with self._db.tenant(tenant) as tx:
            code = await self._admit(tx, request.code, request.key)
            if isinstance(code, EnrolmentRefusal):
                return code
            seen = await self._transcript(tx, code, nonce=request.nonce, key=request.key)
            if not _proves(code, seen, request):
                await enrolment_codes.count_failure(tx, code.id)
                return EnrolmentRefusal.WRONG_PROOF
            if code.answer is not None:
                return FinishResponse(v=1, keys=code.answer)
            return FinishResponse(v=1, keys=await self._enrol(tx, code, seen, address))

    async def _enrol(self, tx: Tenant, code: StoredCode, seen: Transcript, address: str) -> str:
        now = self._clock.now()
        epoch = thumbprint(public_key(seen.key))
        await epochs.enrol(
            tx,
            kiosk_id=seen.kiosk,
            epoch=epoch,
            public_key=from_base64url(seen.key, what="key"),
            audience=audience(seen.origin, tx.id),
            genesis=Head.genesis(epoch).hash,
            now=now,
        )
        page = await signing_keys.newest_page(tx)
        answer = page.page if page else ""
        await enrolment_codes.mark_used(tx, code.id, epoch=epoch, answer=answer, now=now)
        await self._feed.refresh(tx, seen.site)
        act = AdminAct("kiosk.enrolled", Actor("kiosk", address), {"kiosk": str(seen.kiosk), "epoch": epoch})
        await self._trail.record(tx, act)
        return answer

    async def _find_tenant(self, code_id: str) -> UUID | None:
        async with self._db.lookup() as lookups:
            return await lookups.find_enrolment_code(code_id)

    async def _admit(self, tx: Tenant, code_id: str, key: str) -> StoredCode | EnrolmentRefusal:
        """The code, held, where this key may go on with it."""
        if await organisations.find_standing(tx) != "open":
            return EnrolmentRefusal.SUSPENDED
        code = await self._lock(tx, code_id)
        if code is None:
            return EnrolmentRefusal.UNKNOWN
        return self._judge(code, key) or code

    async def _lock(self, tx: Tenant, code_id: str) -> StoredCode | None:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        return await enrolment_codes.lock(tx, cipher, code_id)

    def _judge(self, code: StoredCode, key: str) -> EnrolmentRefusal | None:
        if code.used_by is not None:
            return None if code.used_by == _name(key) else EnrolmentRefusal.USED
        if code.failures >= MAX_FAILURES:
            return EnrolmentRefusal.LOCKED
        if self._clock.now() >= code.expires_at:
            return EnrolmentRefusal.EXPIRED
        return None

    async def _transcript(self, tx: Tenant, code: StoredCode, *, nonce: str, key: str) -> Transcript:
        kiosk = await kiosks.find(tx, code.kiosk_id)
        page = await signing_keys.newest_page(tx)
        return Transcript(
            code=code.id,
            kiosk_nonce=nonce,
            server_nonce=_server_nonce(code, nonce, key),
            key=key,
            origin=self._origin,
            tenant=tx.id,
            site=kiosk.site_id if kiosk else UUID(int=0),
            kiosk=code.kiosk_id,
            root=base64url(page.root_key if page else b""),
        )


def _server_nonce(code: StoredCode, nonce: str, key: str) -> str:
    # Derived, so that nothing needs to be remembered between start and finish: nobody without the verifier
    # can foretell it, and a code's single use keeps a finish from being replayed for another key.
    message = b"lodge-enrolment-nonce\x00" + bytes.fromhex(nonce) + key.encode("ascii", "replace")
    return hmac.new(code.verifier, message, sha256).hexdigest()


def _proves(code: StoredCode, seen: Transcript, request: FinishRequest) -> bool:
    if request.server_nonce != seen.server_nonce:
        return False
    if not same_mac(request.mac, kiosk_mac(code.verifier, seen)):
        return False
    try:
        check_possession(seen, from_base64url(request.signature, what="signature"))
    except ProtocolError:
        return False
    return True


def _name(key: str) -> str | None:
    try:
        return thumbprint(public_key(key))
    except ProtocolError:
        return None
