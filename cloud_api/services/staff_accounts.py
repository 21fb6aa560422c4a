"""Staff accounts: made, listed, given another password."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.passwords import Passwords, find_fault
from cloud_api.services.quotas import require_room
from cloud_api.services.sign_in_names import SignInNames, email_fault
from cloud_api.store import data_keys, organisations, sessions, users
from cloud_api.store.db import Database
from cloud_api.store.users import User

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class NewStaff:
    """Who is to get an account."""

    name: str
    email: str
    password: str


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
        self._require_sound(wanted)
        hashed = await self._passwords.hash(wanted.password)
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
            await self._trail.record(tx, AdminAct("staff.created", actor, {"user": str(user.id), "name": user.name}))
        return user

    async def list(self, tenant: UUID) -> list[User]:
        """All accounts, by name."""
        async with self._db.tenant(tenant) as tx:
            return await users.list_all(tx, await data_keys.open_organisation_key(tx, self._ring))

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
        self._require_sound(NewStaff(user.name, user.email, password))
        hashed = await self._passwords.hash(password)
        async with self._db.tenant(tenant) as tx:
            await users.set_password(tx, cipher, user.id, hashed, self._clock.now())
            ended = await sessions.end_all_of(tx, user.id)
            await self._trail.record(tx, AdminAct("staff.password_set", actor, {"user": str(user.id)}))
        return ended

    def _require_sound(self, wanted: NewStaff) -> None:
        name = wanted.name.strip()
        if not name or len(name) > MAX_NAME or not name.isprintable():
            raise ConfigurationError(f"a name has 1 to {MAX_NAME} printable signs")
        fault = email_fault(wanted.email) or find_fault(wanted.password, about=(wanted.email, wanted.name))
        if fault is not None:
            raise ConfigurationError(fault)
