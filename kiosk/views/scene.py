"""The lodge at dusk: a doorway with the light on. Drawn from shapes; nothing in it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.views import shapes
from kiosk.views.parts import Part
from kiosk.views.theme import mix

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

GLOW, BULB = "#FAD68A", "#FAD68A"
WOOD, WOOD_DARK = "#A06B41", "#6E4526"
CLAY, CLAY_RIM = "#B9633F", "#CB7A54"
LEAF, LEAF_LIGHT = "#4E8B74", "#5F9C84"


TALL_U, LEAST_SCALE = 49.0, 0.3
"""So high above the floor the lamp hangs, and the plain arch does not reach; a smaller picture is none."""


class Scene(Part):
    """Arches, desk, bell, lamp, steps, two trees. ``floor`` is how far the ground lies above the box's foot, in u."""

    def __init__(self, look: Look, box: Box, floor: float, scale: float = 1.0) -> None:
        self._floor = box[1] + floor * look.u
        self._is_drawn = scale >= LEAST_SCALE
        self._s = look.u * scale
        self._middle = box[0] + box[2] / 2
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw everything, the furthest first."""
        p = self.look.palette
        shapes.fill(self.ink, self.box, p.chalk if p.outlined else p.wall)
        if not self._is_drawn:
            return
        door = 35.2 * self._s if not p.outlined else 42.8 * self._s
        self.pictures.append((self._middle - door / 2, self._floor, door, (30.4 if not p.outlined else 44.0) * self._s))
        if p.outlined:
            self._paint_plain()
            return
        shapes.fill(self.ink, (self.x, self.y, self.width, self._floor - self.y), mix(p.wall, "#000000", 0.22))
        self._paint_arches()
        self._paint_steps()
        self._paint_desk()
        self._paint_lamp()
        for side in (-1, 1):
            self._paint_tree(side)

    def _arch(self, wide: float, tall: float, colour: str) -> None:
        s = self._s
        shapes.arch(self.ink, (self._middle - wide * s / 2, self._floor, wide * s, tall * s), colour)

    def _rounded(self, x: float, y: float, wide: float, tall: float, colour: str, radius: float) -> None:
        """Draw a rounded box at (x, y) in scene units from the middle of the floor."""
        s = self._s
        shapes.rounded(self.ink, (self._middle + x * s, self._floor + y * s, wide * s, tall * s), colour, radius * s)

    def _paint_arches(self) -> None:
        p = self.look.palette
        tints = [mix(p.wall, "#7CC7A9", share) for share in (0.10, 0.21, 0.34)]
        for wide, tall, colour in ((82.8, 56.0, tints[0]), (68.8, 48.4, tints[1]), (55.4, 41.0, tints[2])):
            self._arch(wide, tall, colour)
        self._arch(42.8, 34.0, p.lamp)
        self._arch(35.2, 30.4, GLOW)

    def _paint_steps(self) -> None:
        s, m, f = self._s, self._middle, self._floor
        p = self.look.palette
        for wide, y, tall, colour in ((58, -4.6, 4.6, "#8FB3A2"), (74, -9.8, 5.2, "#739A88")):
            shapes.rounded(self.ink, (m - wide * s / 2, f + y * s, wide * s, tall * s), colour, 0.5 * s)
        foot = (f - self.y) / s

        def light(top: float, bottom: float, colour: str) -> None:
            a, b = 17.6 + 0.63 * top, 17.6 + 0.63 * bottom
            points = (
                m - b * s,
                f - bottom * s,
                m + b * s,
                f - bottom * s,
                m + a * s,
                f - top * s,
                m - a * s,
                f - top * s,
            )
            shapes.quad(self.ink, points, colour)

        light(0, 4.6, "#F0CE86")
        light(4.6, 9.8, "#DDB662")
        if foot > 9.8:  # noqa: PLR2004 - the foot of the lower step
            light(9.8, foot, mix(p.wall, p.lamp, 0.18))

    def _paint_desk(self) -> None:
        self._rounded(-11.2, 0.0, 22.4, 10.0, WOOD, 0.9)
        self._rounded(-13.2, 8.8, 26.4, 2.4, WOOD_DARK, 1.2)
        ink, s = "#1C2320", self._s
        self._rounded(-3.4, 11.2, 6.8, 0.9, ink, 0.4)
        shapes.arch(self.ink, (self._middle - 2.6 * s, self._floor + 11.8 * s, 5.2 * s, 2.6 * s), ink)
        shapes.disc(self.ink, (self._middle, self._floor + 14.8 * s), 1.0 * s, ink)

    def _paint_lamp(self) -> None:
        dark = mix(self.look.palette.wall, "#000000", 0.25)
        self._rounded(-0.2, 44.4, 0.4, 4.0, dark, 0.1)
        self._rounded(-2.0, 43.2, 4.0, 1.4, dark, 0.7)
        self._rounded(-1.5, 39.2, 3.0, 4.2, BULB, 1.3)

    def _paint_tree(self, side: int) -> None:
        half = self.width / 2 / self._s
        x = side * (half - 7.4) if half < 60 else side * 46.6  # noqa: PLR2004 - at the edge of a narrow wall
        self._rounded(x - 0.7, 6.0, 1.4, 8.0, WOOD_DARK, 0.2)
        self._rounded(x - 6.2, 11.6, 12.4, 15.4, LEAF, 5.6)
        self._rounded(x - 6.2, 15.4, 8.6, 11.4, LEAF_LIGHT, 4.2)
        self._rounded(x - 4.3, -1.2, 8.6, 7.0, CLAY, 0.8)
        self._rounded(x - 5.2, 4.8, 10.4, 2.5, CLAY_RIM, 0.9)

    def _paint_plain(self) -> None:
        p, s, m = self.look.palette, self._s, self._middle
        edge, line = p.ink, 0.7 * s
        self._arch(42.8, 44.0, edge)
        shapes.arch(self.ink, (m - (21.4 * s - line), self._floor, 42.8 * s - 2 * line, 44.0 * s - line), p.chalk)
        self._arch(22.0, 34.0, p.pine)
        shapes.fill(self.ink, (self.x + 4 * s, self._floor - line / 2, self.width - 8 * s, line), edge)
