"""A canvas that keeps its lines of text beside its dots, for documents in which text is text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from printers.layout.canvas import DESIGN_DPI, Align, Canvas, Ink
from printers.layout.lines import SetLine


@dataclass(frozen=True)
class PlacedLine:
    """A line with its pen's start and baseline, in dots from the top left of the canvas that it was drawn on."""

    line: SetLine
    x: int
    baseline: int
    ink: Ink


class VectorCanvas(Canvas):
    """A badge in the making whose text is not turned into dots.

    Attributes:
        placed: every line of text, in drawing order.
        quarter_turned: the dots were turned a quarter to the left; the lines still stand as they were drawn.
    """

    def __init__(self, width: int, height: int, *, two_colour: bool, dpi: int = DESIGN_DPI) -> None:
        super().__init__(width, height, two_colour=two_colour, dpi=dpi)
        self.placed: list[PlacedLine] = []
        self.quarter_turned = False

    def line(self, line: SetLine, left: int, right: int, baseline: int, align: Align, ink: Ink = Ink.BLACK) -> None:
        """See ``Canvas.line``."""
        space = right - left - line.ink_width
        lead = {Align.LEFT: 0, Align.CENTRE: space // 2, Align.RIGHT: space}[align]
        self.placed.append(PlacedLine(line, left + lead - line.left, baseline, ink))

    def turned(self) -> Self:
        """See ``Canvas.turned``."""
        other = super().turned()
        other.placed, other.quarter_turned = self.placed, True
        return other
