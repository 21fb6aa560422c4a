"""Who is on site as a list shows it, and how far it can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Freshness(StrEnum):
    """How far an evacuation list can be believed."""

    COMPLETE = "complete"
    STALE = "stale"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class KioskHeard:
    """Another kiosk of the site and when it was last heard; None when never."""

    name: str
    last_heard: datetime | None


@dataclass(frozen=True, slots=True)
class PersonOnSite:
    """One person to account for. ``name`` is empty exactly when ``unnamed`` is true; ``since`` is local time.
    ``presumed_left``: nobody saw them go, and their time is over (F13). ``again``: further open stays of the same
    person, latest first (ADR 107); then ``stay_id`` is the latest of all, ``since`` when they came first, and
    ``other_zones`` are those where they arrived before, other than ``zone``.
    """

    stay_id: str
    name: str
    company: str
    host: str
    zone: str
    since: datetime
    needs_assistance: bool = False
    unnamed: bool = False
    presumed_left: bool = False
    again: tuple[str, ...] = ()
    other_zones: tuple[str, ...] = ()

    @property
    def check_ins(self) -> int:
        """Return how many open stays are theirs."""
        return 1 + len(self.again)

    @property
    def zones(self) -> tuple[str, ...]:
        """Return every zone in which to look for them."""
        return (self.zone, *self.other_zones)


@dataclass(frozen=True, slots=True)
class EvacuationList:
    """Who is on site as far as this kiosk knows. ``stale`` names the kiosks that were not heard lately, ``heard`` the
    others of the site.

    ``unchecked_since``: since when records may be missing from this kiosk's log; None if nothing speaks for that.
    ``unconfirmed``: departures recorded by this kiosk count only once an administrator confirms its log.
    ``expired_since``: since when what the organisation published has expired here: other kiosks may not be known.
    ``damaged``: the kiosk's records are, and this is what can be read of them (C05).
    """

    organisation: str
    site: str
    entries: tuple[PersonOnSite, ...]
    as_of: datetime
    freshness: Freshness
    stale: tuple[KioskHeard, ...] = ()
    heard: tuple[KioskHeard, ...] = ()
    unchecked_since: datetime | None = None
    unconfirmed: bool = False
    expired_since: datetime | None = None
    damaged: bool = False

    @property
    def count(self) -> int:
        """Return how many people are listed."""
        return len(self.entries)
