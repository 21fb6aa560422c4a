"""Invited, and without the code: an e-mail address and a short code find the invitation, both or nothing (F04)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from kiosk.admission_values import InvitationRefused, Invited
from kiosk.mailed_code_values import MailedCodeProblem
from kiosk.presenters.details import FieldState
from kiosk.presenters.email_hint import looks_complete, suggestion
from kiosk.presenters.entry import TextEntry
from kiosk.presenters.fields import FieldsState
from kiosk.presenters.invited import InvitationCodes
from kiosk.presenters.key_layouts import FieldKind
from kiosk.presenters.mailed_code import MailedCode
from kiosk.presenters.turn import Turn
from kiosk.presenters.typing import Typing


class ClaimField(StrEnum):
    """The two fields, in their order."""

    EMAIL = "email"
    CODE = "code"


_KINDS = {ClaimField.EMAIL: FieldKind.EMAIL, ClaimField.CODE: FieldKind.CODE}
_LIMITS = {ClaimField.EMAIL: 254, ClaimField.CODE: 16}


class ClaimPresenter:
    """Asks once both are there. What was typed is never completed, and no name is shown but the invited one's own."""

    def __init__(self, turn: Turn, invitations: InvitationCodes, begin: Callable[[Invited], None]) -> None:
        self._turn = turn
        self._invitations = invitations
        self._begin = begin
        self._entries = {name: TextEntry(limit=_LIMITS[name]) for name in ClaimField}
        self._errors: dict[ClaimField, str] = {}
        self._tries = 0
        self._left_email = False
        self._busy = False
        self._visits = 0
        self._mailed = MailedCode(turn)
        self._typing = Typing(turn.words, turn.words.code, digits=True)
        self._use(ClaimField.EMAIL)

    def _use(self, name: ClaimField) -> None:
        self._focus = name
        self._typing.use(_KINDS[name], self._entries[name], "key.next")

    def hidden(self) -> None:
        """Forget what is being asked."""
        self._mailed.leave()
        self._forget_question()

    def _forget_question(self) -> None:
        self._busy = False
        self._visits += 1

    def _begin_anew(self) -> None:
        """Whoever changes the address asks for another; an answer for the one before would be of no use, or wrong."""
        self._mailed.begin_anew()
        self._forget_question()

    def focus(self, name: str, cursor: int | None = None) -> None:
        """Turn to a field, the cursor at a character or at the end."""
        chosen = ClaimField(name)
        self._left_email = self._left_email or chosen is not ClaimField.EMAIL
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
        if self._typing.entry != self._entries[self._focus]:
            typed = self._typing.entry.text != self._entries[self._focus].text
            self._entries[self._focus] = self._typing.entry
            if typed:
                self._errors.clear()
            if typed and self._focus is ClaimField.EMAIL:
                self._begin_anew()
        self._turn.changed()

    def take_offer(self, name: str) -> None:
        """Accept the corrected address, which the one field offers, or have a code sent to the typed one: the other."""
        typed = self._entries[ClaimField.EMAIL]
        offered = suggestion(typed.value)
        if ClaimField(name) is ClaimField.CODE:
            if not self._complain(ClaimField.EMAIL):
                self._mailed.send(typed.value)
        elif offered is not None:
            self._entries[ClaimField.EMAIL] = typed.with_text(offered)
            self._begin_anew()
            self._use(self._focus)
            self._turn.changed()

    def next(self) -> None:
        """Go to the next field; from the last one, ask."""
        if self._busy or self._complain(self._focus):
            return
        if self._focus is ClaimField.EMAIL:
            self.focus(ClaimField.CODE)
        elif self._complain(ClaimField.EMAIL):
            self._use(ClaimField.EMAIL)
        else:
            self._ask()

    def _complain(self, name: ClaimField) -> bool:
        value, say = self._entries[name].value, self._turn.say
        if not value:
            self._errors[name] = say("fields.missing")
        elif name is ClaimField.EMAIL and not looks_complete(value):
            self._errors[name] = say("details.email_unfinished")
        else:
            self._errors.pop(name, None)
        self._tries += name in self._errors
        return name in self._errors

    def _ask(self) -> None:
        email, code = (self._entries[name].value for name in ClaimField)
        self._busy = True
        if self._mailed.is_one(code):
            self._mailed.open(email, code, lambda found: self._opened(email, code, found))
        else:
            self._look_up(email, code)
        self._turn.changed()

    def _look_up(self, email: str, code: str) -> None:
        self._follow(lambda: self._turn.ports.invitations.by_claim(email, code))

    def _opened(self, email: str, code: str, found: tuple[str, ...] | MailedCodeProblem) -> None:
        """What a mailed code opens; one that opens nothing may still be the short code of an invitation."""
        if isinstance(found, MailedCodeProblem):
            self._busy = False
            self._refused(self._mailed.why(found))
        elif found:
            self._follow(lambda: self._turn.ports.invitations.by_ids(found))
        else:
            self._look_up(email, code)

    def _follow(self, ask: Callable[[], Invited | InvitationRefused]) -> None:
        """Ask, and follow the answer, if the visitor has not left the screen meanwhile."""
        here = self._visits
        self._turn.work(ask, lambda outcome: self._settled(outcome) if here == self._visits else None)

    def _settled(self, outcome: Invited | InvitationRefused) -> None:
        self._busy = False
        if isinstance(outcome, Invited):
            self._begin(outcome)
        else:
            self._refused(self._invitations.why(outcome))

    def _refused(self, why: str) -> None:
        self._errors[ClaimField.CODE] = why
        self._tries += 1
        self._turn.changed()

    def view(self) -> FieldsState:
        """Return what to show."""
        fields = tuple(self._field(name) for name in ClaimField)
        return FieldsState(self._turn.say("claim.title"), fields, self._typing.state())

    def _field(self, name: ClaimField) -> FieldState:
        say, entry, is_email = self._turn.say, self._entries[name], name is ClaimField.EMAIL
        mended = suggestion(self._entries[ClaimField.EMAIL].value) if self._left_email else None
        offer = mended if is_email else None
        offer_words = say("details.did_you_mean") if offer else ""
        if not is_email and looks_complete(self._entries[ClaimField.EMAIL].value):
            offer = self._mailed.offer or None
            offer_words = say("claim.none") if offer else ""
        return FieldState(
            id=name.value,
            label=say("details.email") if is_email else say("claim.code"),
            optional="",
            helper=say("claim.email_helper") if is_email else self._mailed.note or say("claim.code_helper"),
            entry=entry,
            focused=name is self._focus,
            error=self._errors.get(name, "") or ("" if is_email else self._mailed.problem),
            offer_words=offer_words,
            offer=offer or "",
            tries=self._tries if name in self._errors else 0,
        )
