"""What brings you here: a card for each type, two across in portrait, three in landscape, a list on a small panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.presenters.visitor_type import TypeCard, TypeState
from kiosk.views import shapes
from kiosk.views.buttons import Face, Kind
from kiosk.views.chrome import ScreenView
from kiosk.views.parts import SENSIBLE, Target
from kiosk.views.theme import CAPTION, LABEL_PLAIN, Style

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

FEW = 3
"""So few cards stand one above the other in portrait, each as wide as the screen."""
Arch = tuple[float, float, float]
ARCHES: tuple[tuple[float, Arch], ...] = ((40, (17.0, 18.4, 9.6)), (26, (9.6, 10.4, 5.6)), (0, (7.6, 8.0, 4.6)))
"""From which height of a card on: how wide and tall its arch is and how large the icon in it, all in u."""
SMALLEST = ARCHES[-1][1]
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
        share = _share(self.look, state.cards, wide)
        arch = _arch(self.look, state.cards, (wide, tall), share)
        top = room.top
        for begin in range(0, len(state.cards), across):
            row = state.cards[begin : begin + across]
            high = max(tall, *(_least_height(self.look, card, wide, share, arch) for card in row))
            for column, card in enumerate(row):
                box = (room.x + column * (wide + gap), top - high, wide, high)
                self.put(TypeCardView(self.look, box, card, self._choose(card), (share, arch)))
            top -= high + gap
        self.close_page(top)

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


def _share(look: Look, cards: Iterable[TypeCard], wide: float) -> float:
    """How large all names are, of their size: no smaller than is easily read, and none for the sake of a word that fits
    on no line: it is broken.
    """
    room = wide - 2 * SIDE_U * look.u
    blocks = [look.fitted(card.label, CARD_TITLE, "#000000", room, TITLE_LINES, least=SENSIBLE) for card in cards]
    return min((block.share for block in blocks if not block.broken), default=1.0)


def _title(look: Look, card: TypeCard, wide: float, share: float) -> TextBlock:
    """A name with all its lines: two may differ at their ends alone."""
    style = replace(CARD_TITLE, size=CARD_TITLE.size * share)
    block = look.fitted(card.label, style, look.palette.ink, wide - 2 * SIDE_U * look.u, TITLE_LINES, least=1.0)
    block.share = share
    return block


def _hint(look: Look, card: TypeCard, wide: float, arch: Arch) -> TextBlock | None:
    style = CAPTION if arch == SMALLEST else LABEL_PLAIN
    return look.text(card.hint, style, look.palette.soft, wide - 2 * SIDE_U * look.u, 4) if card.hint else None


def _arch(look: Look, cards: Iterable[TypeCard], size: tuple[float, float], share: float) -> Arch:
    """The largest arch for cards of this size above whose words it has room, on all but those that must be higher with
    any.
    """
    wide, tall = size
    roomy = [card for card in cards if _least_height(look, card, wide, share, SMALLEST) <= tall]
    for least, arch in ARCHES:
        if tall >= least * look.u and all(_least_height(look, card, wide, share, arch) <= tall for card in roomy):
            return arch
    return SMALLEST


def _least_height(look: Look, card: TypeCard, wide: float, share: float, arch: Arch) -> float:
    """How high a card must be for an arch and its words, in pixels."""
    title, hint = _title(look, card, wide, share), _hint(look, card, wide, arch)
    return title.height + (hint.height if hint else 0.0) + (SIDE_U + arch[1] + 1.6 + 3.6) * look.u


class TypeCardView(Target):
    """One kind of visitor. ``sizes``: of its name, and of its arch, as those of the other cards."""

    def __init__(
        self,
        look: Look,
        box: Box,
        card: TypeCard,
        act: Callable[[], object],
        sizes: tuple[float, Arch] = (1.0, ARCHES[1][1]),
    ) -> None:
        self._card, (self._share, self._arch) = card, sizes
        super().__init__(look, box, f"type.{card.id}", act)

    def paint(self) -> None:
        """Draw the card: an arch with its icon above, the words at the foot."""
        p, u = self.look.palette, self.look.u
        self.card(pressed=self.pressed)
        side = SIDE_U * u
        wide, tall, size = self._arch
        arch = (self.x + side, self.top - side - tall * u, wide * u, tall * u)
        shapes.arch(self.ink, arch, p.paper if self.pressed and not p.outlined else p.pine_tint, 1.2 * u)
        middle = (arch[0] + arch[2] / 2, arch[1] + arch[3] / 2 - 0.4 * u)
        self.icon(self._card.icon, size * u, middle, p.pine)
        room = self.width - 2 * side
        title = _title(self.look, self._card, self.width, self._share)
        hint = _hint(self.look, self._card, self.width, self._arch)
        top = self.y + 3.2 * u + (hint.height + 0.4 * u if hint else 0) + title.height
        self.write(title, self.x + side, top, room)
        if hint:
            self.write(hint, self.x + side, top - title.height - 0.4 * u, room)
