"""API keys (R02): made, listed, revoked. A key is shown when it is made and never again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.factors import needs_factor
from cloud_api.policy.permissions import Permission
from cloud_api.policy.table import is_bounded
from cloud_api.services.api_callers import FOR_ALL_LOCATIONS, Caller
from cloud_api.services.api_tokens import TokenKind, digest, new_token
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.names import is_name
from cloud_api.services.sign_in import Staff
from cloud_api.store import (
    api_keys,
    data_keys,
    factors,
    invitations,
    organisations,
    session_policies,
    staff_roles,
    users,
    webhooks,
)
from cloud_api.store.api_keys import ApiKey
from cloud_api.store.db import Database, Tenant
from cloud_api.store.invitations import Invitation
from cloud_api.store.organisations import Site
from cloud_api.store.webhooks import Webhook

LONGEST_NAME = 60
MOST_DAYS = 1825
MOST_KEYS = 500
"""So many that open anything: those that are over count no more, and are forgotten after 90 days (``Retention``)."""


@dataclass(frozen=True, slots=True)
class WantedKey:
    """A key to be made. ``sites``: ``None`` for all of the maker's locations; ``days``: ``None`` for no end."""

    name: str
    permissions: frozenset[Permission]
    sites: frozenset[UUID] | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new key; ``secret`` is shown this once."""

    key: ApiKey
    secret: str


@dataclass(frozen=True, slots=True)
class KeyFault:
    """Why a key is not made, as a sentence."""

    words: str


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key as people read it: who made it, and the names of its locations."""

    key: ApiKey
    maker: str
    sites: tuple[str, ...] | None
    good: bool


@dataclass(frozen=True, slots=True)
class CameOf:
    """What ends with a key, by name: it and the keys that came of it, invitations into the team that nobody accepted
    yet, and webhooks, which are stopped.
    """

    keys: tuple[str, ...]
    invitations: tuple[str, ...]
    webhooks: tuple[str, ...]


