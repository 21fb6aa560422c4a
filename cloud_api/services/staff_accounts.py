"""Staff accounts: made, listed, given another password."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.roles import Grant, Role, tidied
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.names import is_name
from cloud_api.services.own_hosts import find_own_hosts
from cloud_api.services.passwords import Passwords, bcrypt_fault, find_fault
from cloud_api.services.quotas import require_room
from cloud_api.services.sign_in_names import SignInNames, email_fault
from cloud_api.store import (
    api_clients,
    data_keys,
    factors,
    half_sign_ins,
    organisations,
    passkeys,
    sessions,
    staff_links,
    staff_roles,
    users,
)
from cloud_api.store.db import Database, Tenant
from cloud_api.store.organisations import Site
from cloud_api.store.users import User

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class NewStaff:
    """Who is to get an account. Without ``grants`` the first of an organisation becomes its owner; for anybody else
    they must be said. ``hashed``: another system's bcrypt hash, in the place of a password.
    """

    name: str
    email: str
    password: str
    grants: tuple[Grant, ...] = ()
    hashed: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account, the roles that it bears, and the names of the locations that those are for."""

    user: User
    grants: tuple[Grant, ...]
    places: dict[UUID, str]

    def described(self) -> str:
        """``receptionist at Mill Lane, host``, or ``no role``."""
        return ", ".join(describe(grant, self.places) for grant in self.grants) or "no role"


def describe(grant: Grant, places: dict[UUID, str]) -> str:
    """A grant in words."""
    where = f" at {places.get(grant.site, 'a former location')}" if grant.site else ""
    return f"{grant.role.label.lower()}{where}"


