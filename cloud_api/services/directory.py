"""Hosts and invitations, one at a time: what an organisation's file does for all of them at once.

A file that is applied later retires what it does not name, what came this way included.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.reach import Reach
from cloud_api.services.announced import MOST_BYTES_OF_ONE_PERSON, over_at
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.feed import Feed
from cloud_api.services.feed_entries import Naming
from cloud_api.services.file_people import InvitationEntry
from cloud_api.services.file_rules import invitation_faults
from cloud_api.services.languages import language_fault
from cloud_api.services.not_done import Faults, NotDone
from cloud_api.services.own_hosts import hand_over
from cloud_api.store import catalogue, data_keys, hosts, organisations, published
from cloud_api.store.db import Database, Tenant
from cloud_api.store.hosts import Host
from cloud_api.store.jobs import announce_change
from cloud_api.store.published import PublishedEntry
from cloud_api.store.reaching import site_list
from sync.protocol import exact_json
from sync.protocol.feed import PageKind


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation: its id, where it is for (``None``: everywhere), whom it is to (``None``: nobody), and what was
    written.
    """

    id: UUID
    site_id: UUID | None
    host_id: UUID | None
    entry: InvitationEntry


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who announces somebody: their account, and how far their permission reaches."""

    user_id: UUID
    reach: Reach


class Directory:
    """Reads and changes them."""

    def __init__(self, db: Database, ring: KeyRing, feed: Feed, trail: AuditTrail, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._feed = feed
        self._trail = trail
        self._clock = clock

    async def hosts(
        self, tenant: UUID, reach: Reach, *, site: UUID | None = None, after: UUID | None, limit: int
    ) -> list[Host]:
        """Hosts of locations within reach (of ``site`` alone, where one is named) and of all locations, in the order of
        ids.
        """
        sites = site_list(reach)
        if site is not None:
            sites = [site] if reach.holds(site) else []
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await hosts.list_after(tx, self._ring, after, sites, limit)

    async def host(self, tenant: UUID, reach: Reach, host_id: UUID) -> Host | None:
        """One of them."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await self._host(tx, reach, host_id)

    async def add_host(self, tenant: UUID, key: str, wanted: Host, actor: Actor) -> Host | NotDone:
        """A new host; the id is that of the organisation's own ``key`` for it, as in its file. ``ABSENT``: there is no
        such location; ``KNOWN``: the key is taken.
        """
        async with self._db.tenant(tenant) as tx:
            await organisations.hold_settings(tx)  # of two that come at once, the second finds the first
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            host = replace(wanted, id=Naming.of(tx.id, cipher).host(key))
            if not await self._has_site(tx, host.site_id):
                return NotDone.ABSENT
            if await hosts.find_many(tx, self._ring, [host.id]):
                return NotDone.KNOWN
            await self._put_host(tx, host, "host.added", actor)
        return host

    async def change_host(
        self, tenant: UUID, reach: Reach, wanted: Host, seen: Callable[[Host], bool], actor: Actor
    ) -> Host | NotDone:
        """Change a host, if it is still as it was ``seen``."""
        async with self._db.tenant(tenant) as tx:
            await hosts.hold(tx, [wanted.id])
            before = await self._host(tx, reach, wanted.id)
            if before is None or not await self._has_site(tx, wanted.site_id):
                return NotDone.ABSENT
            if not seen(before):
                return NotDone.CHANGED
            if before != wanted:
                await self._put_host(tx, wanted, "host.changed", actor)
        return wanted

    async def invitations(self, tenant: UUID, reach: Reach, *, after: UUID | None, limit: int) -> list[Invited]:
        """Invitations to locations within reach and to all locations, in the order of ids."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            found = await published.list_after(
                tx, cipher, "invitations", after=after, sites=site_list(reach), limit=limit
            )
        return [_invited(item, Naming.of(tenant, cipher)) for item in found]

    async def invitation(self, tenant: UUID, reach: Reach, entry_id: UUID) -> Invited | None:
        """One of them."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await self._invitation(tx, reach, entry_id)

    async def invite(
        self, tenant: UUID, by: Inviter, wanted: InvitationEntry, site_id: UUID | None, actor: Actor
    ) -> Invited | NotDone | Faults:
        """Announce somebody. ``ABSENT``: there is no such location within reach; ``KNOWN``: the key is taken;
        ``FULL``: whoever asks has announced as much as one person may.
        """
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            sites = {site.id: site.key for site in await organisations.list_sites(tx, cipher)}
            if not by.reach.holds(site_id) or (site_id is not None and site_id not in sites):
                return NotDone.ABSENT
            faults = await self._invitation_faults(tx, by.reach, wanted)
            if faults:
                return Faults(tuple(faults))
            naming, placed = Naming.of(tx.id, cipher), _placed(wanted, None if site_id is None else sites[site_id])
            entry_id = naming.entry("invitations", placed.key)
            item = PublishedEntry(entry_id, site_id, exact_json.encode(placed), over_at(placed), by.user_id)
            before = await published.weigh(tx, "invitations", by.user_id)
            if before + len(item.entry) > MOST_BYTES_OF_ONE_PERSON:
                return NotDone.FULL
            if not await published.add(tx, cipher, "invitations", item):
                return NotDone.KNOWN
            await self._publish(tx, site_id, PageKind.INVITATIONS)
            await self._trail.record(tx, AdminAct("invitation.added", actor, {"invitation": str(entry_id)}))
        return _invited(item, naming)

    async def call_off(self, tenant: UUID, reach: Reach, entry_id: UUID, actor: Actor) -> bool:
        """Take an invitation back; ``False`` when there is none such within reach. One for all locations is taken back
        by those alone whose reach is all of them.
        """
        async with self._db.tenant(tenant) as tx:
            found = await self._invitation(tx, reach, entry_id)
            if found is None or not reach.holds(found.site_id):
                return False
            if not await published.remove(tx, "invitations", entry_id):
                return False
            await self._publish(tx, found.site_id, PageKind.INVITATIONS)
            await self._trail.record(tx, AdminAct("invitation.called_off", actor, {"invitation": str(entry_id)}))
        return True

    async def _host(self, tx: Tenant, reach: Reach, host_id: UUID) -> Host | None:
        found = (await hosts.find_many(tx, self._ring, [host_id])).get(host_id)
        return found if found is not None and (found.site_id is None or reach.holds(found.site_id)) else None

    async def _put_host(self, tx: Tenant, host: Host, kind: str, actor: Actor) -> None:
        now, before = self._clock.now(), await hosts.find_many(tx, self._ring, [host.id])
        await hosts.put(tx, self._ring, host, now)
        await hand_over(tx, self._ring, before, [host.id], now)
        await self._publish(tx, None, PageKind.HOSTS)
        await self._trail.record(tx, AdminAct(kind, actor, {"host": str(host.id), "name": host.name}))

    async def _invitation(self, tx: Tenant, reach: Reach, entry_id: UUID) -> Invited | None:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        found = await published.find(tx, cipher, "invitations", entry_id)
        if found is None or not (found.site_id is None or reach.holds(found.site_id)):
            return None
        return _invited(found, Naming.of(tx.id, cipher))

    async def _invitation_faults(self, tx: Tenant, reach: Reach, wanted: InvitationEntry) -> list[str]:
        faults = list(invitation_faults("invitation", wanted))
        if wanted.type not in {kind.key for kind in await catalogue.list_types(tx)}:
            faults.append("invitation.type: there is no such type of visitor")
        if wanted.host is not None:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            host_id = Naming.of(tx.id, cipher).named_host(wanted.host)
            if await self._host(tx, reach, host_id) is None:
                faults.append("invitation.host: there is no such host")
        spoken = None if wanted.language is None else language_fault(wanted.language)
        return faults if spoken is None else [*faults, f"invitation.language: {spoken}"]

    async def _publish(self, tx: Tenant, site_id: UUID | None, kind: PageKind) -> None:
        if site_id is None:
            await self._feed.refresh_all(tx, (kind,))
        else:
            await self._feed.refresh(tx, site_id, (kind,))
        await announce_change(tx)

    async def _has_site(self, tx: Tenant, site_id: UUID | None) -> bool:
        return site_id is None or site_id in await organisations.list_site_ids(tx)


def _invited(item: PublishedEntry, naming: Naming) -> Invited:
    entry = exact_json.read(item.entry, InvitationEntry, what="a published entry")
    return Invited(item.id, item.site_id, None if entry.host is None else naming.named_host(entry.host), entry)


def _placed(wanted: InvitationEntry, site_key: str | None) -> InvitationEntry:
    return msgspec.structs.replace(wanted, site=site_key)
