"""How large things are on a medium: in millimetres, so that a list reads alike from 180 to 600 dots an inch."""

from __future__ import annotations

import math
from dataclasses import dataclass

from printers.paper import Medium

_MM_PER_INCH = 25.4
SMALLEST_MM = 2.4
"""No text is set smaller: it is read outdoors, in the dark, at arm's length."""
_LONGEST_MM = 900.0
"""A strip of continuous paper; Brother's printers take a metre. What is longer is folded and torn by nobody."""
_SHORTEST_MM = 30.0
_NARROW_MM, _WIDE_MM, _LOW_MM = 46.0, 90.0, 48.0


@dataclass(frozen=True, slots=True)
class Measure:
    """A medium in the sizes of a list."""

    width: int
    height: int | None
    dpi: int

    @classmethod
    def of(cls, medium: Medium) -> Measure:
        """The printable area of a medium, upright."""
        return cls(medium.width_dots, medium.height_dots, medium.dpi)

    def mm(self, millimetres: float) -> int:
        """Millimetres in dots."""
        return round(millimetres / _MM_PER_INCH * self.dpi)

    def type(self, millimetres: float) -> int:
        """A size of type, in dots: larger on large labels, smaller on narrow ones, never under what can be read."""
        return max(self.smallest, self.mm(millimetres * self._scale))

    @property
    def smallest(self) -> int:
        """The smallest size of type, in dots."""
        return math.ceil(SMALLEST_MM / _MM_PER_INCH * self.dpi)

    @property
    def paged(self) -> bool:
        """Whether the paper comes in labels; else it is one strip, up to a length."""
        return self.height is not None

    @property
    def page_height(self) -> int:
        """Dots along for one page at most."""
        return self.mm(_LONGEST_MM) if self.height is None else self.height

    @property
    def least_height(self) -> int:
        """Dots along for one page at least."""
        return self.mm(_SHORTEST_MM) if self.height is None else self.height

    @property
    def narrow(self) -> bool:
        """Whether a line holds little more than a name."""
        return self.width < self.mm(_NARROW_MM)

    @property
    def low(self) -> bool:
        """Whether a label is so low that its head must be two lines."""
        return self.page_height < self.mm(_LOW_MM)

    @property
    def left(self) -> int:
        """Where text begins."""
        return self.mm(1.0 if self.narrow else 2.0)

    @property
    def right(self) -> int:
        """Where text ends."""
        return self.width - self.left

    @property
    def _scale(self) -> float:
        if self.narrow or self.low:
            return 0.82
        return 1.2 if self.width >= self.mm(_WIDE_MM) else 1.0
