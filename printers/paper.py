"""What badges are printed on: label media as data.

A family's media stand in ``printers.catalogue``; ``printers.media`` finds any of them by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class MediumForm(Enum):
    """How labels come off the roll."""

    DIE_CUT = "die-cut"
    CONTINUOUS = "continuous"


@dataclass(frozen=True, kw_only=True)
class Medium:
    """One kind of paper.

    Attributes:
        name: what people and configuration call it, such as ``62x100``; unique over all families.
        title: plain words and the maker's number.
        width_mm, length_mm: the label; length 0 on continuous tape.
        width_dots: printable dots across.
        height_dots: printable dots along; None on continuous tape.
        dpi: dots per inch, both ways.
        margin_dots: blank dots that the printer adds before and after, along the tape.
        right_offset_dots: unprintable pins between the head's right end and the label.
        form: die-cut or continuous.
        two_colour: the paper itself can turn black and red (and must be addressed so).
        badge_mm: how long a badge is on continuous tape.
        skus: what the roll's own chip says, where it has one.
        source: where these figures are from.
    """

    name: str
    title: str
    width_mm: int
    length_mm: int
    width_dots: int
    height_dots: int | None
    form: MediumForm
    source: str
    dpi: int
    margin_dots: int = 0
    right_offset_dots: int = 0
    two_colour: bool = False
    badge_mm: int = 100
    skus: tuple[str, ...] = ()

    @property
    def badge_height_dots(self) -> int:
        """Dots along for one badge: the label, or a piece of continuous tape."""
        if self.height_dots is not None:
            return self.height_dots
        return round(self.badge_mm / 25.4 * self.dpi) - 2 * self.margin_dots - 2
