"""The look as data: colours, the one unit, the type scale. No Kivy here, so that contrast is tested as arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any

from kiosk.display_values import Contrast


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as ``#RRGGBB``. *Lamp* says "here" and nothing else; *brick* is for wrong, danger and fire; *wall* is the
    large ground of pictures and heads. ``flat``: raised things are lighter and cast no shadow.
    """

    chalk: str = "#F3F1EB"
    paper: str = "#FFFEFB"
    oat: str = "#E6E2D8"
    key: str = "#FFFEFB"
    key_function: str = "#D3CDBF"
    key_edge: str = "#C9C3B4"
    ink: str = "#1C2320"
    soft: str = "#4C554F"
    edge: str = "#757B73"
    line: str = "#D4CFC3"
    pine: str = "#1F4D40"
    pine_deep: str = "#153A30"
    pine_tint: str = "#DCE8E0"
    on_pine: str = "#FFFEFB"
    wall: str = "#1F4D40"
    on_wall: str = "#FFFEFB"
    on_wall_soft: str = "#C3D8CD"
    on_pine_soft: str = "#C3D8CD"
    lamp: str = "#F5B83D"
    on_lamp: str = "#1C2320"
    brick: str = "#A8321C"
    brick_tint: str = "#F9E4DD"
    alarm: str = "#A8321C"
    on_alarm: str = "#FFFEFB"
    moss: str = "#24683A"
    moss_tint: str = "#DDEEDD"
    ochre: str = "#7A4700"
    ochre_tint: str = "#FBE8CC"
    on_tint: str = "#1C2320"
    scrim: str = "#0E211A"
    outlined: bool = False
    flat: bool = False


LIGHT = Palette()

DARK = Palette(
    chalk="#121917",
    paper="#1C2522",
    oat="#2A3531",
    key="#35413C",
    key_function="#2A3531",
    key_edge="#0B100E",
    ink="#F3F1EB",
    soft="#B7C0BA",
    edge="#7F8B85",
    line="#35413C",
    pine="#8CCBB1",
    pine_deep="#6DB497",
    pine_tint="#22392F",
    on_pine="#0E211A",
    wall="#17382F",
    on_wall="#F3F1EB",
    on_wall_soft="#B9CFC4",
    on_pine_soft="#17382F",
    lamp="#F5B83D",
    on_lamp="#1C2320",
    brick="#F4A391",
    brick_tint="#3C1D16",
    alarm="#8C2A17",
    on_alarm="#FFFEFB",
    moss="#8FD4A0",
    moss_tint="#1B3623",
    ochre="#F2C078",
    ochre_tint="#3A2A10",
    on_tint="#F3F1EB",
    scrim="#050807",
    flat=True,
)

HIGH_CONTRAST = Palette(
    chalk="#000000",
    paper="#000000",
    oat="#000000",
    key="#000000",
    key_function="#000000",
    key_edge="#FFFFFF",
    ink="#FFFFFF",
    soft="#FFFFFF",
    edge="#FFFFFF",
    line="#FFFFFF",
    pine="#FFE14D",
    pine_deep="#FFFFFF",
    pine_tint="#000000",
    on_pine="#000000",
    wall="#000000",
    on_wall="#FFFFFF",
    on_wall_soft="#FFFFFF",
    on_pine_soft="#000000",
    lamp="#4FD8FF",
    on_lamp="#000000",
    brick="#FF9A8A",
    brick_tint="#000000",
    alarm="#FF9A8A",
    on_alarm="#000000",
    moss="#8DF0A5",
    moss_tint="#000000",
    ochre="#FFC36B",
    ochre_tint="#000000",
    on_tint="#FFFFFF",
    scrim="#000000",
    outlined=True,
    flat=True,
)

_GROUNDS = ("chalk", "paper", "oat", "key", "key_function", "wall", "on_pine", "on_pine_soft")
_TINTS = ("pine_tint", "brick_tint", "moss_tint", "ochre_tint")
_LINES = ("ink", "soft", "edge", "line", "key_edge", "pine", "pine_deep", "brick", "moss", "ochre")
_WORDS_ELSEWHERE = ("on_wall", "on_wall_soft", "on_tint")
_SWAPPED: dict[str, Any] = {
    **dict.fromkeys((*_GROUNDS, *_TINTS), HIGH_CONTRAST.ink),
    **dict.fromkeys((*_LINES, *_WORDS_ELSEWHERE), HIGH_CONTRAST.chalk),
}
_UNDER_FINGER = replace(HIGH_CONTRAST, **_SWAPPED)

