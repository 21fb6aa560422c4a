"""What a row of a long list stands on: a piece of its group's card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.views import shapes
from kiosk.views.theme import Radius

if TYPE_CHECKING:
    from kiosk.views.parts import Part
    from kiosk.views.shapes import Box


def paint_row_ground(part: Part, box: Box, ground: str, ends: tuple[bool, bool]) -> None:
    """Paint it in a box, and the line to the next row. ``ends``: whether it is the first of its card, and the last."""
    p, u = part.look.palette, part.look.u
    first, last = ends
    upper, lower = (Radius.CARD * u if end else 0.0 for end in ends)
    x, y, wide, tall = box
    if p.outlined:
        thick = max(1.0, round(0.3 * u))
        shapes.rounded(part.ink, box, p.edge, upper, lower=lower)
        x, wide = x + thick, wide - 2 * thick
        y, tall = y + thick * last, tall - thick * (first + last)
        upper, lower = max(0.0, upper - thick), max(0.0, lower - thick)
    shapes.rounded(part.ink, (x, y, wide, tall), ground, upper, lower=lower)
    if not last:
        shapes.fill(part.ink, (x, y, wide, max(1.0, 0.15 * u)), p.line)
