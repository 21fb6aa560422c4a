"""A question whose answer is chosen: the question above, the answers as cards beneath."""

from __future__ import annotations

from typing import Any

from kiosk.presenters.choice import ChoiceState
from kiosk.views.buttons import Face, Kind
from kiosk.views.chrome import ScreenView
from kiosk.views.options import put_question


class ChoiceView(ScreenView):
    """One question of the organisation's."""

    def compose(self, state: ChoiceState) -> None:
        """Lay out: question, answers, and the way on without one."""
        room = self.chrome()
        if state.skip:
            skip: list[tuple[str, Face, Any]] = [
                ("choice.skip", Face(state.skip, kind=Kind.SECONDARY), self.lobby.choice.skip)
            ]
            self.foot(room, skip)
        put_question(self, room, (state.title, state.lead), state.options, "choice", self.lobby.choice.choose)
