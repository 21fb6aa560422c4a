"""The tokens of the look: colours, type scale, corners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING

from kiosk.views import shapes, theme
from kiosk.views.parts import Part
from kiosk.views.theme import CAPTION_BOLD, Palette, Radius, Style, contrast_ratio
from workbench.components.bench import Group, Specimen

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

LARGE_U = 6.3
FIGURES = "08:52"
"""Of faces that have no letters but those of clocks."""
STANDS_ON = {
    "chalk": "ink",
    "paper": "ink",
    "oat": "ink",
    "key": "ink",
    "key_function": "ink",
    "pine": "on_pine",
    "pine_deep": "on_pine",
    "pine_tint": "pine",
    "wall": "on_wall",
    "lamp": "on_lamp",
    "alarm": "on_alarm",
    "brick_tint": "brick",
    "moss_tint": "moss",
    "ochre_tint": "ochre",
    "ink": "chalk",
    "soft": "chalk",
    "brick": "paper",
    "moss": "paper",
    "ochre": "paper",
}
"""What is read on a colour, or the ground on which the colour is read; the sheet says the contrast of both."""


class _Swatch(Part):
    """A colour, and how well what stands on it can be read."""

    def __init__(self, look: Look, box: Box, name: str) -> None:
        self._name = name
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw it with a line about it, for it may be the colour of the wall."""
        p, u = self.look.palette, self.look.u
        colour = str(getattr(p, self._name))
        shapes.outlined(self.ink, self.box, colour, p.edge, Radius.FIELD * u, 0.15 * u)
        if self._name in STANDS_ON:
            other = str(getattr(p, STANDS_ON[self._name]))
            words = self.look.text(f"Aa {contrast_ratio(colour, other):.1f}", CAPTION_BOLD, other)
            self.write(words, self.x, self.center_y + words.height / 2, self.width, "centre")


class _Words(Part):
    """A word in a style."""

    def __init__(self, look: Look, box: Box, word: str, style: Style) -> None:
        self._word, self._style = word, style
        super().__init__(look, box)

    def paint(self) -> None:
        """Write it at the foot of its place."""
        block = self.look.text(self._word, self._style, self.look.palette.ink)
        self.write(block, self.x, self.y + block.height, self.width)


class _Corner(Part):
    """A shape with round corners; an arch without a radius."""

    def __init__(self, look: Look, box: Box, radius: float) -> None:
        self._radius = radius
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw it."""
        p, u = self.look.palette, self.look.u
        if self._radius:
            shapes.outlined(self.ink, self.box, p.paper, p.pine, self._radius * u, 0.3 * u)
            return
        x, y, wide, tall = self.box
        shapes.arch(self.ink, (x + (wide - 0.82 * tall) / 2, y, 0.82 * tall, tall), p.pine, 1.2 * u)


def _styles() -> list[tuple[str, Style]]:
    """Every style of the type scale, the largest first."""
    found = [(name, value) for name, value in vars(theme).items() if isinstance(value, Style)]
    return sorted(found, key=lambda item: -item[1].size)


def token_groups(look: Look, word: str) -> list[Group]:
    """Colours, type scale (a word in each style), corners."""
    u, p = look.u, look.palette
    names = [item.name for item in fields(Palette) if isinstance(getattr(p, item.name), str)]
    colours = [
        Specimen(f"{name.replace('_', ' ')} {getattr(p, name)}", 6.4 * u, _swatch(look, name), 6) for name in names
    ]
    styles = [_style(look, name, style, FIGURES if "Tabular" in style.face else word) for name, style in _styles()]
    corners = [
        Specimen(f"{each.name.lower()} {each.value}", 10 * u, _corner(look, each.value), 8) for each in Radius
    ] + [Specimen("pill", 10 * u, _corner(look, 5.0), 8), Specimen("arch", 10 * u, _corner(look, 0.0), 8)]
    return [Group("Colours", colours), Group("Type", styles), Group("Corners", corners)]


def _style(look: Look, name: str, style: Style, word: str) -> Specimen:
    tall = look.text(word, style, "#000000").height
    caption = f"{name.lower().replace('_', ' ')} {style.size} · {style.face}"
    return Specimen(caption, tall, lambda box: _Words(look, box, word, style), 2 if style.size > LARGE_U else 3)


def _swatch(look: Look, name: str) -> Callable[[Box], Part]:
    return lambda box: _Swatch(look, box, name)


def _corner(look: Look, radius: float) -> Callable[[Box], Part]:
    return lambda box: _Corner(look, box, radius)
