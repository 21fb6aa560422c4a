"""Locations, types of visitor and documents, one at a time: what an organisation's file does for all of them at once,
by the same rules.

A file that is applied later puts everything as it says: types and documents that it does not name are gone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import msgspec

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.feed import Feed
from cloud_api.services.feed_entries import Naming
from cloud_api.services.file_places import SiteEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.file_writing import FileWriting
from cloud_api.services.not_done import Faults, NotDone
from cloud_api.services.pin_hashes import is_taken, pin_hash
from cloud_api.services.settings_edits import Edit
from cloud_api.services.settings_file import Stored, new_faults, read_settings, site_entry, with_invitations
from cloud_api.store import data_keys, organisations
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import announce_change
from sync.protocol.feed import PageKind


@dataclass(frozen=True, slots=True)
class SetLocation:
    """A location; ``entry`` without its PIN, of which only is told whether there is one."""

    id: UUID
    entry: SiteEntry
    has_pin: bool


@dataclass(frozen=True, slots=True)
class WantedLocation:
    """What a location is to be. ``keep_pin``: whatever PIN it has stays; else that of the entry, or none."""

    entry: SiteEntry
    keep_pin: bool


class Configuring:
    """Reads and changes them."""

    def __init__(self, db: Database, ring: KeyRing, feed: Feed, trail: AuditTrail, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._feed = feed
        self._trail = trail
        self._clock = clock

    async def read(self, tenant: UUID) -> OrganisationFile:
        """Everything, as the file would say it."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return (await read_settings(tx, await data_keys.open_organisation_key(tx, self._ring))).file

    async def locations(self, tenant: UUID) -> list[SetLocation]:
        """All locations."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return _locations(await read_settings(tx, await data_keys.open_organisation_key(tx, self._ring)))

    async def edit(self, tenant: UUID, edit: Edit, actor: Actor) -> OrganisationFile | NotDone | Faults:
        """Change a type of visitor or a document; everything as it then is."""
        try:
            async with self._db.tenant(tenant) as tx:
                cipher, before = await self._begin(tx)
                after = edit.apply(before.file)
                if isinstance(after, NotDone) or after == before.file:
                    return after
                held, wanted = before.file, after
                if edit.removes:
                    held, wanted = await with_invitations(tx, cipher, held), await with_invitations(tx, cipher, after)
                faults = new_faults(held, wanted)
                if faults:
                    return NotDone.NEEDED if edit.removes else Faults(faults)
                await FileWriting(tx, self._ring, cipher, self._clock.now()).put_catalogue(after)
                await self._publish(tx, (PageKind.VISITOR_TYPES, PageKind.DOCUMENTS))
                await self._trail.record(tx, AdminAct(edit.kind, actor, {"key": edit.key}))
        except ConfigurationError as error:  # a new text under an old version, or a page that outgrew a kiosk
            return Faults((str(error),))
        return after

    async def add_location(self, tenant: UUID, wanted: WantedLocation, actor: Actor) -> SetLocation | NotDone | Faults:
        """A new one; its id is that of its key, as in the file."""
        async with self._db.tenant(tenant) as tx:
            cipher, before = await self._begin(tx)
            site_id = Naming.of(tx.id, cipher).site(wanted.entry.key)
            if any(site.id == site_id for site in before.sites):
                return NotDone.KNOWN
            return await self._put(tx, cipher, before, wanted, "location.added", actor)

    async def change_location(
        self, tenant: UUID, site_id: UUID, wanted: WantedLocation, seen: Callable[[SetLocation], bool], actor: Actor
    ) -> SetLocation | NotDone | Faults:
        """Change one if it is still as it was ``seen``; its key stays, and zones that are not named stay."""
        async with self._db.tenant(tenant) as tx:
            cipher, before = await self._begin(tx)
            known = next((item for item in _locations(before) if item.id == site_id), None)
            if known is None:
                return NotDone.ABSENT
            if not seen(known):
                return NotDone.CHANGED
            named = {zone.key for zone in wanted.entry.zones}
            zones = (*wanted.entry.zones, *(zone for zone in known.entry.zones if zone.key not in named))
            entry = msgspec.structs.replace(wanted.entry, key=known.entry.key, zones=zones)
            placed = WantedLocation(entry, wanted.keep_pin)
            return await self._put(tx, cipher, before, placed, "location.changed", actor)

    async def _put(
        self, tx: Tenant, cipher: FieldCipher, before: Stored, wanted: WantedLocation, kind: str, actor: Actor
    ) -> SetLocation | Faults:
        entry = wanted.entry
        others = tuple(site for site in before.file.sites if site.key != entry.key)
        file = msgspec.structs.replace(before.file, sites=(entry, *others))
        faults = new_faults(msgspec.structs.replace(before.file, sites=others), file)
        if faults:
            return Faults(tuple(fault.removeprefix("sites[0].") for fault in faults))
        if not wanted.keep_pin and entry.staff_pin is not None:
            here = Naming.of(tx.id, cipher).site(entry.key)
            if await is_taken(tx, cipher, here, entry.staff_pin):
                return Faults(("staff_pin: these digits are somebody's PIN here already; give each its own",))
        held = next((site.pin_hash for site in before.sites if site.key == entry.key), "")
        pin = held if wanted.keep_pin else "" if entry.staff_pin is None else pin_hash(entry.staff_pin, held)
        site_id = await FileWriting(tx, self._ring, cipher, self._clock.now()).put_site(entry, pin)
        if kind == "location.added":
            await self._feed.refresh(tx, site_id)
        else:
            await self._feed.refresh(tx, site_id, (PageKind.CONFIGURATION, PageKind.STAFF_PINS))
        await announce_change(tx)
        await self._trail.record(tx, AdminAct(kind, actor, {"site": str(site_id), "name": entry.name}))
        (made,) = (item for item in _locations(await read_settings(tx, cipher)) if item.id == site_id)
        return made

    async def _begin(self, tx: Tenant) -> tuple[FieldCipher, Stored]:
        await organisations.hold_settings(tx)
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        return cipher, await read_settings(tx, cipher)

    async def _publish(self, tx: Tenant, kinds: tuple[PageKind, ...]) -> None:
        await self._feed.refresh_all(tx, kinds)
        await announce_change(tx)


def _locations(stored: Stored) -> list[SetLocation]:
    return [
        SetLocation(
            site.id, site_entry(site, [zone for zone in stored.zones if zone.site_id == site.id]), bool(site.pin_hash)
        )
        for site in stored.sites
    ]
