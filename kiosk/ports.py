"""What the lobby needs from the rest of the kiosk, and nothing of how it is done.

The presenters speak to these ports alone. The use cases in ``kiosk.flows`` implement them on the event log, the feed
and the printer queue; ``tests/fakes`` holds implementations in memory that pass the same contract suite.

Every call that may touch a disk, a printer or the network is made by a presenter through :meth:`Scheduler.run`, never
on the thread that draws. Expected refusals are values, so a presenter never catches an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from kiosk.admission_values import Held, Invitations, NoInvitations, NoOverrides, Overrides
from kiosk.asked_values import AnswerKind, AskedChoice, AskedDocument, AskedField, AskedWhen, Question, QuizChoice
from kiosk.badge_values import (
    BadgeOnRecord,
    BadgeProgress,
    BadgePromise,
    BadgeStanding,
    BadgeState,
    BadgeTest,
    BadgeTestState,
    BadgeTrouble,
    PagesProgress,
    ReprintAsked,
    ReprintRefused,
)
from kiosk.calling_values import Bell, NoBell
from kiosk.condition_values import KioskCondition, PrinterNow, Room
from kiosk.display_values import Contrast
from kiosk.evacuation_values import EvacuationList, Freshness, KioskHeard, PersonOnSite
from kiosk.list_values import ListPaper, ListPrint, ListPrintState, NoListPaper
from kiosk.lobby_values import (
    ArrivalDraft,
    Arrived,
    CameraState,
    ConsentGiven,
    ConsentPurpose,
    Departed,
    DepartureProblem,
    DepartureRefused,
    DocumentText,
    Framing,
    HostChoice,
    HostTold,
    Organisation,
    PinRefused,
    PrinterState,
    RefusalReason,
    Refused,
    StatusNow,
    Step,
    Unlocked,
    VisitorType,
)
from kiosk.mailed_code_values import MailedCodeDesk, NoMailedCodes
from kiosk.patience_values import Patience
from kiosk.voice import NoSpeech, Speech

if TYPE_CHECKING:
    from kiosk.frame import Frame

__all__ = [
    "AnswerKind",
    "ArrivalDraft",
    "Arrived",
    "AskedChoice",
    "AskedDocument",
    "AskedField",
    "AskedWhen",
    "BadgeDesk",
    "BadgeOnRecord",
    "BadgeProgress",
    "BadgePromise",
    "BadgeStanding",
    "BadgeState",
    "BadgeTest",
    "BadgeTestState",
    "BadgeTrouble",
    "Camera",
    "CameraState",
    "CheckIn",
    "Clock",
    "Conditions",
    "ConsentGiven",
    "ConsentPurpose",
    "Departed",
    "Departure",
    "DepartureProblem",
    "DepartureRefused",
    "Directory",
    "DocumentText",
    "Evacuation",
    "EvacuationList",
    "Framing",
    "Freshness",
    "HostChoice",
    "HostTold",
    "KioskCondition",
    "KioskHeard",
    "ListPaper",
    "ListPrint",
    "ListPrintState",
    "LobbyPorts",
    "NoListPaper",
    "NoSpeech",
    "Organisation",
    "PagesProgress",
    "Patience",
    "PersonOnSite",
    "PinRefused",
    "PrinterNow",
    "PrinterState",
    "Question",
    "QuizChoice",
    "RefusalReason",
    "Refused",
    "ReprintAsked",
    "ReprintRefused",
    "Reprints",
    "Room",
    "Scheduler",
    "Speech",
    "Status",
    "StatusNow",
    "Step",
    "Unlocked",
    "VisitorType",
]

T = TypeVar("T")


class Clock(Protocol):
    """The time of day at the kiosk's place, for words on a screen; never for ordering events."""

    def now(self) -> datetime:
        """Return the local time, with its zone."""


