"""What passes between the kiosk's screens and its badges: plain values, frozen, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class BadgePromise(StrEnum):
    """What is true about the badge at the moment of arrival."""

    PRINTING = "printing"
    AT_RECEPTION = "at-reception"
    NONE = "none"


class BadgeState(StrEnum):
    """Where a badge is. *Printed* only when the printer said so."""

    QUEUED = "queued"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"


class BadgeTrouble(StrEnum):
    """Why a badge did not come out."""

    NO_MEDIA = "no-media"
    WRONG_MEDIA = "wrong-media"
    COVER_OPEN = "cover-open"
    JAM = "jam"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class BadgeProgress:
    """A badge's state. ``picture`` is the badge as printed (PNG), held in memory until the badge is out. ``printer`` is
    the name of the one that prints it, where the visitor could look at the wrong one; else empty.
    """

    state: BadgeState
    trouble: BadgeTrouble | None = None
    picture: bytes | None = field(default=None, repr=False)
    printer: str = ""


@dataclass(frozen=True, slots=True)
class PagesProgress:
    """How pages are getting on that are no badge. ``total`` is None before a printer has taken them; a state of FAILED
    says that they wait for a printer, or, with ``dropped``, that nobody prints them any more.
    """

    state: BadgeState
    printed: int = 0
    total: int | None = None
    trouble: BadgeTrouble | None = None
    printer: str = ""
    dropped: bool = False


class BadgeTestState(StrEnum):
    """What became of a test badge; ``sent``: the printer took it and does not say more."""

    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class BadgeTest:
    """A printer's test badge. ``sentence`` is what its driver said, in English, for a terminal."""

    printer: str
    state: BadgeTestState
    trouble: BadgeTrouble | None = None
    sentence: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will be said of it."""
        return self.state not in {BadgeTestState.WAITING, BadgeTestState.PRINTING}


class BadgeStanding(StrEnum):
    """What the records say of a badge."""

    NONE = "none"
    TO_COME = "to-come"
    PRINTED = "printed"
    SENT = "sent"
    UNSURE = "unsure"
    NOT_PRINTED = "not-printed"


@dataclass(frozen=True, slots=True)
class BadgeOnRecord:
    """The newest badge of a visit, and the printer that it came out of, if one is named."""

    standing: BadgeStanding
    printer: str = ""


@dataclass(frozen=True, slots=True)
class ReprintAsked:
    """The wish is on the disk; it is the visit's ``copy``-th badge."""

    copy: int


class ReprintRefused(StrEnum):
    """Why no badge is printed again. ``UNREADABLE``: of whoever is on site nothing is known that a badge could say."""

    NOT_ON_SITE = "not-on-site"
    UNREADABLE = "unreadable"
    STILL_TO_COME = "still-to-come"
    NO_REASON = "no-reason"
    STORE_ERROR = "store-error"
