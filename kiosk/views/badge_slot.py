"""The badge as it comes out of its slot: once, when its printer has started."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from kivy.clock import Clock
from kivy.core.image import Image as CoreImage
from kivy.graphics import Color, Rectangle

from kiosk.views import shapes
from kiosk.views.parts import Part
from kiosk.views.theme import mix

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

SECONDS = 1.2
WIDE_U, BADGE_U, ABOVE_U = 49.6, 30.0, 9.0
"""Of the arch behind it, and of the badge at the most; and how far that arch rises above the box."""
_CAPSULE_U, _EDGE = 3.0, "#0E211A"


class BadgeSlot(Part):
    """Arches, the capsule of the slot, and the badge beneath it, as far as the box reaches down."""

    def __init__(self, look: Look, box: Box, picture: bytes) -> None:
        """``picture``: the badge as printed, a PNG."""
        super().__init__(look, box)
        self._picture = CoreImage(BytesIO(picture), ext="png").texture
        self._badge = Rectangle()
        self._out, self._begun = (0.0, -1.0) if look.moves else (1.0, 0.0)
        self.is_moving = look.moves
        if look.moves:
            Clock.schedule_interval(self._step, 0)

    def paint(self) -> None:
        """Draw it as far as it has come."""
        p, u = self.look.palette, self.look.u
        if not p.outlined:
            for wide, above, share in ((WIDE_U, ABOVE_U, 0.10), (37.6, 1.6, 0.34)):
                across = wide * self._scale() * u
                arch = (self.center_x - across / 2, self.y, across, self.height + above * u)
                shapes.arch(self.ink, arch, mix(p.wall, "#7CC7A9", share))
                self.pictures.append(arch)
        self.ink.add(Color(1, 1, 1, 1))
        self.ink.add(self._badge)
        self._place()
        wide = self._size()[0] + 5.6 * u
        capsule = (self.center_x - wide / 2, self._mouth() - 0.6 * u, wide, _CAPSULE_U * u)
        self.pictures.append(capsule)
        shapes.outlined(self.ink, capsule, _EDGE, p.edge if p.outlined else _EDGE, _CAPSULE_U / 2 * u, 0.3 * u)

    def _scale(self) -> float:
        """Of its full width: how wide its box lets it be."""
        return float(self.width) / (WIDE_U * self.look.u)

    def _mouth(self) -> float:
        return float(self.top - _CAPSULE_U * self.look.u)

    def _size(self) -> tuple[float, float]:
        picture, u = self._picture, self.look.u
        wide = min(BADGE_U * self._scale() * u, (self._mouth() - self.y - 1.6 * u) * picture.width / picture.height)
        return wide, wide * picture.height / picture.width

    def _place(self) -> None:
        """Let the badge hang out of the slot as far as it has come, its lower end first."""
        picture, mouth, (wide, high) = self._picture, self._mouth(), self._size()
        out = high * self._out
        shown = min(out, mouth - self.y)
        lines = picture.height / high
        part = picture.get_region(0, (out - shown) * lines, picture.width, max(1.0, shown * lines))
        if self.look.mirrored:
            part.flip_horizontal()
        self._badge.texture = part
        self._badge.pos = (round(self.center_x - wide / 2), round(mouth - shown))
        self._badge.size = (round(wide), round(shown))

    def _step(self, _seconds: float) -> bool:
        now = Clock.get_boottime()
        if self._begun < 0:
            self._begun = now
        done = min(1.0, (now - self._begun) / SECONDS)
        self._out = 1 - (1 - done) ** 3
        self._place()
        self.is_moving = done < 1
        return self.is_moving
