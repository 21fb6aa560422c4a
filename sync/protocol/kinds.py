"""The event kinds of version 1 and the fields of their bodies.

A kind is ``subject.verb`` and coarse on purpose: headers outlive bodies, so whatever tells about a person
(who needed assistance, who was refused) stands in a body. Muster bodies hold what an evacuation needs and
nothing else; full bodies hold the rest; no field stands in both.

Bodies may gain members later: readers ignore members that they do not know.
"""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from sync.protocol.errors import EncodingError
from sync.protocol.exact_json import EMPTY, read
from sync.protocol.identifiers import Sha256Hex, Thumbprint

Line = Annotated[str, msgspec.Meta(max_length=400)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
WatchIds = Annotated[tuple[UUID, ...], msgspec.Meta(max_length=16)]
BadgeCopy = Annotated[int, msgspec.Meta(ge=1)]
KindText = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,20}\.[a-z_]{2,20}\Z")]


class Kind(StrEnum):
    """``subject.verb``; the verb in the past, for an event has happened."""

    VISITOR_ARRIVED = "visitor.arrived"
    VISITOR_HELD = "visitor.held"
    RECEPTION_CALLED = "reception.called"
    VISITOR_DEPARTED = "visitor.departed"
    DEPARTURE_ASSUMED = "departure.assumed"
    DEPARTURE_REVOKED = "departure.revoked"
    CONSENT_RECORDED = "consent.recorded"
    BADGE_REQUESTED = "badge.requested"
    BADGE_PRINTED = "badge.printed"
    BADGE_SENT = "badge.sent"
    BADGE_FAILED = "badge.failed"
    ROLLCALL_OPENED = "rollcall.opened"
    STAFF_REFUSED = "staff.refused"
    KIOSK_STARTED = "kiosk.started"
    EPOCH_STARTED = "epoch.started"
    COMMAND_ANSWERED = "command.answered"


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """Bodies are read tolerantly: members that came later are ignored."""


class Nothing(_Body, frozen=True, kw_only=True):
    """A body without members."""


NOTHING = Nothing()


class ArrivedMuster(_Body, frozen=True, kw_only=True, omit_defaults=True):
    """Who is in the building and how to find them.

    ``invitation``: the one that they came by, so that whoever hears of the arrival knows that it is used, and two
    arrivals of one person can be told (ADR 94). It came later and is left out where there is none, so that such bodies
    are the bytes that they always were.
    """

    name: Name
    company: Line
    host: Line
    zone: Line
    assistance: bool
    invitation: UUID | None = None


class ObjectReference(_Body, frozen=True, kw_only=True):
    """A photo or signature that goes up after the event which names it. ``sha256`` and ``size`` (bytes) are those of
    the sealed object; ``kind`` and ``media`` (a media type) say what is inside, to whoever can open it.
    """

    id: UUID
    kind: Line
    sha256: Sha256Hex
    size: Annotated[int, msgspec.Meta(ge=1)]
    media: Line


class ArrivedFull(_Body, frozen=True, kw_only=True, omit_defaults=True):
    """The rest of a check-in. ``answers`` maps a field's id to what was typed. ``watch``: entries of the watchlist that
    were met and let the visitor in (``alert``, or an override); ``admitted_by``: the id of the staff PIN that let in
    somebody who was held. ``objects`` and these two came later and are left out where they say nothing, so that such
    bodies are the bytes that they always were.
    """

    type: Line
    language: Line
    host_id: UUID | None
    email: Line
    phone: Line
    answers: dict[Line, Line]
    objects: Annotated[tuple[ObjectReference, ...], msgspec.Meta(max_length=8)] = ()
    watch: WatchIds = ()
    admitted_by: Line = ""


