"""A pill of ink with an icon and one sentence, over everything and in nobody's way: touches go through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.views import shapes
from kiosk.views.parts import Part
from kiosk.views.theme import PILL

if TYPE_CHECKING:
    from kiosk.presenters.toasts import Toast
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

PADDING_U, ICON_U, LEAST_U = 3.2, 4.4, 9.6
"""``LEAST_U``: as high as the progress, in whose place it stands for a while."""
GAP_U, MOST_LINES = 1.6, 3


class ToastView(Part):
    """Stands in the middle of ``place``, as wide as its sentence, and as ``least`` (pixels); taller where that is too
    wide.
    """

    def __init__(self, look: Look, place: Box, toast: Toast, *, least: float = 0.0) -> None:
        u, x, y, wide, tall = look.u, *place
        around = (2 * PADDING_U + ICON_U + GAP_U) * u
        self._toast = toast
        self._block = look.fitted(toast.text, PILL, look.palette.chalk, wide - around, MOST_LINES)
        own = max(self._block.width + around, least)
        high = max(LEAST_U * u, self._block.height + 2.4 * u)
        super().__init__(look, (x + (wide - own) / 2, y + (tall - high) / 2, own, high))

    def paint(self) -> None:
        """Draw pill, icon and sentence."""
        p, u = self.look.palette, self.look.u
        radius = min(self.height / 2, LEAST_U / 2 * u)
        shapes.outlined(self.ink, self.box, p.ink, p.edge if p.outlined else p.ink, radius, 0.3 * u)
        left = self.center_x - (self._block.width + (ICON_U + GAP_U) * u) / 2
        self.icon(self._toast.icon, ICON_U * u, (left + ICON_U / 2 * u, self.center_y), p.chalk)
        left += (ICON_U + GAP_U) * u
        self.write(self._block, left, self.center_y + self._block.height / 2, self._block.width)
