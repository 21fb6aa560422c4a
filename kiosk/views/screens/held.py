"""A little longer: a seat, a sentence, and the same whatever the reason. No red, no hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.presenters.held import HeldState
from kiosk.views import shapes
from kiosk.views.buttons import Face, Kind
from kiosk.views.chrome import ScreenView
from kiosk.views.parts import Part
from kiosk.views.scene import WOOD, WOOD_DARK
from kiosk.views.text import TextBlock
from kiosk.views.theme import LABEL_PLAIN, Style, mix

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

LINE = Style("Inter-600", 3.3, 1.25)
BENCH_U = (93.6, 62.0)
"""How wide and tall the picture of the bench is, in u."""


class HeldView(ScreenView):
    """A bench under the lamp, what is kept, and two ways on."""

    def compose(self, state: HeldState) -> None:
        """Portrait: picture above. Landscape: picture at the start, unless the panel is small."""
        u, measure = self.look.u, self.look.measure
        room = self.chrome(back=False)
        acts = [
            ("held.finish", Face(state.finish), self.lobby.held.finish),
            ("held.staff", Face(state.staff, "shield-key-outline", Kind.SECONDARY), self.lobby.held.staff),
        ]
        if measure.landscape:
            wide = 0.0 if measure.compact else min(52 * u, room.width * 0.32)
            if wide:
                tall = min(room.height - 4.8 * u, wide * 1.1)
                self.put(_Bench(self.look, (room.x, room.top - tall, wide, tall)))
                room.x, room.width = room.x + wide + 4.8 * u, room.width - wide - 4.8 * u
            self.foot(room, acts)
            self.open_page(room)
        else:
            self.foot(room, acts)
            self.open_page(room)
            tall = min(BENCH_U[1] * u, room.height * 0.5)
            self.put(_Bench(self.look, (room.x, room.top - tall - 2.4 * u, room.width, tall)))
            room.top -= tall + 4.0 * u
        self.title(room, state.title, state.lead)
        fact = _Kept(self.look, (room.x, room.top, room.width, 0.0), state)
        fact.fit(room.top)
        self.put(fact)
        self.close_page(fact.y - 1.6 * u)

    def refresh(self, view: LobbyView) -> bool:
        """Build anew when anything changed."""
        return view == self.view


class _Kept(Part):
    """That what was entered is kept, and since when."""

    def __init__(self, look: Look, box: Box, state: HeldState) -> None:
        self._state = state
        super().__init__(look, box)

    def _blocks(self) -> tuple[TextBlock, TextBlock]:
        p, room = self.look.palette, self.width - 18 * self.look.u
        return (
            self.look.text(self._state.kept, LINE, p.ink, room, 3),
            self.look.text(self._state.since, LABEL_PLAIN, p.soft, room, 3),
        )

    def fit(self, top: float) -> None:
        """Hang from ``top``, as high as the words need."""
        tall = max(14.0 * self.look.u, sum(block.height for block in self._blocks()) + 4.0 * self.look.u)
        self.pos, self.size = (self.x, top - tall), (self.width, tall)

    def paint(self) -> None:
        """Draw the card."""
        p, u = self.look.palette, self.look.u
        self.card()
        centre = (self.x + 7.2 * u, self.center_y)
        shapes.disc(self.ink, centre, 8 * u, p.moss_tint)
        self.icon("check", 4.4 * u, centre, p.moss)
        title, second = self._blocks()
        top = self.center_y + (title.height + second.height) / 2
        self.write(title, self.x + 14 * u, top, self.width - 18 * u)
        self.write(second, self.x + 14 * u, top - title.height, self.width - 18 * u)


class _Bench(Part):
    """A bench before the door, with the lamp on."""

    def paint(self) -> None:
        """Draw a quiet picture."""
        p, u = self.look.palette, self.look.u
        if p.outlined:
            shapes.outlined(self.ink, self.box, p.paper, p.edge, 2.8 * u, 0.3 * u)
            self.icon("clock-outline", min(16 * u, self.height * 0.5), (self.center_x, self.center_y), p.ink)
            return
        shapes.rounded(self.ink, self.box, p.pine_tint, 2.8 * u)
        s = min(self.height / BENCH_U[1], self.width / 52)
        floor = self.y + 8.0 * s
        shapes.rounded(self.ink, (self.x, self.y, self.width, 8.0 * s), mix(p.pine_tint, p.pine, 0.22), 2.8 * u)
        shapes.fill(self.ink, (self.x, self.y + 4.0 * s, self.width, 4.0 * s), mix(p.pine_tint, p.pine, 0.22))
        for wide, tall, colour in (
            (48.0, 48.0, mix(p.pine_tint, p.pine, 0.13)),
            (30.0, 36.0, p.pine),
            (20.0, 29.0, mix(p.pine, p.pine_tint, 0.08)),
        ):
            shapes.arch(self.ink, (self.center_x - wide * s / 2, floor, wide * s, tall * s), colour)
        self._lamp(floor, s)
        self._seat(floor, s)

    def _lamp(self, floor: float, s: float) -> None:
        p, middle = self.look.palette, self.center_x
        dark = mix(p.pine, "#000000", 0.35)
        shapes.fill(self.ink, (middle - 0.15 * s, floor + 26.0 * s, 0.3 * s, 10.0 * s), dark)
        shapes.rounded(self.ink, (middle - 2.2 * s, floor + 20.0 * s, 4.4 * s, 5.4 * s), p.lamp, 1.8 * s)
        shapes.rounded(self.ink, (middle - 3.0 * s, floor + 24.6 * s, 6.0 * s, 1.8 * s), dark, 0.9 * s)

    def _seat(self, floor: float, s: float) -> None:
        middle = self.center_x
        for side in (-1, 1):
            shapes.rounded(
                self.ink, (middle + side * 17.0 * s - 1.1 * s, floor - 2.6 * s, 2.2 * s, 20.0 * s), WOOD_DARK, 0.6 * s
            )
        for y, tall in ((14.4, 2.8), (10.6, 2.6), (6.4, 3.2)):
            shapes.rounded(self.ink, (middle - 21.8 * s, floor + y * s, 43.6 * s, tall * s), WOOD, 1.2 * s)
