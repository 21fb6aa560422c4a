"""What the organisation asks visitors to agree to: each document by itself, read to its end, signed where it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.asked_values import AskedDocument
from kiosk.navigation import Act, Screen, Stop
from kiosk.ports import ConsentGiven, ConsentPurpose, DocumentText
from kiosk.presenters.signing import SigningPad
from kiosk.presenters.turn import Turn
from sync.protocol.ink import Stroke


@dataclass(frozen=True, slots=True)
class PadState:
    """The pad beneath a document: what to do, the name under the line, and whether somebody has signed."""

    label: str
    name: str
    clear: str
    strokes: int
    here: bool


@dataclass(frozen=True, slots=True)
class CopyOffer:
    """A switch by which the text is sent to the visitor: what it does, to where, and whether they want it. ``spoken``
    is read aloud: never an address that was typed.
    """

    label: str
    hint: str
    wanted: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class DocumentState:
    """The text and what can be done. ``foot`` says whether there is more; ``agree`` is the act at this moment. ``copy``
    is there where a copy can be sent.
    """

    title: str
    name: str
    version: str
    paragraphs: tuple[str, ...]
    foot: str
    at_end: bool
    agree: str
    decline: str
    pad: PadState | None = None
    copy: CopyOffer | None = None


class DocumentPresenter:
    """Shows the texts; agreeing is possible once the end of one has been on the screen, and it is signed where it
    wants that.
    """

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._ended: set[str] = set()
        self._pads: dict[str, SigningPad] = {}
        self._wanted: set[str] = set()

    @property
    def text(self) -> DocumentText | None:
        """Return the document of this stop, None when there is none any more."""
        return self._turn.text(self._turn.stop.part)

    @property
    def pad(self) -> SigningPad | None:
        """Return the pad of this document, None where it wants no signature."""
        asked = self._asked
        return self._pads.setdefault(asked.id, SigningPad()) if asked is not None and asked.signature else None

    @property
    def _asked(self) -> AskedDocument | None:
        return next((each for each in self._turn.documents if each.id == self._turn.stop.part), None)

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """Return what was drawn beneath this document."""
        return self.pad.strokes if self.pad else ()

    @property
    def _at_end(self) -> bool:
        return self._turn.stop.part in self._ended

    def reached_end(self) -> None:
        """Note that the last line has been on the screen."""
        if not self._at_end:
            self._ended.add(self._turn.stop.part)
            self._turn.changed()

    def fit_pad(self, ratio: float) -> None:
        """Keep the signature on a pad that has become lower: see ``SigningPad.fit``."""
        if self.pad is not None:
            self.pad.fit(ratio)

    def draw(self, points: Sequence[tuple[float, float]], ratio: float) -> None:
        """Add a stroke to the signature: see ``SigningPad.draw``."""
        if self.pad is not None and not self._turn.saving:
            self.pad.draw(points, ratio)
            self._turn.changed()

    def clear(self) -> None:
        """Sign anew."""
        if self.pad is not None and not self._turn.saving:
            self.pad.clear()
            self._turn.changed()

    def toggle_copy(self) -> None:
        """Want a copy of this document, or not after all."""
        if self._can_be_sent and not self._turn.saving:
            self._wanted ^= {self._turn.stop.part}
            self._turn.changed()

    @property
    def _can_be_sent(self) -> bool:
        """Whether there is an address to send a copy to, or one may be given yet."""
        asked = self._asked
        if asked is None or not asked.copy:
            return False
        stops = self._turn.steps
        here, details = Stop(Screen.DOCUMENT, asked.id), Stop(Screen.DETAILS)
        later = here in stops and details in stops[stops.index(here) :]
        return bool(self._turn.given.email) or later

    def agree(self) -> bool:
        """Agree and go on; before the end has been seen nothing happens and False says so. An unsigned pad waits."""
        if self._turn.saving:
            return True
        if self.text is not None:
            if not self._at_end:
                return False
            if self.pad is not None and not self.pad.signed:
                return True
            self._keep(self.text)
        self._turn.go(Act.NEXT)
        return True

    def _keep(self, text: DocumentText) -> None:
        self._turn.given.consents[ConsentPurpose.DOCUMENT, text.id] = ConsentGiven(
            purpose=ConsentPurpose.DOCUMENT,
            language=text.language,
            given_at=self._turn.ports.clock.now(),
            document_id=text.id,
            document_version=text.version,
            document_sha256=text.sha256,
            signature=self.pad.picture() if self.pad else None,
            copy=self._can_be_sent and text.id in self._wanted,
        )

    def view(self) -> DocumentState:
        """Return what to show."""
        say, text = self._turn.say, self.text
        if text is None:
            nothing = say("document.none")
            return DocumentState(say("document.title"), "", "", (nothing,), "", True, say("key.next"), "")
        version = say("document.version", version=text.version)
        if text.since is not None:
            version = say("document.version_since", version=text.version, date=self._turn.day(text.since))
        return DocumentState(
            title=say("document.title_signed") if self.pad else say("document.title"),
            name=self._turn.words.paragraph(text.title),
            version=version,
            paragraphs=text.paragraphs,
            foot=say("document.end") if self._at_end else say("document.more"),
            at_end=self._at_end,
            agree=say(self._agree_words()),
            decline=say("document.decline"),
            pad=self._pad_state(),
            copy=self._copy_offer(),
        )

    def _agree_words(self) -> str:
        if self._turn.saving:
            return "busy.saving"
        if not self._at_end:
            return "document.read_on"
        return "document.sign_first" if self.pad and not self.pad.signed else "document.agree"

    def _pad_state(self) -> PadState | None:
        if self.pad is None:
            return None
        say = self._turn.say
        waits = self._at_end and not self.pad.signed
        return PadState(say("sign.label"), self._turn.given.name, say("sign.clear"), len(self.pad.strokes), waits)

    def _copy_offer(self) -> CopyOffer | None:
        if not self._can_be_sent:
            return None
        say, email = self._turn.say, self._turn.given.email
        label, later = say("document.copy"), say("document.copy_later")
        hint, spoken = (say("document.copy_to", email=email), label) if email else (later, f"{label}. {later}")
        return CopyOffer(label, hint, self._turn.stop.part in self._wanted, spoken)