class Scheduler(Protocol):
    """The only way by which a presenter waits or leaves the thread that draws."""

    def call_soon(self, act: Callable[[], None]) -> None:
        """Run ``act`` on the drawing thread, after the present event. May be called from any thread."""

    def run(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Run ``work`` on a worker thread, then ``then`` with its result on the drawing thread."""

    def later(self, seconds: float, act: Callable[[], None]) -> Callable[[], None]:
        """Run ``act`` once on the drawing thread after ``seconds``; the returned function cancels it."""


class Directory(Protocol):
    """What the organisation published to this kiosk. Answers from memory or local disk, never from the network."""

    def organisation(self) -> Organisation:
        """Return who keeps the lodge."""

    def visitor_types(self) -> tuple[VisitorType, ...]:
        """Return the types in the organisation's order; at least one."""

    def find_hosts(self, query: str) -> tuple[HostChoice, ...]:
        """Return hosts whose name has a word beginning with ``query``, ignoring case and accents. Best first.

        For less than three letters, or two signs that are syllables, only whole names are found, so that nobody can
        browse the staff list (:mod:`kiosk.name_search`).
        """

    def document(self, document_id: str, language: str) -> DocumentText | None:
        """Return a document's text, in ``language`` or the site's first language; None if there is none."""


class CheckIn(Protocol):
    """Keeps an arrival."""

    def arrive(self, draft: ArrivalDraft) -> Arrived | Held | Refused:
        """Write the arrival durably, or that a rule holds the visitor, and return only then. Called from a worker
        thread; never raises.
        """


class BadgeDesk(Protocol):
    """Knows how the badges are getting on."""

    def progress(self, stay_id: str) -> BadgeProgress | None:
        """Return the badge's state, or None if there is no badge for this stay. Quick; called on every poll."""


class Reprints(Protocol):
    """Badges again, on purpose. Called from a worker thread; never raises."""

    def newest_badge(self, stay_id: str) -> BadgeOnRecord:
        """Return what the records say of the newest badge of a visit."""

    def reprint(self, stay_id: str, *, by: str, why: str) -> ReprintAsked | ReprintRefused:
        """Ask for another badge for somebody on site, durably before it returns.

        Refused while the one before is still to come. Asking twice at the same moment makes one badge.
        """


class Departure(Protocol):
    """Ends a visit."""

    def by_code(self, text: str) -> Departed | DepartureRefused:
        """Sign out whoever ``text`` stands for: a badge's QR content, or its 8 readable characters.

        Durable before it returns. Called from a worker thread; never raises. Asking twice signs out once.
        """

    def by_staff(self, stay_id: str, *, by: str) -> Departed | DepartureRefused:
        """Sign out somebody on the list, on the word of the staff whose PIN has the id ``by``. As for a code."""

    def still_here(self, stay_id: str, *, by: str) -> bool:
        """Take back a departure that was assumed of somebody, on the word of the staff whose PIN has the id ``by``.

        Durable before it returns; ``False`` where it could not be kept. As for a code.
        """


class Evacuation(Protocol):
    """The staff PIN and the list behind it."""

    def unlock(self, pin: str) -> Unlocked | PinRefused:
        """Check a PIN. The try is counted durably before the comparison. Called from a worker thread."""

    def on_site(self) -> EvacuationList:
        """Return the list from local data. Called from a worker thread; works without a network."""

    def write_pdf(self, path: Path | None = None) -> Path | None:
        """Write the list as PDF to ``path``, or where the composition chose (a stick, a folder).

        Return the file written, or None when it could not be written. Called from a worker thread.
        """


class Camera(Protocol):
    """A source of pictures. Starting, stopping and reading never block and never raise."""

    def start(self, *, fine: bool = False) -> None:
        """Begin to read pictures; idempotent. ``fine``: as large as dense codes need, where the camera has such."""

    def stop(self) -> None:
        """Stop and let go of the last picture; idempotent."""

    @property
    def state(self) -> CameraState:
        """Return what the camera gives now."""

    def frame(self) -> Frame | None:
        """Return the newest picture, not older than a second, or None. The caller must not write to it."""


class Conditions(Protocol):
    """Says how each part of the kiosk is, to staff."""

    def read(self) -> KioskCondition:
        """Return the present condition. Called from a worker thread; never raises."""

    def test_badges(self) -> None:
        """Print a test badge on each printer, by the way that every badge takes. Returns at once."""

    def restart(self) -> None:
        """End the program as soon as nobody is in the middle of something, to be started anew."""


class Status(Protocol):
    """Says how the kiosk is."""

    def now(self) -> StatusNow:
        """Return the present state from memory; quick."""


@dataclass(frozen=True, slots=True)
class LobbyPorts:
    """All that the lobby is given, in one value."""

    clock: Clock
    scheduler: Scheduler
    directory: Directory
    check_in: CheckIn
    badges: BadgeDesk
    departure: Departure
    evacuation: Evacuation
    camera: Camera
    status: Status
    reprints: Reprints
    conditions: Conditions
    list_paper: ListPaper = field(default_factory=NoListPaper)
    invitations: Invitations = field(default_factory=NoInvitations)
    overrides: Overrides = field(default_factory=NoOverrides)
    speech: Speech = field(default_factory=NoSpeech)
    bell: Bell = field(default_factory=NoBell)
    patience: Patience = field(default_factory=Patience)
    first_contrast: Contrast = Contrast.LIGHT
    pin_digits: int = 6
    somebody_came: Callable[[], None] = lambda: None
    mailed_codes: MailedCodeDesk = field(default_factory=NoMailedCodes)
