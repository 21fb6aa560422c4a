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

The layout is pure: the same content, medium, fonts and Pillow build give the same dots (ADR 0030).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from printers.bitmap import BadgeBitmap
from printers.layout.canvas import Canvas
from printers.layout.content import BadgeContent, BadgeLabels, BadgeStyle
from printers.layout.faces import check_text_shaping
from printers.layout.portrait import PortraitBadge
from printers.layout.strip import StripBadge
from printers.paper import Medium

__all__ = ["BadgeBitmap", "BadgeContent", "BadgeLabels", "BadgeStyle", "lay_out", "render_badge"]

_UPRIGHT_FROM_DOTS = 560
_ROOM_FOR_PHOTO = 1.3
AnyCanvas = TypeVar("AnyCanvas", bound=Canvas)


def render_badge(content: BadgeContent, medium: Medium) -> BadgeBitmap:
    """Lay a badge out for a medium and return its dots, as they leave the printer.

    Media from 47 mm wide and higher than wide carry the upright badge; narrower ones the lengthwise badge, turned a
    quarter to the left; low and wide ones the lengthwise badge as it is. On a medium that is nearly square the name
    has the room of the photo.

    Raises:
        BadgeContentError: for a photo that no printer should have to decode.
        TextShapingError: where the machine cannot shape Arabic or Hindi.
    """
    return lay_out(content, medium, Canvas).bitmap()


def lay_out(content: BadgeContent, medium: Medium, make: type[AnyCanvas]) -> AnyCanvas:
    """Lay a badge out on a canvas of a kind, as it leaves the printer; raises as ``render_badge``."""
    check_text_shaping()
    width, height = medium.width_dots, medium.badge_height_dots
    if height > width >= _UPRIGHT_FROM_DOTS:
        upright = make(width, height, two_colour=medium.two_colour)
        has_room = height >= width * _ROOM_FOR_PHOTO
        PortraitBadge(content if has_room else replace(content, photo=None), upright).draw()
        return upright
    if height > width:
        lengthwise = make(height, width, two_colour=medium.two_colour)
        StripBadge(content, lengthwise).draw()
        return lengthwise.turned()
    flat = make(width, height, two_colour=medium.two_colour)
    StripBadge(content, flat).draw()
    return flat
