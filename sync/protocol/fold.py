"""Who is on site: a fold over the set of events that does not depend on the order of their arrival.

Uncertainty lists the person. Somebody leaves the list only by an *effective* departure: one that a person
made known, whose event is in good standing and comes after the arrival. A departure that a timer assumed is shown
and takes nobody off the list. An arrival that cannot be read is listed as an unnamed person.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from uuid import UUID

from sync.protocol.commitments import MAX_BODY_BYTES, Part, matches
from sync.protocol.errors import EncodingError
from sync.protocol.events import Event, Header
from sync.protocol.exact_json import encode, read
from sync.protocol.kinds import ArrivedMuster, Kind


class Standing(Enum):
    """Whether an event may take somebody off the list: only a clear one may. From good to bad."""

    CLEAR = "clear"
    FORKED = "forked"
    QUARANTINED = "quarantined"
    CLOCK_FLAGGED = "clock_flagged"
    UNCONFIRMED = "unconfirmed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Fact:
    """What the fold needs of an event. ``muster`` is ``None`` when the body is erased or unreadable."""

    header: Header
    hash: str
    muster: ArrivedMuster | None
    standing: Standing

    @property
    def order(self) -> tuple[str, str, str, int, str]:
        """The total order of events: clock, kiosk, epoch, seq, hash."""
        header = self.header
        return (header.hlc, str(header.kiosk), header.epoch, header.seq, self.hash)


@dataclass(frozen=True, slots=True)
class Stay:
    """One person on one visit, as far as the events tell.

    ``departed`` is the first effective departure or, while there is none, the first assumed one: then the
    person is still ``present`` and the stay not ``verified``.
    """

    id: UUID
    present: bool
    arrived: Fact | None
    departed: Fact | None
    later_departures: tuple[Fact, ...]
    verified: bool

    @property
    def muster(self) -> ArrivedMuster | None:
        """Name and whereabouts, or ``None`` for an unnamed person."""
        return None if self.arrived is None else self.arrived.muster


def fact(event: Event, standing: Standing = Standing.CLEAR, header_hash: str | None = None) -> Fact:
    """What an event says to the fold; an arrival whose muster body is not the committed one, or unreadable,
    stays an arrival. ``header_hash``: of this event, where the caller has worked it out already.
    """
    return Fact(event.header, header_hash or event.hash, _muster(event), standing)


def fold(facts: Iterable[Fact]) -> dict[UUID, Stay]:
    """The state of every stay, the same for every order and repetition of the same facts.

    An arrival without a stay lists a person all the same: its event id stands in.
    """
    by_stay: dict[UUID, list[Fact]] = {}
    for item in facts:
        stay = item.header.stay
        if stay is None and item.header.kind == Kind.VISITOR_ARRIVED:
            stay = item.header.id
        if stay is not None:
            by_stay.setdefault(stay, []).append(item)
    return {stay: fold_stay(stay, items) for stay, items in by_stay.items()}


def fold_stay(stay: UUID, facts: Iterable[Fact]) -> Stay:
    """The state of one stay from its events in any order, any of them more than once.

    The first arrival and the first effective departure count; ``departure.revoked`` takes back all departures
    before it. What comes before what: ``_comes_after``.
    """
    ordered = sorted(_settle(facts), key=lambda item: item.order)
    arrivals = [item for item in ordered if item.header.kind == Kind.VISITOR_ARRIVED]
    taken_back = [item for item in ordered if item.header.kind == Kind.DEPARTURE_REVOKED]
    standing = [
        item
        for item in ordered
        if _effective(item, arrivals) and not any(_comes_after(revoked, item) for revoked in taken_back)
    ]
    departures = [item for item in standing if item.header.kind == Kind.VISITOR_DEPARTED]
    assumed = [item for item in standing if item.header.kind == Kind.DEPARTURE_ASSUMED]
    return Stay(
        id=stay,
        present=bool(arrivals) and not departures,
        arrived=next(iter(arrivals), None),
        departed=next(iter([*departures, *assumed]), None),
        later_departures=tuple(departures[1:]),
        verified=bool(departures) or not assumed,
    )


def _muster(event: Event) -> ArrivedMuster | None:
    sealed = event.muster
    if event.header.kind != Kind.VISITOR_ARRIVED or sealed is None:
        return None
    # No other kiosk takes in a larger one: named here and unnamed there, it would be another list.
    if len(sealed.bytes()) > MAX_BODY_BYTES or not matches(Part.MUSTER, sealed, event.header.muster):
        return None
    try:
        return read(sealed.bytes(), ArrivedMuster, what="a muster body")
    except EncodingError:
        return None


def _settle(facts: Iterable[Fact]) -> list[Fact]:
    """One fact an event: the worst standing that it was heard with, and its body if any copy still has it."""
    copies: dict[str, list[Fact]] = {}
    for item in facts:
        copies.setdefault(item.hash, []).append(item)
    return [_worst(same) if len(same) > 1 else same[0] for same in copies.values()]


def _worst(same: list[Fact]) -> Fact:
    musters = [item.muster for item in same if item.muster is not None]
    standings = list(Standing)
    return replace(
        same[0],
        standing=max((item.standing for item in same), key=standings.index),
        muster=min(musters, key=encode) if musters else None,
    )


def _effective(departure: Fact, arrivals: list[Fact]) -> bool:
    """In good standing, and after every arrival whose clock and key are believed (else after any)."""
    if departure.standing is not Standing.CLEAR or not arrivals:
        return False
    disbelieved = (Standing.CLOCK_FLAGGED, Standing.REVOKED)
    believed = [item for item in arrivals if item.standing not in disbelieved]
    after = (_comes_after(departure, arrival) for arrival in believed or arrivals)
    return all(after) if believed else any(after)


def _comes_after(later: Fact, earlier: Fact) -> bool:
    """Within one chain its own order counts, which no clock can turn around; else the stamps'."""
    mine, other = later.header, earlier.header
    if (mine.kiosk, mine.epoch) == (other.kiosk, other.epoch):
        return (mine.seq, later.hash) > (other.seq, earlier.hash)
    return later.order > earlier.order
