"""What passes between the lobby and the rest of the kiosk: plain values, frozen, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kiosk.asked_values import AskedDocument, AskedField, worded
from kiosk.badge_values import BadgePromise


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who keeps the lodge. ``accent`` is ``#RRGGBB``; ``logo`` a PNG of our own making, black on nothing.

    ``languages``: codes of those that are spoken here, the first one first; none: whichever the kiosk speaks.
    ``idle_seconds``: how long a screen waits for a visitor before it asks; ``None``: as long as is usual.
    """

    name: str
    site: str
    accent: str | None = None
    logo: bytes | None = None
    languages: tuple[str, ...] = ()
    idle_seconds: int | None = None


class Step(StrEnum):
    """What a visitor type may ask for, in the organisation's order."""

    DETAILS = "details"
    FIELDS = "fields"
    HOST = "host"
    DOCUMENT = "document"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class VisitorType:
    """One kind of visitor. ``labels`` and ``hints`` are by language code; ``icon`` is a name of the icon font.

    ``fields`` are what the step of that name asks, ``documents`` what is agreed to, both in order. The last three are
    rules that are told where they matter; all rules are judged when the visit is to be kept.
    """

    id: str
    labels: Mapping[str, str]
    hints: Mapping[str, str] = field(default_factory=dict)
    icon: str = "account-outline"
    steps: tuple[Step, ...] = (Step.DETAILS, Step.HOST, Step.DOCUMENT, Step.PHOTO)
    fields: tuple[AskedField, ...] = ()
    documents: tuple[AskedDocument, ...] = ()
    host_required: bool = False
    photo_required: bool = False
    invited_only: bool = False

    def label(self, language: str) -> str:
        """Return the label in ``language``, else in English, else in any, else the id."""
        return worded(self.labels, language) or self.id

    def hint(self, language: str) -> str:
        """Return the second line in ``language``, else in English, else in any, else nothing."""
        return worded(self.hints, language)


@dataclass(frozen=True, slots=True)
class HostChoice:
    """A person who can be visited. There is no telephone number here on purpose."""

    id: str
    name: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A text that visitors agree to. ``sha256`` is of the document as published, in hexadecimal."""

    id: str
    version: str
    title: str
    paragraphs: tuple[str, ...]
    sha256: str
    language: str
    since: date | None = None


class ConsentPurpose(StrEnum):
    """What a consent is for."""

    DOCUMENT = "document"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """One thing that the visitor agreed to, and exactly what was shown.

    ``signature``: an SVG of what was drawn beneath, in memory only; ``right`` of ``asked`` questions about the text
    were answered as it says. ``copy``: they want a copy of the text sent to the address that they gave.
    """

    purpose: ConsentPurpose
    language: str
    given_at: datetime
    document_id: str = ""
    document_version: str = ""
    document_sha256: str = ""
    signature: bytes | None = field(default=None, repr=False)
    asked: int = 0
    right: int = 0
    copy: bool = False


@dataclass(frozen=True, slots=True)
class ArrivalDraft:
    """All that one visitor entered. ``photo`` is a JPEG without metadata, in memory only; ``answers`` are by the id of
    the field; ``invitation`` is the id of the one that they came by. ``stay_id``: of the visit, where it has one: they
    called reception, or were held. ``admitted_by``: the id of the staff PIN that lets in somebody who was held.
    """

    visitor_type: str
    display_name: str
    company: str
    email: str
    phone: str
    host_id: str | None
    host_name: str
    needs_assistance: bool
    language: str
    consents: tuple[ConsentGiven, ...] = ()
    photo: bytes | None = field(default=None, repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    invitation: str = ""
    stay_id: str = ""
    admitted_by: str = ""


class HostTold(StrEnum):
    """What is true about the host's message at the moment of arrival."""

    BEING_TOLD = "being-told"
    WHEN_ONLINE = "when-online"
    NO_HOST = "no-host"


@dataclass(frozen=True, slots=True)
class Arrived:
    """The arrival is on the disk. ``arrived_at`` is local time."""

    stay_id: str
    display_name: str
    host_name: str
    host_told: HostTold
    badge: BadgePromise
    arrived_at: datetime


class RefusalReason(StrEnum):
    """Why nothing could be kept. Nothing of the draft is on the disk then."""

    DISK_FULL = "disk-full"
    NOT_ENROLLED = "not-enrolled"
    STORE_ERROR = "store-error"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Refused:
    """The arrival was not kept; the visitor is told so and may try again."""

    reason: RefusalReason


class DepartureProblem(StrEnum):
    """Why a code did not end a visit."""

    UNKNOWN_CODE = "unknown-code"
    NOT_ON_SITE = "not-on-site"
    EXPIRED = "expired"
    OTHER_PLACE = "other-place"
    INVITATION = "invitation"
    STORE_ERROR = "store-error"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Departed:
    """The departure is on the disk. ``display_name`` is empty when the name cannot be read here."""

    display_name: str
    departed_at: datetime


@dataclass(frozen=True, slots=True)
class DepartureRefused:
    """Nobody was signed out."""

    reason: DepartureProblem


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The PIN was right. ``by`` is the id of the PIN, ``scopes`` what it opens."""

    by: str = field(default="", compare=False)
    scopes: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class PinRefused:
    """The PIN was wrong or the pad rests. ``locked_until`` is local time, None while tries are left."""

    tries_left: int
    locked_until: datetime | None = None


class CameraState(StrEnum):
    """What the camera gives. NONE: the kiosk was told that it has no camera; MISSING: the one it has is not there."""

    NONE = "none"
    MISSING = "missing"
    STARTING = "starting"
    LIVE = "live"
    FROZEN = "frozen"
    COVERED = "covered"


class Framing(StrEnum):
    """How well a face stands in the camera's picture."""

    NO_FACE = "no-face"
    TOO_FAR = "too-far"
    TOO_NEAR = "too-near"
    ASIDE = "aside"
    GOOD = "good"


class PrinterState(StrEnum):
    """What can be said of the badge printer."""

    READY = "ready"
    TROUBLE = "trouble"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class StatusNow:
    """The kiosk's own state, for the small honest line. ``offline_since`` is local time, None when online;
    ``stale_since`` since when something that the organisation published has expired here, None while nothing has.
    """

    offline_since: datetime | None = None
    printer: PrinterState = PrinterState.READY
    waiting_to_send: int = 0
    enrolled: bool = True
    stale_since: datetime | None = None
