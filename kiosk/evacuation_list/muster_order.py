"""The order in which people are looked for, the same on screen, on paper and in files: who needs assistance first.

Whoever has probably left stands last under their heading, and under no heading of their own: who searches a zone has
everybody of that zone. Who arrived in several zones (ADR 107) is looked for in each, where zones are looked at alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.ports import PersonOnSite


@dataclass(frozen=True, slots=True)
class MusterGroup:
    """People under one heading; ``zone`` is empty for those who need assistance, wherever they are."""

    zone: str
    people: tuple[PersonOnSite, ...]
    assistance: bool = False


def muster_groups(entries: Iterable[PersonOnSite]) -> tuple[MusterGroup, ...]:
    """Those who need assistance, then a group for each zone; by name, unnamed people after that, then who has probably
    left.
    """
    ordered = sorted(entries, key=_order)
    first = tuple(entry for entry in ordered if entry.needs_assistance)
    others = [entry for entry in ordered if not entry.needs_assistance]
    zones = tuple(
        MusterGroup(zone, tuple(entry for entry in others if entry.zone == zone))
        for zone in sorted({entry.zone for entry in others})
    )
    return (MusterGroup("", first, assistance=True), *zones) if first else zones


def zone_groups(entries: Iterable[PersonOnSite]) -> tuple[MusterGroup, ...]:
    """A group for each zone, by name, the people of no zone last; in each, those who need assistance stand first.

    For paper that is handed out zone by zone: whoever takes a zone's pages has everybody of that zone on them.
    """
    ordered = sorted(entries, key=lambda entry: (not entry.needs_assistance, *_order(entry)))
    zones = sorted({zone for entry in ordered for zone in entry.zones}, key=lambda zone: (not zone, zone))
    return tuple(MusterGroup(zone, in_zone(ordered, zone)) for zone in zones)


def in_zone(entries: Iterable[PersonOnSite], zone: str) -> tuple[PersonOnSite, ...]:
    """Those to look for in a zone, as they are listed there."""
    return tuple(_listed_in(entry, zone) for entry in entries if zone in entry.zones)


def _listed_in(entry: PersonOnSite, zone: str) -> PersonOnSite:
    if entry.zone == zone:
        return entry
    others = tuple(other for other in entry.zones if other and other != zone)
    return replace(entry, zone=zone, other_zones=others)


def in_muster_order(entries: Iterable[PersonOnSite]) -> tuple[PersonOnSite, ...]:
    """Everybody, group after group."""
    return tuple(entry for group in muster_groups(entries) for entry in group.people)


def count_presumed(entries: Iterable[PersonOnSite]) -> int:
    """How many of them have probably left."""
    return sum(entry.presumed_left for entry in entries)


def _order(entry: PersonOnSite) -> tuple[bool, bool, str, str]:
    return entry.presumed_left, entry.unnamed, entry.name.casefold(), entry.stay_id
