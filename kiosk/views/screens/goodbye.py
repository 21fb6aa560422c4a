"""The last words, and the door open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.presenters.leaving import GoodbyeState
from kiosk.views.buttons import Face
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.parts import Label
from kiosk.views.scene import Scene
from kiosk.views.screens.done import fit_name
from kiosk.views.theme import CAPTION, LEAD, TITLE_L

if TYPE_CHECKING:
    from kiosk.presenters.lobby import LobbyView


class GoodbyeView(ScreenView):
    """Scene, goodbye, one button."""

    def compose(self, state: GoodbyeState) -> None:
        """Portrait: scene above. Landscape: scene at the start."""
        u, measure, margin = self.look.u, self.look.measure, self.look.measure.margin
        top = self.top - self.strip(self.top)
        if measure.landscape:
            wide = 83 * u if not measure.compact else 0.0
            if wide:
                self.put(Scene(self.look, (self.x, self.y, wide, top - self.y), 21.0, 0.96))
            room = Room(self.x + wide + margin, self.y, self.width - wide - 2 * margin, top - 14 * u)
        else:
            self.put(Scene(self.look, (self.x, top - 84 * u, self.width, 84 * u), 17.0))
            room = Room(self.x + margin, self.y, self.width - 2 * margin, top - 92 * u)
        spoken = f"{state.title} {state.name}".strip().rstrip("," if not state.name else "")
        name = fit_name(self.look, spoken, self.look.palette.ink, room.width, TITLE_L)
        room.top -= self.label(name, room.x, room.top, room.width) + 1.6 * u
        for sentence in (state.when, state.lead):
            block = self.look.text(sentence, LEAD, self.look.palette.soft, min(room.width, 90 * u), 3)
            room.top -= self.label(block, room.x, room.top, room.width) + 0.8 * u
        self._foot(state, room)

    def _foot(self, state: GoodbyeState, room: Room) -> None:
        u = self.look.u
        self._clears: Label | None = None
        self._box = (room.x, room.bottom + (2.0 if self.look.measure.landscape else 5.0) * u, room.width, 4 * u)
        self._put_clears()
        room.bottom += (3.0 if self.look.measure.landscape else 4.4) * u
        self.foot(room, [("done.finish", Face(state.finish), self.lobby.finish)])

    def _put_clears(self) -> None:
        if self._clears is not None:
            self.remove_widget(self._clears)
        block = self.look.text(self.view.clears, CAPTION, self.look.palette.soft, self._box[2], 1)
        self._clears = Label(self.look, block, self._box, "centre")
        self.put(self._clears)

    def refresh(self, view: LobbyView) -> bool:
        """Count without building anew."""
        if (view.state, view.offline, view.sheet) != (self.view.state, self.view.offline, self.view.sheet):
            return False
        self.view = view
        self._put_clears()
        return True
