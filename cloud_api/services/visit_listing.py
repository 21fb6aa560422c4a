"""Visits as a list for programs."""

from dataclasses import dataclass
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.reach import Reach
from cloud_api.services.board_rows import Row, rows_of
from cloud_api.services.visitor_search import VisitorSearch
from cloud_api.store import data_keys, organisations, stays
from cloud_api.store.db import Database
from cloud_api.store.stays import Chosen, Person, Stay


@dataclass(frozen=True, slots=True)
class ListedVisit:
    """A visit, as it is kept and as people read it."""

    stay: Stay
    row: Row


class VisitListing:
    """Lists visits."""

    def __init__(self, db: Database, ring: KeyRing, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._clock = clock
        self._search = VisitorSearch(db, ring)

    async def choose(self, tenant: UUID, reach: Reach, chosen: Chosen, *, limit: int) -> list[ListedVisit]:
        """The first of these, latest first."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            found = await stays.list_chosen(tx, self._ring, chosen, reach=reach, limit=limit)
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            sites = await organisations.list_sites(tx, cipher)
            rows = await rows_of(tx, self._ring, found, sites, self._clock.now())
        return [ListedVisit(stay, row) for stay, row in zip(found, rows, strict=True)]

    async def search(self, tenant: UUID, reach: Reach, query: str, chosen: Chosen, *, limit: int) -> list[ListedVisit]:
        """Those of a search by words that are within what is chosen, latest first."""
        found = await self._search.find(tenant, reach, query, limit=limit)
        fitting = [stay for stay in found if _fits(stay, chosen)]
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            rows = await rows_of(tx, self._ring, fitting, await organisations.list_sites(tx, cipher), self._clock.now())
        return [ListedVisit(stay, row) for stay, row in zip(fitting, rows, strict=True)]

    async def same_person(self, tenant: UUID, reach: Reach, stay_id: UUID, *, limit: int) -> list[ListedVisit] | None:
        """Other visits of whoever made this one, latest first: of the same name, and of the same e-mail address, or
        company where one of them gave no address. ``None`` when there is no such visit within reach.
        """
        async with self._db.tenant(tenant, snapshot=True) as tx:
            stay = (await stays.find_many(tx, self._ring, [stay_id])).get(stay_id)
        if stay is None or not reach.holds_visit(stay.site_id, stay.host_id):
            return None
        person = stay.person
        if person is None or not person.name:
            return []
        found = await self.search(tenant, reach, person.name, Chosen(), limit=limit + 1)
        return [item for item in found if item.stay.id != stay_id and _is_same(person, item.stay.person)][:limit]


def _is_same(one: Person, other: Person | None) -> bool:
    if other is None or one.name.casefold() != other.name.casefold():
        return False
    if one.email and other.email:
        return one.email.casefold() == other.email.casefold()
    return one.company.casefold() == other.company.casefold()


def _fits(stay: Stay, chosen: Chosen) -> bool:
    at = stay.arrived_at
    if chosen.since is not None and (at is None or at < chosen.since):
        return False
    if chosen.until is not None and (at is None or at >= chosen.until):
        return False
    return chosen.site_id in (None, stay.site_id) and chosen.present in (None, stay.present)
