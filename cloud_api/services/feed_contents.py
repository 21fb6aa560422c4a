"""What stands on the feed's pages of a site, from what the organisation has set; entries in the order of their ids."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import anyio.to_thread
import msgspec

from cloud_api.errors import CloudError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.services import agreements, feed_entries
from cloud_api.services.announced import KEPT_AFTER_THE_LAST_DAY
from cloud_api.services.event_standings import roster
from cloud_api.services.feed_entries import Naming, match_key
from cloud_api.services.file_badges import BadgeTemplateEntry
from cloud_api.services.file_people import AttestationEntry, InvitationEntry, WatchEntry
from cloud_api.services.file_visits import DocumentRuleEntry
from cloud_api.store import catalogue, data_keys, epochs, erasures, hosts, kiosks, logos, organisations, published
from cloud_api.store.db import Tenant
from cloud_api.store.organisations import Site
from cloud_api.store.published import PublishedEntry
from sync.protocol import exact_json
from sync.protocol.feed import (
    MAX_CONTENT_BYTES,
    Attestations,
    BadgeTemplates,
    Configuration,
    Documents,
    DocumentText,
    Erasure,
    Erasures,
    Host,
    Hosts,
    Invitations,
    KeepDays,
    PageKind,
    Reception,
    Revocation,
    Revocations,
    Roster,
    StaffPin,
    StaffPins,
    VisitorType,
    VisitorTypes,
    Watchlist,
    Zone,
)
from sync.protocol.keys import base64url

E = TypeVar("E", bound=msgspec.Struct)
F = TypeVar("F", bound=msgspec.Struct)
_MOST_ERASURES = 20_000
BUILT = tuple(kind for kind in PageKind if kind is not PageKind.COMMANDS)
"""The pages that are made here: commands are signed one by one (``command_page``)."""
SITE_PIN = "site"
"""The id of the PIN that a site's own ``staff_pin`` gives."""


class SiteSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What else is set for a site: see ``Configuration``."""

    languages: tuple[str, ...] = ("en",)
    badge_hours: int = 12
    accent: str = ""
    idle_seconds: int = 60
    rehearsal_minute: int = 180
    keep_days: KeepDays = KeepDays()
    reception_phone: str = ""


async def build_contents(
    tx: Tenant, ring: KeyRing, site_id: UUID, now: datetime, kinds: Collection[PageKind] = BUILT
) -> dict[PageKind, msgspec.Struct]:
    """The content of these pages of a site, as it is ``now``."""
    cipher = await data_keys.open_organisation_key(tx, ring)
    site = next((item for item in await organisations.list_sites(tx, cipher) if item.id == site_id), None)
    if site is None:
        raise CloudError("there is no such site")
    entries = _Entries(tx, cipher, site_id, now)
    makers: dict[PageKind, Callable[[], Awaitable[msgspec.Struct]]] = {
        PageKind.CONFIGURATION: lambda: _configuration(tx, cipher, site),
        PageKind.VISITOR_TYPES: lambda: _types(tx),
        PageKind.HOSTS: lambda: _hosts(tx, ring, site_id),
        PageKind.INVITATIONS: entries.invitations,
        PageKind.ATTESTATIONS: entries.attestations,
        PageKind.WATCHLIST: entries.watchlist,
        PageKind.BADGE_TEMPLATES: entries.badge_templates,
        PageKind.STAFF_PINS: lambda: entries.staff_pins(site),
        PageKind.DOCUMENTS: entries.documents,
        PageKind.ROSTER: lambda: _roster(tx, site_id),
        PageKind.REVOCATIONS: lambda: _revocations(tx),
        PageKind.ERASURES: lambda: _erasures(tx),
    }
    return {kind: await makers[kind]() for kind in kinds}


async def _configuration(tx: Tenant, cipher: FieldCipher, site: Site) -> Configuration:
    zones = [zone for zone in await organisations.list_zones(tx) if zone.site_id == site.id]
    settings = exact_json.read(site.settings, SiteSettings, what="a site's settings")
    stencil = await logos.find_stencil(tx, cipher)
    return Configuration(
        organisation=await organisations.find_name(tx) or "",
        site=site.name,
        time_zone=site.time_zone,
        languages=settings.languages,
        badge_hours=settings.badge_hours,
        accent=settings.accent,
        idle_seconds=settings.idle_seconds,
        rehearsal_minute=settings.rehearsal_minute,
        keep_days=settings.keep_days,
        zones=tuple(
            Zone(id=zone.key, name=zone.name, muster_point=zone.muster_point, capacity=zone.capacity) for zone in zones
        ),
        logo=msgspec.UNSET if stencil is None else base64url(stencil),
        reception=Reception(phone=settings.reception_phone),
    )


async def _types(tx: Tenant) -> VisitorTypes:
    definitions = [kind.definition for kind in await catalogue.list_types(tx)]
    types = [exact_json.read(definition, VisitorType, what="a type of visitor") for definition in definitions]
    placed = [msgspec.structs.replace(kind, position=position) for position, kind in enumerate(types)]
    return VisitorTypes(types=_ordered(placed))


async def _hosts(tx: Tenant, ring: KeyRing, site_id: UUID) -> Hosts:
    listed = [
        Host(id=host.id, name=host.name, department=host.department)
        for host in await hosts.list_all(tx, ring)
        if host.active and host.site_id in (None, site_id)
    ]
    return Hosts(hosts=_ordered(listed))


async def _roster(tx: Tenant, site_id: UUID) -> Roster:
    return roster(await kiosks.list_all(tx), await epochs.list_all(tx), site_id)


async def _revocations(tx: Tenant) -> Revocations:
    """The keys of kiosks of any site that are revoked: a peer, or a badge, could still bring what they signed."""
    known = await kiosks.list_all(tx)
    at_ms = {kiosk.id: int(kiosk.revoked_at.timestamp() * 1000) for kiosk in known if kiosk.revoked_at is not None}
    listed = [
        Revocation(id=record.epoch, what="kiosk_key", at_ms=at_ms.get(record.kiosk_id, 0))
        for record in await epochs.list_all(tx)
        if record.standing == "revoked"
    ]
    return Revocations(revocations=_ordered(listed))


async def _erasures(tx: Tenant) -> Erasures:
    """As many as a page has room for: a kiosk that was off while so many more came has outlived its own retention."""
    listed = [
        Erasure(id=erased.id, stays=(erased.stay_id,), at_ms=int(erased.erased_at.timestamp() * 1000))
        for erased in await erasures.list_newest(tx, limit=_MOST_ERASURES)
    ]
    return Erasures(erasures=_ordered(listed))


class StoredPin(msgspec.Struct, frozen=True, kw_only=True):
    """A staff PIN as it is kept: its Argon2id hash."""

    id: str
    hash: str
    scopes: tuple[str, ...]
    until_ms: int


class _Entries:
    """What the organisation's file put on pages, for one site."""

    def __init__(self, tx: Tenant, cipher: FieldCipher, site_id: UUID, now: datetime) -> None:
        self._now = now
        self._tx = tx
        self._cipher = cipher
        self._site_id = site_id
        self._naming = Naming.of(tx.id, cipher)

    async def invitations(self) -> Invitations:
        """Invitations for this site; those that are over for a while have left."""
        key = match_key(self._cipher, "invitations")
        found = await self._find("invitations")
        known = await agreements.of_invitations(self._tx, self._cipher)

        def entries(*, agreed: bool) -> Invitations:
            listed = []
            for item, entry in zip(found, _read(found, InvitationEntry), strict=True):
                told = agreements.told(self._cipher, entry, known.get(item.id, ())) if agreed else ()
                listed.append(feed_entries.invitation(entry, self._naming, key, told))
            return Invitations(key=key.hex(), invitations=_ordered(listed))

        def build() -> Invitations:
            whole = entries(agreed=True)
            if known and len(exact_json.encode(whole)) > MAX_CONTENT_BYTES:
                return entries(agreed=False)  # a visitor is asked again before another is not known
            return whole

        return await anyio.to_thread.run_sync(build)  # with thousands of windows others would wait for the loop

    async def attestations(self) -> Attestations:
        """All attestations."""
        key = match_key(self._cipher, "attestations")
        found = await self._read("attestations", AttestationEntry)
        return Attestations(
            key=key.hex(),
            attestations=_ordered(feed_entries.attestation(entry, self._naming, key) for entry in found),
        )

    async def watchlist(self) -> Watchlist:
        """The whole watchlist."""
        key = match_key(self._cipher, "watchlist")
        found = await self._read("watchlist", WatchEntry)
        return Watchlist(
            key=key.hex(),
            entries=_ordered(feed_entries.watch_entry(entry, self._naming, key) for entry in found),
        )

    async def badge_templates(self) -> BadgeTemplates:
        """All templates."""
        found = await self._read("badge_templates", BadgeTemplateEntry)
        return BadgeTemplates(templates=_ordered(feed_entries.badge_template(entry) for entry in found))

    async def staff_pins(self, site: Site) -> StaffPins:
        """The site's own PIN, which opens the evacuation list, and the others."""
        own = [StaffPin(id=SITE_PIN, hash=site.pin_hash, scopes=("evacuation",))] if site.pin_hash else []
        found = await self._read("staff_pins", StoredPin)
        others = [StaffPin(id=pin.id, hash=pin.hash, scopes=pin.scopes, until_ms=pin.until_ms) for pin in found]
        return StaffPins(pins=_ordered([*own, *others]))

    async def documents(self) -> Documents:
        """The current documents, in all their languages."""
        rules = {rule.document: rule for rule in await self._read("documents", DocumentRuleEntry)}
        texts: dict[str, list[DocumentText]] = {}
        for text in await catalogue.list_documents(self._tx):
            written = DocumentText(
                version=text.version,
                language=text.language,
                title=text.title,
                paragraphs=text.paragraphs,
                sha256=text.sha256,
            )
            texts.setdefault(text.key, []).append(written)
        return Documents(
            documents=_ordered(feed_entries.document(key, found, rules.get(key)) for key, found in texts.items())
        )

    async def _read(self, page: str, shape: type[E]) -> list[E]:
        return _read(await self._find(page), shape)

    async def _find(self, page: str) -> list[PublishedEntry]:
        since = self._now - KEPT_AFTER_THE_LAST_DAY
        return await published.list_page(self._tx, self._cipher, page, site=self._site_id, since=since)


def _read(found: Iterable[PublishedEntry], shape: type[E]) -> list[E]:
    return [exact_json.read(item.entry, shape, what="a published entry") for item in found]


def _ordered(entries: Iterable[F]) -> tuple[F, ...]:
    return tuple(sorted(entries, key=lambda entry: str(getattr(entry, "id"))))  # noqa: B009  a struct of any page
