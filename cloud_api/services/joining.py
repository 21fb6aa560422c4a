"""Accepting an invitation: name and password are chosen, and the account is there, signed in (R01, R09)."""

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid4

from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.even_time import EvenTime, Rest
from cloud_api.services.invitation_domains import domain_fault
from cloud_api.services.invitations import why_not_invite
from cloud_api.services.letters import LetterPorts
from cloud_api.services.names import is_name
from cloud_api.services.one_time_links import read_token
from cloud_api.services.passwords import Passwords, find_fault
from cloud_api.services.quotas import QuotaExceededError, require_room
from cloud_api.services.session_start import SessionStart, SignedIn, Where
from cloud_api.services.staff_accounts import MAX_NAME, describe
from cloud_api.store import data_keys, invitation_domains, invitations, organisations, staff_roles, users
from cloud_api.store.db import Tenant
from cloud_api.store.invitations import Invitation
from cloud_api.store.users import User

REFUSED_SECONDS = 0.3
_TAKEN = "This address has an account on this server already. Ask for an invitation to another address of yours."
_FULL = "The organisation has all the accounts that it may have. Ask whoever invited you; the invitation stays."
_NAME = f"A name has 1 to {MAX_NAME} printable signs."


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation offers: to whom, in which organisation, as what."""

    email: str
    organisation: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinFault:
    """Why it did not work, as a sentence; the invitation stays."""

    words: str


class Joining:
    """Opens and accepts invitations."""

    def __init__(
        self,
        ports: LetterPorts,
        passwords: Passwords,
        start: SessionStart,
        trail: AuditTrail,
        rest: Rest = asyncio.sleep,
    ) -> None:
        self._ports = ports
        self._db = ports.db
        self._passwords = passwords
        self._start = start
        self._trail = trail
        self._even = EvenTime(REFUSED_SECONDS, rest)

    async def open(self, text: str) -> Offer | None:
        """What a link offers; ``None``, after the same time, when it is used, over, taken back, or never was one."""
        tenant, token_hash = read_token(text)
        async with self._even.answering() as pace:
            offer = None
            async with self._db.tenant(tenant) as tx:
                found = await self._hold(tx, token_hash)
                if found is not None:
                    offer = await self._offer(tx, found)
                    pace.at_once()
        return offer

    async def accept(self, text: str, name: str, password: str, where: Where) -> SignedIn | JoinFault | None:
        """Make the account and sign it in; ``None`` as for ``open``.

        Raises:
            PasswordsBusyError: too many passwords are hashed at this moment.
        """
        offer = await self.open(text)
        if offer is None:
            return None
        plain = name.strip()
        if not is_name(plain, MAX_NAME):
            return JoinFault(_NAME)
        fault = find_fault(password, about=(offer.email, plain, offer.organisation))
        if fault is not None:
            return JoinFault(fault)
        hashed = await self._passwords.hash(password)
        tenant, token_hash = read_token(text)
        email_token = await self._ports.names.token(offer.email)
        try:
            async with self._db.tenant(tenant) as tx:
                found = await self._hold(tx, token_hash)
                return None if found is None else await self._join(tx, found, (plain, hashed, email_token), where)
        except QuotaExceededError:
            return JoinFault(_FULL)

    async def _join(
        self, tx: Tenant, found: Invitation, chosen: tuple[str, str, bytes], where: Where
    ) -> SignedIn | JoinFault:
        name, hashed, email_token = chosen
        now, cipher = self._ports.clock.now(), await data_keys.open_organisation_key(tx, self._ports.ring)
        await require_room(tx, "staff")
        user = User(uuid4(), name, found.email, hashed, now, now, None)
        if not await users.add(tx, cipher, user, email_token):
            return JoinFault(_TAKEN)
        await users.put_language(tx, user.id, found.language)
        if found.by_mail:
            await users.prove_email(tx, user.id, now)
        await staff_roles.put(tx, user.id, found.grants)
        await invitations.remove(tx, found.id)
        offer = await self._offer(tx, found)
        detail = {"user": str(user.id), "name": name, "roles": ", ".join(offer.roles)}
        await self._trail.record(tx, AdminAct("staff.joined", Actor.of_user(user.id, name, where.address), detail))
        return await self._start.begin(tx, user, where, factor="")

    async def _hold(self, tx: Tenant, token_hash: bytes) -> Invitation | None:
        """The invitation of a link that is good at this moment."""
        if await organisations.find_standing(tx) != "open":
            return None
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        found = await invitations.hold_by_token(tx, cipher, token_hash)
        if found is None or found.ends_at <= self._ports.clock.now():
            return None
        if domain_fault(found.email, await invitation_domains.read(tx)) is not None:
            return None
        return found if found.invited_by is None or await _may_still(tx, found, found.invited_by) else None

    async def _offer(self, tx: Tenant, found: Invitation) -> Offer:
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        places = {site.id: site.name for site in await organisations.list_sites(tx, cipher)}
        name = await organisations.find_open_name(tx) or ""
        return Offer(found.email, name, tuple(describe(grant, places) for grant in found.grants))


async def _may_still(tx: Tenant, found: Invitation, inviter: UUID) -> bool:
    """Whether whoever invited may still give these roles: nobody gives what they have no more."""
    return why_not_invite(await staff_roles.of_user(tx, inviter), found.grants) is None
