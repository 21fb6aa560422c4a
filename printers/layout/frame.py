"""The part of a canvas that a badge's rows stand in, and how its figures become dots there.

Figures are those of the 696 dot width of 62 mm paper at 300 dots per inch (tokens, 13). Nothing is set under 2.4 mm.
"""

from __future__ import annotations

from dataclasses import dataclass

from printers.layout.canvas import Align, Canvas, Ink
from printers.layout.text import is_right_to_left
from printers.template import Size

DESIGN_WIDTH = 696
_TWO_COLUMNS_FROM = 420
_FACTORS = {Size.SMALL: 0.8, Size.NORMAL: 1.0, Size.LARGE: 1.35}


@dataclass(frozen=True)
class Frame:
    """Where rows are drawn.

    Attributes:
        left, right: dots between which all but the bands keep.
        scale: dots for a design figure of 1.
        mirrored: lines begin at the right.
        accent: the bands' ink.
        code_dots: the most design dots for a module of the code.
        wide: it belongs to a badge that is wider than high.
    """

    canvas: Canvas
    left: int
    right: int
    scale: float
    mirrored: bool
    accent: Ink
    code_dots: float = 6
    wide: bool = False

    @property
    def width(self) -> int:
        """Dots between the edges."""
        return self.right - self.left

    @property
    def start(self) -> Align:
        """Where a line begins."""
        return Align.RIGHT if self.mirrored else Align.LEFT

    @property
    def end(self) -> Align:
        """Where a line ends."""
        return Align.LEFT if self.mirrored else Align.RIGHT

    def dots(self, design: float) -> int:
        """Dots of a design figure."""
        return round(design * self.scale)

    def type(self, design: int, size: Size = Size.NORMAL) -> int:
        """Dots of a type size, never too small to read."""
        return max(self.smallest, self.dots(design * _FACTORS[size]))

    @property
    def smallest(self) -> int:
        """The smallest type size."""
        return self.canvas.smallest

    @property
    def has_two_columns(self) -> bool:
        """Whether it is wide enough for two things beside each other."""
        return self.width >= self.canvas.least(_TWO_COLUMNS_FROM)

    def beside(self, width: int, *, at_start: bool) -> int:
        """Left edge of a thing that stands at the start or the end of the line."""
        at_left = at_start != self.mirrored
        return self.left if at_left else self.right - width


def is_mirrored(visiting: str) -> bool:
    """Whether a badge with this caption begins at the right."""
    return is_right_to_left(visiting)
