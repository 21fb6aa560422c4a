"""What the presenters of one visitor share. A turn is thrown away whole when the visitor has gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from kiosk.admission_values import Held, Invited
from kiosk.asked_values import AskedDocument, worded
from kiosk.navigation import WELCOME, Act, Journey, Stop, journey
from kiosk.ports import (
    Arrived,
    ConsentGiven,
    ConsentPurpose,
    Departed,
    DocumentText,
    HostChoice,
    LobbyPorts,
    Refused,
    Step,
    Unlocked,
    VisitorType,
)
from kiosk.presenters.asking import FIELDS_A_PAGE, document_stops, question_stops
from kiosk.presenters.spoken import spoken
from kiosk.words import moments
from kiosk.words.catalogue import Words

T = TypeVar("T")


@dataclass
class Given:
    """What the visitor gave so far. Lives in memory only, and only as long as the turn."""

    visitor_type: VisitorType
    name: str = ""
    company: str = ""
    email: str = ""
    host: HostChoice | None = None
    host_name: str = ""
    needs_assistance: bool = False
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    """By the id of the type, then of the field, as they were typed or chosen."""
    agreed: frozenset[str] = frozenset()
    """Ids of documents that this visitor has agreed to before, as far as it is known who they are: not asked again."""
    consents: dict[tuple[ConsentPurpose, str], ConsentGiven] = field(default_factory=dict)
    """By purpose and id of the document; a photo has none."""
    photo: bytes | None = None
    invited: Invited | None = None
    wants_invitation: bool = False
    """Whether a type was chosen that is by invitation only."""
    stay_id: str = ""
    """Of the visit, where reception was called before the check-in; else it is made when somebody arrives."""
    held: Held | None = None
    arrived: Arrived | None = None
    refused: Refused | None = None
    departed: Departed | None = None
    staff: Unlocked | None = None


class Turn:
    """One visitor's time at the kiosk: language, what was given, and the ways to the lobby."""

    def __init__(self, ports: LobbyPorts, words: Words, go: Callable[[Act], None], changed: Callable[[], None]) -> None:
        self.ports = ports
        self.words = words
        self._texts: dict[str, DocumentText | None] = {}
        self.given = Given(self._look_up()[0])
        self.stop: Stop = WELCOME
        self.fields_a_page = FIELDS_A_PAGE
        self.over = False
        self.saving = False
        self.interrupt: Callable[[], None] = lambda: None
        """Stops what runs on by itself on this screen; called before a sheet hides it."""
        self._go = go
        self._changed = changed

    def begin(self) -> None:
        """A check-in begins: by what the organisation asks now, not when the welcome screen came up. It ends by the
        same, whatever is published meanwhile: a text with the signature and the questions that belong to it.
        """
        self.given.visitor_type = self._look_up()[0]
        asked = {document.id for kind in self.types for document in kind.documents}
        self._texts = {document: self._published_text(document) for document in asked}

    def _look_up(self) -> tuple[VisitorType, ...]:
        """Read what is published, once: screens ask for words whenever they are drawn anew."""
        self.types = self.ports.directory.visitor_types()
        self._texts = {}
        self._any_invited = self.ports.invitations.any_known()
        self._first_language = next(iter(spoken(self.ports.directory.organisation())))
        return self.types

    def text(self, document: str) -> DocumentText | None:
        """The text of a document as it was published when the check-in began, None if it is not."""
        return self._texts[document] if document in self._texts else self._published_text(document)

    def _published_text(self, document: str) -> DocumentText | None:
        return self.ports.directory.document(document, self.words.code)

    def invite(self, invited: Invited) -> None:
        """A check-in begins with what an invitation says; of a type that is not published the visitor chooses one."""
        self.begin()
        given = self.given
        given.invited, given.name, given.company = invited, invited.name, invited.company
        given.visitor_type = self._announced_type or given.visitor_type
        if invited.host is not None:
            given.host, given.host_name = invited.host, invited.host.name
        given.agreed = frozenset(name for name, version in invited.agreed.items() if self._version(name) == version)

    def _version(self, document: str) -> str | None:
        """The version of the text that would be shown."""
        text = self.text(document)
        return None if text is None else text.version

    @property
    def _announced_type(self) -> VisitorType | None:
        invited = self.given.invited
        wanted = "" if invited is None else invited.visitor_type
        return next((kind for kind in self.types if kind.id == wanted), None)

    @property
    def steps(self) -> Journey:
        """Return the stops of this visitor's check-in, as far as the answers tell."""
        kind, invited = self.given.visitor_type, self.given.invited
        knows_host = invited is not None and invited.host is not None
        return journey(
            tuple(step for step in kind.steps if step is not Step.HOST or not knows_host),
            choose_type=self._announced_type is None
            and (len(self.types) > 1 or kind.invited_only or self._any_invited),
            questions=question_stops(kind.fields, self.answers, self.fields_a_page),
            documents=document_stops(self.documents),
        )

    @property
    def may_need_assistance(self) -> bool:
        """Whether it may still be said that help is needed: not while that is written, nor afterwards."""
        return not self.saving and self.given.arrived is None

    def toggle_assistance(self) -> None:
        """Say, or unsay, that help is needed on the stairs in an alarm."""
        if self.may_need_assistance:
            self.given.needs_assistance = not self.given.needs_assistance

    @property
    def answers(self) -> dict[str, str]:
        """Return what was answered to the fields of the present type, by their ids; it is kept when changed."""
        return self.given.answers.setdefault(self.given.visitor_type.id, {})

    @property
    def documents(self) -> tuple[AskedDocument, ...]:
        """Return what this visitor is to agree to."""
        agreed = self.given.agreed if self._comes_again else frozenset()
        return tuple(each for each in self.given.visitor_type.documents if each.id not in agreed)

    @property
    def _comes_again(self) -> bool:
        """Whoever corrects the name may be another than the one who agreed; so documents before it are asked anew."""
        given = self.given
        if given.invited is None:
            return True
        asked = [step for step in given.visitor_type.steps if step in {Step.DETAILS, Step.DOCUMENT}]
        return asked[:1] == [Step.DETAILS] and _plain(given.name) == _plain(given.invited.name)

    def worded(self, words: Mapping[str, str]) -> str:
        """Return the organisation's words in the visitor's language, else in the site's first, else in any."""
        return self.words.paragraph(worded(words, self.words.code, self._first_language))

    def say(self, key: str, **values: object) -> str:
        """Return a sentence in the visitor's language; a name in it keeps its signs (``whole``)."""
        told = {name: self.words.whole(value) if isinstance(value, str) else value for name, value in values.items()}
        return self.words.say(key, **told)

    def clock(self, moment: datetime) -> str:
        """Return a time of day as the language writes it."""
        return moments.clock(self.words, moment)

    def day(self, moment: date) -> str:
        """Return a day as the language writes it."""
        return moments.day(self.words, moment)

    def go(self, act: Act) -> None:
        """Move on, unless the visitor has gone."""
        if not self.over:
            self._go(act)

    def changed(self) -> None:
        """Say that a view state is no longer what it was."""
        if not self.over:
            self._changed()

    def work(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Run ``work`` off the drawing thread; its result is dropped when the visitor has gone meanwhile."""

        def arrived(result: T) -> None:
            if not self.over:
                then(result)

        self.ports.scheduler.run(work, arrived)

    def every(self, seconds: float, act: Callable[[], bool]) -> Callable[[], None]:
        """Call ``act`` every ``seconds`` until it answers False or the visitor has gone; return a stop."""
        cancel: list[Callable[[], None]] = []

        def again() -> None:
            cancel.clear()
            if not self.over and act():
                cancel.append(self.ports.scheduler.later(seconds, again))

        cancel.append(self.ports.scheduler.later(seconds, again))

        def stop() -> None:
            while cancel:
                cancel.pop()()

        return stop


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
