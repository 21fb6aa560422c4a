"""Lodge's mark, which stands in for a logo on the screen as it does on badges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.views import shapes
from kiosk.views.parts import Part
from printers.mark import MARK, MARK_HEIGHT, MARK_WIDTH

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box


class Mark(Part):
    """The mark in one colour."""

    def __init__(self, look: Look, box: Box, colour: str) -> None:
        self._colour = colour
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw it in one colour, as high as the box."""
        scale = self.height / MARK_HEIGHT
        left = self.center_x - MARK_WIDTH * scale / 2
        for stroke in MARK:
            start, end = ((left + x * scale, self.top - y * scale) for x, y in (stroke.start, stroke.end))
            shapes.stroke(self.ink, start, end, stroke.width * scale, self._colour)
