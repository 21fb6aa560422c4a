"""How large text is to be: sizes side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.views import shapes
from kiosk.views.parts import Part, Target
from kiosk.views.theme import LABEL, Radius, Style

if TYPE_CHECKING:
    from kiosk.presenters.sheets import SheetChoice, SheetOption
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

LETTER = "A"
SIDE_U = 10.4
LETTER_U = 3.0


def text_sizes_height(look: Look, choice: SheetChoice, wide: float) -> float:
    """Return how high the row must be: its options beneath its name where both do not fit side by side."""
    name = look.text(choice.label, LABEL, "#000000", _name_room(look, choice, wide), 2)
    return max(13.2 * look.u, name.height + 4.8 * look.u)


def _name_room(look: Look, choice: SheetChoice, wide: float) -> float:
    return wide - (10.6 + (SIDE_U + 1.6) * len(choice.options)) * look.u


class TextSizes(Part):
    """Icon, name, and a square for each option; the taken one is outlined and filled as chips are."""

    def __init__(self, look: Look, box: Box, choice: SheetChoice, choose: Callable[[str], object]) -> None:
        self._choice = choice
        super().__init__(look, box)
        u = look.u
        side = min(SIDE_U * u, self.height - 1.6 * u)
        x = self.right - 1.4 * u - len(choice.options) * SIDE_U * u - (len(choice.options) - 1) * 1.6 * u
        for option in choice.options:
            self.put(_Size(look, (x, self.center_y - side / 2, SIDE_U * u, side), option, choose))
            x += (SIDE_U + 1.6) * u

    def paint(self) -> None:
        """Draw the row."""
        p, u = self.look.palette, self.look.u
        shapes.outlined(self.ink, self.box, p.paper, p.edge, Radius.FIELD * u, 0.25 * u)
        self.icon(self._choice.icon, 4.4 * u, (self.x + 4.4 * u, self.center_y), p.ink)
        room = _name_room(self.look, self._choice, float(self.width))
        name = self.look.text(self._choice.label, LABEL, p.ink, room, 2)
        self.write(name, self.x + 8 * u, self.center_y + name.height / 2, room)


class _Size(Target):
    """One option: a letter as large as it makes text."""

    def __init__(self, look: Look, box: Box, option: SheetOption, choose: Callable[[str], object]) -> None:
        self._option = option
        super().__init__(look, box, f"sheet.{option.id}", lambda: choose(option.id))

    def paint(self) -> None:
        """Draw ground and letter; the taken one has a thick outline, never a colour alone."""
        p, u, chosen = self.look.palette, self.look.u, self._option.chosen
        ground, colour = (p.pine_tint if self.pressed else p.paper), p.ink
        if chosen and p.outlined:
            ground, colour = p.ink, p.chalk
        shapes.outlined(
            self.ink, self.box, ground, p.pine if chosen else p.edge, Radius.FIELD * u, (0.5 if chosen else 0.2) * u
        )
        size = LETTER_U * self._option.scale / self.look.measure.text_scale
        letter = self.look.text(LETTER, Style("Inter-600" if chosen else "Inter-500", size, 1.1), colour)
        top = self.center_y + letter.height / 2
        letter.draw(self.ink, self.x, top, self.width, "centre", mirrored=self.look.mirrored)
        self.words.append(self._option.label)
