"""The team of an organisation as its people look after it: roles given and taken, somebody removed, the ownership
handed on. Whoever acts is judged by the roles borne at the moment of the act, and one act comes after another: two
owners who demote each other at once cannot both succeed (R12).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reach import Reach
from cloud_api.policy.roles import Grant, Role, tidied
from cloud_api.policy.table import may, reach_of
from cloud_api.policy.team_rules import Refusal, is_above, may_give, why_not_change, why_not_remove, why_not_sign_out
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.own_hosts import find_own_hosts
from cloud_api.services.place_zones import place_zone
from cloud_api.services.sign_in import Staff
from cloud_api.services.staff_accounts import describe
from cloud_api.store import api_clients, data_keys, half_sign_ins, organisations, sessions, staff_roles, users
from cloud_api.store.db import Database, Tenant
from cloud_api.store.organisations import Site


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team. ``roles`` are the grants in words, in their order. ``manageable``, ``removable``: by
    whoever looks.
    """

    id: UUID
    name: str
    email: str
    grants: tuple[Grant, ...]
    roles: tuple[str, ...]
    signed_in: datetime | None
    manageable: bool
    removable: bool

    @property
    def owner(self) -> bool:
        """Whether this person is an owner."""
        return Grant(Role.OWNER) in self.grants


@dataclass(frozen=True, slots=True)
class TeamView:
    """The people within reach, by name, and the locations that exist for whoever looks."""

    now: datetime
    members: tuple[Member, ...]
    sites: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A grant that can be chosen: where it is for, whether it is borne, and whether whoever looks may change that."""

    grant: Grant
    place: str
    borne: bool
    open: bool


@dataclass(frozen=True, slots=True)
class RoleChoices:
    """A role and the places where it can be borne."""

    role: Role
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody's roles would become, in words; ``refusal`` where they may not."""

    member: Member
    after: tuple[Grant, ...]
    roles: tuple[str, ...]
    refusal: Refusal | None


