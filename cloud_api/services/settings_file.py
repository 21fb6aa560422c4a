"""What an organisation has set, read back as its file would say it, so that a change of one entry is held to the very
rules that a whole file is held to. People are left out.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from cloud_api.keys.fields import FieldCipher
from cloud_api.services.feed_contents import SiteSettings
from cloud_api.services.file_badges import BadgeTemplateEntry
from cloud_api.services.file_people import InvitationEntry
from cloud_api.services.file_places import SiteEntry, ZoneEntry
from cloud_api.services.file_rules import rule_faults
from cloud_api.services.file_visits import DocumentEntry, DocumentRuleEntry, FieldEntry, VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.store import catalogue, organisations, published
from cloud_api.store.db import Tenant
from cloud_api.store.organisations import Site, Zone
from sync.protocol import exact_json
from sync.protocol.feed import VisitorType

_PLACE = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Stored:
    """What is set; ``sites`` and ``zones`` as they are stored beside what the file would say of them."""

    file: OrganisationFile
    sites: tuple[Site, ...]
    zones: tuple[Zone, ...]


async def read_settings(tx: Tenant, cipher: FieldCipher) -> Stored:
    """Read it back."""
    sites, zones = await organisations.list_sites(tx, cipher), await organisations.list_zones(tx)
    types = [
        exact_json.read(kind.definition, VisitorType, what="a type of visitor")
        for kind in await catalogue.list_types(tx)
    ]
    rules = await published.list_page(tx, cipher, "documents")
    templates = await published.list_page(tx, cipher, "badge_templates")
    read = OrganisationFile(
        name=await organisations.find_name(tx) or "",
        sites=tuple(site_entry(site, [zone for zone in zones if zone.site_id == site.id]) for site in sites),
        visitor_types=tuple(_type_entry(kind) for kind in types),
        documents=tuple(
            DocumentEntry(
                id=text.key,
                version=text.version,
                language=text.language,
                title=text.title,
                paragraphs=text.paragraphs,
            )
            for text in await catalogue.list_documents(tx)
        ),
        document_rules=tuple(
            exact_json.read(item.entry, DocumentRuleEntry, what="a published entry") for item in rules
        ),
        badge_templates=tuple(
            exact_json.read(item.entry, BadgeTemplateEntry, what="a published entry") for item in templates
        ),
    )
    return Stored(read, tuple(sites), tuple(zones))


async def with_invitations(tx: Tenant, cipher: FieldCipher, read: OrganisationFile) -> OrganisationFile:
    """The same with the invitations, without their hosts: for what may not go while one names it."""
    found = await published.list_page(tx, cipher, "invitations")
    entries = (exact_json.read(item.entry, InvitationEntry, what="a published entry") for item in found)
    return msgspec.structs.replace(
        read, invitations=tuple(msgspec.structs.replace(entry, host=None) for entry in entries)
    )


def new_faults(before: OrganisationFile, after: OrganisationFile) -> tuple[str, ...]:
    """What a change would break; what was so before is nobody's fault now, were it at another place."""
    known, found = set(rule_faults(before)), list(rule_faults(after))
    moved = Counter(_PLACE.sub("[]", fault) for fault in known.difference(found))
    made = []
    for fault in found:
        anywhere = _PLACE.sub("[]", fault)
        if fault not in known and not moved[anywhere]:
            made.append(fault)
        elif fault not in known:
            moved[anywhere] -= 1
    return tuple(made)


def site_entry(site: Site, zones: Iterable[Zone]) -> SiteEntry:
    """A location as the file would say it, without PIN and kiosks."""
    settings = exact_json.read(site.settings, SiteSettings, what="a site's settings")
    return SiteEntry(
        key=site.key,
        name=site.name,
        time_zone=site.time_zone,
        languages=settings.languages,
        badge_hours=settings.badge_hours,
        accent=settings.accent,
        idle_seconds=settings.idle_seconds,
        rehearsal_minute=settings.rehearsal_minute,
        keep_days=settings.keep_days,
        reception_phone=settings.reception_phone,
        zones=tuple(
            ZoneEntry(key=zone.key, name=zone.name, muster_point=zone.muster_point, capacity=zone.capacity)
            for zone in zones
        ),
    )


def _type_entry(kind: VisitorType) -> VisitorTypeEntry:
    told = {
        name: getattr(kind, name) for name in ("id", "words", "badge", "hints", "icon", "steps", "documents", "rules")
    }
    fields = tuple(
        FieldEntry(**{name: getattr(field, name) for name in FieldEntry.__struct_fields__}) for field in kind.fields
    )
    return VisitorTypeEntry(**told, fields=fields, template=kind.template or None, badge_hours=kind.badge_hours or None)
