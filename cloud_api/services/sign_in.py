"""Signing in and out, and who is behind a session.

An unknown address and a wrong password take the same work and the same time, and get the same answer: what is
written down about them afterwards differs, so every failure is answered at a fixed time after it came.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.errors import CloudError
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.passwords import Match, Passwords
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.sign_in_names import SignInNames, normal_email
from cloud_api.store import data_keys, organisations, sessions, users
from cloud_api.store.db import Database, Tenant
from cloud_api.store.sessions import Session
from cloud_api.store.users import User

_TOKEN_BYTES = 32
_LONGEST_TOKEN = 64


class OrganisationShutError(CloudError):
    """Address and password belong together, and nobody may work in the organisation."""


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """How long a session lasts without anybody doing anything, and at most; and when failures are answered."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    noted_every: timedelta = timedelta(seconds=30)
    failure_seconds: float = 0.6


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who is signed in."""

    tenant: UUID
    user_id: UUID
    name: str
    email: str
    organisation: str
    since: datetime
    ends_at: datetime

    def actor(self, address: str, reason: str = "") -> Actor:
        """This person in the audit log."""
        return Actor(self.name, address, reason)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token goes into a cookie and nowhere else."""

    token: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class SignInPorts:
    """What signing in works with."""

    db: Database
    ring: KeyRing
    passwords: Passwords
    names: SignInNames
    trail: AuditTrail
    security: SecurityLog
    clock: Clock


class SignIn:
    """Signs staff in and out."""

    def __init__(
        self,
        ports: SignInPorts,
        terms: SessionTerms | None = None,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._ports = ports
        self._db = ports.db
        self._clock = ports.clock
        self._rest = rest
        self.terms = terms or SessionTerms()

    async def sign_in(self, email: str, password: str, address: str) -> SignedIn | None:
        """A new session, or ``None`` when address and password do not belong together.

        Raises:
            PasswordsBusyError: too many sign in at this moment.
            OrganisationShutError: the organisation is suspended.
        """
        loop = asyncio.get_running_loop()
        came = loop.time()
        found = await self._find(email)
        match = await self._ports.passwords.check(found[1].password_hash if found else None, password)
        if found is not None and match.fits:
            return await self._begin(found[0], found[1], match, address)
        await self._note_failure(found, email, address)
        await self._rest(max(0.0, came + self.terms.failure_seconds - loop.time()))
        return None

    async def find(self, token: str, *, in_use: bool = True) -> Staff | None:
        """Who is behind a token, or ``None`` when it is unknown or the session is over.

        Without ``in_use`` (a page that refreshes by itself) the session grows no older and no younger.
        """
        tenant = await self._tenant_of(token)
        if tenant is None:
            return None
        digest, now = _digest(token), self._clock.now()
        async with self._db.tenant(tenant) as tx:
            session = await sessions.find(tx, digest)
            if session is None:
                return None
            if now >= session.ends_at or now - session.used_at >= self.terms.idle:
                await sessions.end(tx, digest)
                return None
            if in_use and now - session.used_at >= self.terms.noted_every:
                await sessions.note_use(tx, digest, now)
            return await self._staff(tx, session)

    async def sign_out(self, token: str, address: str) -> None:
        """End a session; nothing happens to one that is over already."""
        staff = await self.find(token)
        if staff is None:
            return
        async with self._db.tenant(staff.tenant) as tx:
            await sessions.end(tx, _digest(token))
            await self._ports.trail.record(tx, AdminAct("staff.signed_out", staff.actor(address)))

    async def _find(self, email: str) -> tuple[UUID, User] | None:
        token = await self._ports.names.token(email)
        async with self._db.lookup() as lookups:
            tenant = await lookups.find_sign_in(token)
        if tenant is None:
            return None
        async with self._db.tenant(tenant) as tx:
            if await organisations.find_standing(tx) == "destroyed":
                return None  # its accounts cannot be read any more
            user = await users.find_by_email(tx, await data_keys.open_organisation_key(tx, self._ports.ring), token)
        return None if user is None else (tenant, user)

    async def _begin(self, tenant: UUID, user: User, match: Match, address: str) -> SignedIn:
        now, token = self._clock.now(), secrets.token_urlsafe(_TOKEN_BYTES)
        session = Session(user.id, now, now, now + self.terms.longest)
        async with self._db.tenant(tenant) as tx:
            if await organisations.find_standing(tx) != "open":
                raise OrganisationShutError("the organisation is suspended on this server")
            await sessions.end_stale(tx, used_before=now - self.terms.idle, now=now)
            await sessions.add(tx, _digest(token), session)
            await users.note_sign_in(tx, user.id, now)
            if match.rehash is not None:
                cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
                await users.rehash(tx, cipher, user.id, match.rehash)
            await self._ports.trail.record(tx, AdminAct("staff.signed_in", Actor(user.name, address)))
        return SignedIn(token, session.ends_at)

    async def _note_failure(self, found: tuple[UUID, User] | None, email: str, address: str) -> None:
        if found is None:
            await self._ports.security.note("signin.failed", address=address, name=normal_email(email))
            return
        tenant, user = found
        async with self._db.tenant(tenant) as tx:
            await self._ports.trail.record(tx, AdminAct("staff.signin_failed", Actor(user.name, address)))

    async def _tenant_of(self, token: str) -> UUID | None:
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        async with self._db.lookup() as lookups:
            return await lookups.find_session(_digest(token))

    async def _staff(self, tx: Tenant, session: Session) -> Staff | None:
        name = await organisations.find_open_name(tx)
        if name is None:
            return None
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        user = await users.find(tx, cipher, session.user_id)
        if user is None:
            return None
        return Staff(tx.id, user.id, user.name, user.email, name, session.created_at, session.ends_at)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