class ApiKeys:
    """Looks after the keys of an organisation."""

    def __init__(self, db: Database, ring: KeyRing, trail: AuditTrail, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._trail = trail
        self._clock = clock

    async def sites(self, staff: Staff) -> list[Site]:
        """The locations that a key can be for."""
        async with self._db.tenant(staff.tenant, snapshot=True) as tx:
            return await organisations.list_sites(tx, await data_keys.open_organisation_key(tx, self._ring))

    async def list(self, tenant: UUID) -> list[ListedKey]:
        """All keys, the newest first, those that open nothing any more included."""
        now = self._clock.now()
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            found = await api_keys.list_all(tx, cipher)
            makers = {user.id: user.name for user in await users.find_many(tx, cipher, {key.maker_id for key in found})}
            names = {site.id: site.name for site in await organisations.list_sites(tx, cipher)}
        return [
            ListedKey(
                key,
                makers.get(key.maker_id, ""),
                None if key.sites is None else tuple(names.get(site, "") for site in key.sites),
                key.is_good(now),
            )
            for key in found
        ]

    async def make(self, staff: Staff, wanted: WantedKey, actor: Actor) -> MadeKey | KeyFault:
        """Make a key, never wider than whoever makes it (who may be a key); the caller has asked for a proof."""
        name = " ".join(wanted.name.split())
        now = self._clock.now()
        async with self._db.tenant(staff.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            known = [site.id for site in await organisations.list_sites(tx, cipher)]
            own = staff.sites if isinstance(staff, Caller) else None
            sites = own if wanted.sites is None else wanted.sites
            fault = _name_fault(name, wanted.days) or _scope_fault(staff, wanted.permissions, sites, own or known)
            if fault is None and await api_keys.count_good(tx, now) >= MOST_KEYS:
                fault = f"There are {MOST_KEYS} keys already."
            parent = await _parent(tx, cipher, staff)
            if parent is not None and not parent.is_good(now):
                fault = "The key that asks was revoked."
            if fault is not None:
                return KeyFault(fault)
            ends_at = _end(now, wanted.days, parent)
            order = [item.value for item in Permission if item in wanted.permissions]
            placed = None if sites is None else tuple(sorted(sites))
            key = ApiKey(uuid4(), staff.user_id, name, tuple(order), placed, now, ends_at)
            key = replace(key, parent_id=parent.id if parent else None)
            secret = new_token(TokenKind.KEY, tx.id)
            await api_keys.add(tx, cipher, digest(secret), key)
            detail = {"key": str(key.id), "name": name, "permissions": " ".join(order), "ends": _written(ends_at)}
            detail["sites"] = "all" if placed is None else " ".join(str(site) for site in placed)
            await self._trail.record(tx, AdminAct("apikey.made", actor, detail))
        return MadeKey(key, secret)

    async def make_for(self, tenant: UUID, user_id: UUID, wanted: WantedKey, actor: Actor) -> MadeKey | KeyFault:
        """The same in the name of somebody of the team, for the operator's command: of nobody who must have a second
        factor and has none, for they themselves could do nothing yet (R07).
        """
        now = self._clock.now()
        async with self._db.tenant(tenant, snapshot=True) as tx:
            user = await users.find(tx, await data_keys.open_organisation_key(tx, self._ring), user_id)
            grants = await staff_roles.of_user(tx, user_id)
            organisation = await organisations.find_open_name(tx)
            for_all = (await session_policies.read(tx)).factor_for_all
            has_factor = (await factors.held_by(tx, user_id)).any
        if user is None or organisation is None:
            return KeyFault("There is nobody of this name in the team, or nobody may work in the organisation.")
        if not has_factor and (for_all or needs_factor(grants)):
            return KeyFault(f"{user.name} must set up a second factor first: a key for them would go around it.")
        maker = Staff(
            tenant=tenant,
            user_id=user.id,
            name=user.name,
            email=user.email,
            organisation=organisation,
            since=now,
            ends_at=now,
            grants=grants,
            hosts=frozenset(),
            session_id=user.id,
            idle=timedelta(0),
            proved_at=now,
            two_factor=has_factor,
            has_factor=has_factor,
            factor_for_all=for_all,
        )
        return await self.make(maker, wanted, actor)

    async def came_of(self, tenant: UUID, key_id: UUID) -> CameOf:
        """What would end with a key."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            line = await api_keys.came_of(tx, key_id)
            names = {key.id: key.name for key in await api_keys.list_all(tx, cipher)}
            made = await invitations.list_of_keys(tx, cipher, line)
            hooks = await webhooks.list_of_keys(tx, cipher, line)
        return _came_of([names[each] for each in line], made, hooks)

    async def revoke(self, tenant: UUID, key_id: UUID, actor: Actor) -> CameOf | None:
        """End a key at once, and what came of it (somebody with a stolen key leaves none behind): keys, invitations,
        webhooks; ``None`` when there is none, or it was ended before.
        """
        now = self._clock.now()
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            names = {key.id: key.name for key in await api_keys.list_all(tx, cipher)}
            ended = await api_keys.revoke(tx, key_id, now)
            for each in ended:
                detail = {"key": str(each), "name": names.get(each, "")}
                await self._trail.record(tx, AdminAct("apikey.revoked", actor, detail))
            made = await invitations.list_of_keys(tx, cipher, ended)
            for item in made:
                await invitations.remove(tx, item.id)
                await self._trail.record(tx, AdminAct("staff.invitation_withdrawn", actor, {"name": item.email}))
            hooks = await webhooks.list_of_keys(tx, cipher, ended)
            for hook in hooks:
                await webhooks.stop(tx, hook.id, now)
                detail = {"webhook": str(hook.id), "name": hook.name, "paused": "yes"}
                await self._trail.record(tx, AdminAct("webhook.changed", actor, detail))
        return _came_of([names.get(each, "") for each in ended], made, hooks) if ended else None


def _came_of(keys: Iterable[str], made: Iterable[Invitation], hooks: Iterable[Webhook]) -> CameOf:
    return CameOf(tuple(keys), tuple(item.email for item in made), tuple(hook.name for hook in hooks))


def _name_fault(name: str, days: int | None) -> str | None:
    if not is_name(name, LONGEST_NAME):
        return f"A key needs a name of 1 to {LONGEST_NAME} letters, such as Access control."
    if days is not None and not 1 <= days <= MOST_DAYS:
        return f"A key ends after 1 to {MOST_DAYS} days, or has no end."
    return None


def _scope_fault(
    staff: Staff, permissions: Collection[Permission], sites: frozenset[UUID] | None, known: Collection[UUID]
) -> str | None:
    if not permissions:
        return "Choose at least one thing that the key may do."
    beyond = [item.value for item in permissions if not staff.may(item)]
    if beyond:
        return f"A key can do no more than who makes it: {', '.join(sorted(beyond))} is not yours."
    if sites is None:
        return None
    if not sites or not sites <= set(known):
        return "Choose locations that are there."
    wide = [item.value for item in permissions if not is_bounded(item) or item in FOR_ALL_LOCATIONS]
    return f"Only a key for all locations can have {', '.join(sorted(wide))}." if wide else None


async def _parent(tx: Tenant, cipher: FieldCipher, staff: Staff) -> ApiKey | None:
    """The key that asks for another one, held: whoever revokes it meanwhile finds what it made."""
    if not isinstance(staff, Caller) or staff.kind != "key":
        return None
    return await api_keys.hold(tx, cipher, staff.session_id)


def _end(now: datetime, days: int | None, parent: ApiKey | None) -> datetime | None:
    """When a new key ends: as asked for, and never later than the key that makes it."""
    own = None if days is None else now + timedelta(days=days)
    last = None if parent is None else parent.ends_at
    return own if last is None else min(own or last, last)


def _written(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="minutes")
