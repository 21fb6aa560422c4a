"""Two zones of one site never get one name: an evacuation list could not tell them apart, nor their muster points."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from cloud_api.errors import ConfigurationError
from cloud_api.services.feed_entries import Naming
from cloud_api.services.file_places import SiteEntry, ZoneEntry
from cloud_api.services.organisation_file import read_organisation_file
from cloud_api.services.zone_names import names_of_kept_zones
from cloud_api.store.organisations import Zone

NAMING = Naming(UUID(int=1), b"h" * 32, b"e" * 32)
MILL = NAMING.site("mill-lane")


def zone(key: str, name: str) -> ZoneEntry:
    return ZoneEntry(key=key, name=name, muster_point="Pond")


def site(key: str, *zones: ZoneEntry) -> SiteEntry:
    return SiteEntry(key=key, name=key, time_zone="UTC", zones=zones)


def stored(key: str, name: str) -> Zone:
    return Zone(NAMING.zone(MILL, key), MILL, key, name, "Pond")


def read(*sites: SiteEntry) -> object:
    visitor: Any = {"id": "visitor", "words": {"en": "Visitor"}, "badge": "visitor"}
    return read_organisation_file(msgspec.json.encode({"name": "T", "sites": sites, "visitor_types": [visitor]}))


@pytest.mark.parametrize("second", ["Dock", "DOCK", "Do\u0308ck", " Döck"])
def test_a_file_with_one_name_for_two_zones_is_refused_by_place(second: str) -> None:
    first = "Dock" if second.isascii() else "Döck"
    with pytest.raises(ConfigurationError, match=r"sites\[1\]\.zones\[2\]\.name: .* is there twice"):
        read(
            site("annexe", zone("a", "Lobby")),
            site("mill-lane", zone("a", first), zone("b", "Lobby"), zone("c", second)),
        )


def test_zones_of_different_sites_may_have_one_name() -> None:
    assert read(site("annexe", zone("a", "Lobby")), site("mill-lane", zone("a", "Lobby")))


def test_a_zone_does_not_get_the_name_of_one_that_stays_though_the_file_does_not_name_it() -> None:
    sites = [site("annexe", zone("gate", "Gate")), site("mill-lane", zone("hall", "Hall"), zone("loft", "Gate"))]
    (fault,) = names_of_kept_zones(sites, NAMING, [stored("gate", "Gate"), stored("hall", "Hall")])
    assert fault.startswith('sites[1].zones[1].name: "Gate" is the name of the zone "gate", which stays')


def test_names_may_change_places_and_what_was_so_before_hinders_nothing() -> None:
    swapped = [site("mill-lane", zone("a", "Dock"), zone("b", "Hall"))]
    assert not list(names_of_kept_zones(swapped, NAMING, [stored("a", "Hall"), stored("b", "Dock")]))
    before = [stored("a", "Dock"), stored("b", "Dock")]
    assert not list(names_of_kept_zones([site("mill-lane", zone("a", "Dock"))], NAMING, before))
