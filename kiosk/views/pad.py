"""The pad that is signed with a finger: its line, the printed name, and smooth ink. Nothing of it is kept here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kivy.graphics import Color, InstructionGroup, SmoothLine

from kiosk.views import shapes
from kiosk.views.parts import Target
from kiosk.views.theme import CAPTION, Radius, channels
from kiosk.views.untyped import Touch

if TYPE_CHECKING:
    from kiosk.presenters.document import PadState
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from sync.protocol.ink import Stroke

STROKE_U = 0.6
CURVE_STEPS = 4
SIGNED_WIDTH = 1000

Drawn = Callable[[Sequence[tuple[float, float]], float], object]


class SigningPadView(Target):
    """Takes strokes. ``draw`` is given each whole stroke, as shares of the pad from its upper left corner."""

    slack = 0.0

    def __init__(self, look: Look, box: Box, state: PadState, strokes: tuple[Stroke, ...], draw: Drawn) -> None:
        self._state, self._strokes, self._draw = state, strokes, draw
        self._line: Any = None
        self._points: list[tuple[float, float]] = []
        self._wet = InstructionGroup()
        super().__init__(look, box, "document.sign", lambda: None)

    @property
    def said(self) -> list[str]:
        """Return what to do; the name beneath the line is what was typed."""
        return [self._state.label]

    def show(self, state: PadState, strokes: tuple[Stroke, ...]) -> None:
        """Show other strokes."""
        if (state, strokes) != (self._state, self._strokes):
            self._state, self._strokes = state, strokes
            self.repaint()

    def on_touch_down(self, touch: Touch) -> bool:
        """Lay the pen down."""
        if self._line is not None or not self.holds(*touch.pos):
            return False
        touch.grab(self)
        p, self.pressed = self.look.palette, True
        self._points = [touch.pos]
        self._line = SmoothLine(points=touch.pos, width=self._pen)
        self._wet.add(Color(*channels(p.ink)))
        self._wet.add(self._line)
        self.canvas.add(self._wet)
        return True

    def on_touch_move(self, touch: Touch) -> bool:
        """Draw, as far as the pad goes."""
        if touch.grab_current is not self or self._line is None:
            return touch.grab_current is self
        x, y = touch.pos
        self._points.append((min(max(x, self.x), self.right), min(max(y, self.y), self.top)))
        self._line.points = smooth(self._points)
        return True

    def on_touch_up(self, touch: Touch) -> bool:
        """Hand the whole stroke over."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        points = self._points
        self.show_pressed(pressed=False)
        if points and not touch.ud.get("cancelled"):
            shares = [((x - self.x) / self.width, (self.top - y) / self.height) for x, y in points]
            self._draw(shares, self.height / self.width)
        return True

    def show_pressed(self, *, pressed: bool) -> None:
        """Let the pen go; what a palm drew meanwhile is no stroke."""
        self.pressed = pressed
        self._points, self._line = [], None
        self._wet.clear()

    @property
    def _pen(self) -> float:
        return max(1.0, STROKE_U * self.look.u / 2)

    def paint(self) -> None:
        """Draw the paper, the line with the name beneath, and what was signed."""
        p, u, box = self.look.palette, self.look.u, self.box
        if self._state.here:
            shapes.ring(self.ink, box, (p.lamp, p.ink), (0.6 * u, 0.1 * u), 1.8 * u)
        shapes.outlined(self.ink, box, p.paper, p.ink if self._state.here else p.edge, Radius.FIELD * u, 0.25 * u)
        name = self.look.text(self._state.name, CAPTION, p.soft, self.width - 8 * u, 1)
        base = self.y + 1.6 * u + name.height
        shapes.fill(self.ink, (self.x + 4 * u, base + 1.0 * u, self.width - 8 * u, max(1.0, 0.15 * u)), p.edge)
        self.write(name, self.x + 4 * u, base, self.width - 8 * u)
        self.ink.add(Color(*channels(p.ink)))
        for stroke in self._strokes:
            self._ink_of(stroke)

    def _ink_of(self, stroke: Stroke) -> None:
        scale = self.width / SIGNED_WIDTH
        points = [(self.x + x * scale, self.top - y * scale) for x, y in stroke]
        if len(points) == 1:
            shapes.disc(self.ink, points[0], 2 * self._pen, self.look.palette.ink)
        else:
            self.ink.add(SmoothLine(points=smooth(points), width=self._pen))


def smooth(points: Sequence[tuple[float, float]]) -> list[float]:
    """Return a line through the middles between points, bent by the points themselves, as x, y, x, y ..."""
    line: list[float] = [*points[0]]
    at = points[0]
    for bend, after in pairwise(points[1:]):
        end = ((bend[0] + after[0]) / 2, (bend[1] + after[1]) / 2)
        for step in range(1, CURVE_STEPS + 1):
            share = step / CURVE_STEPS
            before, beside, beyond = (1 - share) ** 2, 2 * share * (1 - share), share**2
            line += (before * at[axis] + beside * bend[axis] + beyond * end[axis] for axis in (0, 1))
        at = end
    return [*line, *points[-1]]
