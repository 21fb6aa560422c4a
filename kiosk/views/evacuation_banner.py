"""How far to believe the evacuation list. Never dismissible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.ports import Freshness
from kiosk.views import shapes
from kiosk.views.parts import Part
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


def _block(look: Look, state: EvacuationState, wide: float) -> TextBlock:
    ink = look.palette.on_tint
    spans = [Span(state.banner, BODY_BOLD, ink)]
    if state.banner_more:
        spans.append(Span(" " + state.banner_more, BODY, ink))
    return TextBlock(spans, look.measure, wide - 13 * look.u)


class Banner(Part):
    """The tint, the clock and the words."""

    def __init__(self, look: Look, box: Box, state: EvacuationState) -> None:
        self._state = state
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw them."""
        p, u = self.look.palette, self.look.u
        icon, tone = _TONES[self._state.freshness]
        colour = str(getattr(p, tone))
        ground = str(getattr(p, f"{tone}_tint"))
        box = (self.x, self.y + GAP_U * u, self.width, self.height - GAP_U * u)
        middle = box[1] + box[3] / 2
        shapes.outlined(self.ink, box, ground, colour if p.outlined else ground, Radius.FIELD * u, 0.3 * u)
        self.icon(icon, 4.6 * u, (self.x + 5.2 * u, middle), colour)
        block = _block(self.look, self._state, float(self.width))
        self.write(block, self.x + 9.6 * u, middle + block.height / 2, self.width - 13 * u)
