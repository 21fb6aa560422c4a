"""What a staff PIN opens: a card each, the evacuation list first and in its own colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.presenters.staff_room import StaffCard, StaffRoomState
from kiosk.views import shapes
from kiosk.views.chrome import ScreenView
from kiosk.views.parts import Target
from kiosk.views.theme import HEADING, LABEL_PLAIN, Radius, mix

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

LINES = 2
GAP_U, LEAST_U, MOST_U, SIDES_U = 2.8, 18.0, 26.0, 27.0


class StaffRoomView(ScreenView):
    """Cards, one above the other; side by side where the screen is wide."""

    def compose(self, state: StaffRoomState) -> None:
        """Lay them out; few cards grow, so that they do not float."""
        u, landscape = self.look.u, self.look.measure.landscape
        room = self.chrome()
        self.open_page(room)
        if not self.look.measure.compact:
            self.title(room, state.title, state.lead)
        narrow = self.look.measure.compact and self.look.measure.text_scale > 1
        across = min(2, len(state.cards)) if landscape and not narrow else 1
        rows = -(-len(state.cards) // across)
        wide = (room.width - GAP_U * u * (across - 1)) / across
        share = self.look.least_share((card.label for card in state.cards), HEADING, wide - SIDES_U * u, LINES)
        least = max(_height(self.look, card, wide, share) for card in state.cards)
        tall = max(least, min(MOST_U * u, (room.height - 4.8 * u) / rows - GAP_U * u))
        for number, card in enumerate(state.cards):
            row, column = divmod(number, across)
            top = room.top - row * (tall + GAP_U * u)
            box = (room.x + column * (wide + GAP_U * u), top - tall, wide, tall)
            self.put(StaffCardView(self.look, box, card, self._open(card), share))
        self.close_page(room.top - rows * (tall + GAP_U * u))

    def _open(self, card: StaffCard) -> Callable[[], None]:
        return lambda: self.lobby.staff_room.open(card.id)


def _words(look: Look, card: StaffCard, wide: float, share: float) -> tuple[TextBlock, TextBlock]:
    p, room = look.palette, wide - SIDES_U * look.u
    ink, soft = (p.on_alarm, p.on_alarm) if card.alarm else (p.ink, p.soft)
    style = replace(HEADING, size=HEADING.size * share)
    return look.fitted(card.label, style, ink, room, LINES), look.text(card.hint, LABEL_PLAIN, soft, room)


def _height(look: Look, card: StaffCard, wide: float, share: float) -> float:
    title, hint = _words(look, card, wide, share)
    return max(LEAST_U * look.u, title.height + hint.height + 5.6 * look.u)


class StaffCardView(Target):
    """One thing to open. ``share``: how large its name is, as those of the other cards."""

    def __init__(self, look: Look, box: Box, card: StaffCard, act: Callable[[], object], share: float = 1.0) -> None:
        self._card, self._share = card, share
        super().__init__(look, box, f"staff.{card.id}", act)

    def paint(self) -> None:
        """Draw ground, arch with icon, words and chevron."""
        p, u, alarm = self.look.palette, self.look.u, self._card.alarm
        if alarm:
            shapes.rounded(
                self.ink, self.box, mix(p.alarm, "#000000", 0.25) if self.pressed else p.alarm, Radius.CARD * u
            )
        else:
            self.card(pressed=self.pressed)
        arch = (self.x + 3.6 * u, self.center_y - 5.2 * u, 9.6 * u, 10.4 * u)
        shapes.arch(self.ink, arch, mix(p.alarm, "#FFFFFF", 0.16) if alarm else p.pine_tint, 1.2 * u)
        ink = p.on_alarm if alarm else p.pine
        self.icon(self._card.icon, 5.6 * u, (arch[0] + 4.8 * u, self.center_y - 0.4 * u), ink)
        title, hint = _words(self.look, self._card, float(self.width), self._share)
        x, top = self.x + 17.0 * u, self.center_y + (title.height + hint.height) / 2
        self.write(title, x, top, title.width + 1)
        self.write(hint, x, top - title.height, hint.width + 1)
        self.icon("chevron-right", 5.0 * u, (self.right - 5.6 * u, self.center_y), ink if alarm else p.ink)
