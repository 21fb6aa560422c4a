"""The line beneath a name, in one line at a width: what is too long ends where it may."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.views.theme import CAPTION
from kiosk.words.wholes import whole
from sync.writing import is_mark

if TYPE_CHECKING:
    from kiosk.presenters.second_lines import SecondLine
    from kiosk.views.parts import Look
    from kiosk.views.text import TextBlock


def lay_second_line(look: Look, line: SecondLine, width: float) -> TextBlock:
    """Lay it out, the company shortened as far as it must be; a line that is too long without it is cut at its end."""

    def laid(shown: SecondLine) -> TextBlock:
        named = replace(shown, company=whole(shown.company, right_to_left=look.mirrored))
        return look.text(str(named), CAPTION, look.palette.soft, width, 1)

    full = laid(line)
    if not full.cut or not line.company:
        return full
    ways = range(1, len(line.company))
    fitting = bisect_right(ways, 0, key=lambda letters: int(laid(_shortened(line, letters)).cut))
    return laid(_shortened(line, fitting) if fitting else replace(line, company=""))


def _shortened(line: SecondLine, letters: int) -> SecondLine:
    company = line.company
    while letters < len(company) and letters and is_mark(company[letters]):
        letters -= 1
    return replace(line, company=f"{company[:letters].rstrip()}…")
