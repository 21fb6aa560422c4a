"""One question of the organisation's whose answer is chosen: yes or no, or one of several."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.asked_values import NO, YES, AnswerKind, AskedField
from kiosk.navigation import Act, Screen
from kiosk.presenters.turn import Turn


@dataclass(frozen=True, slots=True)
class Option:
    """One answer."""

    id: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ChoiceState:
    """The question, what the answer is for, the answers, and the way on without one where that is possible."""

    title: str
    lead: str
    options: tuple[Option, ...]
    skip: str


class ChoicePresenter:
    """Takes the answer that is touched and goes on."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._left: set[str] = set()

    @property
    def _field(self) -> AskedField:
        return next(field for field in self._turn.given.visitor_type.fields if field.id == self._turn.stop.part)

    @property
    def _here(self) -> bool:
        return not self._turn.saving and self._turn.stop.screen is Screen.CHOICE

    def hidden(self) -> None:
        """Show a restricted answer no longer."""
        self._left.add(self._field.id)

    def choose(self, answer: str) -> None:
        """Take this answer and go on; one that is not offered changes nothing."""
        if self._here and answer in {option.id for option in self._options()}:
            self._turn.answers[self._field.id] = answer
            self._turn.go(Act.NEXT)

    def skip(self) -> None:
        """Go on without an answer, where none is needed."""
        if self._here and not self._field.required:
            self._turn.answers.pop(self._field.id, None)
            self._turn.go(Act.NEXT)

    def _options(self) -> tuple[Option, ...]:
        field, say = self._field, self._turn.say
        known = (
            ((YES, say("choice.yes")), (NO, say("choice.no")))
            if field.kind is AnswerKind.YES_NO
            else tuple((choice.id, self._turn.worded(choice.words) or choice.id) for choice in field.choices)
        )
        hidden = field.restricted and field.id in self._left
        given = "" if hidden else self._turn.answers.get(field.id, "")
        return tuple(Option(answer, label, answer == given) for answer, label in known)

    def view(self) -> ChoiceState:
        """Return what to show."""
        field = self._field
        return ChoiceState(
            title=self._turn.worded(field.words) or field.id,
            lead=self._turn.worded(field.notice),
            options=self._options(),
            skip="" if field.required else self._turn.say("choice.skip"),
        )
