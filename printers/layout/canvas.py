"""Two planes of ink, black and red, and the few marks that a badge is made of."""

from __future__ import annotations

from enum import Enum
from typing import Self

from PIL import Image, ImageDraw

from printers.bitmap import BadgeBitmap
from printers.layout.faces import load_font
from printers.layout.lines import SetBlock, SetLine
from printers.mark import MARK, MARK_HEIGHT, MARK_WIDTH

DESIGN_DPI = 300
SMALLEST_TEXT = 28
"""A type size in dots at 300 dots per inch."""
_INK, _BARE = 255, 0
_HALF = 128
_SUPERSAMPLE = 4


class Ink(Enum):
    """What a mark leaves behind."""

    BLACK = "black"
    RED = "red"
    PAPER = "paper"


class Align(Enum):
    """Where a line stands between two edges."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


def threshold(mask: Image.Image) -> Image.Image:
    """Turn greys into dots; text is never diffused (tokens, 13)."""
    return mask.point(lambda value: _INK if value >= _HALF else _BARE)


class Canvas:
    """A badge in the making; all coordinates in dots from the top left.

    Attributes:
        dpi: dots per inch: what can be read, and what is large enough, is a matter of millimetres.
    """

    def __init__(self, width: int, height: int, *, two_colour: bool, dpi: int = DESIGN_DPI) -> None:
        self.width = width
        self.height = height
        self.dpi = dpi
        self._black = Image.new("L", (width, height), _BARE)
        self._red = Image.new("L", (width, height), _BARE) if two_colour else None

    def least(self, dots: float) -> int:
        """Dots that are as long here as these are at 300 dots per inch, for what must not get smaller."""
        return round(dots * self.dpi / DESIGN_DPI)

    @property
    def smallest(self) -> int:
        """The smallest type size: 2.4 mm."""
        return self.least(SMALLEST_TEXT)

    @property
    def accent(self) -> Ink:
        """The type band's ink: red where the paper has it."""
        return Ink.BLACK if self._red is None else Ink.RED

    def stamp(self, mask: Image.Image, x: int, y: int, ink: Ink = Ink.BLACK) -> None:
        """Put ink wherever the mask is 255; one dot never has both inks."""
        for plane, own in ((self._black, Ink.BLACK), (self._red, Ink.RED)):
            if plane is not None:
                plane.paste(_INK if ink is own else _BARE, (x, y), mask)

    def fill(self, x: int, y: int, width: int, height: int, ink: Ink = Ink.BLACK) -> None:
        """Fill a rectangle."""
        self.stamp(Image.new("L", (width, height), _INK), x, y, ink)

    def line(self, line: SetLine, left: int, right: int, baseline: int, align: Align, ink: Ink = Ink.BLACK) -> None:
        """Draw a line of text so that its ink keeps within ``left`` and ``right``."""
        space = right - left - line.ink_width
        lead = {Align.LEFT: 0, Align.CENTRE: space // 2, Align.RIGHT: space}[align]
        mask = line_mask(line)
        self.stamp(mask, left + lead, baseline + line.top, ink)

    def block(self, block: SetBlock, left: int, right: int, top: int, align: Align) -> None:
        """Draw a block of lines whose first ink is at ``top``."""
        for line, baseline in zip(block.lines, block.baselines, strict=True):
            self.line(line, left, right, top + baseline, align)

    def turned(self) -> Self:
        """Return the same marks turned a quarter to the left, as a lengthwise badge leaves the printer."""
        other = type(self)(self.height, self.width, two_colour=self._red is not None, dpi=self.dpi)
        other._black = self._black.transpose(Image.Transpose.ROTATE_90)  # noqa: SLF001 - another of its own kind
        other._red = None if self._red is None else self._red.transpose(Image.Transpose.ROTATE_90)  # noqa: SLF001 - as above
        return other

    def bitmap(self) -> BadgeBitmap:
        """Return the dots."""
        return BadgeBitmap.of_ink(self._black, self._red)


def line_mask(line: SetLine) -> Image.Image:
    """Return a line's ink, cut to its extent."""
    mask = Image.new("L", (max(line.ink_width, 1), max(line.bottom - line.top, 1)), _BARE)
    draw = ImageDraw.Draw(mask)
    pen = float(-line.left)
    for run in line.runs:
        font = load_font(run.face, line.size)
        draw.text((pen, -line.top), run.text, fill=_INK, font=font, anchor="ls", direction=run.direction)
        pen += font.getlength(run.text, direction=run.direction)
    return threshold(mask)


def arch_mask(width: int, height: int, *, foot_radius: int = 0) -> Image.Image:
    """Return the one signature shape, the arch, as a mask: a half circle over a block (tokens, 4)."""
    scale = _SUPERSAMPLE
    mask = Image.new("L", (width * scale, height * scale), _BARE)
    draw = ImageDraw.Draw(mask)
    right, bottom, radius = width * scale - 1, height * scale - 1, width * scale // 2
    draw.ellipse((0, 0, right, 2 * radius - 1), fill=_INK)
    draw.rounded_rectangle(
        (0, radius, right, bottom),
        radius=foot_radius * scale,
        fill=_INK,
        corners=(False, False, True, True),
    )
    return threshold(mask.resize((width, height), Image.Resampling.BOX))


def mark_mask(width: int) -> Image.Image:
    """Return the mark, ``width`` dots wide, as a mask."""
    scale = width * _SUPERSAMPLE / MARK_WIDTH
    height = round(width * MARK_HEIGHT / MARK_WIDTH)
    mask = Image.new("L", (width * _SUPERSAMPLE, height * _SUPERSAMPLE), _BARE)
    draw = ImageDraw.Draw(mask)
    for stroke in MARK:
        (x1, y1), (x2, y2) = ((x * scale, y * scale) for x, y in (stroke.start, stroke.end))
        radius = stroke.width * scale / 2
        draw.line((x1, y1, x2, y2), fill=_INK, width=round(2 * radius))
        for x, y in ((x1, y1), (x2, y2)):
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_INK)
    return threshold(mask.resize((width, height), Image.Resampling.BOX))
