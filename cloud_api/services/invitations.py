"""Inviting people into the team (R09): made, sent again, taken back. Whoever acts is judged by what they bear at that
moment, and what they say is the same whether or not the address has an account anywhere (ADR 69).
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

from cloud_api.policy.permissions import Permission
from cloud_api.policy.roles import Grant, Role, tidied
from cloud_api.policy.table import may, reach_of
from cloud_api.policy.team_rules import Refusal, may_give
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.invitation_domains import domain_fault
from cloud_api.services.letters import LetterPorts, post
from cloud_api.services.one_time_links import make_token
from cloud_api.services.quotas import QuotaExceededError, require_room
from cloud_api.services.sign_in import Staff
from cloud_api.services.sign_in_names import email_fault
from cloud_api.services.staff_accounts import describe
from cloud_api.store import api_keys, data_keys, invitation_domains, invitations, letters, organisations, staff_roles
from cloud_api.store.api_keys import ApiKey
from cloud_api.store.db import Tenant
from cloud_api.store.invitations import Invitation

LASTS = timedelta(days=7)
_FULL = "Your organisation has all the accounts that it may have. Remove somebody, or ask whoever runs the server."
MOST_WAITING = 200
_MANY = f"{MOST_WAITING} invitations wait already. Take some of them back, or let people join first."
_OFTEN = "This address was sent five invitations within an hour. Let them look for those, also among unwanted mail."
_REVOKED = "The key that asks was revoked."
_AGAIN = "it was sent again"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to invite to what; ``language``: of the mail."""

    email: str
    grants: tuple[Grant, ...]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that is on its way; ``link`` is there only where this server sends no mail, and only now."""

    id: UUID
    email: str
    link: str | None


@dataclass(frozen=True, slots=True)
class InviteFault:
    """Why nobody is invited, as a sentence; ``barred`` where it is not for whoever asked to do."""

    words: str
    barred: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """An invitation as the team page shows it; ``mail`` says what became of its letter, ``handed`` without one."""

    id: UUID
    email: str
    roles: tuple[str, ...]
    made_at: datetime
    ends_at: datetime
    over: bool
    mail: str
    grants: tuple[Grant, ...]


class LetterLimit(Protocol):
    """Counts letters to an address; the limit is ``letters``."""

    async def check(self, name: str, who: str) -> int | None:
        """``None`` when one more is allowed, else the seconds to wait."""
        ...

    async def give_back(self, name: str, who: str) -> None:
        """Uncount one that was not sent."""
        ...


class Invitations:
    """Makes invitations, and looks after those that wait. ``mails``: whether this server sends mail."""

    def __init__(self, ports: LetterPorts, trail: AuditTrail, limit: LetterLimit, *, mails: bool) -> None:
        self._ports = ports
        self._limit = limit
        self._db = ports.db
        self._trail = trail
        self.mails = mails

    async def list(self, staff: Staff) -> tuple[Pending, ...]:
        """Those that whoever looks could have made, the newest first."""
        now = self._ports.clock.now()
        async with self._db.tenant(staff.tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
            found = [
                item
                for item in await invitations.list_all(tx, cipher)
                if why_not_invite(staff.in_team(staff.grants), item.grants) is None
            ]
            mailed = await letters.standings_of(tx, [item.id for item in found])
            places = {site.id: site.name for site in await organisations.list_sites(tx, cipher)}
        return tuple(
            Pending(
                item.id,
                item.email,
                tuple(describe(grant, places) for grant in item.grants),
                item.made_at,
                item.ends_at,
                item.ends_at <= now,
                mailed.get(item.id, "handed"),
                item.grants,
            )
            for item in found
        )

    async def invite(self, staff: Staff, wanted: Wanted, actor: Actor) -> Invited | InviteFault:
        """Invite somebody."""

        async def act() -> Invited | InviteFault:
            async with self._db.tenant(staff.tenant) as tx:
                own = staff.in_team(await staff_roles.of_user(tx, staff.user_id))
                places = await organisations.list_site_ids(tx)
                barred = why_not_invite(own, wanted.grants, places)
                if barred is not None:
                    return InviteFault(barred.value, barred)
                return await self._make(tx, wanted, staff.user_id, actor)

        return await self._counted(wanted.email, act)

    async def invite_as_operator(self, tenant: UUID, wanted: Wanted, actor: Actor) -> Invited | InviteFault:
        """Invite somebody by command; without roles the first of an organisation becomes its owner."""
        async with self._db.tenant(tenant) as tx:
            grants = wanted.grants
            if not grants:
                if await staff_roles.count_owners(tx):
                    return InviteFault("say what this person may do: a --role such as receptionist, security or admin")
                grants = (Grant(Role.OWNER),)
            return await self._make(tx, Wanted(wanted.email, grants, wanted.language), None, actor)

    async def send_again(self, staff: Staff, invitation_id: UUID, actor: Actor) -> Invited | InviteFault:
        """Let one last anew, with another link: the one before it opens nothing any more."""
        async with self._db.tenant(staff.tenant) as tx:
            found = await self._own(tx, staff, invitation_id)
        if found is None:
            return InviteFault(Refusal.NOBODY.value, Refusal.NOBODY)
        return await self._counted(found.email, lambda: self._begin_again(staff, invitation_id, actor))

    async def _begin_again(self, staff: Staff, invitation_id: UUID, actor: Actor) -> Invited | InviteFault:
        now = self._ports.clock.now()
        async with self._db.tenant(staff.tenant) as tx:
            found = await self._own(tx, staff, invitation_id)
            if found is None:
                return InviteFault(Refusal.NOBODY.value, Refusal.NOBODY)
            fault = domain_fault(found.email, await invitation_domains.read(tx))
            if fault is None and found.ends_at <= now:
                fault = await _room_fault(tx, now)
            key = await self._key(tx, actor)
            if key is not None and not key.is_good(now):
                fault = _REVOKED
            if fault is not None:
                return InviteFault(fault)
            await invitations.begin_again(tx, found.id, staff.user_id, _end(now, key), key.id if key else None)
            # Its link would be dead by the time that the mail arrives.
            await letters.end_waiting(tx, found.id, fault=_AGAIN, now=now)
            await self._trail.record(tx, AdminAct("staff.invited_again", actor, {"name": found.email}))
            return Invited(found.id, found.email, await self._give_out(tx, found.id))

    async def withdraw(self, staff: Staff, invitation_id: UUID, actor: Actor) -> bool:
        """Take one back; ``False`` when there is none within reach."""
        async with self._db.tenant(staff.tenant) as tx:
            found = await self._own(tx, staff, invitation_id)
            if found is None or not await invitations.remove(tx, found.id):
                return False
            await self._trail.record(tx, AdminAct("staff.invitation_withdrawn", actor, {"name": found.email}))
        return True

    async def _own(self, tx: Tenant, staff: Staff, invitation_id: UUID) -> Invitation | None:
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        found = await invitations.find(tx, cipher, invitation_id)
        own = staff.in_team(await staff_roles.of_user(tx, staff.user_id))
        return found if found is not None and why_not_invite(own, found.grants) is None else None

    async def _make(self, tx: Tenant, wanted: Wanted, inviter: UUID | None, actor: Actor) -> Invited | InviteFault:
        fault = email_fault(wanted.email) or domain_fault(wanted.email, await invitation_domains.read(tx))
        now = self._ports.clock.now()
        fault, key = fault or await _room_fault(tx, now), await self._key(tx, actor)
        if key is not None and not key.is_good(now):
            fault = _REVOKED
        if fault is not None:
            return InviteFault(fault)
        try:
            await require_room(tx, "staff")
        except QuotaExceededError:
            return InviteFault(_FULL)
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        places = {site.id: site.name for site in await organisations.list_sites(tx, cipher)}
        fresh = Invitation(
            uuid4(), wanted.email.strip(), tidied(wanted.grants), inviter, wanted.language, now, _end(now, key)
        )
        fresh = replace(fresh, key_id=key.id if key else None)
        await invitations.add(tx, cipher, fresh)
        roles = ", ".join(describe(grant, places) for grant in fresh.grants)
        await self._trail.record(tx, AdminAct("staff.invited", actor, {"name": fresh.email, "roles": roles}))
        return Invited(fresh.id, fresh.email, await self._give_out(tx, fresh.id))

    async def _key(self, tx: Tenant, actor: Actor) -> ApiKey | None:
        """The key that acts, held: whoever revokes it meanwhile finds what it made."""
        if actor.key_id is None:
            return None
        return await api_keys.hold(tx, await data_keys.open_organisation_key(tx, self._ports.ring), actor.key_id)

    async def _counted(self, email: str, act: Callable[[], Awaitable[Invited | InviteFault]]) -> Invited | InviteFault:
        """Do what has a letter sent, unless its address was sent enough of them; by whomever, and whatever for."""
        if not self.mails:
            return await act()
        who = (await self._ports.names.token(email)).hex()
        if await self._limit.check("letters", who) is not None:
            return InviteFault(_OFTEN)
        said = await act()
        if isinstance(said, InviteFault):
            await self._limit.give_back("letters", who)
        return said

    async def _give_out(self, tx: Tenant, invitation_id: UUID) -> str | None:
        """Have the link sent; where this server sends no mail it is made here, and is in nobody's hands but these."""
        if self.mails:
            await post(self._ports, tx, "invitation", invitation_id)
            return None
        token = make_token(tx.id)
        await invitations.put_token(tx, invitation_id, token.kept, by_mail=False)
        return f"{self._ports.origin}/join/{token.text}"


def _end(now: datetime, key: ApiKey | None) -> datetime:
    """When an invitation ends: no later than the key that made it."""
    last = now + LASTS
    return last if key is None or key.ends_at is None else min(last, key.ends_at)


async def _room_fault(tx: Tenant, now: datetime) -> str | None:
    return _MANY if await invitations.count_waiting(tx, now) >= MOST_WAITING else None


def why_not_invite(
    own: Collection[Grant], wanted: Collection[Grant], places: Collection[UUID] | None = None
) -> Refusal | None:
    """Why whoever bears ``own`` may not invite somebody to these roles. ``places``: the locations that there are."""
    reach = reach_of(own, Permission.TEAM_MANAGE)
    if reach is None:
        return Refusal.NOT_YOURS
    for grant in wanted:
        if grant.site is not None and (
            not reach.holds(grant.site) or (places is not None and grant.site not in places)
        ):
            return Refusal.NO_PLACE
    if not wanted:
        return Refusal.NO_ROLE
    if any(grant.role is Role.OWNER for grant in wanted):
        return None if places is None and may(own, Permission.TEAM_MANAGE_OWNERS) else Refusal.OWNERSHIP
    return None if all(may_give(own, grant) for grant in wanted) else Refusal.NOT_YOURS
