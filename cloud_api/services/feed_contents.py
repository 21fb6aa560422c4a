"""What stands on the feed's pages of a site, from what the organisation has set."""

from uuid import UUID

import msgspec

from cloud_api.errors import CloudError
from cloud_api.keys.ring import KeyRing
from cloud_api.services.event_standings import roster
from cloud_api.store import catalogue, data_keys, epochs, hosts, kiosks, organisations
from cloud_api.store.db import Tenant
from cloud_api.store.organisations import Site
from sync.protocol import exact_json
from sync.protocol.feed import (
    Configuration,
    Document,
    Documents,
    Host,
    Hosts,
    PageKind,
    VisitorType,
)


class SiteSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What else is set for a site: languages in order, and how many hours a badge is valid."""

    languages: tuple[str, ...] = ("en",)
    badge_hours: int = 12


async def build_contents(tx: Tenant, ring: KeyRing, site_id: UUID) -> dict[PageKind, msgspec.Struct]:
    """The content of every page of a site."""
    cipher = await data_keys.open_organisation_key(tx, ring)
    site = next((item for item in await organisations.list_sites(tx, cipher) if item.id == site_id), None)
    if site is None:
        raise CloudError("there is no such site")
    return {
        PageKind.CONFIGURATION: await _configuration(tx, site),
        PageKind.HOSTS: await _hosts(tx, ring, site_id),
        PageKind.DOCUMENTS: await _documents(tx),
        PageKind.ROSTER: roster(await kiosks.list_all(tx), await epochs.list_all(tx), site_id),
    }


async def _configuration(tx: Tenant, site: Site) -> Configuration:
    zones = [zone for zone in await organisations.list_zones(tx) if zone.site_id == site.id]
    settings = exact_json.read(site.settings, SiteSettings, what="a site's settings")
    types = [
        exact_json.read(kind.definition, VisitorType, what="a type of visitor")
        for kind in await catalogue.list_types(tx)
    ]
    return Configuration(
        organisation=await organisations.find_name(tx) or "",
        site=site.name,
        zone=zones[0].name if zones else "",
        muster_point=zones[0].muster_point if zones else "",
        languages=settings.languages,
        types=tuple(types),
        staff_pins=(site.pin_hash,) if site.pin_hash else (),
        badge_hours=settings.badge_hours,
        time_zone=site.time_zone,
    )


async def _hosts(tx: Tenant, ring: KeyRing, site_id: UUID) -> Hosts:
    return Hosts(
        hosts=tuple(
            Host(id=host.id, name=host.name, department=host.department)
            for host in await hosts.list_all(tx, ring)
            if host.active and host.site_id in (None, site_id)
        )
    )


async def _documents(tx: Tenant) -> Documents:
    return Documents(
        documents=tuple(
            Document(
                id=text.key,
                version=text.version,
                language=text.language,
                title=text.title,
                paragraphs=text.paragraphs,
                sha256=text.sha256,
            )
            for text in await catalogue.list_documents(tx)
        )
    )
