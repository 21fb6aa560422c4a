"""How far to believe the evacuation list. Never dismissible."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.ports import Freshness
from kiosk.views import shapes
from kiosk.views.parts import Part, Target
from kiosk.views.text import Span, TextBlock
from kiosk.views.theme import BODY, BODY_BOLD, Radius

if TYPE_CHECKING:
    from kiosk.presenters.evacuation import EvacuationState
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

GAP_U = 2.0
"""Beneath the banner, and part of its height."""
_TONES = {
    Freshness.COMPLETE: ("clock-check-outline", "moss"),
    Freshness.STALE: ("clock-alert-outline", "ochre"),
    Freshness.UNKNOWN: ("alert-circle-outline", "brick"),
}


def banner_height(look: Look, state: EvacuationState, wide: float) -> float:
    """Return the height that the words need at a width, in pixels, with the gap beneath."""
    return max(8.0 * look.u, _block(look, state, wide).height + 3.2 * look.u) + GAP_U * look.u


def fold_height(look: Look, state: EvacuationState, wide: float) -> float:
    """Return the height of the folded banner at a width, in pixels, with the gap beneath."""
    return max(9.6 * look.u, _brief(look, state, wide).height + 3.2 * look.u) + GAP_U * look.u


def _brief(look: Look, state: EvacuationState, wide: float) -> TextBlock:
    return look.text(state.brief, BODY_BOLD, look.palette.on_tint, wide - 19 * look.u)


def _block(look: Look, state: EvacuationState, wide: float) -> TextBlock:
    ink = look.palette.on_tint
    spans = [Span(state.banner, BODY_BOLD, ink)]
    if state.banner_more:
        spans.append(Span(" " + state.banner_more, BODY, ink))
    return TextBlock(spans, look.measure, wide - 13 * look.u, mirrored=look.mirrored)


def _tint(part: Part, box: Box, freshness: Freshness) -> str:
    """Draw ground and clock, and return the colour of the freshness."""
    p, u = part.look.palette, part.look.u
    icon, tone = _TONES[freshness]
    colour, ground = str(getattr(p, tone)), str(getattr(p, f"{tone}_tint"))
    shapes.outlined(part.ink, box, ground, colour if p.outlined else ground, Radius.FIELD * u, 0.3 * u)
    part.icon(icon, 4.6 * u, (box[0] + 5.2 * u, box[1] + box[3] / 2), colour)
    return colour


class Banner(Part):
    """The tint, the clock and the words."""

    def __init__(self, look: Look, box: Box, state: EvacuationState) -> None:
        self._state = state
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw them."""
        u = self.look.u
        box = (self.x, self.y + GAP_U * u, self.width, self.height - GAP_U * u)
        _tint(self, box, self._state.freshness)
        block = _block(self.look, self._state, float(self.width))
        self.write(block, self.x + 9.6 * u, box[1] + (box[3] + block.height) / 2, self.width - 13 * u)


class BannerFold(Target):
    """The banner in a few words. A touch lets the whole appear, and go again."""

    def __init__(self, look: Look, box: Box, state: EvacuationState, fold: Callable[[], object]) -> None:
        self._state = state
        gap = GAP_U * look.u
        super().__init__(look, (box[0], box[1] + gap, box[2], box[3] - gap), "evacuation.belief", fold)

    def paint(self) -> None:
        """Draw them, and that there is more."""
        u = self.look.u
        colour = _tint(self, self.box, self._state.freshness)
        block = _brief(self.look, self._state, float(self.width))
        self.write(block, self.x + 9.6 * u, self.center_y + block.height / 2, self.width - 19 * u)
        more = "close" if self._state.unfolded else "chevron-down"
        self.icon(more, 4.4 * u, (self.right - 5.0 * u, self.center_y), colour)
