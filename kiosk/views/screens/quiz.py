"""A question about a document: the question, its answers; or two ways on where too few answers were right."""

from __future__ import annotations

from kiosk.presenters.quiz import QuizState
from kiosk.views.buttons import Face, Kind
from kiosk.views.chrome import ScreenView
from kiosk.views.options import put_question


class QuizView(ScreenView):
    """One question of a quiz."""

    def compose(self, state: QuizState) -> None:
        """Lay out: question and answers, or what is missing and two buttons."""
        room, quiz = self.chrome(), self.lobby.quiz
        if state.options:
            put_question(self, room, (state.title, state.lead), state.options, "quiz", quiz.choose)
            return
        again = ("quiz.try_again", Face(state.again), quiz.try_again)
        read = ("quiz.read_again", Face(state.read, kind=Kind.SECONDARY), quiz.read_again)
        self.foot(room, [again, read])
        self.open_page(room)
        self.title(room, state.title, state.lead, small=self.look.measure.compact)
        self.close_page(room.top)