class StaffAccounts:
    """Looks after accounts."""

    def __init__(
        self, db: Database, ring: KeyRing, passwords: Passwords, names: SignInNames, trail: AuditTrail, clock: Clock
    ) -> None:
        self._db = db
        self._ring = ring
        self._passwords = passwords
        self._names = names
        self._trail = trail
        self._clock = clock

    async def create(self, tenant: UUID, wanted: NewStaff, actor: Actor) -> User:
        """Make an account that can sign in at once.

        Raises:
            ConfigurationError: name, address or password cannot be used, the address has an account, or the
                organisation has all the accounts that it may have; the message says which and why.
        """
        self._require_sound(wanted, await self._called(tenant))
        hashed = wanted.hashed or await self._passwords.hash(wanted.password)
        token = await self._names.token(wanted.email)
        now = self._clock.now()
        user = User(uuid4(), wanted.name.strip(), wanted.email.strip(), hashed, now, now, None)
        async with self._db.tenant(tenant) as tx:
            if await organisations.find_name(tx) is None:
                raise ConfigurationError("there is no such organisation")
            await require_room(tx, "staff")
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            if not await users.add(tx, cipher, user, token):
                raise ConfigurationError("this address has an account on this server already")
            grants = await self._fitting(tx, wanted.grants)
            await staff_roles.put(tx, user.id, grants)
            places = {site.id: site.name for site in await organisations.list_sites(tx, cipher)}
            detail = {"user": str(user.id), "name": user.name, "roles": Account(user, grants, places).described()}
            await self._trail.record(tx, AdminAct("staff.created", actor, detail))
        return user

    async def list(self, tenant: UUID) -> list[Account]:
        """All accounts, by name."""
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            places = {site.id: site.name for site in await organisations.list_sites(tx, cipher)}
            borne = await staff_roles.of_all(tx)
            return [Account(user, borne.get(user.id, ()), places) for user in await users.list_all(tx, cipher)]

    async def choose_sites(self, tenant: UUID, wanted: tuple[str, ...]) -> tuple[Site, ...]:
        """The locations of keys or names.

        Raises:
            ConfigurationError: there is none such, or it is not clear which.
        """
        async with self._db.tenant(tenant) as tx:
            known = await organisations.list_sites(tx, await data_keys.open_organisation_key(tx, self._ring))
        return tuple(_choose_site(known, name) for name in wanted)

    async def _fitting(self, tx: Tenant, wanted: tuple[Grant, ...]) -> tuple[Grant, ...]:
        """What a new account bears; the first must be an owner, or the organisation would have none."""
        await staff_roles.hold_team(tx)
        owned = any(grant.role is Role.OWNER for grants in (await staff_roles.of_all(tx)).values() for grant in grants)
        if owned and not wanted:
            raise ConfigurationError("say what this person may do: a role such as receptionist, security or admin")
        grants = tidied(wanted) or (Grant(Role.OWNER),)
        if not owned and Grant(Role.OWNER) not in grants:
            raise ConfigurationError("the first account of an organisation must be its owner")
        return grants

    async def set_password(self, tenant: UUID, email: str, password: str, actor: Actor) -> int:
        """Give an account another password and end its sessions; how many those were.

        Raises:
            ConfigurationError: there is no such account in this organisation, or the password cannot be used.
        """
        token = await self._names.token(email)
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            user = await users.find_by_email(tx, cipher, token)
        if user is None:
            raise ConfigurationError("nobody of this organisation has this address")
        self._require_sound(NewStaff(user.name, user.email, password), await self._called(tenant))
        hashed = await self._passwords.hash(password)
        async with self._db.tenant(tenant) as tx:
            await users.set_password(tx, cipher, user.id, hashed, self._clock.now())
            ended = await sessions.end_all_of(tx, user.id)
            await half_sign_ins.end_all_of(tx, user.id)
            await api_clients.end_all_of(tx, user.id)
            await staff_links.remove_all_of(tx, user.id)
            await self._trail.record(tx, AdminAct("staff.password_set", actor, {"user": str(user.id)}))
        return ended

    async def reset_factors(self, tenant: UUID, email: str, actor: Actor) -> int:
        """Take all second factors and recovery codes from an account and end its sessions; how many those were. Whose
        role asks for a factor sets up a new one when next signing in.

        Raises:
            ConfigurationError: there is no such account in this organisation.
            ReasonNeededError: no reason is given.
        """
        token = await self._names.token(email)
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            user = await users.find_by_email(tx, cipher, token)
            if user is None:
                raise ConfigurationError("nobody of this organisation has this address")
            await users.hold(tx, user.id)
            await factors.remove_secret(tx, user.id)
            await passkeys.remove_all(tx, user.id)
            await factors.remove_recovery_codes(tx, user.id)
            await half_sign_ins.end_all_of(tx, user.id)
            await api_clients.end_all_of(tx, user.id)
            ended = await sessions.end_all_of(tx, user.id)
            detail = {"user": str(user.id), "name": user.name}
            await self._trail.record(tx, AdminAct("staff.factors_reset", actor, detail))
        return ended

    async def remove(self, tenant: UUID, email: str, actor: Actor) -> int:
        """Remove an account with its sessions, keys and programs, as the operator of the server says; how many sessions
        ended.

        Raises:
            ConfigurationError: there is no such account, or no owner would be left.
        """
        token = await self._names.token(email)
        async with self._db.tenant(tenant) as tx:
            await staff_roles.hold_team(tx)
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            user = await users.find_by_email(tx, cipher, token)
            if user is None:
                raise ConfigurationError("nobody of this organisation has this address")
            before = await staff_roles.of_user(tx, user.id)
            if Grant(Role.OWNER) in before and await staff_roles.count_owners(tx) <= 1:
                raise ConfigurationError("this is the only owner: make somebody else an owner first (user set-roles)")
            places = {site.id: site.name for site in await organisations.list_sites(tx, cipher)}
            await users.hold(tx, user.id)
            ended = await sessions.end_all_of(tx, user.id)
            await users.remove(tx, user.id)
            detail = {"user": str(user.id), "name": user.name, "before": Account(user, before, places).described()}
            await self._trail.record(tx, AdminAct("staff.removed", actor, detail))
        return ended

    async def set_roles(self, tenant: UUID, email: str, grants: tuple[Grant, ...], actor: Actor) -> Account:
        """Let somebody bear these roles and no others, as the operator of the server says: who was the last owner and
        left can only be followed by this (R12).

        Raises:
            ConfigurationError: there is no such account, no role is named, or no owner would be left.
        """
        token = await self._names.token(email)
        async with self._db.tenant(tenant) as tx:
            await staff_roles.hold_team(tx)
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            user = await users.find_by_email(tx, cipher, token)
            if user is None:
                raise ConfigurationError("nobody of this organisation has this address")
            before = await staff_roles.of_user(tx, user.id)
            owning = {Grant(Role.OWNER) in before, Grant(Role.OWNER) in grants}
            await staff_roles.put(tx, user.id, grants)
            if not grants or not await staff_roles.count_owners(tx):
                raise ConfigurationError("name a role; and make somebody else an owner before the last one is none")
            await find_own_hosts(tx, self._ring, user.id, user.email)
            places = {site.id: site.name for site in await organisations.list_sites(tx, cipher)}
            account = Account(user, tidied(grants), places)
            detail = {"user": str(user.id), "name": user.name, "before": Account(user, before, places).described()}
            detail["after"] = account.described()
            if len(owning) > 1:
                detail["ownership"] = "given" if Grant(Role.OWNER) in grants else "taken"
            await self._trail.record(tx, AdminAct("staff.roles_changed", actor, detail))
        return account

    async def _called(self, tenant: UUID) -> str:
        async with self._db.tenant(tenant) as tx:
            return await organisations.find_name(tx) or ""

    def _require_sound(self, wanted: NewStaff, organisation: str) -> None:
        name = wanted.name.strip()
        if not is_name(name, MAX_NAME):
            raise ConfigurationError(f"a name has 1 to {MAX_NAME} printable signs")
        chosen = partial(find_fault, wanted.password, about=(wanted.email, wanted.name, organisation))
        fault = email_fault(wanted.email) or (bcrypt_fault(wanted.hashed) if wanted.hashed else chosen())
        if fault is not None:
            raise ConfigurationError(fault)


def _choose_site(known: Sequence[Site], wanted: str) -> Site:
    matching = [site for site in known if wanted in (site.key, site.name)]
    if len(matching) == 1:
        return matching[0]
    named = ", ".join(f"{site.name} ({site.key})" for site in known) or "none yet"
    found = f"{len(matching)} locations are called" if matching else "there is no location"
    raise ConfigurationError(f'{found} "{wanted}": the locations are {named}')
