"""Who the visitor is: one name that is needed, and what they like to add."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.navigation import Act
from kiosk.presenters.email_hint import looks_complete, suggestion
from kiosk.presenters.entry import TextEntry
from kiosk.presenters.key_layouts import FieldKind
from kiosk.presenters.names import can_be_called
from kiosk.presenters.turn import Turn
from kiosk.presenters.typing import KeyboardState, Typing


class DetailField(StrEnum):
    """The fields, in the order in which *Next* goes through them."""

    NAME = "name"
    COMPANY = "company"
    EMAIL = "email"


_KINDS = {
    DetailField.NAME: FieldKind.NAME,
    DetailField.COMPANY: FieldKind.PLAIN,
    DetailField.EMAIL: FieldKind.EMAIL,
}
_LIMITS = {DetailField.NAME: 200, DetailField.COMPANY: 120, DetailField.EMAIL: 254}


@dataclass(frozen=True, slots=True)
class FieldState:
    """One field: its words, its text and whether it is the one in use. ``error`` and ``offer`` are usually empty."""

    id: str
    label: str
    optional: str
    helper: str
    entry: TextEntry
    focused: bool
    error: str = ""
    offer_words: str = ""
    offer: str = ""
    scan: str = ""
    """The button beneath, by which the camera fills the field in; empty where there is none."""
    tries: int = 0
    """Another number each time that the visitor tries to go on with this error."""
    repeats: bool = False
    """Whether ``helper`` repeats what was typed."""


@dataclass(frozen=True, slots=True)
class DetailsState:
    """The whole step. ``lead``: whom an invitation names as the host, else empty."""

    title: str
    fields: tuple[FieldState, ...]
    assistance: str
    assistance_hint: str
    needs_assistance: bool
    keyboard: KeyboardState
    lead: str = ""


class DetailsPresenter:
    """Takes the visitor's details; nothing is checked until they move on, and nothing typed is ever lost."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._entries = {name: TextEntry(limit=_LIMITS[name]) for name in DetailField}
        self._errors: dict[DetailField, str] = {}
        self._tries = 0
        self._visited: set[DetailField] = set()
        self._offered = ""
        self._typing = Typing(turn.words, turn.words.code, digits=True)
        self._focus = DetailField.NAME
        self._use(DetailField.NAME)

    def take_announced(self) -> None:
        """Begin with what an invitation says, to be corrected."""
        given = self._turn.given
        for name, text in ((DetailField.NAME, given.name), (DetailField.COMPANY, given.company)):
            self._entries[name] = self._entries[name].with_text(text)
        self._use(DetailField.NAME)

    def take_name(self, name: str) -> None:
        """Begin with the name that stands on a licence, to be corrected, unless somebody typed one."""
        if name and not self._entries[DetailField.NAME].value:
            self._entries[DetailField.NAME] = self._entries[DetailField.NAME].with_text(name)
            self._use(self._focus)

    def _use(self, name: DetailField) -> None:
        self._focus = name
        self._typing.use(_KINDS[name], self._entries[name], "key.next")

    def focus(self, name: str, cursor: int | None = None) -> None:
        """Turn to a field, the cursor at a character or at the end."""
        self._visited.add(self._focus)
        chosen = DetailField(name)
        entry = self._entries[chosen]
        self._entries[chosen] = entry.place(len(entry.text) if cursor is None else cursor)
        self._use(chosen)
        self._turn.changed()

    def press(self, key: str) -> None:
        """Press a key of the keyboard."""
        self._typing.press(key, self.next)
        self._keep()

    def type(self, text: str) -> None:
        """Type characters, from an accent or a real keyboard."""
        self._typing.type(text)
        self._keep()

    def move(self, signs: int) -> bool:
        """Move the cursor to the right (1) or to the left (-1); ``False`` where there is nothing to move it in."""
        moved = self._typing.move(signs)
        if moved:
            self._keep()
        return moved

    def _keep(self) -> None:
        typed = self._typing.entry.text != self._entries[self._focus].text
        self._entries[self._focus] = self._typing.entry
        if typed:
            self._errors.pop(self._focus, None)
        self._turn.changed()

    def take_offer(self, name: str) -> None:
        """Accept the corrected e-mail address; no other field offers anything."""
        offered = suggestion(self._entries[DetailField.EMAIL].value)
        if offered is not None and name == DetailField.EMAIL:
            self._entries[DetailField.EMAIL] = self._entries[DetailField.EMAIL].with_text(offered)
            self._use(DetailField.EMAIL)
            self._turn.changed()

    def toggle_assistance(self) -> None:
        """Say, or unsay, that help is needed on the stairs in an alarm."""
        self._turn.toggle_assistance()
        self._turn.changed()

    def next(self) -> None:
        """Go to the next field; from the last one, on to the next step, or back to the field that needs a word."""
        order = list(DetailField)
        here = order.index(self._focus)
        self._visited.add(self._focus)
        if self._complain(self._focus):
            pass
        elif here < len(order) - 1:
            self._use(order[here + 1])
        else:
            self._finish()
        self._turn.changed()

    def _complain(self, name: DetailField) -> bool:
        """Note what is wrong with a field, and return whether something is."""
        value = self._entries[name].value
        if name is DetailField.NAME and not can_be_called(value):
            self._errors[name] = self._turn.say("details.name_missing")
        elif name is DetailField.EMAIL and value and not looks_complete(value):
            self._errors[name] = self._turn.say("details.email_unfinished")
        else:
            self._errors.pop(name, None)
        self._tries += name in self._errors
        return name in self._errors

    def _finish(self) -> None:
        wrong = [name for name in DetailField if self._complain(name)]
        if wrong:
            self._use(wrong[0])
            return
        if self._offers_anew():
            return
        given = self._turn.given
        given.name = self._entries[DetailField.NAME].value
        given.company = self._entries[DetailField.COMPANY].value
        given.email = self._entries[DetailField.EMAIL].value
        self._turn.go(Act.NEXT)

    def _offers_anew(self) -> bool:
        """Stay once where the address looks like a slip of another, so that the offer is seen; it may be right."""
        address = self._entries[DetailField.EMAIL].value
        if suggestion(address) is None or address == self._offered:
            return False
        self._offered = address
        self._visited.add(DetailField.EMAIL)
        self._use(DetailField.EMAIL)
        return True

    def view(self) -> DetailsState:
        """Return what to show."""
        say = self._turn.say
        return DetailsState(
            title=self._title(),
            fields=tuple(self._field(name) for name in DetailField),
            assistance=say("details.assistance"),
            assistance_hint=say("details.assistance_hint"),
            needs_assistance=self._turn.given.needs_assistance,
            keyboard=self._typing.state(),
            lead=self._lead(),
        )

    def _title(self) -> str:
        invited = self._turn.given.invited
        if invited is None:
            return self._turn.say("details.title")
        return self._turn.say("details.returning" if invited.returning else "details.announced")

    def _lead(self) -> str:
        say, invited = self._turn.say, self._turn.given.invited
        if invited is None:
            return ""
        asked = say("details.announced") if invited.returning else ""
        host = say("details.visiting", host=invited.host.name) if invited.host else ""
        return f"{asked} {host}".strip()

    def _field(self, name: DetailField) -> FieldState:
        say, entry = self._turn.say, self._entries[name]
        offer = suggestion(entry.value) if name is DetailField.EMAIL and name in self._visited else None
        helper = say("details.name_helper") if name is DetailField.NAME else ""
        return FieldState(
            id=name.value,
            label=say(f"details.{name.value}"),
            optional="" if name is DetailField.NAME else say("field.optional"),
            helper=say("field.full") if entry.full else helper,
            entry=entry,
            focused=name is self._focus,
            error=self._errors.get(name, ""),
            offer_words=say("details.did_you_mean") if offer else "",
            offer=offer or "",
            tries=self._tries if name in self._errors else 0,
        )
