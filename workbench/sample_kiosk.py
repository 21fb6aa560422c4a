"""A kiosk's ports in memory, with an organisation that does not exist: for the gallery, the touch server and tests.

Nothing here is written anywhere. Every part can be told to fail, so that each sentence of the kiosk can be seen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from kiosk.admission_values import Held
from kiosk.frame import Frame
from kiosk.name_search import NameQuery
from kiosk.paper.evacuation_pdf import evacuation_pdf
from kiosk.ports import (
    ArrivalDraft,
    Arrived,
    AskedDocument,
    BadgeOnRecord,
    BadgeProgress,
    BadgePromise,
    BadgeStanding,
    BadgeState,
    CameraState,
    Departed,
    DepartureProblem,
    DepartureRefused,
    DocumentText,
    EvacuationList,
    Freshness,
    HostChoice,
    HostTold,
    KioskHeard,
    LobbyPorts,
    Organisation,
    PersonOnSite,
    PinRefused,
    RefusalReason,
    Refused,
    ReprintAsked,
    ReprintRefused,
    StatusNow,
    Unlocked,
    VisitorType,
)
from kiosk.words.catalogue import languages
from workbench.sample_door import SampleBell, SampleInvitations, SampleMailedCodes, SampleOverrides
from workbench.sample_parts import SampleConditions, SampleListPaper, SampleVoice
from workbench.sample_texts import RULES
from workbench.still_time import MORNING, HandScheduler, StillClock

T = TypeVar("T")
HOSTS = (
    HostChoice("h1", "Tobiah Wrenfield", "Workshop"),
    HostChoice("h2", "Annelise-Marguerite Wrexleigh-Castellanos", "Design and prototyping"),
    HostChoice("h3", "Yuna Wrenhollow", "Reception"),
    HostChoice("h4", "Ines Caldermoor", "Offices"),
    HostChoice("h5", "ليان وادي النسيم", "Research"),
    HostChoice("h6", "Zoë Ångströmsen", "Laboratory"),
)


@dataclass
class SampleDirectory:
    """The published side of a kiosk."""

    types: tuple[VisitorType, ...] = ()
    hosts: tuple[HostChoice, ...] = HOSTS
    with_document: bool = True
    documents: tuple[DocumentText, ...] = ()
    accent: str | None = None
    logo: bytes | None = None
    languages: tuple[str, ...] = ()
    idle_seconds: int | None = None

    def organisation(self) -> Organisation:
        """Return the sample organisation."""
        return Organisation("Thistledown Works", "Mill Lane", self.accent, self.logo, self.languages, self.idle_seconds)

    def visitor_types(self) -> tuple[VisitorType, ...]:
        """Return the types given, else one."""
        plain = VisitorType("visitor", {"en": "Visiting someone"}, documents=(AskedDocument("rules"),))
        return self.types or (plain,)

    def find_hosts(self, query: str) -> tuple[HostChoice, ...]:
        """Return the hosts whom the query may show, in their order."""
        wanted = NameQuery(query)
        return tuple(host for host in self.hosts if wanted.rank(host.name) is not None)

    def document(self, document_id: str, language: str) -> DocumentText | None:
        """Return one of the documents given, else the sample rules."""
        if not self.with_document:
            return None
        texts = {text.language: text for text in self.documents if text.id == document_id}
        if texts:
            return texts.get(language) or texts.get("en") or next(iter(texts.values()))
        title, paragraphs = RULES.get(language, RULES["en"])
        digest = hashlib.sha256("\n".join(paragraphs).encode()).hexdigest()
        return DocumentText("rules", "4", title, paragraphs, digest, language, datetime(2026, 3, 3, tzinfo=UTC))


@dataclass
class SampleDesk:
    """Check-in, badges, departure and the list, in memory."""

    clock: StillClock
    refuse: RefusalReason | None = None
    holds: bool = False
    told: HostTold = HostTold.BEING_TOLD
    promise: BadgePromise = BadgePromise.PRINTING
    badge: BadgeProgress | None = field(default_factory=lambda: BadgeProgress(BadgeState.PRINTING))
    codes: dict[str, str] = field(default_factory=dict)
    problem: DepartureProblem = DepartureProblem.UNKNOWN_CODE
    pin: str = "246813"
    scopes: frozenset[str] = frozenset({"evacuation", "reprint"})
    departed: list[tuple[str, str]] = field(default_factory=list)
    stayed: list[tuple[str, str]] = field(default_factory=list)
    keeps: bool = True
    tries: int = 5
    locked_until: datetime | None = None
    people: tuple[PersonOnSite, ...] = ()
    freshness: Freshness = Freshness.COMPLETE
    pdf_folder: Path | None = None
    drafts: list[ArrivalDraft] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    on_record: BadgeOnRecord = field(default_factory=lambda: BadgeOnRecord(BadgeStanding.PRINTED, "Lobby"))

    def arrive(self, draft: ArrivalDraft) -> Arrived | Held | Refused:
        """Keep the draft in a list, or hold everybody whom nobody admitted."""
        if self.refuse is not None:
            return Refused(self.refuse)
        if self.holds and not draft.admitted_by:
            return Held("held-1", draft.display_name, self.clock.now())
        self.drafts.append(draft)
        told = self.told if draft.host_id else HostTold.NO_HOST
        name = f"stay-{len(self.drafts)}"
        return Arrived(name, draft.display_name, draft.host_name, told, self.promise, self.clock.now())

    def progress(self, stay_id: str) -> BadgeProgress | None:
        """Return the badge's state as set."""
        del stay_id
        return self.badge

    def newest_badge(self, stay_id: str) -> BadgeOnRecord:
        """Return what is set for everybody."""
        del stay_id
        return self.on_record

    def reprint(self, stay_id: str, *, by: str, why: str) -> ReprintAsked | ReprintRefused:
        """Note the wish."""
        if not by.strip() or not why.strip():
            return ReprintRefused.NO_REASON
        known = next((person for person in self.people if person.stay_id == stay_id), None)
        if known is None:
            return ReprintRefused.NOT_ON_SITE
        if known.unnamed:
            return ReprintRefused.UNREADABLE
        if self.on_record.standing is BadgeStanding.TO_COME:
            return ReprintRefused.STILL_TO_COME
        self.asked.append(f"{stay_id} {by}: {why}")
        self.on_record = BadgeOnRecord(BadgeStanding.TO_COME)
        return ReprintAsked(2)

    def by_code(self, text: str) -> Departed | DepartureRefused:
        """Sign out whoever holds the code."""
        self.asked.append(text)
        if text in self.codes:
            return Departed(self.codes[text], self.clock.now())
        return DepartureRefused(self.problem)

    def by_staff(self, stay_id: str, *, by: str) -> Departed | DepartureRefused:
        """Sign out somebody on the list, unless nothing is kept."""
        if not self.keeps:
            return DepartureRefused(DepartureProblem.STORE_ERROR)
        known = next((person for person in self.people if stay_id in (person.stay_id, *person.again)), None)
        if known is None:
            return DepartureRefused(DepartureProblem.NOT_ON_SITE)
        rest = tuple(stay for stay in (known.stay_id, *known.again) if stay != stay_id)
        left = [replace(known, stay_id=rest[0], again=rest[1:])] if rest else []
        self.people = (*(person for person in self.people if person is not known), *left)
        self.departed.append((stay_id, by))
        return Departed(known.name, self.clock.now())

    def still_here(self, stay_id: str, *, by: str) -> bool:
        """Believe that somebody is here, unless nothing is kept."""
        if self.keeps:
            self.people = tuple(
                replace(person, presumed_left=False) if person.stay_id == stay_id else person for person in self.people
            )
            self.stayed.append((stay_id, by))
        return self.keeps

    def unlock(self, pin: str) -> Unlocked | PinRefused:
        """Compare the PIN."""
        if pin == self.pin:
            return Unlocked(by="desk", scopes=self.scopes)
        self.tries -= 1
        if self.tries <= 0:
            self.locked_until = self.clock.now() + timedelta(minutes=1)
        return PinRefused(max(0, self.tries), self.locked_until)

    def on_site(self) -> EvacuationList:
        """Return the people given."""
        stale = (
            ()
            if self.freshness is Freshness.COMPLETE
            else (KioskHeard("Dock kiosk", MORNING.replace(hour=8, minute=31)),)
        )
        return EvacuationList("Thistledown Works", "Mill Lane", self.people, self.clock.now(), self.freshness, stale)

    def write_pdf(self, path: Path | None = None) -> Path | None:
        """Write the list into the folder given, if there is one."""
        target = path or (self.pdf_folder / "evacuation.pdf" if self.pdf_folder else None)
        if target is None:
            return None
        target.write_bytes(evacuation_pdf(self.on_site(), languages()["en"]))
        return target