PALETTES = {Contrast.LIGHT: LIGHT, Contrast.DARK: DARK, Contrast.HIGH: HIGH_CONTRAST}

ENOUGH = 4.5
"""WCAG 2.2, 1.4.3: the least contrast of text."""


def channels(colour: str) -> tuple[float, float, float]:
    """Return ``#RRGGBB`` as three numbers from 0 to 1.

    Raises:
        ValueError: ``colour`` is not of that form.
    """
    if len(colour) != 7 or colour[0] != "#":  # noqa: PLR2004 - the length of #RRGGBB
        raise ValueError(f"not a colour: {colour!r}")
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB, IEC 61966-2-1
        for value in channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """Return ``one`` with ``share`` (0 to 1) of ``other`` in it."""
    mixed = (a + (b - a) * share for a, b in zip(channels(one), channels(other), strict=True))
    return "#" + "".join(f"{round(value * 255):02X}" for value in mixed)


def under_finger(palette: Palette) -> Palette:
    """Return the colours of what a finger is on: tints say it, and where there are none, black and white change
    places.
    """
    return _UNDER_FINGER if palette.outlined else palette


def colour_names() -> tuple[str, ...]:
    """Return the names of all colours of a palette."""
    return tuple(item.name for item in fields(Palette) if item.name not in {"outlined", "flat"})


@dataclass(frozen=True, slots=True)
class Style:
    """A face and a size in u. ``leading`` is the line height as a multiple of the size."""

    face: str
    size: float
    leading: float = 1.35


HERO = Style("InterDisplay-600", 9.6, 1.05)
TITLE_L = Style("InterDisplay-600", 8.0, 1.08)
TITLE = Style("InterDisplay-600", 6.2, 1.12)
HEADING = Style("InterDisplay-600", 4.8, 1.2)
BUTTON = Style("Inter-600", 3.6, 1.15)
PILL = Style("Inter-600", 3.0, 1.15)
FIELD = Style("Inter-400", 3.4, 1.3)
ROW = Style("Inter-600", 3.4, 1.22)
ROW_PLAIN = Style("Inter-400", 3.4, 1.22)
LEAD = Style("Inter-400", 3.2, 1.38)
BODY = Style("Inter-400", 3.0, 1.35)
BODY_BOLD = Style("Inter-600", 3.0, 1.35)
READING = Style("Inter-400", 3.0, 1.5)
LABEL = Style("Inter-600", 2.8, 1.3)
LABEL_PLAIN = Style("Inter-400", 2.8, 1.3)
CAPTION = Style("Inter-400", 2.6, 1.35)
CAPTION_BOLD = Style("Inter-600", 2.6, 1.35)
KEY = Style("Inter-500", 3.8, 1.1)
PIN = Style("InterDisplay-600", 6.4, 1.1)
CLOCK = Style("InterTabular-600", 3.6, 1.1)


class Radius(float, Enum):
    """How round the corners of a part are, in u. Pills and arches follow their own height and width."""

    KEY = 1.4
    FIELD = 1.8
    BUTTON = 2.4
    CARD = 2.8
    CHOICE = 3.2
    SHEET = 4.8


LEAST_UNIT = 5.5
"""So that 8u is never under 44 px, on the smallest panel too."""
WIDTH_U = 108
"""So wide portrait is, where the unit is not the least one."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The size of the window and what follows from it. All lengths in pixels are multiples of ``u``."""

    width: float
    height: float
    text_scale: float = 1.0

    @property
    def u(self) -> float:
        """Return the unit in pixels."""
        return max(LEAST_UNIT if not self.compact else 5.9, min(self.width / WIDTH_U, self.height / 114))

    @property
    def landscape(self) -> bool:
        """Return whether the window is wider than high."""
        return self.width > self.height

    @property
    def compact(self) -> bool:
        """Return whether this is a 7-inch panel, too low for the ordinary landscape."""
        return self.width > self.height and self.height < 114 * LEAST_UNIT

    @property
    def narrow(self) -> bool:
        """Return whether this is a 7-inch panel that hangs upright, with fewer u across than portrait is made for."""
        return self.width <= self.height and self.width < WIDTH_U * LEAST_UNIT

    @property
    def margin(self) -> float:
        """Return the side margin in pixels."""
        return (4.0 if self.compact or self.narrow else 7.2) * self.u

    def size(self, style: Style) -> int:
        """Return a style's size in pixels."""
        return max(11, round(style.size * self.u * self.text_scale))
