"""The last words, and the door open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.presenters.leaving import GoodbyeState
from kiosk.views.chrome import Room
from kiosk.views.clearing import ClearingView
from kiosk.views.parts import Label
from kiosk.views.scene import Scene
from kiosk.views.screens.done import fit_name
from kiosk.views.theme import LEAD, TITLE, TITLE_L
from kiosk.words.wholes import whole

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView


NAME_SHARE = 0.6
"""Of the room: so much a name takes at most."""
SCENE_SHARE = 0.44
"""Of the window's height: so much the scene above takes at most."""


class GoodbyeView(ClearingView):
    """Scene, goodbye, one button."""

    is_low = True

    def compose(self, state: GoodbyeState) -> None:
        """Portrait: scene above. Landscape: scene at the start."""
        u, measure, margin = self.look.u, self.look.measure, self.look.measure.margin
        top = self.top - self.strip(self.top)
        if measure.landscape:
            wide = 83 * u if not measure.compact else 0.0
            if wide:
                self.put(Scene(self.look, (self.x, self.y, wide, top - self.y), 21.0, 0.96))
            room = Room(
                self.x + wide + margin, self.y, self.width - wide - 2 * margin, top - (6 if measure.compact else 14) * u
            )
        else:
            tall = min(84 * u, SCENE_SHARE * self.height)
            scale = tall / (84 * u)
            self.put(Scene(self.look, (self.x, top - tall, self.width, tall), 17.0 * scale, scale))
            room = Room(self.x + margin, self.y, self.width - 2 * margin, top - tall - 8 * u)
        self.foot_that_clears(room, state.finish)
        self.open_page(room)
        called = whole(state.name, right_to_left=self.look.mirrored)
        spoken = f"{state.title} {called}".strip().rstrip("," if not called else "")
        place = room.width, NAME_SHARE * room.height
        name = fit_name(self.look, spoken, self.look.palette.ink, place, TITLE if measure.compact else TITLE_L)
        self.put(Label(self.look, name, (room.x, room.top - name.height, room.width, name.height), may_end=True))
        room.top -= name.height + 1.6 * u
        for sentence in (state.when, state.lead):
            block = self.look.text(sentence, LEAD, self.look.palette.soft, min(room.width, 90 * u))
            room.top -= self.label(block, room.x, room.top, room.width) + 0.8 * u
        self.close_page(room.top)

    def refresh(self, view: LobbyView) -> bool:
        """Count without building anew."""
        if (view.state, view.offline, view.sheet) != (self.view.state, self.view.offline, self.view.sheet):
            return False
        self.view = view
        self.put_clears()
        return True
