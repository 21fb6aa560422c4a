"""Another password by a link to the account's address. It signs nobody in, and the second factor stays (ADR 69)."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.even_time import EvenTime, Rest
from cloud_api.services.letters import LetterPorts, post
from cloud_api.services.one_time_links import read_token
from cloud_api.services.own_sessions import PasswordFault
from cloud_api.services.passwords import Passwords, find_fault
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.sign_in_names import normal_email
from cloud_api.store import api_clients, data_keys, half_sign_ins, organisations, sessions, staff_links, users
from cloud_api.store.db import Tenant
from cloud_api.store.staff_links import StaffLink
from cloud_api.store.users import User

LASTS = timedelta(minutes=30)
MOST_AT_ONCE = 5
"""Good links of one account: whoever knows an address can have so many mails sent there, and no more while one of them
still opens something. Counted over longer, a stranger could have all of them used up and dead.
"""
_ASKED_SECONDS = 0.6
_REFUSED_SECONDS = 0.3


class PasswordReset:
    """Sends such links, and takes them."""

    def __init__(
        self,
        ports: LetterPorts,
        passwords: Passwords,
        security: SecurityLog,
        trail: AuditTrail,
        *,
        mails: bool,
        rest: Rest = asyncio.sleep,
    ) -> None:
        self._ports = ports
        self._db = ports.db
        self._passwords = passwords
        self._security = security
        self._trail = trail
        self.mails = mails
        self._asked = EvenTime(_ASKED_SECONDS, rest)
        self._refused = EvenTime(_REFUSED_SECONDS, rest)

    async def ask(self, email: str, address: str) -> None:
        """Send a link where the address has an account; it takes the same time where it has none."""
        async with self._asked.answering():
            tenant = await self._tenant_of(email)
            if tenant is None or not await self._send(tenant, email, address):
                await self._security.note("reset.without_account", address=address, name=normal_email(email))

    async def open(self, text: str) -> str | None:
        """The address of the account that a link is for; ``None``, after the same time, for one that is over."""
        tenant, token_hash = read_token(text)
        async with self._refused.answering() as pace:
            async with self._db.tenant(tenant) as tx:
                found = await self._hold(tx, token_hash)
            if found is not None:
                pace.at_once()
        return None if found is None else found[1].email

    async def set(self, text: str, password: str, address: str) -> PasswordFault | bool:
        """Set another password: every session and program of the account ends, and its address is told. ``False`` for a
        link that is over.

        Raises:
            PasswordsBusyError: too many passwords are hashed at this moment.
        """
        tenant, token_hash = read_token(text)
        async with self._refused.answering() as pace:
            async with self._db.tenant(tenant) as tx:
                found, organisation = await self._hold(tx, token_hash), await organisations.find_name(tx)
            if found is None:
                return False
            pace.at_once()
        fault = find_fault(password, about=(found[1].email, found[1].name, organisation or ""))
        if fault is not None:
            return PasswordFault(fault)
        hashed = await self._passwords.hash(password)
        async with self._db.tenant(tenant) as tx:
            found = await self._hold(tx, token_hash)
            if found is None:
                return False
            await self._put(tx, found[1], hashed, address)
        return True

    async def _put(self, tx: Tenant, user: User, hashed: str, address: str) -> None:
        now, cipher = self._ports.clock.now(), await data_keys.open_organisation_key(tx, self._ports.ring)
        await users.set_password(tx, cipher, user.id, hashed, now)
        await users.prove_email(tx, user.id, now)
        await sessions.end_all_of(tx, user.id)
        await half_sign_ins.end_all_of(tx, user.id)
        await api_clients.end_all_of(tx, user.id)
        await staff_links.remove_all_of(tx, user.id)
        await post(self._ports, tx, "password_changed", user.id)
        await self._trail.record(
            tx, AdminAct("staff.password_reset", Actor.of_user(user.id, user.name, address), {"user": str(user.id)})
        )

    async def _tenant_of(self, email: str) -> UUID | None:
        token = await self._ports.names.token(email)
        async with self._db.lookup() as lookups:
            return await lookups.find_sign_in(token)

    async def _send(self, tenant: UUID, email: str, address: str) -> bool:
        now, token = self._ports.clock.now(), await self._ports.names.token(email)
        async with self._db.tenant(tenant) as tx:
            if not self.mails or await organisations.find_standing(tx) != "open":
                return False
            cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
            user = await users.find_by_email(tx, cipher, token)
            if user is None:
                return False
            if await staff_links.count_since(tx, user.id, "password", now - LASTS) >= MOST_AT_ONCE:
                return True
            link = StaffLink(uuid4(), user.id, "password", user.email, now, now + LASTS)
            await staff_links.add(tx, cipher, link)
            await post(self._ports, tx, "password_link", link.id)
            actor, detail = Actor.of_user(user.id, user.name, address), {"user": str(user.id)}
            await self._trail.record(tx, AdminAct("staff.reset_asked", actor, detail))
        return True

    async def _hold(self, tx: Tenant, token_hash: bytes) -> tuple[StaffLink, User] | None:
        if await organisations.find_standing(tx) != "open":
            return None
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        link = await staff_links.hold_by_token(tx, cipher, "password", token_hash)
        if link is None or link.ends_at <= self._ports.clock.now():
            return None
        user = await users.find(tx, cipher, link.user_id)
        # A link to an address that the account has no more proves nothing.
        return (link, user) if user is not None and normal_email(user.email) == normal_email(link.email) else None
