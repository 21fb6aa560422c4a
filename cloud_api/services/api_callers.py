"""Who asks by the API: a program of somebody's, or a key that somebody made. Either is that person and never more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reach import Reach
from cloud_api.policy.roles import Grant, Role, tidied
from cloud_api.policy.table import is_bounded
from cloud_api.services.api_tokens import TokenKind, digest, read_token
from cloud_api.services.audit_trail import Actor
from cloud_api.services.sign_in import Staff
from cloud_api.services.step_up import PROOF_LASTS
from cloud_api.store import (
    api_clients,
    api_keys,
    data_keys,
    factors,
    organisations,
    session_policies,
    staff_roles,
    users,
)
from cloud_api.store.db import Database, Tenant

NOTED_EVERY = timedelta(minutes=1)
ACCESS_LASTS = timedelta(minutes=15)
FOR_ALL_LOCATIONS = frozenset({Permission.TEAM_MANAGE})
"""What only a key for all locations can have, though roles can be borne for one: it changes roles at others too."""


@dataclass(frozen=True, slots=True)
class Caller(Staff):
    """Staff by a program. ``permissions`` bound a key or a program, ``sites`` a key (``None``: not bounded), beside
    what its maker may at this moment. ``session_id`` is the id of the key or program.
    """

    kind: Literal["key", "program"]
    called: str
    permissions: frozenset[Permission] | None
    sites: frozenset[UUID] | None

    @property
    def must_enrol(self) -> bool:
        """Whether a program was connected without the second factor that is asked for (R07). A key was made with a
        proof, and goes on when its maker's telephone is lost.
        """
        return self.kind == "program" and self.needs_factor and not self.two_factor

    def actor(self, address: str, reason: str = "") -> Actor:
        """This person and what they ask by, in the audit log."""
        what = "API key" if self.kind == "key" else "program"
        name, by = f"{self.name}, by the {what} “{self.called}”", f"{self.kind}:{self.session_id}"
        return Actor(name, address, reason, by, person=self.name)

    def in_team(self, borne: tuple[Grant, ...]) -> tuple[Grant, ...]:
        """Their ownership is not its own without its permission: then it acts as an administrator."""
        if self.may(Permission.TEAM_MANAGE_OWNERS):
            return borne
        return tidied(tuple(Grant(Role.ADMIN) if item.role is Role.OWNER else item for item in borne))

    def may(self, permission: Permission) -> bool:
        """Whether this is allowed at all, be it at one location."""
        if self.permissions is not None and permission not in self.permissions:
            return False
        if not Staff.may(self, permission):
            return False
        if self.sites is None:
            return True
        if not is_bounded(permission) or permission in FOR_ALL_LOCATIONS:
            return False
        left = Staff.reach(self, permission).within(self.sites)
        return left.sites != frozenset() or left.hosts_at != frozenset()

    def reach(self, permission: Permission) -> Reach:
        """How far: nowhere, where it is not allowed at all."""
        return Staff.reach(self, permission).within(self.sites) if self.may(permission) else Reach(frozenset())

    def may_danger(self, now: datetime) -> bool:
        """Whether a dangerous act may be done: a key names its permission, and was made with a proof; a program may
        for as long as the proof lasts that connected it.
        """
        return self.kind == "key" or now - self.proved_at < PROOF_LASTS


@dataclass(frozen=True, slots=True)
class _Bounds:
    """A key or a program as it was found."""

    id: UUID
    user_id: UUID
    kind: Literal["key", "program"]
    called: str
    since: datetime
    two_factor: bool
    permissions: frozenset[Permission] | None = None
    sites: frozenset[UUID] | None = None


class ApiCallers:
    """Finds them."""

    def __init__(self, db: Database, ring: KeyRing, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._clock = clock

    async def find(self, token: str) -> Caller | None:
        """Who is behind a token, or ``None`` when it opens nothing (any more)."""
        said = read_token(token)
        if said is None or said[0] is TokenKind.REFRESH:
            return None
        kind, tenant = said
        async with self._db.tenant(tenant) as tx:
            name = await organisations.find_open_name(tx)
            if name is None:
                return None
            bounds = await (self._key(tx, token) if kind is TokenKind.KEY else self._program(tx, token))
            return None if bounds is None else await self._caller(tx, name, bounds)

    async def _key(self, tx: Tenant, token: str) -> _Bounds | None:
        cipher, now = await data_keys.open_organisation_key(tx, self._ring), self._clock.now()
        key = await api_keys.find_by_token(tx, cipher, digest(token))
        if key is None or not key.is_good(now):
            return None
        if key.used_at is None or now - key.used_at >= NOTED_EVERY:
            await api_keys.note_use(tx, key.id, now)
        allowed = _known(key.permissions)
        sites = None if key.sites is None else frozenset(key.sites)
        return _Bounds(
            key.id, key.maker_id, "key", key.name, key.made_at, two_factor=False, permissions=allowed, sites=sites
        )

    async def _program(self, tx: Tenant, token: str) -> _Bounds | None:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        found = await api_clients.find_by_access(tx, cipher, digest(token), self._clock.now())
        if found is None:
            return None
        scope = None if found.permissions is None else _known(found.permissions)
        return _Bounds(found.id, found.user_id, "program", found.name, found.made_at, found.two_factor, scope)

    async def _caller(self, tx: Tenant, organisation: str, bounds: _Bounds) -> Caller | None:
        user = await users.find(tx, await data_keys.open_organisation_key(tx, self._ring), bounds.user_id)
        if user is None:
            return None
        has_factor = (await factors.held_by(tx, user.id)).any
        if bounds.kind == "program" and has_factor and not bounds.two_factor:
            return None  # as with sessions: what was connected before the account had a second factor ends with it
        grants = await staff_roles.of_user(tx, user.id)
        own = await staff_roles.hosts_of(tx, user.id) if any(item.role is Role.HOST for item in grants) else frozenset()
        return Caller(
            tenant=tx.id,
            user_id=user.id,
            name=user.name,
            email=user.email,
            organisation=organisation,
            since=bounds.since,
            ends_at=self._clock.now() + ACCESS_LASTS,
            grants=grants,
            hosts=own,
            session_id=bounds.id,
            idle=ACCESS_LASTS,
            proved_at=bounds.since,
            two_factor=bounds.two_factor,
            has_factor=has_factor,
            factor_for_all=(await session_policies.read(tx)).factor_for_all,
            kind=bounds.kind,
            called=bounds.called,
            permissions=bounds.permissions,
            sites=bounds.sites,
        )


def _known(names: Collection[str]) -> frozenset[Permission]:
    """Of names that were kept, those of permissions that there still are."""
    known = {item.value for item in Permission}
    return frozenset(Permission(item) for item in names if item in known)
