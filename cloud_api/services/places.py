"""Locations with their zones, types of visitor and current documents, as programs read them."""

from dataclasses import dataclass
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.policy.reach import Reach
from cloud_api.services.board import type_names
from cloud_api.store import catalogue, data_keys, organisations
from cloud_api.store.catalogue import DocumentText
from cloud_api.store.db import Database
from cloud_api.store.organisations import Site, Zone


@dataclass(frozen=True, slots=True)
class Location:
    """A location."""

    site: Site
    zones: tuple[Zone, ...]


class Places:
    """Reads them."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring

    async def locations(self, tenant: UUID, reach: Reach) -> list[Location]:
        """The locations within reach."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            sites = await organisations.list_sites(tx, await data_keys.open_organisation_key(tx, self._ring))
            zones = await organisations.list_zones(tx)
        return [
            Location(site, tuple(zone for zone in zones if zone.site_id == site.id))
            for site in sites
            if reach.holds(site.id)
        ]

    async def types(self, tenant: UUID) -> dict[str, str]:
        """The types of visitor: their names by their keys, in the organisation's order."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await type_names(tx)

    async def documents(self, tenant: UUID) -> list[DocumentText]:
        """The current documents, in all languages."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await catalogue.list_documents(tx)
