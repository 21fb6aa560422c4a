"""What a list is drawn on: a canvas, or one turned over for languages that run from right to left."""

from __future__ import annotations

from typing import Protocol

from PIL import Image

from printers.layout.canvas import Align, Ink
from printers.layout.lines import SetBlock, SetLine

_TURNED = {Align.LEFT: Align.RIGHT, Align.CENTRE: Align.CENTRE, Align.RIGHT: Align.LEFT}


class Surface(Protocol):
    """The marks of a list; coordinates in dots from the corner in which a page begins."""

    width: int
    height: int

    def stamp(self, mask: Image.Image, x: int, y: int, ink: Ink = Ink.BLACK) -> None:
        """See ``Canvas.stamp``."""

    def fill(self, x: int, y: int, width: int, height: int, ink: Ink = Ink.BLACK) -> None:
        """See ``Canvas.fill``."""

    def line(self, line: SetLine, left: int, right: int, baseline: int, align: Align, ink: Ink = Ink.BLACK) -> None:
        """See ``Canvas.line``."""

    def block(self, block: SetBlock, left: int, right: int, top: int, align: Align) -> None:
        """See ``Canvas.block``."""


class TurnedOver:
    """A canvas whose left is its right: things stand as in a mirror, and are themselves as ever."""

    def __init__(self, canvas: Surface) -> None:
        self._canvas = canvas
        self.width, self.height = canvas.width, canvas.height

    def stamp(self, mask: Image.Image, x: int, y: int, ink: Ink = Ink.BLACK) -> None:
        """See ``Canvas.stamp``."""
        self._canvas.stamp(mask, self.width - x - mask.width, y, ink)

    def fill(self, x: int, y: int, width: int, height: int, ink: Ink = Ink.BLACK) -> None:
        """See ``Canvas.fill``."""
        self._canvas.fill(self.width - x - width, y, width, height, ink)

    def line(self, line: SetLine, left: int, right: int, baseline: int, align: Align, ink: Ink = Ink.BLACK) -> None:
        """See ``Canvas.line``."""
        self._canvas.line(line, self.width - right, self.width - left, baseline, _TURNED[align], ink)

    def block(self, block: SetBlock, left: int, right: int, top: int, align: Align) -> None:
        """See ``Canvas.block``."""
        self._canvas.block(block, self.width - right, self.width - left, top, _TURNED[align])
