"""What brings you here: a card for each type, two across in portrait, three in landscape, a list on a small panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.presenters.visitor_type import TypeCard, TypeState
from kiosk.views import shapes
from kiosk.views.chrome import ScreenView
from kiosk.views.parts import Target
from kiosk.views.theme import CAPTION, LABEL_PLAIN, Style

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

FEW = 3
"""So few cards stand one above the other in portrait, each as wide as the screen."""
SMALL = 26
ARCHES = ((40, (17.0, 18.4, 9.6)), (SMALL, (9.6, 10.4, 5.6)), (0, (7.6, 8.0, 4.6)))
"""From which height of a card on: how wide and tall its arch is and how large the icon in it, all in u."""
CARD_TITLE = Style("Inter-600", 3.4, 1.2)


class TypeView(ScreenView):
    """Cards to choose from."""

    def compose(self, state: TypeState) -> None:
        """Lay the cards out; few cards grow, so that they do not float."""
        u = self.look.u
        room = self.chrome()
        self.title(room, state.title, state.lead)
        landscape = self.look.measure.landscape
        across = min(3, max(2, len(state.cards))) if landscape else 2 if len(state.cards) > FEW else 1
        rows = max(1, -(-len(state.cards) // across))
        gap = (2.4 if landscape else 2.8) * u
        alone = 46.0 if rows == 1 else 30.0
        most = alone if landscape else 24.0 if across == 1 else 34.0
        tall = min(most * u, (room.height - 4.8 * u - gap * (rows - 1)) / rows)
        wide = (room.width - gap * (across - 1)) / across
        for number, card in enumerate(state.cards):
            row, column = divmod(number, across)
            box = (room.x + column * (wide + gap), room.top - (row + 1) * tall - row * gap, wide, tall)
            self.put(_Card(self.look, box, card, self._choose(card)))

    def _choose(self, card: TypeCard) -> Callable[[], None]:
        return lambda: self.lobby.type.choose(card.id)


class _Card(Target):
    """One kind of visitor."""

    def __init__(self, look: Look, box: Box, card: TypeCard, act: Callable[[], object]) -> None:
        self._card = card
        super().__init__(look, box, f"type.{card.id}", act)

    def paint(self) -> None:
        """Draw the card: an arch with its icon above, the words at the foot."""
        p, u = self.look.palette, self.look.u
        if p.outlined:
            shapes.outlined(self.ink, self.box, p.paper, p.edge, 2.8 * u, 0.3 * u)
        else:
            shapes.card_shadow(self.ink, self.box, 2.8 * u, u)
            shapes.rounded(self.ink, self.box, p.pine_tint if self.pressed else p.paper, 2.8 * u)
        side = 3.6 * u
        small = self.height < SMALL * u
        wide, tall, size = next(arch for least, arch in ARCHES if self.height >= least * u)
        arch = (self.x + side, self.top - side - tall * u, wide * u, tall * u)
        shapes.arch(self.ink, arch, p.paper if self.pressed and not p.outlined else p.pine_tint, 1.2 * u)
        middle = (arch[0] + arch[2] / 2, arch[1] + arch[3] / 2 - 0.4 * u)
        self.icon(self._card.icon, size * u, middle, p.pine)
        room = self.width - 2 * side
        title = self.look.text(self._card.label, CARD_TITLE, p.ink, room, 2)
        hint = (
            self.look.text(self._card.hint, CAPTION if small else LABEL_PLAIN, p.soft, room, 2)
            if self._card.hint
            else None
        )
        top = self.y + 3.2 * u + (hint.height + 0.4 * u if hint else 0) + title.height
        self.write(title, self.x + side, top, room)
        if hint:
            self.write(hint, self.x + side, top - title.height - 0.4 * u, room)
