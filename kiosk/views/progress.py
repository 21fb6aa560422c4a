"""The middle of a header: where one is, and on a small panel with its keys, that there is no network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.views import shapes
from kiosk.views.parts import Part
from kiosk.views.theme import CAPTION, CAPTION_BOLD

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

WIDE_U = 40.0
"""So wide the dots are at most."""
ICON_U, SMALLEST, TWO_SHARE = 3.4, 0.7, 0.85
"""Words that would be smaller than ``SMALLEST`` of their size take two lines, of so much of it."""


class Progress(Part):
    """Dots, the lamp on the step in use, and beneath them the same in words, or ``offline`` in their place."""

    def __init__(self, look: Look, box: Box, place: tuple[int, int] | None, sentence: str, offline: str = "") -> None:
        self._place, self._sentence, self._offline = place, sentence, offline
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw dots and words."""
        p, u = self.look.palette, self.look.u
        block = self.look.fitted(self._sentence, CAPTION, p.soft, self.width)
        if block.share < SMALLEST:
            two = replace(CAPTION, size=CAPTION.size * TWO_SHARE, leading=1.2)
            block = self.look.fitted(self._sentence, two, p.soft, self.width, 2)
        low = len(block.lines) == 1 and not self._offline
        dots = self.top - (2.4 if low else 1.2) * u
        if self._place:
            self._paint_dots(self._place, dots)
        if self._offline:
            self._paint_offline(dots - 1.4 * u if self._place else self.center_y + 3.2 * u)
            return
        self.write(block, self.x, dots - (1.8 if low else 1.2) * u, self.width, "centre")

    def _paint_dots(self, place: tuple[int, int], y: float) -> None:
        p, u = self.look.palette, self.look.u
        here, of = place
        dot, capsule, gap = 2.0 * u, 6.0 * u, 1.2 * u
        wide = (of - 1) * (dot + gap) + capsule
        shrunk = min(1.0, min(WIDE_U * u, self.width) / wide)
        dot, capsule, gap, wide = dot * shrunk, capsule * shrunk, gap * shrunk, wide * shrunk
        x = self.center_x - wide / 2
        for step in range(1, of + 1):
            if step == here:
                box = (x, y - dot / 2, capsule, dot)
                shapes.outlined(self.ink, box, p.lamp, p.ink, dot / 2, 0.3 * u)
                x += capsule + gap
                continue
            middle = (x + dot / 2, y)
            if step < here:
                shapes.disc(self.ink, middle, dot, p.pine)
            else:
                shapes.circle(self.ink, middle, dot, p.edge, 0.3 * u, p.chalk)
            x += dot + gap

    def _paint_offline(self, top: float) -> None:
        """Draw a small strip in the middle, with the first words of the large one."""
        p, u = self.look.palette, self.look.u
        around = (ICON_U + 4.4) * u
        block = self.look.fitted(self._offline, CAPTION_BOLD, p.on_tint, self.width - around)
        tall, wide = 6.4 * u, block.width + around
        box = (self.center_x - wide / 2, top - tall, wide, tall)
        if p.outlined:
            shapes.outlined(self.ink, box, p.ochre_tint, p.ochre, tall / 2, 0.3 * u)
        else:
            shapes.rounded(self.ink, box, p.ochre_tint, tall / 2)
        self.icon("lan-disconnect", ICON_U * u, (box[0] + (1.6 + ICON_U / 2) * u, top - tall / 2), p.ochre)
        self.write(block, box[0] + (ICON_U + 2.6) * u, top - tall / 2 + block.height / 2, block.width + 1)
