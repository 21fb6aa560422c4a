"""A badge: what it says in, the dots to print out.

    >>> from printers.badge import BadgeContent, BadgeStyle, render_badge
    >>> from printers.media import medium
    >>> content = BadgeContent(
    ...     name="Odalys Fernhollow", company="Larkspur Looms", host="Ines Caldermoor", visitor_type="Visitor",
    ...     style=BadgeStyle.VISITOR, organisation="Thistledown Works", place="Mill Lane",
    ...     valid_until="Today 18:00", code_payload="LODGE1:EXAMPLE", readable_code="K7QF2M9D",
    ... )
    >>> bitmap = render_badge(content, medium("62x100"))
    >>> bitmap.preview().size
    (696, 1109)

The layout is pure: the same content, medium, template, fonts and Pillow build give the same dots (ADR 0030). What
stands on a badge, and in which order, is a template's affair (ADR 0088).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from printers.bitmap import PREVIEW_RED, BadgeBitmap
from printers.errors import EncodingError
from printers.layout.canvas import Canvas, Ink
from printers.layout.card import CARD_FROM_DOTS, draw_card
from printers.layout.code import code_symbol
from printers.layout.content import BadgeContent, BadgeLabels, BadgeStyle
from printers.layout.faces import check_text_shaping
from printers.layout.portrait import draw_portrait
from printers.layout.strip import StripBadge
from printers.paper import Medium
from printers.template import STANDARD, ElementKind, Orientation, Template

__all__ = ["BadgeBitmap", "BadgeContent", "BadgeLabels", "BadgeStyle", "LaidOut", "lay_out", "render_badge"]

_UPRIGHT_FROM_MM = 46
_MM_PER_INCH = 25.4
_LEAST_ACROSS, _LEAST_ALONG = 240, 560
AnyCanvas = TypeVar("AnyCanvas", bound=Canvas)


@dataclass(frozen=True)
class LaidOut(Generic[AnyCanvas]):
    """A badge as it leaves the printer.

    Attributes:
        turned: by a quarter to the left from how it is read.
        left_out: the kinds of element that its medium has no room for.
    """

    canvas: AnyCanvas
    turned: bool
    left_out: frozenset[ElementKind]


def render_badge(content: BadgeContent, medium: Medium, template: Template = STANDARD) -> BadgeBitmap:
    """Lay a badge out for a medium and return its dots, as they leave the printer.

    Unless the template says which way it is read: media that print 46 mm across, and are higher than wide, carry the
    upright badge; narrower ones the lengthwise badge, turned a quarter to the left; wide ones the landscape badge as it
    is, low ones without photo and head. On a medium that is nearly square the name has the room of the photo.

    Raises:
        BadgeContentError: for a photo or a logo that no printer should have to decode.
        EncodingError: the medium is too small for any badge.
        TextShapingError: where the machine cannot shape Arabic or Hindi.
    """
    return lay_out(content, medium, Canvas, template).canvas.bitmap()


def lay_out(
    content: BadgeContent, medium: Medium, make: type[AnyCanvas], template: Template = STANDARD
) -> LaidOut[AnyCanvas]:
    """Lay a badge out on a canvas of a kind, as it leaves the printer; raises as ``render_badge``."""
    check_text_shaping()
    width, height = medium.width_dots, medium.badge_height_dots
    if min(width, height) < _LEAST_ACROSS or max(width, height) < _LEAST_ALONG:
        raise EncodingError(
            f"{medium.title} have {width} x {height} dots; a badge needs {_LEAST_ACROSS} x {_LEAST_ALONG} at least."
        )
    across, along = (min(width, height), max(width, height))
    upright = _is_upright(template.orientation, medium)
    size = (across, along) if upright else (along, across)
    canvas = make(*size, two_colour=medium.two_colour, dpi=medium.dpi)
    left_out = _draw(canvas, content, template, upright=upright)
    turned = size != (width, height)
    return LaidOut(canvas.turned() if turned else canvas, turned, frozenset(left_out))


def _is_upright(wanted: Orientation, medium: Medium) -> bool:
    if wanted is Orientation.AUTO:
        wide_enough = medium.width_dots / medium.dpi * _MM_PER_INCH >= _UPRIGHT_FROM_MM
        return wide_enough and medium.badge_height_dots > medium.width_dots
    return wanted is Orientation.PORTRAIT


def _draw(canvas: Canvas, content: BadgeContent, template: Template, *, upright: bool) -> set[ElementKind]:
    has_code = content.code_payload and template.has(ElementKind.CODE)
    symbol = code_symbol(content.code_payload) if has_code else None
    accent = _ink(template.accent) if canvas.accent is Ink.RED else canvas.accent
    if upright:
        return draw_portrait(canvas, content, template, symbol, accent)
    if canvas.height >= canvas.least(CARD_FROM_DOTS):
        return draw_card(canvas, content, template, symbol, accent)
    return StripBadge(canvas, content, template, symbol, accent).draw()


def _ink(accent: str) -> Ink:
    """The ink of two-colour paper that is nearer to a colour."""
    if not accent:
        return Ink.RED
    wanted = [int(accent[start : start + 2], 16) for start in (1, 3, 5)]
    from_red = sum((own - other) ** 2 for own, other in zip(wanted, PREVIEW_RED, strict=True))
    return Ink.BLACK if sum(own**2 for own in wanted) < from_red else Ink.RED
