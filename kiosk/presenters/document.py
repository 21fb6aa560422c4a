"""What the organisation asks visitors to agree to."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.navigation import Act
from kiosk.ports import ConsentGiven, ConsentPurpose, DocumentText
from kiosk.presenters.turn import Turn


@dataclass(frozen=True, slots=True)
class DocumentState:
    """The text and what can be done. ``foot`` says whether there is more; ``agree`` is the act at this moment."""

    title: str
    name: str
    version: str
    paragraphs: tuple[str, ...]
    foot: str
    at_end: bool
    agree: str
    decline: str


class DocumentPresenter:
    """Shows the text; agreeing is possible once its end has been on the screen."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._text = turn.ports.directory.document(turn.words.code)
        self._at_end = False

    @property
    def text(self) -> DocumentText | None:
        """Return the document, None when the organisation has none."""
        return self._text

    def reached_end(self) -> None:
        """Note that the last line has been on the screen."""
        if not self._at_end:
            self._at_end = True
            self._turn.changed()

    def agree(self) -> bool:
        """Agree and go on; before the end has been seen nothing happens and False says so."""
        if self._turn.saving:
            return True
        if self._text is not None:
            if not self._at_end:
                return False
            self._turn.given.consents[ConsentPurpose.DOCUMENT] = ConsentGiven(
                purpose=ConsentPurpose.DOCUMENT,
                language=self._text.language,
                given_at=self._turn.ports.clock.now(),
                document_id=self._text.id,
                document_version=self._text.version,
                document_sha256=self._text.sha256,
            )
        self._turn.go(Act.NEXT)
        return True

    def view(self) -> DocumentState:
        """Return what to show."""
        say, text = self._turn.say, self._text
        if text is None:
            nothing = say("document.none")
            return DocumentState(say("document.title"), "", "", (nothing,), "", True, say("key.next"), "")
        version = say("document.version", version=text.version)
        if text.since is not None:
            date = say("date.day", day=text.since.day, month=say(f"month.{text.since.month}"), year=text.since.year)
            version = say("document.version_since", version=text.version, date=date)
        return DocumentState(
            title=say("document.title"),
            name=text.title,
            version=version,
            paragraphs=text.paragraphs,
            foot=say("document.end") if self._at_end else say("document.more"),
            at_end=self._at_end,
            agree=say("busy.saving" if self._turn.saving else "document.agree" if self._at_end else "document.read_on"),
            decline=say("document.decline"),
        )
