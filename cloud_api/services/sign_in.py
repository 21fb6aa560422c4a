"""Signing in and out, and who is behind a session.

An unknown address and a wrong password take the same work and the same time, and get the same answer: what is
written down about them afterwards differs, so every failure is answered at a fixed time after it came, or at a multiple
of that. A right password of an account that has a second factor gives no session: the second step does
(``services/second_step.py``).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.errors import CloudError
from cloud_api.keys.ring import KeyRing
from cloud_api.policy import table
from cloud_api.policy.factors import needs_factor
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reach import Reach
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.passwords import Passwords
from cloud_api.services.refusal_notes import record_refusal
from cloud_api.services.second_step import SecondStepOwed, SecondSteps
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.session_start import SessionStart, SignedIn, Where
from cloud_api.services.session_tokens import digest, may_be_token
from cloud_api.services.sign_in_guard import SignInGuard
from cloud_api.services.sign_in_names import SignInNames, normal_email
from cloud_api.store import data_keys, factors, organisations, sessions, staff_roles, users
from cloud_api.store.db import Database, Tenant
from cloud_api.store.sessions import Session
from cloud_api.store.users import User

_LOOKS = 3
"""Once more where the stored hash is another one by now: by a sign-in that made it anew, the password fits that too."""


class OrganisationShutError(CloudError):
    """Address and password belong together, and nobody may work in the organisation."""


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """How often the use of a session is noted, and when failures are answered. How long sessions last is each
    organisation's own policy.
    """

    noted_every: timedelta = timedelta(seconds=30)
    failure_seconds: float = 0.6


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who is signed in. ``grants``: the roles borne at this moment; ``hosts``: which hosts this person is.

    ``idle``: how long the session may rest; ``proved_at``: when this person last proved who they are; ``two_factor``:
    whether with a second factor; ``has_factor``: whether the account has one; ``factor_for_all``: whether the
    organisation asks everybody for one.
    """

    tenant: UUID
    user_id: UUID
    name: str
    email: str
    organisation: str
    since: datetime
    ends_at: datetime
    grants: tuple[Grant, ...]
    hosts: frozenset[UUID]
    session_id: UUID
    idle: timedelta
    proved_at: datetime
    two_factor: bool
    has_factor: bool
    factor_for_all: bool

    @property
    def needs_factor(self) -> bool:
        """Whether a role, or the organisation of everybody, asks for a second factor (R07)."""
        return self.factor_for_all or needs_factor(self.grants)

    @property
    def must_enrol(self) -> bool:
        """Whether a second factor that is asked for is still to be set up: nothing else is open until then (R07).
        What counts is what the account has now: its session may be older than the loss of its last factor.
        """
        return self.needs_factor and not (self.two_factor and self.has_factor)

    def actor(self, address: str, reason: str = "") -> Actor:
        """This person in the audit log."""
        return Actor.of_user(self.user_id, self.name, address, reason)

    def in_team(self, borne: tuple[Grant, ...]) -> tuple[Grant, ...]:
        """Which of the roles that they bear count where the team is changed."""
        return borne

    def may(self, permission: Permission) -> bool:
        """Whether this person may do this at all, be it at one location."""
        return table.may(self.grants, permission)

    def reach(self, permission: Permission) -> Reach:
        """How far: nowhere, where the person may not at all."""
        return table.reach_of(self.grants, permission, self.hosts) or Reach(frozenset())


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
    start: SessionStart
    steps: SecondSteps
    guard: SignInGuard


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

    async def sign_in(self, email: str, password: str, where: Where) -> SignedIn | SecondStepOwed | None:
        """A new session, or what goes on to the second step where the account has one; ``None`` when address and
        password do not belong together.

        Raises:
            PasswordsBusyError: too many sign in at this moment.
            OrganisationShutError: the organisation is suspended.
        """
        loop = asyncio.get_running_loop()
        came = loop.time()
        for _ in range(_LOOKS):
            found = await self._find(email)
            match = await self._ports.passwords.check(found[1].password_hash if found else None, password)
            if found is None or not match.fits:
                break
            begun = await self._go_on(found[0], found[1], match.rehash, where)
            if begun is not None:
                return begun
        await self._note_failure(found, email, where.address)
        # What took longer ends at the next multiple.
        await self._rest((came - loop.time()) % self.terms.failure_seconds)
        return None

    async def find(self, token: str, *, in_use: bool = True) -> Staff | None:
        """Who is behind a token, or ``None`` when it is unknown or the session is over.

        Without ``in_use`` (a page that refreshes by itself) the session grows no older and no younger.
        """
        tenant = await self._tenant_of(token)
        if tenant is None:
            return None
        now = self._clock.now()
        async with self._db.tenant(tenant) as tx:
            session = await sessions.find(tx, digest(token))
            if session is None:
                return None
            # A session from before the account had a second factor ends with its first.
            if is_over(session, now) or (session.has_factor and not session.two_factor):
                await sessions.end(tx, digest(token))
                return None
            if in_use and now - session.used_at >= self.terms.noted_every:
                await sessions.note_use(tx, digest(token), now)
            return await self._staff(tx, session)

    async def sign_out(self, token: str, address: str) -> None:
        """End a session; nothing happens to one that is over already."""
        staff = await self.find(token)
        if staff is None:
            return
        async with self._db.tenant(staff.tenant) as tx:
            await sessions.end(tx, digest(token))
            await self._ports.trail.record(tx, AdminAct("staff.signed_out", staff.actor(address)))

    async def note_refusal(self, staff: Staff, permission: Permission, address: str) -> None:
        """Write down in the organisation's log that somebody asked for what their role does not allow."""
        await record_refusal(self._db, self._ports.trail, staff.tenant, permission, staff.actor(address))

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

    async def _go_on(
        self, tenant: UUID, user: User, rehash: str | None, where: Where
    ) -> SignedIn | SecondStepOwed | None:
        """``None`` where the account is not any more as it was when its password was checked, which takes its time."""
        async with self._db.tenant(tenant) as tx:
            if not await self._is_as_checked(tx, user):
                return None
            if await organisations.find_standing(tx) != "open":
                raise OrganisationShutError("the organisation is suspended on this server")
            if rehash is not None:
                cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
                await users.rehash(tx, cipher, user.id, rehash)
            if (await factors.held_by(tx, user.id)).any:
                return await self._ports.steps.begin(tx, user)
            return await self._ports.start.begin(tx, user, where, factor="")

    async def _is_as_checked(self, tx: Tenant, user: User) -> bool:
        """Whether address and hash are those that were checked; they stay so until the transaction ends."""
        if await organisations.find_standing(tx) == "destroyed" or not await users.hold(tx, user.id):
            return False
        now = await users.find(tx, await data_keys.open_organisation_key(tx, self._ports.ring), user.id)
        return now is not None and (now.email, now.password_hash) == (user.email, user.password_hash)

    async def _note_failure(self, found: tuple[UUID, User] | None, email: str, address: str) -> None:
        if found is None:
            await self._ports.security.note("signin.failed", address=address, name=normal_email(email))
            return
        tenant, user = found
        if not await self._is_open(tenant):  # nothing that a stranger does may come into the trail of what is closing
            await self._ports.security.note("signin.failed", address=address, name=normal_email(email))
            return
        besieged = await self._ports.guard.is_new_siege(user.id)
        async with self._db.tenant(tenant) as tx:
            actor = Actor.of_user(user.id, user.name, address)
            await self._ports.trail.record(tx, AdminAct("staff.signin_failed", actor))
            if besieged:
                await self._ports.trail.record(tx, AdminAct("staff.besieged", actor, {"user": str(user.id)}))

    async def _is_open(self, tenant: UUID) -> bool:
        async with self._db.tenant(tenant) as tx:
            return await organisations.find_standing(tx) == "open"

    async def _tenant_of(self, token: str) -> UUID | None:
        if not may_be_token(token):
            return None
        async with self._db.lookup() as lookups:
            return await lookups.find_session(digest(token))

    async def _staff(self, tx: Tenant, session: Session) -> Staff | None:
        name = await organisations.find_open_name(tx)
        if name is None:
            return None
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        user = await users.find(tx, cipher, session.user_id)
        if user is None:
            return None
        grants = await staff_roles.of_user(tx, user.id)
        own = await staff_roles.hosts_of(tx, user.id) if any(item.role is Role.HOST for item in grants) else frozenset()
        return Staff(
            tenant=tx.id,
            user_id=user.id,
            name=user.name,
            email=user.email,
            organisation=name,
            since=session.created_at,
            ends_at=session.ends_at,
            grants=grants,
            hosts=own,
            session_id=session.id,
            idle=session.idle,
            proved_at=session.proved_at,
            two_factor=session.two_factor,
            has_factor=session.has_factor,
            factor_for_all=session.factor_for_all,
        )


def is_over(session: Session, now: datetime) -> bool:
    """Whether a session's time is up."""
    return now >= session.ends_at or now - session.used_at >= session.idle
