"""Label media as data: what fits where, in dots.

Dots and margins are those of Brother's *Raster Command Reference QL-800/810W/820NWB* (section 2.3 "Page data
details") and *QL-1100/1110NWB/1115NWB*; DK numbers are Brother's.

    >>> from printers.media import medium
    >>> medium("62x100").width_dots, medium("62x100").height_dots
    (696, 1109)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from printers.errors import MediumUnknownError

_QL_800 = "Raster Command Reference QL-800/810W/820NWB, 2.3.2"
_QL_1100 = "Raster Command Reference QL-1100/1110NWB/1115NWB, 2.3.2"
_DOTS_PER_INCH = 300
_CONTINUOUS_MARGIN_DOTS = 35
_CONTINUOUS_BADGE_MM = 100


class MediumForm(Enum):
    """How labels come off the roll."""

    DIE_CUT = "die-cut"
    CONTINUOUS = "continuous"


@dataclass(frozen=True)
class Medium:
    """One kind of paper.

    Attributes:
        name: what people and configuration call it, such as ``62x100``.
        title: plain words and the maker's number.
        width_mm, length_mm: the label; length 0 on continuous tape.
        width_dots: printable dots across.
        height_dots: printable dots along; None on continuous tape.
        dpi: dots per inch, both ways.
        margin_dots: blank dots that the printer adds before and after, along the tape.
        right_offset_dots: unprintable pins between the head's right end and the label.
        form: die-cut or continuous.
        two_colour: the paper itself can turn black and red (and must be addressed so).
        source: where these figures are from.
    """

    name: str
    title: str
    width_mm: int
    length_mm: int
    width_dots: int
    height_dots: int | None
    margin_dots: int
    right_offset_dots: int
    form: MediumForm
    source: str
    two_colour: bool = False
    dpi: int = _DOTS_PER_INCH

    @property
    def badge_height_dots(self) -> int:
        """Dots along for one badge: the label, or 100 mm of continuous tape."""
        if self.height_dots is not None:
            return self.height_dots
        return _continuous_badge_dots(self)


def _continuous_badge_dots(tape: Medium) -> int:
    """As long as a 62 x 100 mm label's printable part, so that both look the same."""
    return round(_CONTINUOUS_BADGE_MM / 25.4 * tape.dpi) - 2 * _CONTINUOUS_MARGIN_DOTS - 2


def _die_cut(  # noqa: PLR0917 - a table row
    width_mm: int,
    length_mm: int,
    width_dots: int,
    height_dots: int,
    offset: int,
    dk: str,
    source: str = _QL_800,
) -> Medium:
    return Medium(
        name=f"{width_mm}x{length_mm}",
        title=f"{width_mm} x {length_mm} mm labels ({dk})",
        width_mm=width_mm,
        length_mm=length_mm,
        width_dots=width_dots,
        height_dots=height_dots,
        margin_dots=0,
        right_offset_dots=offset,
        form=MediumForm.DIE_CUT,
        source=source,
    )


def _continuous(
    name: str, width_mm: int, width_dots: int, offset: int, title: str, *, two_colour: bool = False
) -> Medium:
    return Medium(
        name=name,
        title=title,
        width_mm=width_mm,
        length_mm=0,
        width_dots=width_dots,
        height_dots=None,
        margin_dots=_CONTINUOUS_MARGIN_DOTS,
        right_offset_dots=offset,
        form=MediumForm.CONTINUOUS,
        source=_QL_800,
        two_colour=two_colour,
    )


MEDIA: tuple[Medium, ...] = (
    _die_cut(62, 100, 696, 1109, 12, "DK-11202"),
    _die_cut(62, 29, 696, 271, 12, "DK-11209"),
    _die_cut(29, 90, 306, 991, 6, "DK-11201"),
    _die_cut(38, 90, 413, 991, 12, "DK-11208"),
    _die_cut(102, 152, 1164, 1660, 12, "DK-11241", _QL_1100),
    _continuous("62", 62, 696, 12, "62 mm continuous tape (DK-22205)"),
    _continuous("62red", 62, 696, 12, "62 mm continuous tape, black and red (DK-22251)", two_colour=True),
    _continuous("54", 54, 590, 0, "54 mm continuous paper (DK-N55224)"),
)


def medium(name: str) -> Medium:
    """Look a medium up by name.

    Raises:
        MediumUnknownError: with the names that are known.
    """
    for candidate in MEDIA:
        if candidate.name == name:
            return candidate
    known = ", ".join(candidate.name for candidate in MEDIA)
    raise MediumUnknownError(f"No medium is called {name!r}. Known media: {known}.")