class Team:
    """Reads and changes the team."""

    def __init__(self, db: Database, ring: KeyRing, trail: AuditTrail, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._trail = trail
        self._clock = clock

    async def view(self, staff: Staff) -> TeamView:
        """Everybody with a role at a location within reach, roles for all locations included."""
        async with self._db.tenant(staff.tenant, snapshot=True) as tx:
            return await self._view(tx, staff, staff.in_team(staff.grants), staff.reach(Permission.TEAM_VIEW))

    async def roles_of(self, staff: Staff) -> tuple[str, ...]:
        """One's own roles in words."""
        async with self._db.tenant(staff.tenant, snapshot=True) as tx:
            places = await self._places(tx)
        return tuple(describe(grant, places) for grant in staff.grants)

    async def find(self, staff: Staff, user_id: UUID) -> Member | None:
        """One of them."""
        return next((member for member in (await self.view(staff)).members if member.id == user_id), None)

    async def choices(self, staff: Staff, member: Member) -> tuple[RoleChoices, ...]:
        """What can be chosen for somebody on a form: everything borne or open, role by role."""
        view = await self.view(staff)
        return _choices(view.sites, lambda grant, place: _choice(staff, member, grant, place), owner=member.owner)

    async def offers(self, staff: Staff, chosen: Collection[Grant]) -> tuple[RoleChoices, ...]:
        """What can be chosen for somebody new; ``chosen``: what is already."""
        view, own = await self.view(staff), staff.in_team(staff.grants)
        return _choices(view.sites, lambda grant, place: Choice(grant, place, grant in chosen, _is_open(own, grant)))

    async def preview(self, staff: Staff, user_id: UUID, wanted: Collection[Grant]) -> Change | None:
        """What a change would bring about; ``None`` when nobody within reach has this id."""
        async with self._db.tenant(staff.tenant, snapshot=True) as tx:
            return await self._judge(tx, staff, staff.in_team(staff.grants), user_id, wanted)

    async def change(
        self,
        staff: Staff,
        user_id: UUID,
        wanted: Collection[Grant],
        actor: Actor,
        *,
        seen: Callable[[tuple[Grant, ...]], bool] | None = None,
    ) -> Refusal | None:
        """Let somebody bear ``wanted``, and beside it what they bear beyond the reach of whoever acts; if they still
        bear what was ``seen``, where that is asked for.
        """
        async with self._db.tenant(staff.tenant) as tx:
            own = await self._begin(tx, staff)
            change = await self._judge(tx, staff, own, user_id, wanted)
            if change is None or change.refusal is not None:
                return Refusal.NOBODY if change is None else change.refusal
            if seen is not None and not seen(change.member.grants):
                return Refusal.CHANGED
            if change.after == change.member.grants:
                return None
            await staff_roles.put(tx, user_id, change.after)
            await find_own_hosts(tx, self._ring, user_id, change.member.email)
            before, after = ", ".join(change.member.roles), ", ".join(change.roles)
            detail = {"user": str(user_id), "name": change.member.name, "before": before, "after": after}
            await self._trail.record(tx, AdminAct("staff.roles_changed", actor, detail))
        return None

    async def remove(self, staff: Staff, user_id: UUID, actor: Actor) -> Refusal | None:
        """Remove somebody: account and roles, and every session at once."""
        async with self._db.tenant(staff.tenant) as tx:
            own = await self._begin(tx, staff)
            member = await self._member(tx, staff, own, user_id)
            if member is None:
                return Refusal.NOBODY
            owners, oneself = await staff_roles.count_owners(tx), user_id == staff.user_id
            refusal = why_not_remove(own, member.grants, oneself=oneself, owners=owners)
            if refusal is not None:
                return refusal
            await users.hold(tx, user_id)
            await sessions.end_all_of(tx, user_id)
            await users.remove(tx, user_id)
            detail = {"user": str(user_id), "name": member.name, "before": ", ".join(member.roles)}
            await self._trail.record(tx, AdminAct("staff.removed", actor, detail))
        return None

    async def sign_out(self, staff: Staff, user_id: UUID, actor: Actor) -> Refusal | None:
        """End every session of somebody, and their programs: a telephone was lost, or a password is out."""
        async with self._db.tenant(staff.tenant) as tx:
            own = await self._begin(tx, staff)
            member = await self._member(tx, staff, own, user_id)
            if member is None:
                return Refusal.NOBODY
            if why_not_sign_out(own, member.grants):
                return Refusal.NOT_YOURS
            await users.hold(tx, user_id)
            ended = await sessions.end_all_of(tx, user_id)
            await half_sign_ins.end_all_of(tx, user_id)
            programs = await api_clients.end_all_of(tx, user_id)
            detail = {"user": str(user_id), "name": member.name, "count": str(ended), "programs": str(programs)}
            await self._trail.record(tx, AdminAct("staff.ended_everywhere", actor, detail))
        return None

    async def hand_on(self, staff: Staff, user_id: UUID, actor: Actor) -> Refusal | None:
        """Make somebody else the owner in the place of whoever acts, who becomes an administrator."""
        async with self._db.tenant(staff.tenant) as tx:
            own = await self._begin(tx, staff)
            member = await self._member(tx, staff, own, user_id)
            if member is None:
                return Refusal.NOBODY
            if not may(own, Permission.TEAM_MANAGE_OWNERS) or member.owner:
                return Refusal.NOT_YOURS
            await staff_roles.put(tx, user_id, (Grant(Role.OWNER),))
            rest = tuple(grant for grant in own if grant.role is not Role.OWNER)
            await staff_roles.put(tx, staff.user_id, (Grant(Role.ADMIN), *rest))
            detail = {
                "user": str(user_id),
                "name": member.name,
                "before": staff.name,
                "after": member.name,
                "roles": ", ".join(member.roles),
            }
            await self._trail.record(tx, AdminAct("staff.ownership_handed_on", actor, detail))
        return None

    async def _begin(self, tx: Tenant, staff: Staff) -> tuple[Grant, ...]:
        """Hold the team, and read what whoever acts bears now: since the request began it may have become less."""
        await staff_roles.hold_team(tx)
        return staff.in_team(await staff_roles.of_user(tx, staff.user_id))

    async def _judge(
        self, tx: Tenant, staff: Staff, own: tuple[Grant, ...], user_id: UUID, wanted: Collection[Grant]
    ) -> Change | None:
        member = await self._member(tx, staff, own, user_id)
        if member is None:
            return None
        places = await self._places(tx)
        if any(grant.site is not None and grant.site not in places for grant in wanted):
            return Change(member, member.grants, member.roles, Refusal.NO_PLACE)
        oneself = user_id == staff.user_id
        kept = () if oneself else tuple(item for item in member.grants if not _is_open(own, item))
        after = tidied((*wanted, *kept))
        owners = await staff_roles.count_owners(tx)
        refusal = why_not_change(own, member.grants, after, oneself=oneself, owners=owners)
        return Change(member, after, tuple(describe(grant, places) for grant in after), refusal)

    async def _member(self, tx: Tenant, staff: Staff, own: tuple[Grant, ...], user_id: UUID) -> Member | None:
        reach = reach_of(own, Permission.TEAM_MANAGE)
        view = None if reach is None else await self._view(tx, staff, own, reach)
        return next((item for item in view.members if item.id == user_id), None) if view else None

    async def _view(self, tx: Tenant, staff: Staff, own: tuple[Grant, ...], reach: Reach) -> TeamView:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        sites = await organisations.list_sites(tx, cipher)
        zone, places = place_zone(sites, None), {site.id: site.name for site in sites}
        borne, owners = await staff_roles.of_all(tx, reach.sites), await staff_roles.count_owners(tx)
        members = tuple(
            Member(
                user.id,
                user.name,
                user.email,
                borne[user.id],
                tuple(describe(grant, places) for grant in borne[user.id]),
                user.signed_in_at.astimezone(zone) if user.signed_in_at else None,
                manageable=user.id == staff.user_id or not is_above(own, borne[user.id]),
                removable=why_not_remove(own, borne[user.id], oneself=user.id == staff.user_id, owners=owners) is None,
            )
            for user in await users.find_many(tx, cipher, list(borne))
        )
        return TeamView(self._clock.now().astimezone(zone), members, tuple(s for s in sites if reach.holds(s.id)))

    async def _places(self, tx: Tenant) -> dict[UUID, str]:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        return {site.id: site.name for site in await organisations.list_sites(tx, cipher)}


def _choices(
    sites: Sequence[Site], make: Callable[[Grant, str], Choice], *, owner: bool = False
) -> tuple[RoleChoices, ...]:
    places: dict[UUID | None, str] = {None: "All locations"} | {site.id: site.name for site in sites}
    found: list[RoleChoices] = []
    for role in Role:
        if role is Role.OWNER and not owner:
            continue  # the ownership is handed on, and never chosen
        grants = [Grant(role, site) for site in places if site is None or not role.everywhere]
        offered = (make(grant, places[grant.site]) for grant in grants)
        shown = tuple(choice for choice in offered if choice.borne or choice.open)
        if shown:
            found.append(RoleChoices(role, shown))
    return tuple(found)


def _choice(staff: Staff, member: Member, grant: Grant, place: str) -> Choice:
    borne = grant in member.grants
    is_open = borne if member.id == staff.user_id else _is_open(staff.in_team(staff.grants), grant)
    return Choice(grant, place, borne, is_open)


def _is_open(own: tuple[Grant, ...], grant: Grant) -> bool:
    """Whether whoever bears ``own`` may give and take this on a form."""
    if grant.role is Role.OWNER:
        return may(own, Permission.TEAM_MANAGE_OWNERS)
    return may_give(own, grant)
