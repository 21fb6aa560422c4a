"""A question whose answer is chosen: the question above, the answers as cards beneath."""

from __future__ import annotations

from typing import Any

from kiosk.presenters.choice import ChoiceState
from kiosk.views.buttons import Face, Kind
from kiosk.views.chrome import ScreenView
from kiosk.views.options import put_options


class ChoiceView(ScreenView):
    """One question of the organisation's."""

    def compose(self, state: ChoiceState) -> None:
        """Lay out: question, answers, and the way on without one."""
        room = self.chrome()
        self.title(room, state.title, state.lead, small=self.look.measure.compact)
        if state.skip:
            skip: list[tuple[str, Face, Any]] = [
                ("choice.skip", Face(state.skip, kind=Kind.SECONDARY), self.lobby.choice.skip)
            ]
            self.foot(room, skip)
        box = (room.x, room.bottom + 1.6 * self.look.u, room.width, room.height - 1.6 * self.look.u)
        put_options(self, box, state.options, "choice", self.lobby.choice.choose)
