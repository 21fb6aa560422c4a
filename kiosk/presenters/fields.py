"""What the organisation asks visitors of this type, where the answer is typed: a page of fields over a keyboard."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.asked_values import AnswerKind, AskedField
from kiosk.licence_codes import Licence
from kiosk.navigation import Act, Stop
from kiosk.ports import CameraState
from kiosk.presenters.asking import canonical, page_at, read_date
from kiosk.presenters.details import FieldState
from kiosk.presenters.email_hint import suggestion
from kiosk.presenters.entry import TextEntry
from kiosk.presenters.key_layouts import FieldKind
from kiosk.presenters.scanning import CodeDesk, Settle
from kiosk.presenters.turn import Turn
from kiosk.presenters.typing import KeyboardState, Typing

_KEYS = {
    AnswerKind.EMAIL: FieldKind.EMAIL,
    AnswerKind.PHONE: FieldKind.PHONE,
    AnswerKind.NUMBER: FieldKind.NUMBER,
    AnswerKind.DATE: FieldKind.DATE,
    AnswerKind.VEHICLE: FieldKind.PLATE,
    AnswerKind.LICENCE: FieldKind.PLATE,
    AnswerKind.REFERENCE: FieldKind.PLATE,
}
_UNFINISHED = {
    AnswerKind.EMAIL: "details.email_unfinished",
    AnswerKind.PHONE: "fields.phone_unfinished",
    AnswerKind.NUMBER: "fields.number_unfinished",
    AnswerKind.DATE: "fields.date_unfinished",
}


@dataclass(frozen=True, slots=True)
class FieldsState:
    """One page of questions."""

    title: str
    fields: tuple[FieldState, ...]
    keyboard: KeyboardState


class FieldsPresenter:
    """Takes typed answers. Nothing is checked until the visitor moves on, nothing typed is lost, and a restricted
    answer is not shown any more once its page was left.
    """

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._entries: dict[tuple[str, str], TextEntry] = {}
        self._errors: dict[str, str] = {}
        self._tries = 0
        self._read: dict[str, str] = {}
        """By field, what is said of an answer that was read from a licence."""
        self._visited: set[str] = set()
        self._goes_aside = False
        self._typing = Typing(turn.words, turn.words.code, digits=True)
        self._focus = ""

    @property
    def _page(self) -> tuple[AskedField, ...]:
        turn = self._turn
        return page_at(turn.stop.part, turn.given.visitor_type.fields, turn.answers, turn.fields_a_page)

    def _field(self, name: str) -> AskedField:
        return next(field for field in self._page if field.id == name)

    def _entry(self, field: AskedField) -> TextEntry:
        return self._entries.get((self._turn.given.visitor_type.id, field.id), TextEntry())

    def _is_sealed(self, field: AskedField) -> bool:
        """Whether an answer is kept and no longer shown."""
        return field.restricted and not self._entry(field).text and bool(self._turn.answers.get(field.id))

    def shown(self) -> None:
        """Begin in the first field of the page, or where the visitor was when they left it."""
        self._errors.clear()
        names = [field.id for field in self._page]
        if names:
            self._use(self._focus if self._focus in names else names[0])

    def hidden(self) -> None:
        """Show restricted answers no longer; what was typed is kept. The camera stands beside the page: whoever comes
        back from there goes on with what they had typed.
        """
        if self._goes_aside:
            return
        self._read.clear()
        for field in self._turn.given.visitor_type.fields:
            if field.restricted:
                self._entries.pop((self._turn.given.visitor_type.id, field.id), None)

    def _use(self, name: str) -> None:
        self._focus = name
        field = self._field(name)
        self._typing.use(_KEYS.get(field.kind, FieldKind.PLAIN), self._entry(field), "key.next")

    def focus(self, name: str, cursor: int | None = None) -> None:
        """Turn to a field, the cursor at a character or at the end; to one of another page, not at all."""
        if all(field.id != name for field in self._page):
            return
        self._visited.add(self._focus)
        entry = self._entry(self._field(name))
        self._keep(self._field(name), entry.place(len(entry.text) if cursor is None else cursor))
        self._use(name)
        self._turn.changed()

    def press(self, key: str) -> None:
        """Press a key of the keyboard."""
        self._typing.press(key, self.next)
        self._take()

    def type(self, text: str) -> None:
        """Type characters, from an accent or a real keyboard."""
        self._typing.type(text)
        self._take()

    def move(self, signs: int) -> bool:
        """Move the cursor to the right (1) or to the left (-1); ``False`` where there is nothing to move it in."""
        moved = self._typing.move(signs)
        if moved:
            self._take()
        return moved

    def _take(self) -> None:
        field = next((field for field in self._page if field.id == self._focus), None)
        if field is not None:
            typed = self._typing.entry.text != self._entry(field).text
            self._keep(field, self._typing.entry)
            if typed:
                self._turn.answers[field.id] = self._typing.entry.value
                self._errors.pop(field.id, None)
                self._read.pop(field.id, None)
        self._turn.changed()

    def scan(self) -> None:
        """Let the camera read the licence."""
        if self._licence is not None:
            self._use(self._licence.id)
            self._goes_aside = True
            self._turn.go(Act.SCAN)
            self._goes_aside = False

    @property
    def _licence(self) -> AskedField | None:
        """The field of the page that a licence fills in; of several the one in use."""
        found = [field for field in self._page if field.kind is AnswerKind.LICENCE]
        return next((field for field in found if field.id == self._focus), found[0] if found else None)

    def take_licence(self, licence: Licence) -> None:
        """Fill in the number, to be looked at and corrected."""
        field = self._licence
        if field is None:
            return
        self._keep(field, TextEntry().with_text(licence.number))
        self._turn.answers[field.id] = licence.number
        self._errors.pop(field.id, None)
        self._read[field.id] = self._said_of(licence)
        self._use(field.id)
        self._turn.changed()

    def _said_of(self, licence: Licence) -> str:
        say, day = self._turn.say, licence.expires
        if day is None or not licence.is_expired(self._turn.ports.clock.now().date()):
            return say("licence.taken")
        written = self._turn.day(day)
        return say("licence.expired", day=written)

    def take_code(self, desk: CodeDesk, readings: tuple[str, ...]) -> bool:
        """Take what a hand scanner read, if the page asks for a licence; return whether it does."""
        here = self._turn.stop
        if self._licence is None:
            return False
        self._turn.work(lambda: desk.ask(*readings), lambda settle: self._settled(settle, here))
        return True

    def _settled(self, settle: Settle, asked_on: Stop) -> None:
        problem, field = settle() if self._turn.stop == asked_on else "", self._licence
        if problem and field is not None:
            self._errors[field.id] = problem
            self._tries += 1
            self._use(field.id)
            self._turn.changed()

    def _keep(self, field: AskedField, entry: TextEntry) -> None:
        self._entries[self._turn.given.visitor_type.id, field.id] = entry

    def take_offer(self, name: str) -> None:
        """Accept the corrected e-mail address that this field offers."""
        field = next((each for each in self._page if each.id == name), None)
        offered = "" if field is None else self._offer(field)
        if field is not None and offered:
            self._keep(field, self._entry(field).with_text(offered))
            self._turn.answers[field.id] = offered
            self._use(field.id)
        self._turn.changed()

    def next(self) -> None:
        """Go to the next field; from the last one, on to the next page, or back to the field that needs a word."""
        names = [field.id for field in self._page]
        if self._focus not in names:
            return  # of a page that was left
        here = names.index(self._focus)
        self._visited.add(self._focus)
        if self._complain(self._page[here]):
            pass
        elif here < len(names) - 1:
            self._use(names[here + 1])
        else:
            self._finish()
        self._turn.changed()

    def _finish(self) -> None:
        wrong = [field.id for field in self._page if self._complain(field)]
        if wrong:
            self._use(wrong[0])
        else:
            self._turn.go(Act.NEXT)

    def _complain(self, field: AskedField) -> bool:
        """Note what is wrong with an answer, and return whether something is."""
        text = self._turn.answers.get(field.id, "")
        if field.required and not text:
            self._errors[field.id] = self._turn.say("fields.missing")
        elif canonical(field.kind, text) is None:
            self._errors[field.id] = self._turn.say(_UNFINISHED[field.kind])
        else:
            self._errors.pop(field.id, None)
        self._tries += field.id in self._errors
        return field.id in self._errors

    def view(self) -> FieldsState:
        """Return what to show."""
        fields = tuple(self._shown(field) for field in self._page)
        return FieldsState(self._turn.say("fields.title"), fields, self._typing.state())

    def _shown(self, field: AskedField) -> FieldState:
        say, entry, offer = self._turn.say, self._entry(field), self._offer(field)
        return FieldState(
            id=field.id,
            label=self._turn.worded(field.words) or field.id,
            optional="" if field.required else say("field.optional"),
            helper=self._helper(field, entry),
            entry=entry,
            focused=field.id == self._focus,
            error=self._errors.get(field.id, ""),
            offer_words=say("details.did_you_mean") if offer else "",
            offer=offer,
            scan=say("licence.scan") if self._can_scan(field) else "",
            tries=self._tries if field.id in self._errors else 0,
            repeats=field.kind is AnswerKind.DATE and read_date(entry.value) is not None,
        )

    def _can_scan(self, field: AskedField) -> bool:
        there = self._turn.ports.camera.state not in {CameraState.NONE, CameraState.MISSING}
        return field is self._licence and there

    def _helper(self, field: AskedField, entry: TextEntry) -> str:
        say = self._turn.say
        if entry.full:
            return say("field.full")
        if field.id in self._read:
            return self._read[field.id]
        if self._is_sealed(field):
            return say("fields.kept")
        day = read_date(entry.value) if field.kind is AnswerKind.DATE else None
        if day is not None:
            return self._turn.day(day)
        form = say("fields.date_form") if field.kind is AnswerKind.DATE else ""
        return " · ".join(filter(None, (form, self._turn.worded(field.notice))))

    def _offer(self, field: AskedField) -> str:
        if field.kind is not AnswerKind.EMAIL or field.id not in self._visited:
            return ""
        return suggestion(self._entry(field).value) or ""
