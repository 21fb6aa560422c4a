"""The board: who is on site, who left today, what needs somebody, and how complete the list is.

Everything shown is read through the tenant door of whoever asks. Names are found after decryption: the people of
today are few enough, and a match of one letter is worth having at a desk.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Literal
from uuid import UUID

import msgspec

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.keys.tokens import words
from cloud_api.policy.reach import Reach
from cloud_api.services.closing_orders import read_asked
from cloud_api.services.list_freshness import Freshness, freshness_of
from cloud_api.services.local_time import start_of_day, zone_named
from cloud_api.services.parties import read_parties
from cloud_api.services.place_zones import place_zone
from cloud_api.services.presence import ASSUMED
from cloud_api.services.readings import Details
from cloud_api.store import alerts, board, catalogue, organisations, stays
from cloud_api.store.alerts import Alert
from cloud_api.store.db import Database, Tenant
from cloud_api.store.organisations import Site, Zone
from cloud_api.store.stays import Person, Stay
from sync.protocol.feed import VisitorType
from sync.protocol.feed.orders import Found

Told = Literal["told", "being told", "not told", "unsure", "nobody"]
OVERDUE_AFTER = timedelta(minutes=2)
_MOST_LISTED = 2000
_MOST_EVACUATED = 200_000
_STANDINGS: Mapping[str, Told] = {
    "sent": "told",
    "waiting": "being told",
    "sending": "being told",
    "failed": "not told",
    "unsure": "unsure",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One person on one visit; times are those of the place. ``name`` is ``None`` for an unnamed person.
    ``party``: what the organisation calls those who were invited together.
    """

    id: UUID
    name: str | None
    company: str
    host: str
    type: str
    zone: str
    kiosk: str
    since: datetime | None
    left: datetime | None
    assistance: bool
    told: Told
    flags: tuple[str, ...]
    party: str = ""

    @property
    def presumed_left(self) -> bool:
        """Whether they are on the list although they have probably left (F13)."""
        return self.left is None and ASSUMED in self.flags

    def matches(self, wanted: Collection[str]) -> bool:
        """Whether each wanted word begins a word of name, company, host, kiosk or party."""
        own = words(self.name or "", self.company, self.host, self.kiosk, self.party)
        return all(any(word.startswith(begun) for word in own) for begun in wanted)


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board of a place (or of all), at one moment. ``asked``: of whom a kiosk is told whether they left."""

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
            return await self._read(tx, reach, site_id, query, _MOST_LISTED)

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
        shown = [row for row in rows if row.matches(wanted)]
        contacts = await board.list_contacts(tx, [site_id] if site_id else [site.id for site in sites])
        in_doubt = any(row.presumed_left for row in shown)
        return BoardView(
            now=now,
            sites=tuple(sites),
            site=chosen,
            # Who needs assistance stands first, so that nobody has to look for them; then who came last.
            on_site=tuple(sorted((row for row in reversed(shown) if row.left is None), key=_needs_nothing)),
            left_today=tuple(row for row in shown if row.left is not None),
            on_site_count=await board.count_present(tx, reach, site_id=site_id),
            freshness=freshness_of(contacts, now),
            quarantined={item.name: item.quarantined for item in contacts if item.quarantined},
            query=query,
            asked=await read_asked(tx, self._ring, now) if in_doubt else {},
        )


async def rows_of(tx: Tenant, ring: KeyRing, found: Sequence[Stay], sites: Sequence[Site], now: datetime) -> list[Row]:
    """Stays as people read them, in the order given."""
    ids = [stay.id for stay in found]
    kiosks = await board.arrival_kiosks(tx, ids)
    told = await alerts.of_stays(tx, ids)
    types = await type_names(tx)
    details = {stay.id: details_of(stay.person) for stay in found if stay.person}
    came_by = {stay: UUID(told.invitation) for stay, told in details.items() if told.invitation}
    parties = await read_parties(tx, ring, came_by.values())
    zones = {site.id: zone_named(site.time_zone) for site in sites}
    elsewhere = place_zone(sites, None)
    return [
        _row(
            stay,
            details.get(stay.id, Details()),
            party=parties.get(came_by[stay.id], "") if stay.id in came_by else "",
            kiosk=kiosks.get(stay.id, ""),
            told=told.get(stay.id, []),
            types=types,
            zone=zones.get(stay.site_id, elsewhere) if stay.site_id else elsewhere,
            now=now,
        )
        for stay in found
    ]


def details_of(person: Person) -> Details:
    """What else a check-in told."""
    try:
        return msgspec.json.decode(person.details, type=Details)
    except msgspec.MsgspecError:
        return Details()


async def type_names(tx: Tenant) -> dict[str, str]:
    """The types of visitor, by their key, in English where they have it."""
    found: dict[str, str] = {}
    for kind in await catalogue.list_types(tx):
        labels = msgspec.json.decode(kind.definition, type=VisitorType).words
        found[kind.key] = labels.get("en") or next(iter(labels.values()), kind.key)
    return found


def _row(
    stay: Stay,
    details: Details,
    *,
    party: str,
    kiosk: str,
    told: list[Alert],
    types: Mapping[str, str],
    zone: tzinfo,
    now: datetime,
) -> Row:
    person = stay.person
    return Row(
        id=stay.id,
        name=person.name if person else None,
        company=person.company if person else "",
        host=person.host if person else "",
        type=types.get(details.type, ""),
        zone=person.zone if person else "",
        kiosk=kiosk,
        since=stay.arrived_at.astimezone(zone) if stay.arrived_at else None,
        left=None if stay.present or stay.departed_at is None else stay.departed_at.astimezone(zone),
        assistance=details.assistance,
        told=_told(person, told, now),
        flags=stay.flags,
        party=party,
    )


def is_overdue(alert: Alert, now: datetime) -> bool:
    """Whether a message waits for longer than anybody should: the mail server does not take it."""
    return alert.standing == "waiting" and now - alert.created_at > OVERDUE_AFTER


def _told(person: Person | None, told: list[Alert], now: datetime) -> Told:
    if told:
        standings = ["not told" if is_overdue(alert, now) else _STANDINGS[alert.standing] for alert in told]
        return "told" if "told" in standings else standings[-1]
    return "not told" if person is not None and person.host else "nobody"


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
