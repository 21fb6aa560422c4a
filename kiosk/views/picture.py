"""Camera pictures on the screen: in an arch for a face, in a plain frame for a code."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kivy.graphics import Color, RoundedRectangle
from kivy.graphics.texture import Texture

from kiosk.frame import Frame
from kiosk.views import shapes
from kiosk.views.parts import Part
from kiosk.views.theme import BUTTON, LABEL, Style

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock


COUNT_FACE = "InterDisplay-600"
ADVICE_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6)


def fit_frame(frame: Frame, shape: float) -> Frame:
    """Return the middle of ``frame`` whose width is ``shape`` times its height."""
    height, width = frame.shape[:2]
    if width > height * shape:
        keep = max(1, round(height * shape))
        begin = (width - keep) // 2
        return frame[:, begin : begin + keep]
    keep = max(1, round(width / shape))
    begin = (height - keep) // 2
    return frame[begin : begin + keep]


class LivePicture(Part):
    """The newest picture of a source; ``mirrored`` shows people as they know themselves."""

    def __init__(self, look: Look, box: Box, source: Callable[[], Frame | None], *, arch: bool, mirrored: bool) -> None:
        self._source, self._arch, self._mirrored = source, arch, mirrored
        self._texture: Any = None
        self._last: Frame | None = None
        self._face: Any = None
        self.advice = ""
        self.framed = False
        self.count = 0
        super().__init__(look, box)

    def say(self, advice: str, *, framed: bool, count: int) -> None:
        """Say another sentence or second, or light the frame, if it is another."""
        if (advice, framed, count) != (self.advice, self.framed, self.count):
            self.advice, self.framed, self.count = advice, framed, count
            self.repaint()

    def paint(self) -> None:
        """Draw the frame around the picture, and the picture in it."""
        self.pictures.append(self.box)
        p, u = self.look.palette, self.look.u
        dark = "#26332D" if not p.outlined else "#000000"
        wide, radius = self.width, 3.2 * u
        corners = [wide / 2, wide / 2, 2.8 * u, 2.8 * u] if self._arch else [radius] * 4
        keyline = 0.6 * u if self._arch else (0.3 * u if p.outlined else 0.0)
        if self._arch:
            if self.framed:
                shapes.arch(self.ink, shapes.shrink(self.box, -keyline - 0.9 * u), p.lamp, 3.6 * u)
            shapes.arch(self.ink, shapes.shrink(self.box, -keyline), p.ink, 3.2 * u)
            shapes.arch(self.ink, self.box, dark, 2.8 * u)
        else:
            shapes.rounded(self.ink, shapes.shrink(self.box, -keyline), p.edge if keyline else dark, radius)
            shapes.rounded(self.ink, self.box, dark, radius)
        self._face = RoundedRectangle(pos=self.pos, size=(0, 0), radius=corners, segments=48)
        self.ink.add(Color(1, 1, 1, 1))
        self.ink.add(self._face)
        if self._arch:
            shapes.line(self.ink, _arch_points(self.box), max(2.0, 0.36 * u), p.ink)
        self._last = None
        self.pull()
        self._paint_advice()

    def pull(self) -> None:
        """Show the newest picture, if it is another one."""
        frame = self._source()
        if frame is None or self._face is None:
            if self._face is not None and frame is None:
                self._face.size = (0, 0)
                self._last = None
            return
        if frame is self._last:
            return
        self._last = frame
        cut = fit_frame(frame, float(self.width) / float(self.height))
        if self._mirrored != self.look.mirrored:
            cut = cut[:, ::-1]  # Kivy's rounded rectangles take no notice of a texture that was flipped
        height, width = cut.shape[:2]
        if self._texture is None or self._texture.size != (width, height):
            self._texture = Texture.create(size=(width, height), colorfmt="rgb")
        self._texture.blit_buffer(cut.tobytes(), colorfmt="rgb", bufferfmt="ubyte")
        self._face.texture = self._texture
        self._face.size = self.size

    def _paint_advice(self) -> None:
        if self.count:
            self._paint_count()
            return
        if not self.advice:
            return
        p, u = self.look.palette, self.look.u
        waiting = self._last is None
        room = self.width - (6 if waiting else 10) * u
        block = self._advice_in(LABEL if waiting else BUTTON, room, self.height / 2 - 2 * u)
        if waiting:
            self.icon("camera-off-outline", 8 * u, (self.center_x, self.center_y + 6 * u), "#C3D8CD")
            self.write(block, self.center_x - room / 2, self.center_y, room, "centre")
            return
        pill = (self.center_x - block.width / 2 - 3 * u, self.y + 4 * u, block.width + 6 * u, block.height + 3.6 * u)
        shapes.rounded(self.ink, pill, p.on_lamp, min(pill[3] / 2, 4.2 * u))
        self.write(block, self.center_x - room / 2, pill[1] + pill[3] - 1.8 * u, room, "centre")

    def _advice_in(self, style: Style, wide: float, tall: float) -> TextBlock:
        """The advice in so much room, if need be a little smaller."""
        for share in ADVICE_SHARES:
            block = self.look.text(self.advice, replace(style, size=style.size * share), "#FFFEFB", wide)
            block.share = share
            if block.height <= tall and not block.broken:
                break
        return block

    def _paint_count(self) -> None:
        """Draw the seconds on a disc of ink, low in the picture: eyes are high in it."""
        p, u = self.look.palette, self.look.u
        side = min(18 * u, 0.3 * self.height)
        centre = (self.center_x, self.y + 3 * u + side / 2)
        shapes.disc(self.ink, centre, side, p.on_lamp)
        scale = self.look.measure.text_scale
        figure = self.look.text(str(self.count), Style(COUNT_FACE, 0.6 * side / u / scale, 1.0), "#FFFEFB")
        self.write(figure, self.x, centre[1] + figure.height / 2, self.width, "centre")


def _arch_points(box: Box) -> list[tuple[float, float]]:
    """Return the upper outline of an arch, for a line that hides the unsmoothed rim of the picture."""
    x, y, wide, tall = box
    radius, middle = wide / 2, x + wide / 2
    angles = [math.pi * (1 - step / 64) for step in range(65)]
    crown = [(middle + radius * math.cos(angle), y + tall - radius + radius * math.sin(angle)) for angle in angles]
    return [(x, y + radius * 0.3), *crown, (x + wide, y + radius * 0.3)]


class Brackets(Part):
    """Four corners in lamp: show the code here."""

    def paint(self) -> None:
        """Draw the corners."""
        self.pictures.append(self.box)
        lamp, u = self.look.palette.lamp, self.look.u
        x, y, right, top = self.x, self.y, self.right, self.top
        arm, thick, bend = self.width * 0.3, 0.6 * u, min(2.4 * u, 0.3 * self.width)
        for corner_x, corner_y, to_x, to_y in ((x, y, 1, 1), (right, y, -1, 1), (x, top, 1, -1), (right, top, -1, -1)):
            middle_x, middle_y = corner_x + to_x * bend, corner_y + to_y * bend
            turns = [math.pi / 2 * step / 8 for step in range(9)]
            round_off = [(middle_x - to_x * bend * math.sin(t), middle_y - to_y * bend * math.cos(t)) for t in turns]
            points = [(corner_x + to_x * arm, corner_y), *round_off, (corner_x, corner_y + to_y * arm)]
            shapes.line(self.ink, points, 2 * thick, lamp)
