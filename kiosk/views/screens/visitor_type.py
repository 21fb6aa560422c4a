"""What brings you here: a card for each type, two across in portrait, three in landscape, a list on a small panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.presenters.visitor_type import TypeCard, TypeState
from kiosk.views import shapes
from kiosk.views.buttons import Face, Kind
from kiosk.views.chrome import ScreenView
from kiosk.views.parts import Target
from kiosk.views.theme import CAPTION, LABEL_PLAIN, Style

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

FEW = 3
"""So few cards stand one above the other in portrait, each as wide as the screen."""
SMALL = 26
ARCHES = ((40, (17.0, 18.4, 9.6)), (SMALL, (9.6, 10.4, 5.6)), (0, (7.6, 8.0, 4.6)))
"""From which height of a card on: how wide and tall its arch is and how large the icon in it, all in u."""
SIDE_U = 3.6
GAP_U = {True: 2.4, False: 2.8}
"""Between cards, in landscape and in portrait."""
TITLE_LINES = 3
CARD_TITLE = Style("Inter-600", 3.4, 1.2)


class TypeView(ScreenView):
    """Cards to choose from."""

    def compose(self, state: TypeState) -> None:
        """Lay the cards out; few cards grow, so that they do not float."""
        u = self.look.u
        room = self.chrome()
        if state.by_code:
            face = Face(state.by_code, "qrcode-scan", Kind.SECONDARY)
            self.foot(room, [("type.by_code", face, self.lobby.type.by_code)])
        self.open_page(room)
        cramped = self.look.measure.compact and self.look.measure.text_scale > 1
        self.title(room, state.title, "" if cramped else state.lead)
        landscape = self.look.measure.landscape
        across = self._across(state, room.width)
        rows = max(1, -(-len(state.cards) // across))
        gap = GAP_U[landscape] * u
        alone = 46.0 if rows == 1 else 30.0
        most = alone if landscape else 24.0 if across == 1 else 34.0
        tall = min(most * u, (room.height - 4.8 * u - gap * (rows - 1)) / rows)
        wide = (room.width - gap * (across - 1)) / across
        labels = [card.label for card in state.cards]
        share = self.look.least_share(labels, CARD_TITLE, wide - 2 * SIDE_U * u, TITLE_LINES)
        tall = max(tall, *(_least_height(self.look, card, wide, share) for card in state.cards))
        for number, card in enumerate(state.cards):
            row, column = divmod(number, across)
            box = (room.x + column * (wide + gap), room.top - (row + 1) * tall - row * gap, wide, tall)
            self.put(TypeCardView(self.look, box, card, self._choose(card), share))
        self.close_page(room.top - rows * (tall + gap))

    def _across(self, state: TypeState, wide: float) -> int:
        """How many cards stand side by side: fewer where a name would have to shrink too much, or be divided."""
        look, cards, landscape = self.look, state.cards, self.look.measure.landscape
        most = min(3, max(2, len(cards))) if landscape else 2 if len(cards) > FEW else 1
        for across in range(most, 1, -1):
            each = (wide - (across - 1) * GAP_U[landscape] * look.u) / across - 2 * SIDE_U * look.u
            if all(look.fits_whole(card.label, CARD_TITLE, each, TITLE_LINES) for card in cards):
                return across
        return 1

    def _choose(self, card: TypeCard) -> Callable[[], None]:
        return lambda: self.lobby.type.choose(card.id)


def _title(look: Look, card: TypeCard, wide: float, share: float = 1.0) -> TextBlock:
    style = replace(CARD_TITLE, size=CARD_TITLE.size * share)
    block = look.fitted(card.label, style, look.palette.ink, wide - 2 * SIDE_U * look.u, TITLE_LINES)
    block.share *= share
    return block


def _hint(look: Look, card: TypeCard, wide: float, *, small: bool) -> TextBlock | None:
    style = CAPTION if small else LABEL_PLAIN
    return look.text(card.hint, style, look.palette.soft, wide - 2 * SIDE_U * look.u, 4) if card.hint else None


def _least_height(look: Look, card: TypeCard, wide: float, share: float) -> float:
    """How high a card must be for the smallest arch and its words, in pixels."""
    title, hint, arch = _title(look, card, wide, share), _hint(look, card, wide, small=True), ARCHES[-1][1][1]
    return title.height + (hint.height if hint else 0.0) + (SIDE_U + arch + 1.6 + 3.6) * look.u


class TypeCardView(Target):
    """One kind of visitor. ``share``: how large its name is, as those of the other cards."""

    def __init__(self, look: Look, box: Box, card: TypeCard, act: Callable[[], object], share: float = 1.0) -> None:
        self._card, self._share = card, share
        super().__init__(look, box, f"type.{card.id}", act)

    def paint(self) -> None:
        """Draw the card: an arch with its icon above, the words at the foot."""
        p, u = self.look.palette, self.look.u
        self.card(pressed=self.pressed)
        side = SIDE_U * u
        small = self.height < SMALL * u
        wide, tall, size = next(arch for least, arch in ARCHES if self.height >= least * u)
        arch = (self.x + side, self.top - side - tall * u, wide * u, tall * u)
        shapes.arch(self.ink, arch, p.paper if self.pressed and not p.outlined else p.pine_tint, 1.2 * u)
        middle = (arch[0] + arch[2] / 2, arch[1] + arch[3] / 2 - 0.4 * u)
        self.icon(self._card.icon, size * u, middle, p.pine)
        room = self.width - 2 * side
        title = _title(self.look, self._card, self.width, self._share)
        hint = _hint(self.look, self._card, self.width, small=small)
        top = self.y + 3.2 * u + (hint.height + 0.4 * u if hint else 0) + title.height
        self.write(title, self.x + side, top, room)
        if hint:
            self.write(hint, self.x + side, top - title.height - 0.4 * u, room)
