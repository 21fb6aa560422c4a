"""Nothing was kept: what happened, what it means, what to do. No red, no blame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.presenters.arrival import RefusedState
from kiosk.views import shapes
from kiosk.views.buttons import Face, Kind
from kiosk.views.chrome import ScreenView
from kiosk.views.parts import Part
from kiosk.views.theme import mix

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView


DOOR_SHARE, LOW_DOOR_SHARE = 0.5, 0.36
"""Of the room above the buttons: so much of it the picture takes at most; and over large text on a small panel."""


class RefusedView(ScreenView):
    """The door, a sentence, and two ways on."""

    def compose(self, state: RefusedState) -> None:
        """Lay out: picture, words, buttons."""
        u, landscape = self.look.u, self.look.measure.landscape
        room = self.chrome(back=False)
        again = [
            ("refused.retry", Face(state.retry), self.lobby.arrival.retry),
            ("refused.back", Face(state.back, "arrow-left", Kind.SECONDARY), self.lobby.arrival.back),
        ]
        if landscape:
            wide = 0.0 if self.look.measure.compact else min(50 * u, room.height - 6 * u)
            if wide:
                self.put(_Door(self.look, (room.x, room.top - wide * 1.2, wide, wide * 1.2)))
                room.x, room.width = room.x + wide + 4.8 * u, room.width - wide - 4.8 * u
        retry, back = self.foot(room, again)
        self.open_page(room)
        if not landscape:
            low = self.look.measure.narrow and self.look.measure.text_scale > 1
            share = LOW_DOOR_SHARE if low else DOOR_SHARE
            tall = min(62 * u, room.height * share)
            self.put(_Door(self.look, (room.x, room.top - tall - 2 * u, room.width, tall)))
            room.top -= tall + 4.4 * u
        self.title(room, state.title, state.lead)
        self.close_page(room.top)
        if state.busy:
            retry.wait()
            back.turn_off()

    def refresh(self, view: LobbyView) -> bool:
        """Build anew when anything changed."""
        return view == self.view


class _Door(Part):
    """The door with the light off: the kiosk cannot help just now."""

    def paint(self) -> None:
        """Draw a quiet picture."""
        p, u = self.look.palette, self.look.u
        if p.outlined:
            shapes.outlined(self.ink, self.box, p.paper, p.edge, 2.8 * u, 0.3 * u)
            self.icon("bell-outline", 16 * u, (self.center_x, self.center_y), p.ink)
            return
        shapes.rounded(self.ink, self.box, p.pine_tint, 2.8 * u)
        unit = self.height / 62
        floor = self.y
        for wide, tall, colour in ((48, 54, mix(p.pine_tint, p.pine, 0.12)), (30, 38, p.pine)):
            box = (self.center_x - wide * unit / 2, floor, wide * unit, tall * unit)
            shapes.arch(self.ink, box, colour)
        self.icon("bell-outline", 13 * unit, (self.center_x, floor + 16 * unit), p.on_pine)
