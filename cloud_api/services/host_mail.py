"""What a host chooses of their mails, by the link at the foot of each: none for a while, and again (R10)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.local_time import start_of_day
from cloud_api.services.place_zones import place_zone
from cloud_api.services.signed_links import LinkPurpose, SignedLink, SignedLinks
from cloud_api.store import data_keys, hosts, organisations
from cloud_api.store.db import Database

MOST_DAYS = 90
ONE_CLICK_DAYS = 30
"""For how long a mail program's own button mutes."""


@dataclass(frozen=True, slots=True)
class HostMailView:
    """How it stands, in the time of the host's place. ``muted_until`` is ``None`` where mails come; ``changed``:
    whether it has just become so.
    """

    organisation: str
    now: datetime
    muted_until: datetime | None
    changed: bool = False


class HostMail:
    """Reads and changes it, for whoever has the link."""

    def __init__(self, db: Database, ring: KeyRing, links: SignedLinks, trail: AuditTrail, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._links = links
        self._trail = trail
        self._clock = clock

    async def view(self, text: str) -> HostMailView | None:
        """How it stands; ``None`` for a link that opens nothing."""
        link = await self._links.open(text, LinkPurpose.HOST_MAIL)
        return None if link is None else await self._view(link)

    async def mute(self, text: str, days: int, address: str) -> HostMailView | None:
        """No mails of arrivals until so many days from today have begun; with 0 they come again."""
        link = await self._links.open(text, LinkPurpose.HOST_MAIL)
        view = None if link is None else await self._view(link)
        if link is None or view is None:
            return None
        until = start_of_day(view.now, view.now.tzinfo) + timedelta(days=days) if days and view.now.tzinfo else None
        if until == view.muted_until:
            return view  # the log grows by what is changed, not by how often a link is sent
        async with self._db.tenant(link.tenant) as tx:
            await hosts.put_muted(tx, link.subject_id, until)
            detail = {"host": str(link.subject_id), "until": f"{until:%-d %B %Y}" if until else ""}
            kind = "host.muted" if until else "host.unmuted"
            await self._trail.record(tx, AdminAct(kind, Actor("host", address), detail))
        after = await self._view(link)
        return None if after is None else replace(after, changed=True)

    async def _view(self, link: SignedLink) -> HostMailView | None:
        async with self._db.tenant(link.tenant) as tx:
            name = await organisations.find_open_name(tx)
            host = (await hosts.find_many(tx, self._ring, [link.subject_id])).get(link.subject_id)
            if host is None or name is None:
                return None
            until = await hosts.find_muted(tx, host.id)
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            zone = place_zone(await organisations.list_sites(tx, cipher), host.site_id)
        now = self._clock.now().astimezone(zone)
        return HostMailView(name, now, until.astimezone(zone) if until is not None and until > now else None)