class HeldFull(_Body, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody was not checked in, and reception is to help them (ADR 94): why, and all that they entered.

    ``reason``: ``screening``, ``no_list``, ``attestation``, ``approval``, ``invited_only``, ``host`` or ``photo``;
    later ones may come. The visitor's screen does not tell it, nor does the header. ``watch`` as for an arrival.
    """

    reason: Line
    name: Name
    company: Line
    host: Line
    assistance: bool
    type: Line
    language: Line
    host_id: UUID | None
    email: Line
    phone: Line
    answers: dict[Line, Line]
    invitation: UUID | None = None
    watch: WatchIds = ()


class CalledFull(_Body, frozen=True, kw_only=True):
    """Somebody at this kiosk asks for a person, now (ADR 97): where its door leads, in what language they read, and
    whether they said that they need help on the way out. Who it is, an arrival or a hold of the same stay says, if one
    follows or came before.
    """

    zone: Line
    language: Line
    assistance: bool


class DepartedFull(_Body, frozen=True, kw_only=True, omit_defaults=True):
    """How a departure was made known. A timer makes none: see ``AssumedFull``.

    ``by``: whose PIN it was at a desk, or who said so in the console (ADR 100). It came later (ADR 93) and is left out
    elsewhere, so that such bodies are the bytes that they always were.
    """

    method: Literal["badge", "name", "host", "desk"]
    by: Line = ""


SEEN = "still here"
"""The reason of a ``departure.revoked`` by which a person says that somebody whose departure was assumed is here."""


class AssumedFull(_Body, frozen=True, kw_only=True):
    """A departure that a timer assumed. It takes nobody off the list; a person's departure does."""

    method: Literal["automatic"]


class RevokedFull(_Body, frozen=True, kw_only=True, omit_defaults=True):
    """Why a departure does not count, assumed or not.

    ``by``: whose PIN it was at a desk, or who said so in the console. It came later (ADR 100) and is left out where
    there is none, so that such bodies are the bytes that they always were.
    """

    reason: Line
    by: Line = ""


class ConsentFull(_Body, frozen=True, kw_only=True, omit_defaults=True):
    """One consent as it was asked and answered (R30): text version and hash, language, answer.

    ``signature``: the object, named by the arrival, that was drawn under this text; ``right`` of ``asked`` questions
    about it were answered as it says. ``copy``: whoever arrived wants a copy of this text sent to the address that the
    arrival names. These came later (ADR 92, the last ADR 99) and are left out where they say nothing, so that such
    bodies are the bytes that they always were.
    """

    purpose: Literal["document", "photo"]
    document: Line
    version: Line
    sha256: Sha256Hex
    language: Line
    granted: bool
    signature: UUID | None = None
    asked: Annotated[int, msgspec.Meta(ge=0)] = 0
    right: Annotated[int, msgspec.Meta(ge=0)] = 0
    copy: bool = False


class BadgeRequestedFull(_Body, frozen=True, kw_only=True, omit_defaults=True):
    """A badge was asked for: on which medium, with a photo or not. A reprint is the visit's second, third ... ``copy``:
    ``by`` whom it was asked for, and ``why``. These three came later (ADR 87) and are left out of a first badge, so
    that such bodies are the bytes that they always were.
    """

    medium: Line
    photo: bool
    copy: BadgeCopy = 1
    by: Line = ""
    why: Line = ""


class BadgeOutcomeFull(_Body, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a badge. ``reason`` is empty unless it failed; ``unsure``: paper may have come out. ``copy`` and
    ``abandoned`` (nobody prints it any more, by itself) came later (ADR 87) and are left out where they say nothing.
    """

    printer: Line
    reason: Line
    unsure: bool
    copy: BadgeCopy = 1
    abandoned: bool = False


class RollCallFull(_Body, frozen=True, kw_only=True):
    """Somebody of the staff opened the evacuation list."""

    listed: Annotated[int, msgspec.Meta(ge=0)]


class KioskStartedFull(_Body, frozen=True, kw_only=True):
    """The kiosk's program came up."""

    version: Line


class EpochStartedFull(_Body, frozen=True, kw_only=True):
    """The first event under a key that the kiosk began by itself: where the one before it stood, and why it ended."""

    previous: Thumbprint
    seq: Annotated[int, msgspec.Meta(ge=0)]
    head: Sha256Hex
    reason: Line


class CommandAnsweredFull(_Body, frozen=True, kw_only=True):
    """What became of a command (ADR 57). ``outcome``: ``obeyed``, ``expired`` or ``unknown`` (this kiosk knows no such
    order); later ones may come. A wipe is answered before it is done: nothing could be told afterwards.
    """

    command: UUID
    order: Line
    outcome: Line


BODIES: dict[str, tuple[type[_Body], type[_Body]]] = {
    Kind.VISITOR_ARRIVED: (ArrivedMuster, ArrivedFull),
    Kind.VISITOR_HELD: (Nothing, HeldFull),
    Kind.RECEPTION_CALLED: (Nothing, CalledFull),
    Kind.VISITOR_DEPARTED: (Nothing, DepartedFull),
    Kind.DEPARTURE_ASSUMED: (Nothing, AssumedFull),
    Kind.DEPARTURE_REVOKED: (Nothing, RevokedFull),
    Kind.CONSENT_RECORDED: (Nothing, ConsentFull),
    Kind.BADGE_REQUESTED: (Nothing, BadgeRequestedFull),
    Kind.BADGE_PRINTED: (Nothing, BadgeOutcomeFull),
    Kind.BADGE_SENT: (Nothing, BadgeOutcomeFull),
    Kind.BADGE_FAILED: (Nothing, BadgeOutcomeFull),
    Kind.ROLLCALL_OPENED: (Nothing, RollCallFull),
    Kind.STAFF_REFUSED: (Nothing, Nothing),
    Kind.KIOSK_STARTED: (Nothing, KioskStartedFull),
    Kind.EPOCH_STARTED: (Nothing, EpochStartedFull),
    Kind.COMMAND_ANSWERED: (Nothing, CommandAnsweredFull),
}
"""Kind -> (muster body, full body). A kind that is not here is stored and relayed, never interpreted."""


def body_shape_fault(kind: str, muster: bytes | None, full: bytes | None) -> str | None:
    """Why the bodies do not have the fields of their kind, or ``None``; unknown kinds are opaque."""
    shapes = BODIES.get(kind)
    if shapes is None:
        return None
    for raw, shape in zip((muster, full), shapes, strict=True):
        if raw is None or (shape is Nothing and raw == EMPTY):
            continue
        try:
            read(raw, shape, what=f"a body of {kind}")
        except EncodingError as error:
            return str(error)
    return None
