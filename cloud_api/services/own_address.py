"""One's own e-mail address: proved by a link that is sent to it, and changed in the same way."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.even_time import EvenTime, Rest
from cloud_api.services.invitation_domains import domain_fault
from cloud_api.services.letters import LetterPorts, post
from cloud_api.services.one_time_links import read_token
from cloud_api.services.own_hosts import find_own_hosts
from cloud_api.services.sign_in import Staff
from cloud_api.services.sign_in_names import email_fault, normal_email
from cloud_api.store import data_keys, invitation_domains, organisations, staff_links, users
from cloud_api.store.db import Tenant
from cloud_api.store.staff_links import StaffLink
from cloud_api.store.users import User

LASTS = timedelta(hours=24)
MOST_AN_HOUR = 5
_REFUSED_SECONDS = 0.3
_NO_MAIL = "This server sends no mail, so that an address cannot be confirmed. Whoever runs it can set that up."
_OFTEN = "Five mails were sent within an hour. Look for them, also among unwanted mail, or try again later."


@dataclass(frozen=True, slots=True)
class AddressView:
    """When the address was proved, ``None`` for not yet; the language of mails, ``None`` where nobody chose one."""

    proved_at: datetime | None
    language: str | None


@dataclass(frozen=True, slots=True)
class AddressFault:
    """Why nothing was sent, as a sentence."""

    words: str


@dataclass(frozen=True, slots=True)
class AddressOffer:
    """What following a link confirms."""

    email: str
    organisation: str


class OwnAddress:
    """Looks after it."""

    def __init__(self, ports: LetterPorts, trail: AuditTrail, *, mails: bool, rest: Rest = asyncio.sleep) -> None:
        self._ports = ports
        self._db = ports.db
        self._trail = trail
        self._mails = mails
        self._even = EvenTime(_REFUSED_SECONDS, rest)

    async def view(self, staff: Staff) -> AddressView:
        """How it stands."""
        async with self._db.tenant(staff.tenant) as tx:
            return AddressView(*await users.mail_facts(tx, staff.user_id))

    async def ask(self, staff: Staff, email: str, language: str, actor: Actor) -> AddressFault | None:
        """Send a link to an address, one's own or the one that is to be. Whether somebody has it is not said."""
        own = normal_email(email) == normal_email(staff.email)
        now = self._ports.clock.now()
        async with self._db.tenant(staff.tenant) as tx:
            allowed = () if own else await invitation_domains.read(tx)
            fault = email_fault(email) or domain_fault(email, allowed) or ("" if self._mails else _NO_MAIL)
            if (
                not fault
                and await staff_links.count_since(tx, staff.user_id, "address", now - timedelta(hours=1))
                >= MOST_AN_HOUR
            ):
                fault = _OFTEN
            if fault:
                return AddressFault(fault)
            cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
            link = StaffLink(uuid4(), staff.user_id, "address", email.strip(), now, now + LASTS)
            await staff_links.add(tx, cipher, link)
            await users.put_language(tx, staff.user_id, language)
            await post(self._ports, tx, "address_link", link.id)
            detail = {"user": str(staff.user_id), "name": link.email}
            await self._trail.record(tx, AdminAct("staff.address_asked", actor, detail))
        return None

    async def open(self, text: str) -> AddressOffer | None:
        """What a link confirms; ``None``, after the same time, for one that is over."""
        tenant, token_hash = read_token(text)
        offer = None
        async with self._even.answering() as pace:
            async with self._db.tenant(tenant) as tx:
                found = await self._hold(tx, token_hash)
                if found is not None:
                    offer = AddressOffer(found[0].email, await organisations.find_open_name(tx) or "")
            if offer is not None:
                pace.at_once()
        return offer

    async def confirm(self, text: str, address: str) -> bool:
        """Take it as proved, and as the account's; ``False`` for a link that is over, or an address that got an account
        meanwhile.
        """
        tenant, token_hash = read_token(text)
        async with self._even.answering() as pace:
            async with self._db.tenant(tenant) as tx:
                found = await self._hold(tx, token_hash)
            if found is None:
                return False
            pace.at_once()
        email_token = await self._ports.names.token(found[0].email)
        async with self._db.tenant(tenant) as tx:
            found = await self._hold(tx, token_hash)
            return found is not None and await self._put(tx, found[0], found[1], (email_token, address))

    async def _put(self, tx: Tenant, link: StaffLink, user: User, given: tuple[bytes, str]) -> bool:
        now, cipher = self._ports.clock.now(), await data_keys.open_organisation_key(tx, self._ports.ring)
        email_token, address = given
        if not await users.change_email(tx, cipher, user.id, link.email, email_token, now):
            return False
        await staff_links.remove_all_of(tx, user.id)
        await find_own_hosts(tx, self._ports.ring, user.id, link.email)
        changed = normal_email(link.email) != normal_email(user.email)
        if changed:
            await post(self._ports, tx, "address_changed", user.id, user.email)
        kind = "staff.address_changed" if changed else "staff.address_proved"
        detail = {"user": str(user.id), "before": user.email, "after": link.email}
        await self._trail.record(tx, AdminAct(kind, Actor.of_user(user.id, user.name, address), detail))
        return True

    async def _hold(self, tx: Tenant, token_hash: bytes) -> tuple[StaffLink, User] | None:
        if await organisations.find_standing(tx) != "open":
            return None
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        link = await staff_links.hold_by_token(tx, cipher, "address", token_hash)
        if link is None or link.ends_at <= self._ports.clock.now():
            return None
        user = await users.find(tx, cipher, link.user_id)
        return None if user is None else (link, user)
