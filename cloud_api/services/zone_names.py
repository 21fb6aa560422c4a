"""Zones of one site have names of their own: kiosks, their lists and their papers know a zone by nothing else."""

import unicodedata
from collections.abc import Iterator, Sequence
from uuid import UUID

from cloud_api.services.feed_entries import Naming
from cloud_api.services.file_places import SiteEntry
from cloud_api.services.file_shape import quoted
from cloud_api.store.organisations import Zone

_KNOWN_BY_IT = "screens and lists know a zone by its name alone"


def double_zone_names(where: str, site: SiteEntry) -> Iterator[str]:
    """A name that a zone of the site has already, by place. Small and capital letters make no difference."""
    seen: set[str] = set()
    for place, zone in enumerate(site.zones):
        name = _as_read(zone.name)
        if name in seen:
            yield f"{where}.zones[{place}].name: {quoted(zone.name)} is there twice; {_KNOWN_BY_IT}"
        seen.add(name)


def names_of_kept_zones(sites: Sequence[SiteEntry], naming: Naming, stored: Sequence[Zone]) -> Iterator[str]:
    """A zone that would get the name of one that the file does not name, and which therefore stays, by place."""
    for index, site in enumerate(sites):
        here = {zone.id: zone for zone in stored if zone.site_id == naming.site(site.key)}
        wanted = [naming.zone(naming.site(site.key), zone.key) for zone in site.zones]
        kept = {_as_read(zone.name): zone.key for zone in here.values() if zone.id not in wanted}
        for place, (zone_id, zone) in enumerate(zip(wanted, site.zones, strict=True)):
            taken = kept.get(_as_read(zone.name))
            if taken is not None and not _has_it_already(here, zone_id, zone.name):
                yield (
                    f"sites[{index}].zones[{place}].name: {quoted(zone.name)} is the name of the zone {quoted(taken)},"
                    f" which stays though the file does not name it; {_KNOWN_BY_IT}"
                )


def _has_it_already(here: dict[UUID, Zone], zone_id: UUID, name: str) -> bool:
    return zone_id in here and _as_read(here[zone_id].name) == _as_read(name)


def _as_read(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
