"""From open stays to the people that a list shows."""

from __future__ import annotations

from kiosk.flows.local_time import LocalTime
from kiosk.ports import PersonOnSite
from sync.protocol.fold import Stay


def person_on_site(stays: tuple[Stay, ...], time: LocalTime) -> PersonOnSite:
    """One person by their open stays, earliest first (ADR 107): where they arrived last, since they arrived first."""
    first, last = stays[0], stays[-1]
    since = time.now() if first.arrived is None else time.at_stamp(first.arrived.header.hlc)
    gone = not any(stay.verified for stay in stays)
    muster = last.muster
    if muster is None:
        return PersonOnSite(str(last.id), "", "", "", "", since, unnamed=True, presumed_left=gone)
    others = tuple(reversed(stays[:-1]))
    zones = dict.fromkeys(stay.muster.zone for stay in others if stay.muster is not None)
    return PersonOnSite(
        stay_id=str(last.id),
        name=muster.name,
        company=muster.company,
        host=muster.host,
        zone=muster.zone,
        since=since,
        needs_assistance=any(stay.muster is not None and stay.muster.assistance for stay in stays),
        presumed_left=gone,
        again=tuple(str(stay.id) for stay in others),
        other_zones=tuple(zone for zone in zones if zone and zone != muster.zone),
    )
