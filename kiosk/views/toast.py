"""A pill of ink with an icon and one sentence, over everything and in nobody's way: touches go through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.views import shapes
from kiosk.views.parts import Part
from kiosk.views.theme import BUTTON, PILL

if TYPE_CHECKING:
    from kiosk.presenters.toasts import Toast
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

PADDING_U, ICON_U, LEAST_U = 3.2, 4.4, 9.8
"""``LEAST_U``: as high as the progress, in whose place it stands for a while."""
MARGIN_U = 2.4


def _middle_u(look: Look) -> float:
    """How far below the window's edge the middle of the header is."""
    if not look.measure.landscape:
        return 8.8
    return 5.5 if look.measure.compact else 6.2


class ToastView(Part):
    """Stands in the middle of the header of ``box``, as wide as its sentence."""

    def __init__(self, look: Look, box: Box, toast: Toast) -> None:
        u, x, y, wide, tall = look.u, *box
        style = PILL if look.measure.compact else BUTTON
        room = wide - (2 * MARGIN_U + 2 * PADDING_U + ICON_U + 1.6) * u
        self._toast = toast
        self._block = look.fitted(toast.text, style, look.palette.chalk, room, 2)
        own = self._block.width + (2 * PADDING_U + ICON_U + 1.6) * u
        high = max(LEAST_U * u, self._block.height + 3.6 * u)
        super().__init__(look, (x + (wide - own) / 2, y + tall - _middle_u(look) * u - high / 2, own, high))

    def paint(self) -> None:
        """Draw pill, icon and sentence."""
        p, u = self.look.palette, self.look.u
        shapes.outlined(self.ink, self.box, p.ink, p.edge if p.outlined else p.ink, self.height / 2, 0.3 * u)
        self.icon(self._toast.icon, ICON_U * u, (self.x + (PADDING_U + ICON_U / 2) * u, self.center_y), p.chalk)
        left = self.x + (PADDING_U + ICON_U + 1.6) * u
        self.write(self._block, left, self.center_y + self._block.height / 2, self._block.width)
