"""What one event of a batch comes to: the row that is stored, the fact that is folded, the arrival it tells.

Each body is judged by itself: a bad one is quarantined, a good one beside it is kept (C13).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from cloud_api.clock import unix_ms
from cloud_api.services.call_readings import Asked, asked_at, read_call
from cloud_api.store.events import NewEvent
from cloud_api.store.stays import Person
from sync.protocol import exact_json
from sync.protocol.commitments import Part, SealedBody, body_fault
from sync.protocol.errors import EncodingError
from sync.protocol.events import Event, Header
from sync.protocol.fold import Fact, Standing, fact
from sync.protocol.hlc import MAX_AHEAD_MS, Hlc
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, ConsentFull, Kind, body_shape_fault
from sync.protocol.repeats import Again, repeated_from

B = TypeVar("B", bound=msgspec.Struct)

PRESENCE_KINDS = frozenset(
    {Kind.VISITOR_ARRIVED, Kind.VISITOR_DEPARTED, Kind.DEPARTURE_ASSUMED, Kind.DEPARTURE_REVOKED}
)


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What else a check-in told, as the projection keeps it (sealed). ``invitation``: the id of the one they came by;
    it came later, and stays of before are without it.
    """

    type: str = ""
    language: str = ""
    phone: str = ""
    assistance: bool = False
    answers: dict[str, str] = {}
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an arrival tells, as far as its bodies can be read. ``again``: the event that it repeats, if it does."""

    event_id: UUID
    muster: ArrivedMuster | None
    full: ArrivedFull | None
    again: Again | None = None

    @property
    def host_id(self) -> UUID | None:
        """The host to be told."""
        return None if self.full is None else self.full.host_id

    def person(self) -> Person | None:
        """The personal part of the projection; ``None`` when there is no readable muster body."""
        muster, full = self.muster, self.full
        if muster is None:
            return None
        details = Details(
            type=full.type if full else "",
            language=full.language if full else "",
            phone=full.phone if full else "",
            assistance=muster.assistance,
            answers=full.answers if full else {},
            invitation="" if muster.invitation is None else str(muster.invitation),
        )
        return Person(
            name=muster.name,
            company=muster.company,
            host=muster.host,
            zone=muster.zone,
            email=full.email if full else "",
            details=msgspec.json.encode(details).decode("utf-8"),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """One event of a batch. ``fact`` and ``stay`` are there where it bears on who is present, ``asked`` where it wants
    a person at its kiosk. ``consent``: what was said to a document, as far as it can be read.
    """

    row: NewEvent
    fact: Fact | None
    arrival: Arrival | None
    asked: Asked | None = None
    consent: ConsentFull | None = None


def stay_of(header: Header) -> UUID | None:
    """The stay that an event speaks of; an arrival without one stands for itself, under its event's id."""
    if header.stay is None and header.kind == Kind.VISITOR_ARRIVED:
        return header.id
    return header.stay


def worst_standing(*, key: Standing, quarantined: bool, hlc: str, received_at: datetime) -> Standing:
    """Whether an event may take somebody off the list. ``key``: what follows from its key; the worst reason counts."""
    reasons = [key]
    if quarantined:
        reasons.append(Standing.QUARANTINED)
    if _is_ahead(hlc, received_at):
        reasons.append(Standing.CLOCK_FLAGGED)
    return key if len(reasons) == 1 else max(reasons, key=list(Standing).index)


def _is_ahead(hlc: str, received_at: datetime) -> bool:
    return Hlc.parse(hlc).wall_ms > unix_ms(received_at) + MAX_AHEAD_MS


def read_event(event: Event, header_hash: str, *, key: Standing, received_at: datetime) -> Reading:
    """Judge an event's bodies and take from it what is needed. ``key``: the standing that follows from its key."""
    header = event.header
    muster_fault = _fault(event, Part.MUSTER, event.muster, header.muster)
    full_fault = _fault(event, Part.FULL, event.full, header.full)
    fault = muster_fault or full_fault
    told = None
    if header.kind in PRESENCE_KINDS:
        standing = worst_standing(key=key, quarantined=fault is not None, hlc=header.hlc, received_at=received_at)
        told = fact(event, standing, header_hash)
    # Whatever the fold can read is kept, so that folding again from the database gives the same.
    muster_kept = muster_fault is None or (told is not None and told.muster is not None)
    full_body = None if full_fault is not None else event.full
    row = NewEvent(
        seq=header.seq,
        event_id=header.id,
        kind=header.kind,
        stay_id=stay_of(header),
        hash=header_hash,
        prev=header.prev,
        raw=event.raw_header,
        muster=_encode(event.muster) if muster_kept else None,
        full=_encode(full_body),
        fault=fault,
        poison=() if fault is None else (_raw(event.muster), _raw(event.full)),
    )
    arrival = _arrival(header, told, full_body)
    muster, full = (arrival.muster, arrival.full) if arrival else (None, None)
    call = read_call(header.kind, full_body, muster=muster, arrived=full)
    asked = None
    if call is not None:
        asked = Asked(asked_at(header, full_body, ahead=_is_ahead(header.hlc, received_at)), call)
    return Reading(row, told, arrival, asked, _consent(header, full_body))


def _arrival(header: Header, told: Fact | None, full: SealedBody | None) -> Arrival | None:
    if header.kind != Kind.VISITOR_ARRIVED or told is None:
        return None
    return Arrival(header.id, told.muster, _read_body(full, ArrivedFull), repeated_from(full))


def _consent(header: Header, full: SealedBody | None) -> ConsentFull | None:
    found = _read_body(full, ConsentFull) if header.kind == Kind.CONSENT_RECORDED else None
    return found if found is not None and found.purpose == "document" else None


def _fault(event: Event, part: Part, sealed: SealedBody | None, committed: str) -> str | None:
    if sealed is None:
        return None
    raw = sealed.bytes()
    muster, full = (raw, None) if part is Part.MUSTER else (None, raw)
    fault = body_fault(part, sealed, committed) or body_shape_fault(event.header.kind, muster, full)
    return None if fault is None else f"{part.name.lower()} body: {fault}"


def _encode(sealed: SealedBody | None) -> bytes | None:
    return None if sealed is None else exact_json.encode(sealed)


def _raw(sealed: SealedBody | None) -> bytes | None:
    return None if sealed is None else bytes.fromhex(sealed.salt) + sealed.bytes()


def _read_body(sealed: SealedBody | None, kind: type[B]) -> B | None:
    if sealed is None:
        return None
    try:
        return exact_json.read(sealed.bytes(), kind, what="a body")
    except EncodingError:
        return None
