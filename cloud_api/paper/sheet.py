"""Pages that are drawn from top to bottom, in any script.

Page numbers are written last, when it is known how many pages there are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from cloud_api.paper.typeface import drawn, lines_of, write
from sync.protocol.ink import WIDTH as INK_WIDTH
from sync.protocol.ink import Ink, Point, Stroke
from sync.visual_order import runs_right_to_left

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN, FOOT = 22 * mm, 26 * mm
INK, SOFT, LINE, PANEL = "#1C2320", "#4C554F", "#B9B5AA", "#F3F1EA"
_PEN = 6
"""How wide a stroke is, in the units of the pad: as it was on the screen."""


@dataclass(frozen=True, slots=True)
class Face:
    """How a text is set: weight, size and the distance of two lines in points, and its colour."""

    weight: int
    size: float
    leading: float
    colour: str = INK


class Sheet:
    """Pages being drawn. ``foot`` writes that of a page: it is given the sheet, the page's number, and of how many.
    ``mirrored``: read from the right.
    """

    def __init__(
        self, *, title: str, author: str, language: str, mirrored: bool, foot: Callable[["Sheet", int, int], None]
    ) -> None:
        self._out = BytesIO()
        self.canvas = Canvas(self._out, pagesize=A4, invariant=1, lang=language)
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.mirrored = mirrored
        self._foot = foot
        self._pages = 1
        self.y = PAGE_HEIGHT - MARGIN

    @property
    def width(self) -> float:
        """How much there is between the margins, in points."""
        return PAGE_WIDTH - 2 * MARGIN

    def line(
        self,
        text: str,
        face: Face,
        y: float,
        *,
        at: float = 0.0,
        end: bool = False,
        mirrored: bool | None = None,
        base: bool | None = None,
    ) -> None:
        """Write one line with its base line at ``y``, ``at`` so far from where lines begin; ``end``: from where they
        end. ``base``: see ``drawn``.
        """
        mirrored = self.mirrored if mirrored is None else mirrored
        stretches = drawn(text, face.weight, face.size, right_to_left=base)
        wide = sum(width for _, _, width in stretches)
        x = PAGE_WIDTH - MARGIN - at - wide if mirrored is not end else MARGIN + at
        self.canvas.setFillColor(HexColor(face.colour))
        for part, name, width in stretches:
            write(self.canvas, part, name, face.size, (x, y))
            x += width

    def paragraph(self, text: str, face: Face, *, least: int = 1, mirrored: bool | None = None) -> None:
        """Write a text over as many lines and pages as it needs; ``least`` so many of its first lines stay together.
        ``mirrored``: on which side it begins, where that is not the sheet's.
        """
        lines = lines_of(text, face.weight, face.size, self.width)
        self.needs(face.leading * min(least, len(lines)))
        for line in lines:
            self.needs(face.leading)
            self.y -= face.leading
            self.line(line, face, self.y, mirrored=mirrored, base=runs_right_to_left(text))

    def rule(self, colour: str = LINE, thickness: float = 0.5) -> None:
        """Draw a line across the text."""
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setLineWidth(thickness)
        self.canvas.line(MARGIN, self.y, PAGE_WIDTH - MARGIN, self.y)

    def signature(self, ink: Ink, wide: float, *, at: float = 0.0) -> None:
        """Draw strokes on their pad, ``wide`` points across, over a line to sign on."""
        scale = wide / INK_WIDTH
        left = PAGE_WIDTH - MARGIN - at - wide if self.mirrored else MARGIN + at
        top, canvas = self.y, self.canvas
        canvas.setStrokeColor(HexColor(LINE))
        canvas.setLineWidth(0.5)
        canvas.line(left, top - ink.height * scale, left + wide, top - ink.height * scale)
        canvas.setStrokeColor(HexColor(INK))
        canvas.setLineWidth(_PEN * scale)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        for stroke in ink.strokes:
            self._stroke([(left + x * scale, top - y * scale) for x, y in _curve(stroke)])
        self.y -= ink.height * scale

    def _stroke(self, points: list[tuple[float, float]]) -> None:
        path = self.canvas.beginPath()
        path.moveTo(*points[0])
        for here, (control, end) in zip(points[:-2:2], zip(points[1:-1:2], points[2::2], strict=True), strict=True):
            first, second = _towards(here, control), _towards(end, control)
            path.curveTo(*first, *second, *end)
        self.canvas.drawPath(path)

    def needs(self, height: float) -> None:
        """Begin another page where ``height`` does not fit any more."""
        if self.y - height < FOOT:
            self._end_page()
            self._pages += 1
            self.y = PAGE_HEIGHT - MARGIN

    def _end_page(self) -> None:
        self.canvas.doForm(f"foot-{self._pages}")
        self.canvas.showPage()

    def finish(self) -> bytes:
        """Close the last page, write all feet, and return the document."""
        self._end_page()
        for page in range(1, self._pages + 1):
            self.canvas.beginForm(f"foot-{page}", 0, 0, PAGE_WIDTH, FOOT)
            self._foot(self, page, self._pages)
            self.canvas.endForm()
        self.canvas.save()
        return self._out.getvalue()


def _curve(stroke: Stroke) -> list[tuple[float, float]]:
    """The first point, then a control point and an end for each curve; the last is straight (``sync.protocol.ink``)."""
    first, last = stroke[0], stroke[-1]
    found: list[tuple[float, float]] = [first]
    for control, after in pairwise(stroke[1:]):
        found += [control, _middle(control, after)]
    return [*found, _middle(found[-1], last), last]


def _middle(one: Point | tuple[float, float], other: Point | tuple[float, float]) -> tuple[float, float]:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _towards(end: tuple[float, float], control: tuple[float, float]) -> tuple[float, float]:
    """A cubic curve's control point that draws what a quadratic one's does."""
    return end[0] + (control[0] - end[0]) * 2 / 3, end[1] + (control[1] - end[1]) * 2 / 3
