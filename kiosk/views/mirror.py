"""A plane seen in a mirror: screens for languages that run from right to left are the same screens, turned over.

Everything below it keeps its places; what it draws and where it is touched is turned over about the middle of the
plane. What must read as ever (letters, pictures, most icons) turns itself over once more when it is drawn, see
``Look.mirrored``; a second plane within turns a whole part back: the letters of a keyboard stand the same everywhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kivy.graphics import PopMatrix, PushMatrix, Scale, Translate

from kiosk.views.parts import Look, Part
from kiosk.views.untyped import Ignored, Touch

if TYPE_CHECKING:
    from kiosk.views.shapes import Box


class Mirror(Part):
    """Turns what it holds over about the upright line through the middle of its box."""

    def __init__(self, look: Look, box: Box) -> None:
        super().__init__(look, box)
        self._ends = 2 * box[0] + box[2]
        with self.canvas.before:
            PushMatrix()
            Translate(self._ends, 0)
            Scale(-1, 1, 1)
        with self.canvas.after:
            PopMatrix()

    def repaint(self) -> None:
        """Leave the matrix alone; there is nothing to paint."""

    def to_local(self, x: float, y: float, **_unused: Ignored) -> tuple[float, float]:
        """Return a point of the screen as seen from within."""
        return self._ends - x, y

    def to_parent(self, x: float, y: float, **_unused: Ignored) -> tuple[float, float]:
        """Return a point from within as seen on the screen."""
        return self._ends - x, y

    def on_touch_down(self, touch: Touch) -> bool:
        """Offer a touch to what is within, in its coordinates."""
        return self._turned("on_touch_down", touch)

    def on_touch_move(self, touch: Touch) -> bool:
        """Offer a touch to what is within, in its coordinates."""
        return self._turned("on_touch_move", touch)

    def on_touch_up(self, touch: Touch) -> bool:
        """Offer a touch to what is within, in its coordinates."""
        return self._turned("on_touch_up", touch)

    def _turned(self, kind: str, touch: Touch) -> bool:
        touch.push()
        touch.apply_transform_2d(self.to_local)
        taken = any(child.dispatch(kind, touch) for child in self.children[:])
        touch.pop()
        return taken


def upright_look(look: Look) -> Look:
    """The look of a part that is not turned over."""
    return replace(look, mirrored=False)


def turned(look: Look, part: Part) -> Part:
    """Return the painted part, within a mirror where ``look`` asks for one. Twice is not at all."""
    part.repaint()
    if not look.mirrored:
        return part
    mirror = Mirror(look, part.box)
    mirror.add_widget(part)
    return mirror
