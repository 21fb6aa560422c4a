"""Kiosks as the console lists them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.reach import Reach
from cloud_api.services.list_freshness import QUIET_AFTER
from cloud_api.services.place_zones import place_zone
from cloud_api.store import board, data_keys, log_witnesses, organisations
from cloud_api.store.board import KioskContact
from cloud_api.store.db import Database
from cloud_api.store.organisations import Site
from sync.protocol import exact_json
from sync.protocol.commitments import SealedBody
from sync.protocol.errors import ProtocolError
from sync.protocol.kinds import KioskStartedFull

KioskState = Literal["revoked", "waiting", "unconfirmed", "forked", "offline", "quiet", "online"]
OFFLINE_AFTER = timedelta(minutes=15)
"""A kiosk that restarts or changes its network is back by then; one that is not needs somebody."""


@dataclass(frozen=True, slots=True)
class KioskRow:
    """A kiosk: how it is, when it was heard of, which version it runs by what it said last (empty: not known), and how
    many entries it said that it still has to send. ``log_alarm``: what it found wrong with the audit log, empty while
    nothing.
    """

    id: UUID
    name: str
    site: str
    state: KioskState
    last_seen: datetime | None
    version: str
    quarantined: int
    unsent: int
    log_alarm: str = ""
    site_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FleetView:
    """All kiosks at one moment."""

    now: datetime
    rows: tuple[KioskRow, ...]
    sites: tuple[Site, ...]

    @property
    def in_service(self) -> int:
        """How many should be at work: all but those that were revoked or never enrolled."""
        return sum(row.state not in ("revoked", "waiting") for row in self.rows)

    @property
    def online(self) -> int:
        """How many of these were heard of just now, whatever is to be said of their logs."""
        return sum(
            row.state not in ("revoked", "waiting")
            and row.last_seen is not None
            and self.now - row.last_seen < QUIET_AFTER
            for row in self.rows
        )


class FleetReading:
    """Reads the fleet."""

    def __init__(self, db: Database, ring: KeyRing, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._clock = clock

    async def read(self, tenant: UUID, reach: Reach) -> FleetView:
        """All kiosks within reach, by name, the revoked ones last."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            sites = [site for site in await organisations.list_sites(tx, cipher) if reach.holds(site.id)]
            found = await board.list_contacts(tx, reach.sites)
            started = await board.list_started(tx, cipher)
            alarms = await log_witnesses.list_alarms(tx)
        now = self._clock.now().astimezone(place_zone(sites, None))
        names = {site.id: site.name for site in sites}
        versions = {kiosk: _version(sealed) for kiosk, sealed in started.items()}
        rows = (_row(item, names.get(item.site_id, ""), versions.get(item.id, ""), now) for item in found)
        alarmed = (replace(row, log_alarm=alarms.get(row.id, "")) for row in rows)
        return FleetView(now, tuple(alarmed), tuple(sites))


def _row(item: KioskContact, site: str, version: str, now: datetime) -> KioskRow:
    return KioskRow(
        id=item.id,
        name=item.name,
        site=site,
        state=_state(item, now),
        last_seen=item.last_seen_at.astimezone(now.tzinfo) if item.last_seen_at else None,
        version=item.software or version,
        quarantined=item.quarantined,
        unsent=item.waiting,
        site_id=item.site_id,
    )


def _state(item: KioskContact, now: datetime) -> KioskState:
    if item.revoked_at is not None:
        return "revoked"
    if not item.enrolled:
        return "waiting"
    if item.unconfirmed:
        return "unconfirmed"
    if item.forked:
        return "forked"
    return _contact(item.last_seen_at, now)


def _contact(last_seen_at: datetime | None, now: datetime) -> KioskState:
    if last_seen_at is None:
        return "quiet"
    silence = now - last_seen_at
    if silence >= QUIET_AFTER:
        return "offline" if silence >= OFFLINE_AFTER else "quiet"
    return "online"


def _version(sealed: bytes) -> str:
    """Of the body of a start; empty where it cannot be read."""
    try:
        raw = exact_json.read(sealed, SealedBody, what="a stored body").bytes()
        return exact_json.read(raw, KioskStartedFull, what="a start").version
    except ProtocolError:
        return ""
