"""The board: who is on site, who left today, what needs somebody, and how complete the list is.

Everything shown is read through the tenant door of whoever asks. Names are found after decryption: the people of
today are few enough, and a match of one letter is worth having at a desk.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.keys.tokens import words
from cloud_api.policy.reach import Reach
from cloud_api.services.board_people import MOST_LISTED, as_one, persons
from cloud_api.services.board_rows import Row, rows_of
from cloud_api.services.closing_orders import read_asked
from cloud_api.services.list_freshness import Freshness, freshness_of
from cloud_api.services.local_time import start_of_day, zone_named
from cloud_api.services.place_zones import place_zone
from cloud_api.store import board, organisations, stays
from cloud_api.store.db import Database, Tenant
from cloud_api.store.organisations import Site, Zone
from sync.protocol.feed.orders import Found

_MOST_EVACUATED = 200_000


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board of a place (or of all), at one moment: people on site, visits that ended today (ADR 107). ``asked``: of
    whom a kiosk is told whether they left.

    ``on_site_count`` counts people. Where more are on site than are listed, those beyond are counted by their visits:
    somebody of them who checked in twice counts twice. The evacuation list lists everybody.
    """

    now: datetime
    sites: tuple[Site, ...]
    site: Site | None
    on_site: tuple[Row, ...]
    left_today: tuple[Row, ...]
    on_site_count: int
    freshness: Freshness
    quarantined: Mapping[str, int] = field(default_factory=dict)
    query: str = ""
    asked: Mapping[UUID, Found] = field(default_factory=dict)

    @property
    def presumed(self) -> tuple[Row, ...]:
        """People who have probably left; they are on site until somebody says so."""
        return tuple(row for row in self.on_site if row.presumed_left)

    @property
    def zone_name(self) -> str:
        """The name of the time zone that the page's own times are in, where places have several; else nothing."""
        several = self.site is None and len({site.time_zone for site in self.sites}) > 1
        return str(self.now.tzinfo) if several else ""

    @property
    def found(self) -> int:
        """How many of today match the query."""
        return len(self.on_site) + len(self.left_today)

    @property
    def not_told(self) -> tuple[Row, ...]:
        """People whose host does not know, or may not; not who has probably left, for there is nobody to fetch."""
        return tuple(row for row in self.on_site if row.told in ("not told", "unsure") and not row.presumed_left)


@dataclass(frozen=True, slots=True)
class MusterGroup:
    """The people of a zone, and where they gather (empty when the zone is not known)."""

    zone: str
    muster_point: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Evacuation:
    """The evacuation list: those who need assistance first, then everybody else by zone."""

    board: BoardView
    assistance: tuple[Row, ...]
    groups: tuple[MusterGroup, ...]


class Board:
    """Reads the board."""

    def __init__(self, db: Database, ring: KeyRing, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._clock = clock

    async def view(
        self, tenant: UUID, reach: Reach, *, site_id: UUID | None = None, query: str = ""
    ) -> BoardView | None:
        """What is within reach of the board of a site, or of all where none is named; ``None`` when there is no such
        site within reach.
        """
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await self._read(tx, reach, site_id, query, MOST_LISTED)

    async def evacuation(self, tenant: UUID, reach: Reach, *, site_id: UUID | None = None) -> Evacuation | None:
        """The evacuation list of a site, or of all within reach; ``None`` when there is no such site within reach."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            view = await self._read(tx, reach, site_id, "", _MOST_EVACUATED)
            zones = await organisations.list_zones(tx)
        if view is None:
            return None
        rest = [row for row in view.on_site if not row.assistance]
        assistance = sorted((row for row in view.on_site if row.assistance), key=lambda row: row.presumed_left)
        return Evacuation(view, tuple(assistance), tuple(_by_zone(rest, zones)))

    async def _read(self, tx: Tenant, reach: Reach, site_id: UUID | None, query: str, most: int) -> BoardView | None:
        sites = [site for site in await organisations.list_sites(tx, None) if reach.names(site.id)]
        chosen = next((site for site in sites if site.id == site_id), None)
        if site_id is not None and chosen is None:
            return None
        if chosen is None and len(sites) == 1:
            chosen = sites[0]
        now = self._clock.now().astimezone(place_zone(sites, chosen.id if chosen else None))
        here = await stays.list_present(tx, self._ring, reach=reach, site_id=site_id, limit=most)
        since = start_of_day(now, now.tzinfo or zone_named("UTC"))
        gone = await board.list_left(tx, self._ring, reach, since=since, site_id=site_id)
        rows = await rows_of(tx, self._ring, [*here, *gone], sites, now)
        wanted = words(query)
        left = [row for row in rows if row.left is not None and row.matches(wanted)]
        # Grouped before it is searched: whoever is found by one of their check-ins is shown once, with the others.
        present = persons(row for row in reversed(rows) if row.left is None)
        found = [as_one(visits) for visits in present if any(row.matches(wanted) for row in visits)]
        contacts = await board.list_contacts(tx, [site_id] if site_id else [site.id for site in sites])
        joined = len(here) - len(present)
        return BoardView(
            now=now,
            sites=tuple(sites),
            site=chosen,
            # Who needs assistance stands first, so that nobody has to look for them; then who came last.
            on_site=tuple(sorted(found, key=_needs_nothing)),
            left_today=tuple(left),
            on_site_count=await board.count_present(tx, reach, site_id=site_id) - joined,
            freshness=freshness_of(contacts, now),
            quarantined={item.name: item.quarantined for item in contacts if item.quarantined},
            query=query,
            asked=await read_asked(tx, self._ring, now) if any(row.presumed_left for row in found) else {},
        )


def _by_zone(rows: Iterable[Row], zones: Iterable[Zone]) -> Iterable[MusterGroup]:
    muster = {zone.name: zone.muster_point for zone in zones}
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.zone, []).append(row)
    for zone in sorted(grouped, key=str.casefold):
        yield MusterGroup(zone, muster.get(zone, ""), tuple(sorted(grouped[zone], key=_by_name)))


def _needs_nothing(row: Row) -> bool:
    return not row.assistance


def _by_name(row: Row) -> tuple[bool, bool, str]:
    """Whoever has probably left is looked for where they would be, after the others."""
    return (row.presumed_left, row.name is None, (row.name or "").casefold())
