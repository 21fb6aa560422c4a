"""Which events want a person at a kiosk, and what they tell (ADR 97): a call, a hold, an arrival that met the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID, uuid5

import msgspec

from cloud_api.clock import from_unix_ms
from cloud_api.store.reception_calls import Ending
from sync.protocol import exact_json
from sync.protocol.commitments import SealedBody
from sync.protocol.errors import EncodingError
from sync.protocol.events import Header
from sync.protocol.hlc import ClockQuality, Hlc
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, CalledFull, HeldFull, Kind
from sync.protocol.repeats import repeated_from

B = TypeVar("B", bound=msgspec.Struct)
SCREENING = "screening"


class Occasion(StrEnum):
    """Why somebody is wanted."""

    HELP = "help"
    HELD = "held"
    ALERT = "alert"


class ToldCall(msgspec.Struct, frozen=True, kw_only=True):
    """What a call tells, as it is kept (sealed). ``watch``: the watchlist has to do with it; ``reason``: of a hold.
    Texts are empty where nothing is known: who asks for help has not said a name.
    """

    occasion: Occasion
    watch: bool = False
    reason: str = ""
    name: str = ""
    company: str = ""
    host: str = ""
    language: str = ""
    assistance: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What one event asks for. ``asked_at`` is by the kiosk's clock, ``None`` where nothing vouches for that."""

    asked_at: datetime | None
    told: ToldCall


@dataclass(frozen=True, slots=True)
class ReceptionCall:
    """A call as it is to be kept; ``ended_as``: it was over before the server heard of it."""

    stay_id: UUID
    kiosk_id: UUID
    site_id: UUID
    asked_at: datetime | None
    told: ToldCall
    ended_as: Ending | None = None

    @property
    def id(self) -> UUID:
        """One each stay and occasion: what is told twice, by whatever event, is the same call."""
        return call_id(self.stay_id, self.told.occasion)


def call_id(stay_id: UUID, occasion: Occasion) -> UUID:
    """The id of a stay's call for this occasion."""
    return uuid5(stay_id, f"reception {occasion.value}")


def ended_by(kind: str, stay_id: UUID) -> tuple[Ending, Sequence[UUID]] | None:
    """Which calls of a stay an event of this kind ends, and how. Who was let in may still be looked for by security."""
    if kind == Kind.VISITOR_ARRIVED:
        return "let_in", [call_id(stay_id, Occasion.HELP), call_id(stay_id, Occasion.HELD)]
    if kind == Kind.VISITOR_DEPARTED:
        return "left", [call_id(stay_id, occasion) for occasion in Occasion]
    return None


def asked_at(header: Header, full: SealedBody | None, *, ahead: bool) -> datetime | None:
    """When somebody asked, by their kiosk's clock. ``ahead``: the stamp is too far ahead of our time to be told."""
    if header.clock is ClockQuality.UNSYNCED or ahead:
        return None
    again = repeated_from(full)
    return from_unix_ms(Hlc.parse(header.hlc if again is None else again.hlc).wall_ms)


def read_call(
    kind: str, full: SealedBody | None, *, muster: ArrivedMuster | None, arrived: ArrivedFull | None
) -> ToldCall | None:
    """What an event asks for, ``None`` for nothing. ``full``: its full body where it can be taken; a hold or a call of
    which it cannot be read is one nevertheless. ``muster``, ``arrived``: what an arrival says, read already.
    """
    if kind == Kind.VISITOR_ARRIVED:
        # Who was held and then let in was told of when they were held.
        return _alert(muster, arrived) if arrived is not None and arrived.watch and not arrived.admitted_by else None
    if kind == Kind.RECEPTION_CALLED:
        called = _read(full, CalledFull)
        if called is None:
            return ToldCall(occasion=Occasion.HELP)
        return ToldCall(occasion=Occasion.HELP, language=called.language, assistance=called.assistance)
    if kind == Kind.VISITOR_HELD:
        held = _read(full, HeldFull)
        return ToldCall(occasion=Occasion.HELD) if held is None else _held(held)
    return None


def _held(held: HeldFull) -> ToldCall:
    return ToldCall(
        occasion=Occasion.HELD,
        watch=bool(held.watch) or held.reason == SCREENING,
        reason=held.reason,
        name=held.name,
        company=held.company,
        host=held.host,
        language=held.language,
        assistance=held.assistance,
    )


def _alert(muster: ArrivedMuster | None, arrived: ArrivedFull) -> ToldCall:
    return ToldCall(
        occasion=Occasion.ALERT,
        watch=True,
        name=muster.name if muster else "",
        company=muster.company if muster else "",
        host=muster.host if muster else "",
        language=arrived.language,
        assistance=muster.assistance if muster else False,
    )


def _read(sealed: SealedBody | None, kind: type[B]) -> B | None:
    if sealed is None:
        return None
    try:
        return exact_json.read(sealed.bytes(), kind, what="a body")
    except EncodingError:
        return None
