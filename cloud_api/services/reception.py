"""Who waits at a kiosk for somebody, as those see it who go there; and who went (F09, F16, F23, ADR 97)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.policy.permissions import Permission
from cloud_api.policy.reach import Reach
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.call_letters import WAITS_AT_MOST, write_letters
from cloud_api.services.call_readers import find_readers
from cloud_api.services.call_readings import Occasion
from cloud_api.services.call_words import told_of
from cloud_api.services.languages import language_name
from cloud_api.services.letters import LetterPorts
from cloud_api.services.local_time import zone_named
from cloud_api.services.sign_in import Staff
from cloud_api.store import data_keys, kiosks, organisations, reception_calls, stays, users
from cloud_api.store.db import Tenant
from cloud_api.store.jobs import announce_change
from cloud_api.store.organisations import Site
from cloud_api.store.reaching import site_list
from cloud_api.store.reception_calls import StoredCall

_MOST_SHOWN = 50
_REASONS = {
    "screening": "",  # the mark says it
    "no_list": "The kiosk had no watchlist in date",
    "type": "Their type of visitor was taken away while they checked in",
    "attestation": "A document that their type needs is missing or over",
    "approval": "Their visit is not approved",
    "invited_only": "Their type comes by invitation alone",
    "host": "They named no host whom the kiosk knows",
    "photo": "They took no photo, which their type needs",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits, or is looked for. ``at`` is the time at the place; ``undated``: it is the server's, as the
    kiosk's clock was not set. ``watch`` and ``reason`` say nothing to who may not read the watchlist. ``visit``: that
    the person has arrived, so that there is a page of the visit. ``language``: its name, where it is not English.
    """

    id: UUID
    stay_id: UUID
    occasion: Occasion
    watch: bool
    reason: str
    kiosk: str
    site: str
    at: datetime
    undated: bool
    name: str
    company: str
    host: str
    language: str
    assistance: bool
    visit: bool
    taken_by: str
    taken_at: datetime | None

    @property
    def taken(self) -> bool:
        """Whether somebody goes there."""
        return self.taken_at is not None


