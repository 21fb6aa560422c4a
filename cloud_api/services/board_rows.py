"""A row of the board: a visit as people read it, or a person on several that are open at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal
from uuid import UUID

import msgspec

from cloud_api.keys.ring import KeyRing
from cloud_api.keys.tokens import words
from cloud_api.services.local_time import zone_named
from cloud_api.services.parties import read_parties
from cloud_api.services.place_zones import place_zone
from cloud_api.services.presence import ASSUMED
from cloud_api.services.readings import Details
from cloud_api.store import alerts, board, catalogue
from cloud_api.store.alerts import Alert
from cloud_api.store.db import Tenant
from cloud_api.store.organisations import Site
from cloud_api.store.stays import Person, Stay
from sync.protocol.feed import VisitorType

Told = Literal["told", "being told", "not told", "unsure", "nobody"]
OVERDUE_AFTER = timedelta(minutes=2)
_STANDINGS: Mapping[str, Told] = {
    "sent": "told",
    "waiting": "being told",
    "sending": "being told",
    "failed": "not told",
    "unsure": "unsure",
}


@dataclass(frozen=True, slots=True)
class CheckIn:
    """An open visit of somebody who has several."""

    id: UUID
    zone: str
    kiosk: str
    since: datetime | None

    @property
    def place(self) -> str:
        """The zone, or the kiosk where that is not known."""
        return self.zone or self.kiosk


@dataclass(frozen=True, slots=True)
class Row:
    """One person on one visit; times are those of the place. ``name`` is ``None`` for an unnamed person.
    ``party``: what the organisation calls those who were invited together. ``invitation``: the id of the one they came
    by. ``check_ins``: of somebody who checked in several times with it, all their open visits, first to last (ADR 107);
    then ``id``, ``zone`` and ``kiosk`` are those of the last, and ``since`` that of the first.
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
    invitation: UUID | None = None
    check_ins: tuple[CheckIn, ...] = ()

    @property
    def other_check_ins(self) -> tuple[CheckIn, ...]:
        """Open visits of the same person beside the one of this id, first to last."""
        return tuple(one for one in self.check_ins if one.id != self.id)

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The other zones that they checked in to, last to first; a kiosk where its zone is not known."""
        others = dict.fromkeys(one.place for one in reversed(self.other_check_ins))
        return tuple(place for place in others if place not in ("", self.zone or self.kiosk))

    @property
    def arrived(self) -> datetime | None:
        """When the visit of this id began."""
        return self.check_ins[-1].since if self.check_ins else self.since

    @property
    def presumed_left(self) -> bool:
        """Whether they are on the list although they have probably left (F13)."""
        return self.left is None and ASSUMED in self.flags

    def matches(self, wanted: Collection[str]) -> bool:
        """Whether each wanted word begins a word of name, company, host, kiosk or party."""
        own = words(self.name or "", self.company, self.host, self.kiosk, self.party)
        return all(any(word.startswith(begun) for word in own) for begun in wanted)


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
        invitation=UUID(details.invitation) if details.invitation else None,
    )


def is_overdue(alert: Alert, now: datetime) -> bool:
    """Whether a message waits for longer than anybody should: the mail server does not take it."""
    return alert.standing == "waiting" and now - alert.created_at > OVERDUE_AFTER


def _told(person: Person | None, told: list[Alert], now: datetime) -> Told:
    if told:
        standings = ["not told" if is_overdue(alert, now) else _STANDINGS[alert.standing] for alert in told]
        return "told" if "told" in standings else standings[-1]
    return "not told" if person is not None and person.host else "nobody"
