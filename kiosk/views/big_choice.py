"""The two big choices of the welcome screen, each with its little door."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.views import shapes
from kiosk.views.parts import Target
from kiosk.views.theme import HEADING, LABEL_PLAIN, Radius, Style, mix

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

CHOICE = Style("InterDisplay-600", 5.2, 1.2)
CHOICE_SIDES_U = 25.4
"""What door, chevron and margins take of the width."""


def _words(
    look: Look, words: tuple[str, str], wide: float, colours: tuple[str, str], *, first: bool
) -> tuple[TextBlock, TextBlock | None]:
    room = wide - CHOICE_SIDES_U * look.u
    title = look.fitted(words[0], CHOICE if first else HEADING, colours[0], room, 2)
    return title, look.text(words[1], LABEL_PLAIN, colours[1], room, 3) if words[1] else None


def choice_height(look: Look, words: tuple[str, str], wide: float, *, first: bool) -> float:
    """Return how high a choice must be for its words at a width, in pixels."""
    title, hint = _words(look, words, wide, ("#000000", "#000000"), first=first)
    return title.height + (hint.height if hint else 0.0) + 4.8 * look.u


class BigChoice(Target):
    """A big choice with its little door."""

    def __init__(self, look: Look, box: Box, touch_id: str, words: tuple[str, str], act: Callable[[], object]) -> None:
        self._title, self._hint = words
        self._first = touch_id == "welcome.visit"
        super().__init__(look, box, touch_id, act)

    def paint(self) -> None:
        """Draw ground, door, words and chevron."""
        p, u, first = self.look.palette, self.look.u, self._first
        if first and not (p.outlined and self.pressed):
            shapes.rounded(self.ink, self.box, p.pine_deep if self.pressed else p.pine, Radius.CHOICE * u)
        else:
            edge = p.ink if p.outlined else p.pine
            shapes.outlined(
                self.ink, self.box, p.pine_tint if self.pressed else p.paper, edge, Radius.CHOICE * u, 0.35 * u
            )
        text = p.ink if p.outlined and (self.pressed or not first) else p.on_pine if first else p.pine
        self._door(self.x + 4.4 * u, text)
        x = self.x + 16.4 * u
        room = self.width - CHOICE_SIDES_U * u
        words, colours = (self._title, self._hint), (text, text if p.outlined else p.on_pine_soft)
        title, hint = _words(self.look, words, self.width, colours, first=first)
        tall = title.height + (hint.height if hint else 0)
        top = self.center_y + tall / 2
        self.write(title, x, top, room)
        if hint:
            self.write(hint, x, top - title.height, room)
        self.icon("chevron-right", 5.6 * u, (self.right - 6.6 * u, self.center_y), text)

    def _door(self, x: float, colour: str) -> None:
        p, u, first = self.look.palette, self.look.u, self._first
        if p.outlined:
            name = "login" if first else "logout"
            self.icon(name, 7 * u, (x + 4.4 * u, self.center_y), colour)
            return
        wide, tall = (9.0, 10.8) if first else (8.0, 9.6)
        y = self.center_y - tall * u / 2
        ground = mix(p.pine, "#7CC7A9", 0.34) if first else p.pine_tint
        shapes.arch(self.ink, (x, y, wide * u, tall * u), ground)
        middle = x + wide * u / 2
        inner = p.lamp if first else p.pine
        shapes.arch(self.ink, (middle - 3.05 * u, y, 6.1 * u, 9.0 * u if first else 7.8 * u), inner)
        if first:
            shapes.arch(self.ink, (middle - 2.0 * u, y, 4.0 * u, 7.5 * u), "#FAD68A")
