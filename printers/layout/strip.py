"""The lengthwise badge for narrow labels: type at the start, words in the middle, code at the end (tokens, 13).

Figures are dots on a strip 306 dots high (29 mm paper) and 991 long. There is no room for a photo.
"""

from __future__ import annotations

from PIL import Image

from printers.layout.canvas import Align, Canvas, Ink, line_mask
from printers.layout.code import QUIET_MODULES, code_symbol
from printers.layout.content import BadgeContent, BadgeStyle
from printers.layout.faces import Role
from printers.layout.lines import SetLine, fit_block, fit_line, name_stages, set_line
from printers.layout.text import NO_TEXT, clean, is_right_to_left

_SMALLEST_TEXT = 28
_BAND_WIDTH, _BAND_RULE = 84, 8
_ESCORT_WIDTH = 48
_GAP = 28
_EDGE = 14
_DOTS_PER_MODULE = 5
_LARGEST_NAME = 80
_LINE_GAP, _LINES_WITH_AIR = 18, 2
_COMPANY_SIZE = 36
_READABLE_SIZE = 30
_DETAIL_SIZE = 34
_SEPARATOR = " \u00b7 "


class StripBadge:
    """Draws one badge on a canvas that is wider than high."""

    def __init__(self, content: BadgeContent, canvas: Canvas) -> None:
        self._content = content
        self._canvas = canvas

    def draw(self) -> None:
        """Draw everything."""
        self._draw_type()
        right = self._canvas.width
        if self._content.has_escort_band:
            right -= _ESCORT_WIDTH
            self._draw_escort(right)
        if self._content.code_payload:
            right = self._draw_code(right)
        self._draw_words(_BAND_WIDTH + _GAP, right - _GAP)

    def _draw_type(self) -> None:
        height, accent = self._canvas.height, self._canvas.accent
        solid = self._content.style is BadgeStyle.CONTRACTOR
        if solid:
            self._canvas.fill(0, 0, _BAND_WIDTH, height, accent)
        else:
            self._canvas.fill(0, 0, _BAND_RULE, height, accent)
            self._canvas.fill(_BAND_WIDTH - _BAND_RULE, 0, _BAND_RULE, height, accent)
        word = fit_line(
            clean(self._content.visitor_type).upper(),
            Role.DISPLAY,
            width=height - 2 * _EDGE,
            largest=56,
            smallest=_SMALLEST_TEXT,
        )
        self._draw_upward(word, 0, _BAND_WIDTH, Ink.PAPER if solid else accent)

    def _draw_escort(self, left: int) -> None:
        self._canvas.fill(left, 0, _ESCORT_WIDTH, self._canvas.height, self._canvas.accent)
        labels = self._content.labels
        for words in (labels.escort, labels.escort_short):
            line = fit_line(
                clean(words).upper(),
                Role.STRONG,
                width=self._canvas.height - 2 * _EDGE,
                largest=32,
                smallest=_SMALLEST_TEXT,
            )
            if line.text == clean(words).upper():
                break
        self._draw_upward(line, left, _ESCORT_WIDTH, Ink.PAPER)

    def _draw_upward(self, line: SetLine, left: int, width: int, ink: Ink) -> None:
        """Draw a line that reads from bottom to top, in the middle of a column."""
        mask = line_mask(line).transpose(Image.Transpose.ROTATE_90)
        x, y = left + (width - mask.width) // 2, (self._canvas.height - mask.height) // 2
        self._canvas.stamp(mask, x, y, ink)

    def _draw_code(self, right: int) -> int:
        """Draw the code and, below it, its readable form; return the left edge of its quiet zone."""
        code = code_symbol(self._content.code_payload)
        readable = set_line(self._content.readable_code_groups, Role.PLAIN, _READABLE_SIZE)
        text_height = readable.bottom - readable.top
        dots = _DOTS_PER_MODULE
        while dots > 4 and self._code_height(code.modules, dots, text_height) > self._canvas.height:  # noqa: PLR2004
            dots -= 1
        side, quiet = code.modules * dots, QUIET_MODULES * dots
        spare = self._canvas.height - self._code_height(code.modules, dots, text_height)
        top = quiet + max(0, spare // 3)
        x = right - quiet - side
        self._canvas.stamp(code.mask(dots), x, top)
        baseline = top + side + quiet - readable.top
        width = max(side, readable.ink_width)
        left = min(x, right - quiet - width)
        self._canvas.line(readable, left, left + width, baseline, Align.CENTRE)
        return left - quiet

    @staticmethod
    def _code_height(modules: int, dots: int, text_height: int) -> int:
        return (modules + 2 * QUIET_MODULES) * dots + text_height + _EDGE // 2

    def _draw_words(self, left: int, right: int) -> None:
        width = right - left
        small = [*self._company(width), *self._details(width)]
        gap = _LINE_GAP if len(small) <= _LINES_WITH_AIR else _LINE_GAP * 2 // 3
        below = sum(line.bottom - line.top + gap for line in small)
        name = fit_block(
            clean(self._content.name) or NO_TEXT,
            Role.DISPLAY,
            width=width,
            height=self._canvas.height - 2 * _EDGE - below,
            stages=name_stages(_LARGEST_NAME),
        )
        side = Align.RIGHT if is_right_to_left(clean(self._content.name)) else Align.LEFT
        top = (self._canvas.height - name.height - below) // 2
        self._canvas.block(name, left, right, top, side)
        y = top + name.height
        for line in small:
            y += gap
            self._canvas.line(line, left, right, y - line.top, side)
            y += line.bottom - line.top

    def _company(self, width: int) -> list[SetLine]:
        return self._small_line(self._content.company, Role.PLAIN, width, largest=_COMPANY_SIZE)

    def _details(self, width: int) -> list[SetLine]:
        """Host and time on one line where they fit whole, else each on its own."""
        host, until = clean(self._content.host), clean(self._content.valid_until)
        whole = _SEPARATOR.join(part for part in (host, until) if part)
        together = self._small_line(whole, Role.STRONG, width, largest=_DETAIL_SIZE)
        if not together or together[0].text == whole:
            return together
        return [
            *self._small_line(host, Role.STRONG, width, largest=_DETAIL_SIZE),
            *self._small_line(until, Role.STRONG, width, largest=_DETAIL_SIZE),
        ]

    @staticmethod
    def _small_line(text: str, role: Role, width: int, *, largest: int) -> list[SetLine]:
        """One line, or none for an empty text."""
        cleaned = clean(text)
        if not cleaned:
            return []
        return [fit_line(cleaned, role, width=width, largest=largest, smallest=_SMALLEST_TEXT)]