class Reception:
    """Tells who waits, takes down who goes there, and has others told where nobody does."""

    def __init__(self, ports: LetterPorts, trail: AuditTrail) -> None:
        self._ports = ports
        self._db = ports.db
        self._trail = trail

    async def waiting(self, staff: Staff, site_id: UUID | None) -> tuple[Waiting, ...]:
        """Those at a site (``None``: at all) within reach of whoever asks, first come first."""
        reach, watch = staff.reach(Permission.CALLS_ATTEND), staff.reach(Permission.WATCHLIST_VIEW)
        async with self._db.tenant(staff.tenant, snapshot=True) as tx:
            found = await reception_calls.list_open(
                tx,
                self._ports.ring,
                sites=site_list(reach),
                site_id=site_id,
                since=self._ports.clock.now() - WAITS_AT_MOST,
                limit=_MOST_SHOWN,
            )
            shown = [call for call in found if _is_shown(call, watch)]
            return tuple(await self._tell(tx, shown, watch)) if shown else ()

    async def take(self, staff: Staff, call_id: UUID, actor: Actor) -> bool:
        """Whoever asks goes there; ``False``: there is no such call within reach. Where somebody goes already, or it is
        over, nothing is changed and nothing written down.
        """
        async with self._db.tenant(staff.tenant) as tx:
            call = await self._find(tx, staff, call_id)
            if call is None:
                return False
            if await reception_calls.take(tx, call.id, staff.user_id, self._ports.clock.now()):
                await self._record(tx, "call.taken", call, actor)
        return True

    async def finish(self, staff: Staff, call_id: UUID, actor: Actor) -> bool:
        """Nobody waits any more; as for ``take``."""
        async with self._db.tenant(staff.tenant) as tx:
            call = await self._find(tx, staff, call_id)
            if call is None:
                return False
            if await reception_calls.end(tx, [call.id], "done", self._ports.clock.now()):
                await self._record(tx, "call.done", call, actor)
        return True

    async def escalate(self) -> int:
        """Write to the next who are responsible where nobody goes; how many calls."""
        now, escalated = self._ports.clock.now(), 0
        async with self._db.lookup() as lookups:
            tenants = await lookups.list_call_escalations(now)
        for tenant in tenants:
            async with self._db.tenant(tenant) as tx:
                for call in await reception_calls.take_due(tx, self._ports.ring, now):
                    if now - call.since < WAITS_AT_MOST:
                        await self._tell_next(tx, call, now)
                        escalated += 1
        return escalated

    async def _tell_next(self, tx: Tenant, call: StoredCall, now: datetime) -> None:
        ring, jobs = self._ports.ring, self._ports.jobs
        groups = await find_readers(tx, ring, call.site_id, watch=told_of(call).watch)
        # Where there is nobody above, the same are told once more.
        above = groups[:2][-1] if groups else ()
        await write_letters(tx, ring, jobs, kind="reception_call_again", call_id=call.id, readers=above, now=now)

    async def _find(self, tx: Tenant, staff: Staff, call_id: UUID) -> StoredCall | None:
        call = await reception_calls.find(tx, self._ports.ring, call_id, hold=True)
        if call is None or not staff.reach(Permission.CALLS_ATTEND).holds(call.site_id):
            return None
        return call if _is_shown(call, staff.reach(Permission.WATCHLIST_VIEW)) else None

    async def _record(self, tx: Tenant, kind: str, call: StoredCall, actor: Actor) -> None:
        detail = {"kiosk": str(call.kiosk_id), "stay": str(call.stay_id), "site": str(call.site_id)}
        await self._trail.record(tx, AdminAct(kind, actor, detail))
        await announce_change(tx)

    async def _tell(self, tx: Tenant, found: list[StoredCall], watch: Reach) -> list[Waiting]:
        cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
        takers = await users.find_many(tx, cipher, {call.taken_by for call in found if call.taken_by})
        arrived = await stays.find_many(tx, self._ports.ring, {call.stay_id for call in found})
        names = {kiosk.id: kiosk.name for kiosk in await kiosks.list_all(tx)}
        sites = {site.id: site for site in await organisations.list_sites(tx, None)}
        told = _Telling(sites, names, {user.id: user.name for user in takers}, arrived, watch)
        return [told.of(call) for call in found]


@dataclass(frozen=True, slots=True)
class _Telling:
    sites: Mapping[UUID, Site]
    kiosks: Mapping[UUID, str]
    takers: Mapping[UUID, str]
    arrived: Mapping[UUID, stays.Stay]
    watch: Reach

    def of(self, call: StoredCall) -> Waiting:
        """A call as it is read."""
        told, site, stay = told_of(call), self.sites[call.site_id], self.arrived.get(call.stay_id)
        zone, person = zone_named(site.time_zone), stay.person if stay else None
        sees_why = self.watch.holds(call.site_id)
        return Waiting(
            id=call.id,
            stay_id=call.stay_id,
            occasion=told.occasion,
            watch=told.watch and sees_why,
            reason=_REASONS.get(told.reason, told.reason) if sees_why else "",
            kiosk=self.kiosks.get(call.kiosk_id, ""),
            site=site.name,
            at=call.since.astimezone(zone),
            undated=call.asked_at is None,
            name=told.name or (person.name if person else ""),
            company=told.company or (person.company if person else ""),
            host=told.host or (person.host if person else ""),
            language="" if told.language in ("", "en") else language_name(told.language),
            assistance=told.assistance,
            visit=stay is not None,
            taken_by=self.takers.get(call.taken_by, "Somebody") if call.taken_by else "",
            taken_at=call.taken_at.astimezone(zone) if call.taken_at else None,
        )


def _is_shown(call: StoredCall, watch: Reach) -> bool:
    """Somebody who went in and met the watchlist is looked for in silence, by those who may read it."""
    return told_of(call).occasion is not Occasion.ALERT or watch.holds(call.site_id)
