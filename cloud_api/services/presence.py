"""From facts to the on-site projection: the protocol's fold, and how its outcome is kept for the desk."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from cloud_api.clock import from_unix_ms, unix_ms
from cloud_api.services.readings import Arrival, Details, worst_standing
from cloud_api.store.events import StoredFact
from cloud_api.store.stays import Stay
from sync.protocol import exact_json
from sync.protocol.commitments import SealedBody
from sync.protocol.errors import EncodingError
from sync.protocol.events import Event, Header
from sync.protocol.fold import Fact, Standing, fact, fold_stay
from sync.protocol.fold import Stay as FoldedStay
from sync.protocol.hlc import MAX_AHEAD_MS, ClockQuality, Hlc

__all__ = ["ASSUMED", "Details", "project", "read_sealed", "stored_fact"]


ASSUMED = "departure-assumed"
"""The flag of a stay that is over as far as a timer knows, and that nobody has closed."""


def stored_fact(stored: StoredFact, header: Header, key: Standing) -> Fact:
    """A stored event as the fold wants it; a body that cannot be read back is no body. ``key``: what follows from the
    event's key.
    """
    standing = worst_standing(key=key, quarantined=stored.quarantined, hlc=header.hlc, received_at=stored.received_at)
    return fact(Event(stored.raw, header, read_sealed(stored.muster), None), standing)


def project(facts: Mapping[UUID, Iterable[Fact]], arrivals: Mapping[str, Arrival], now: datetime) -> list[Stay]:
    """The rows of these stays. ``arrivals``, by header hash, are those whose bodies are at hand."""
    return [_row(fold_stay(stay, items), arrivals, now) for stay, items in facts.items()]


def _row(folded: FoldedStay, arrivals: Mapping[str, Arrival], now: datetime) -> Stay:
    arrived = folded.arrived
    known = arrivals.get(arrived.hash) if arrived is not None else None
    return Stay(
        id=folded.id,
        site_id=arrived.header.site if arrived is not None else None,
        host_id=known.host_id if known is not None else None,
        present=folded.present,
        flags=tuple(_flags(folded, now)),
        arrived_at=_arrival_moment(arrived, known, now),
        departed_at=None if folded.present else _moment(folded.departed, now),
        person=known.person() if known is not None else None,
    )


def _arrival_moment(found: Fact | None, known: Arrival | None, now: datetime) -> datetime | None:
    """Of an arrival that was recorded again after a salvage (ADR 51), when it was recorded first."""
    moment = _moment(found, now)
    if moment is None or known is None or known.again is None:
        return moment
    return min(moment, from_unix_ms(Hlc.parse(known.again.hlc).wall_ms))


def _moment(found: Fact | None, now: datetime) -> datetime | None:
    """When an event happened as far as its kiosk knew; never later than now."""
    if found is None:
        return None
    return min(from_unix_ms(Hlc.parse(found.header.hlc).wall_ms), now)


def _flags(folded: FoldedStay, now: datetime) -> Iterable[str]:
    arrived = folded.arrived
    if arrived is None:
        yield "departure-without-arrival"
        return
    if arrived.muster is None:
        yield "unnamed"
    if arrived.header.clock is ClockQuality.UNSYNCED:
        yield "clock-unsure"
    elif Hlc.parse(arrived.header.hlc).wall_ms > unix_ms(now + timedelta(milliseconds=MAX_AHEAD_MS)):
        yield "clock-ahead"
    if arrived.standing in (Standing.FORKED, Standing.UNCONFIRMED, Standing.REVOKED):
        yield "unconfirmed"
    if not folded.verified:
        yield ASSUMED
    if folded.later_departures:
        yield "departed-again"


def read_sealed(raw: bytes | None) -> SealedBody | None:
    """A stored body; ``None`` also where it cannot be read back."""
    if raw is None:
        return None
    try:
        return exact_json.read(raw, SealedBody, what="a stored body")
    except EncodingError:
        return None
