"""One line of a PDF as it stands on paper from left to right; reportlab orders nothing and joins no letters."""

from __future__ import annotations

from printers.layout.isolates import bare, parts
from sync.visual_order import visual

_RIGHT_TO_LEFT_MARK = "\u200f"
_NEUTRAL = tuple(map(chr, range(0x2500, 0x2580)))
"""Signs without a direction, which stand for isolates while the line around them is put in order."""


def visual_line(text: str) -> str:
    """Put a line in visual order, isolates in their own."""
    if text.isascii():  # most of most lists, and in order as it is
        return text
    return _ordered(text, right_to_left=None)


def _ordered(text: str, *, right_to_left: bool | None) -> str:
    found = list(parts(text))
    if len(found) == 1:
        return _line(text, right_to_left=right_to_left)
    spare = (sign for sign in _NEUTRAL if sign not in text)
    outer, inside = "", {}
    for part, direction in found:
        if direction is None:
            outer += part
            continue
        sign = next(spare)
        outer += sign
        inside[sign] = _ordered(part, right_to_left=direction)
    return "".join(inside.get(sign, sign) for sign in _line(outer, right_to_left=right_to_left))


def _line(text: str, *, right_to_left: bool | None) -> str:
    """The mark makes a line of digits and signs alone run from the right too."""
    if not right_to_left:
        return visual(bare(text), right_to_left=right_to_left)
    return visual(bare(text) + _RIGHT_TO_LEFT_MARK, right_to_left=True).replace(_RIGHT_TO_LEFT_MARK, "")
