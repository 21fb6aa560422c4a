"""How the screen is to look: what a visitor chose, for as long as their turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Contrast(StrEnum):
    """Which colours the screen has."""

    LIGHT = "light"
    DARK = "dark"
    HIGH = "high"


class TextSize(StrEnum):
    """How large text is."""

    NORMAL = "normal"
    LARGE = "large"
    LARGEST = "largest"

    @property
    def scale(self) -> float:
        """By how much sizes of text are multiplied."""
        return {TextSize.NORMAL: 1.0, TextSize.LARGE: 1.3, TextSize.LARGEST: 1.6}[self]


@dataclass(frozen=True, slots=True)
class Display:
    """``reach``: everything that is touched stands low on the screen; ``spoken``: the screen is read aloud; ``still``:
    nothing slides or fades.
    """

    contrast: Contrast = Contrast.LIGHT
    text: TextSize = TextSize.NORMAL
    reach: bool = False
    spoken: bool = False
    still: bool = False

    def chosen(self, choice: str, home: Contrast) -> Display:
        """The display after a choice of a sheet: ``contrast``, ``reach``, ``spoken``, ``still`` or
        ``text.SIZE``.

        Any other changes nothing. ``home``: the colours to go back to from high contrast.
        """
        if choice == "contrast":
            high = self.contrast is Contrast.HIGH
            return replace(self, contrast=home if high else Contrast.HIGH)
        if choice == "reach":
            return replace(self, reach=not self.reach)
        if choice == "spoken":
            return replace(self, spoken=not self.spoken)
        if choice == "still":
            return replace(self, still=not self.still)
        part, _, size = choice.partition(".")
        return replace(self, text=TextSize(size)) if part == "text" and size in set(TextSize) else self
