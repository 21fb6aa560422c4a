"""Questions about a document that was read: one a screen, the right ones counted, as many tries as somebody likes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.asked_values import AskedDocument
from kiosk.navigation import Act, Screen
from kiosk.ports import ConsentPurpose
from kiosk.presenters.choice import Option
from kiosk.presenters.turn import Turn


@dataclass(frozen=True, slots=True)
class QuizState:
    """A question with its answers, or, without answers, what is still missing and the two ways on."""

    title: str
    lead: str
    options: tuple[Option, ...]
    again: str = ""
    read: str = ""


class QuizPresenter:
    """Takes an answer and goes on; after the last question, back to the text where too few were right."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._answers: dict[tuple[str, int], int] = {}
        self._short = False

    @property
    def _document(self) -> AskedDocument:
        return next(each for each in self._turn.documents if each.id == self._turn.stop.part)

    def shown(self) -> None:
        """Begin with the question."""
        self._short = False

    def choose(self, option: str) -> None:
        """Take the answer of this number; one that is not offered changes nothing."""
        if self._turn.saving or self._short or self._turn.stop.screen is not Screen.QUIZ:
            return
        if option not in {each.id for each in self._options()}:
            return
        document, item = self._document, self._turn.stop.item
        self._answers[document.id, item] = int(option)
        if item < len(document.questions) - 1 or self._right(document) >= document.pass_right:
            self._keep(document)
            self._turn.go(Act.NEXT)
        else:
            self._short = True
            self._turn.changed()

    def read_again(self) -> None:
        """Go back to the text; the questions come again after it."""
        self._forget()
        self._turn.go(Act.READ_AGAIN)

    def try_again(self) -> None:
        """Begin with the first question."""
        self._forget()
        if self._turn.stop.item:
            self._turn.go(Act.TRY_AGAIN)
        self._turn.changed()

    def _forget(self) -> None:
        self._answers.clear()
        self._short = False

    def _right(self, document: AskedDocument) -> int:
        answers = ((item, self._answers.get((document.id, item))) for item in range(len(document.questions)))
        return sum(given is not None and document.questions[item].choices[given].right for item, given in answers)

    def _keep(self, document: AskedDocument) -> None:
        consents, key = self._turn.given.consents, (ConsentPurpose.DOCUMENT, document.id)
        if key in consents:
            asked = len(document.questions)
            consents[key] = replace(consents[key], asked=asked, right=self._right(document))

    def _options(self) -> tuple[Option, ...]:
        document, item = self._document, self._turn.stop.item
        given = self._answers.get((document.id, item))
        return tuple(
            Option(str(number), self._turn.worded(choice.words), number == given)
            for number, choice in enumerate(document.questions[item].choices)
        )

    def view(self) -> QuizState:
        """Return what to show."""
        say, document, item = self._turn.say, self._document, self._turn.stop.item
        if self._short:
            right, needed = self._right(document), document.pass_right
            lead = say("quiz.so_far", right=right, of=len(document.questions), needed=needed)
            return QuizState(say("quiz.once_more"), lead, (), say("quiz.try_again"), say("quiz.read_again"))
        number = say("quiz.number", number=item + 1, of=len(document.questions))
        return QuizState(self._turn.worded(document.questions[item].words), number, self._options())
