"""Writing an organisation's file into its tables, within one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from cloud_api.errors import ConfigurationError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.services.announced import over_at
from cloud_api.services.feed_contents import SiteSettings, StoredPin
from cloud_api.services.feed_entries import Naming, visitor_type
from cloud_api.services.file_people import InvitationEntry
from cloud_api.services.file_texts import moment_ms
from cloud_api.services.organisation_file import OrganisationFile, SiteEntry, StaffPinEntry
from cloud_api.services.own_hosts import hand_over
from cloud_api.services.pin_hashes import pin_hash
from cloud_api.store import catalogue, hosts, organisations, published
from cloud_api.store.catalogue import DocumentText, TypeDefinition
from cloud_api.store.db import Tenant
from cloud_api.store.hosts import Host
from cloud_api.store.organisations import Site, Zone
from cloud_api.store.published import PublishedEntry
from sync.protocol import exact_json
from sync.protocol.feed import document_hash


@dataclass(frozen=True, slots=True)
class FileWriting:
    """One transaction's writing."""

    tx: Tenant
    ring: KeyRing
    cipher: FieldCipher
    now: datetime

    async def put(self, wanted: OrganisationFile) -> int:
        """Bring everything in line with the file; returns how many hosts were retired.

        Raises:
            ConfigurationError: a document's text changed without a new version.
        """
        await organisations.rename(self.tx, wanted.name)
        await self._put_sites(wanted)
        retired = await self._put_hosts(wanted)
        await self.put_catalogue(wanted)
        await self._put_entries(wanted)
        await self._put_pins(wanted.staff_pins)
        return retired

    @property
    def _naming(self) -> Naming:
        return Naming.of(self.tx.id, self.cipher)

    async def _put_sites(self, wanted: OrganisationFile) -> None:
        pins = {site.id: site.pin_hash for site in await organisations.list_sites(self.tx, self.cipher)}
        for entry in wanted.sites:
            before = pins.get(self._naming.site(entry.key), "")
            await self.put_site(entry, "" if entry.staff_pin is None else pin_hash(entry.staff_pin, before))

    async def put_site(self, entry: SiteEntry, pin: str) -> UUID:
        """A location with its zones, and the hash of its PIN ("" for none); its id. Zones it does not name stay."""
        site_id = self._naming.site(entry.key)
        site = Site(
            id=site_id,
            key=entry.key,
            name=entry.name,
            time_zone=entry.time_zone,
            settings=exact_json.encode(_settings(entry)),
            pin_hash=pin,
        )
        await organisations.put_site(self.tx, self.cipher, site)
        for zone in entry.zones:
            zone_id = self._naming.zone(site_id, zone.key)
            await organisations.put_zone(
                self.tx, Zone(zone_id, site_id, zone.key, zone.name, zone.muster_point, zone.capacity)
            )
        return site_id

    async def _put_hosts(self, wanted: OrganisationFile) -> int:
        naming = self._naming
        await hosts.hold(self.tx, [naming.host(entry.key) for entry in wanted.hosts])
        known = {host.id: host for host in await hosts.list_all(self.tx, self.ring)}
        kept: list[UUID] = []
        for entry in wanted.hosts:
            host = Host(
                id=naming.host(entry.key),
                site_id=None if entry.site is None else naming.site(entry.site),
                active=True,
                name=entry.name,
                email=entry.email,
                department=entry.department,
            )
            if known.get(host.id) != host:
                await hosts.put(self.tx, self.ring, host, self.now)
            kept.append(host.id)
        retired = await hosts.retire_others(self.tx, kept)
        await hand_over(self.tx, self.ring, known, [*kept, *retired], self.now)
        return len(retired)

    async def put_catalogue(self, wanted: OrganisationFile) -> None:
        """Documents, what is asked about them, and types of visitor.

        Raises:
            ConfigurationError: a document's text changed without a new version.
        """
        texts = [
            DocumentText(
                entry.id,
                entry.version,
                entry.language,
                entry.title,
                entry.paragraphs,
                document_hash(entry.title, entry.paragraphs),
            )
            for entry in wanted.documents
        ]
        clashing = await catalogue.put_documents(self.tx, texts)
        if clashing:
            raise ConfigurationError(
                f"documents: the text of {', '.join(sorted(set(clashing)))} changed without a new version; "
                "consents name a version, so give the new text a new one"
            )
        types = [visitor_type(entry, position) for position, entry in enumerate(wanted.visitor_types)]
        await catalogue.put_types(self.tx, [TypeDefinition(kind.id, exact_json.encode(kind)) for kind in types])
        await self._publish("documents", [(rule.document, None, rule) for rule in wanted.document_rules])

    async def _put_entries(self, wanted: OrganisationFile) -> None:
        await self._publish("badge_templates", [(item.id, None, item) for item in wanted.badge_templates])
        await self._publish("invitations", [(item.key, item.site, item) for item in wanted.invitations])
        await self._publish("attestations", [(item.key, None, item) for item in wanted.attestations])
        await self._publish("watchlist", [(item.key, None, item) for item in wanted.watchlist])

    async def _put_pins(self, wanted: Sequence[StaffPinEntry]) -> None:
        stored = await published.list_page(self.tx, self.cipher, "staff_pins")
        known = [exact_json.read(item.entry, StoredPin, what="a staff PIN") for item in stored]
        before = {pin.id: pin.hash for pin in known}
        pins = [
            StoredPin(
                id=entry.id,
                hash=pin_hash(entry.pin, before.get(entry.id, "")),
                scopes=entry.scopes,
                until_ms=0 if entry.until is None else moment_ms(entry.until),
            )
            for entry in wanted
        ]
        await self._publish("staff_pins", [(pin.id, entry.site, pin) for pin, entry in zip(pins, wanted, strict=True)])

    async def _publish(self, page: str, wanted: Sequence[tuple[str, str | None, msgspec.Struct]]) -> None:
        """Entries by the organisation's key for them, each for a site or for all."""
        naming = self._naming
        entries = [
            PublishedEntry(
                naming.entry(page, key),
                None if site is None else naming.site(site),
                exact_json.encode(entry),
                over_at(entry) if isinstance(entry, InvitationEntry) else None,
            )
            for key, site, entry in wanted
        ]
        await published.put_all(self.tx, self.cipher, page, entries)


def _settings(entry: SiteEntry) -> SiteSettings:
    return SiteSettings(
        languages=entry.languages,
        badge_hours=entry.badge_hours,
        accent=entry.accent,
        idle_seconds=entry.idle_seconds,
        rehearsal_minute=entry.rehearsal_minute,
        keep_days=entry.keep_days,
        reception_phone=entry.reception_phone,
    )