@dataclass
class SampleCamera:
    """A camera that shows one picture."""

    picture: Frame | None = None
    is_now: CameraState = CameraState.LIVE
    running: bool = False

    def start(self, *, fine: bool = False) -> None:
        """Begin."""
        del fine
        self.running = True

    def stop(self) -> None:
        """End."""
        self.running = False

    @property
    def state(self) -> CameraState:
        """Return the state as set."""
        return self.is_now

    def frame(self) -> Frame | None:
        """Return the picture while running."""
        return self.picture if self.running and self.is_now in {CameraState.LIVE, CameraState.COVERED} else None


@dataclass
class SampleStatus:
    """A kiosk that is as told."""

    status: StatusNow = field(default_factory=StatusNow)

    def now(self) -> StatusNow:
        """Return the status as set."""
        return self.status


@dataclass
class SampleKiosk:
    """Everything together; ``ports`` is what a lobby takes."""

    clock: StillClock = field(default_factory=StillClock)
    scheduler: HandScheduler = field(default_factory=HandScheduler)
    directory: SampleDirectory = field(default_factory=SampleDirectory)
    camera: SampleCamera = field(default_factory=SampleCamera)
    status: SampleStatus = field(default_factory=SampleStatus)
    conditions: SampleConditions = field(default_factory=SampleConditions)
    list_paper: SampleListPaper = field(default_factory=SampleListPaper)
    invitations: SampleInvitations = field(default_factory=SampleInvitations)
    overrides: SampleOverrides = field(default_factory=SampleOverrides)
    voice: SampleVoice = field(default_factory=SampleVoice)
    bell: SampleBell = field(default_factory=SampleBell)
    mailed_codes: SampleMailedCodes = field(default_factory=SampleMailedCodes)
    desk: SampleDesk = field(init=False)

    def __post_init__(self) -> None:
        """Give the desk the same clock."""
        self.desk = SampleDesk(self.clock)

    @property
    def ports(self) -> LobbyPorts:
        """Return the ports in one value."""
        desk = self.desk
        return LobbyPorts(
            self.clock,
            self.scheduler,
            self.directory,
            desk,
            desk,
            desk,
            desk,
            self.camera,
            self.status,
            desk,
            self.conditions,
            self.list_paper,
            self.invitations,
            self.overrides,
            self.voice,
            self.bell,
            mailed_codes=self.mailed_codes,
        )
