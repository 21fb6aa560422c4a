"""The upright badge: head, type band, photo beside code, name, host and time, foot (tokens, 13).

Figures are dots on the 696 dot width of 62 mm paper; other widths scale them. Nothing is set under 28 dots.
"""

from __future__ import annotations

from printers.layout.canvas import Align, Canvas, Ink, mark_mask
from printers.layout.code import QUIET_MODULES, CodeSymbol, code_symbol
from printers.layout.content import BadgeContent, BadgeStyle
from printers.layout.faces import Role
from printers.layout.lines import SetLine, fit_block, fit_line, name_stages, set_line
from printers.layout.photo import draw_photo
from printers.layout.text import NO_TEXT, clean, is_right_to_left

_DESIGN_WIDTH = 696
SMALLEST_TEXT = 28
_MARGIN = 36
_BAND_TOP, _BAND_HEIGHT, _BAND_RULE = 120, 104, 8
_BODY_TOP = 259
_PHOTO_WIDTH, _PHOTO_HEIGHT = 272, 326
_DOTS_PER_MODULE = 6
_DETAILS_HEIGHT, _STACKED_HEIGHT = 110, 160
_FOOT_HEIGHT = 48
_NAME_WITH_PHOTO, _NAME_ALONE = 104, 132
_ROOM_FOR_NAME = 272


class PortraitBadge:
    """Draws one badge on an upright canvas."""

    def __init__(self, content: BadgeContent, canvas: Canvas) -> None:
        self._content = content
        self._canvas = canvas
        self._scale = canvas.width / _DESIGN_WIDTH
        self._left = self._dots(_MARGIN)
        self._right = canvas.width - self._dots(_MARGIN)
        self._mirrored = is_right_to_left(clean(content.labels.visiting))
        self._start = Align.RIGHT if self._mirrored else Align.LEFT
        self._end = Align.LEFT if self._mirrored else Align.RIGHT

    def draw(self) -> None:
        """Draw everything."""
        self._draw_head()
        self._draw_band()
        foot_top = self._draw_foot()
        if self._content.photo is None:
            self._draw_without_photo(foot_top)
        else:
            self._draw_with_photo(foot_top)

    def _dots(self, design: int) -> int:
        return round(design * self._scale)

    def _type(self, design: int) -> int:
        return max(SMALLEST_TEXT, self._dots(design))

    def _beside(self, width: int, *, at_start: bool) -> int:
        """Left edge of a thing that stands at the start or the end of the line."""
        at_left = at_start != self._mirrored
        return self._left if at_left else self._right - width

    def _draw_head(self) -> None:
        content, baseline = self._content, self._dots(72)
        organisation = clean(content.organisation)
        mark = mark_mask(self._dots(44))
        mark_width = mark.width
        self._canvas.stamp(mark, self._beside(mark_width, at_start=True), baseline - self._dots(12) - mark.height // 2)
        gap = self._dots(18)
        left = self._left if self._mirrored else self._left + mark_width + gap
        right = self._right - mark_width - gap if self._mirrored else self._right
        room = right - left
        place = fit_line(
            clean(content.place),
            Role.PLAIN,
            width=room * 2 // 5,
            largest=self._type(30),
            smallest=SMALLEST_TEXT,
        )
        title = fit_line(
            organisation,
            Role.STRONG,
            width=room - place.ink_width - self._dots(24),
            largest=self._type(34),
            smallest=SMALLEST_TEXT,
        )
        self._canvas.line(title, left, right, baseline, self._start)
        self._canvas.line(place, left, right, baseline, self._end)

    def _draw_band(self) -> None:
        top, height, rule = self._dots(_BAND_TOP), self._dots(_BAND_HEIGHT), self._dots(_BAND_RULE)
        accent = self._canvas.accent
        solid = self._content.style is BadgeStyle.CONTRACTOR
        if solid:
            self._canvas.fill(0, top, self._canvas.width, height, accent)
        else:
            self._canvas.fill(0, top, self._canvas.width, rule, accent)
            self._canvas.fill(0, top + height - rule, self._canvas.width, rule, accent)
        word = fit_line(
            clean(self._content.visitor_type).upper(),
            Role.DISPLAY,
            width=self._right - self._left,
            largest=self._type(72),
            smallest=SMALLEST_TEXT,
        )
        baseline = top + (height - word.top - word.bottom) // 2
        ink = Ink.PAPER if solid else accent
        self._canvas.line(word, self._left, self._right, baseline, Align.CENTRE, ink)

    def _draw_foot(self) -> int:
        """Draw what stands at the very end; return the y above which the rest must stay."""
        bottom = self._canvas.height
        if self._content.has_escort_band:
            height = self._dots(_FOOT_HEIGHT)
            self._canvas.fill(0, bottom - height, self._canvas.width, height, self._canvas.accent)
            words = fit_line(
                clean(self._content.labels.escort).upper(),
                Role.DISPLAY,
                width=self._right - self._left,
                largest=self._type(32),
                smallest=SMALLEST_TEXT,
            )
            baseline = bottom - (height + words.top + words.bottom) // 2
            self._canvas.line(words, self._left, self._right, baseline, Align.CENTRE, Ink.PAPER)
            return bottom - height
        if self._content.last_line:
            words = fit_line(
                clean(self._content.last_line),
                Role.PLAIN,
                width=self._right - self._left,
                largest=self._type(30),
                smallest=SMALLEST_TEXT,
            )
            self._canvas.line(words, self._left, self._right, bottom - self._dots(25), self._start)
            return bottom - self._dots(_FOOT_HEIGHT)
        return bottom - self._dots(24)

    def _draw_with_photo(self, foot_top: int) -> None:
        top = self._dots(_BODY_TOP)
        code = code_symbol(self._content.code_payload) if self._content.code_payload else None
        details_top = foot_top - self._dots(_DETAILS_HEIGHT) - self._dots(26)
        # On short labels the photo gives way: a badge is read across a room by its name.
        photo_height = min(self._dots(_PHOTO_HEIGHT), details_top - top - self._dots(_ROOM_FOR_NAME))
        photo_width = self._dots(_PHOTO_WIDTH) * photo_height // self._dots(_PHOTO_HEIGHT)
        if code is not None:
            room = self._right - self._left - photo_width
            dots = self._code_dots(code, room)
            self._draw_code(code, dots, top + self._dots(5))
            side = code.modules * dots
            photo_width = min(photo_width, self._right - self._left - side - QUIET_MODULES * dots)
        if self._content.photo is not None:
            x = self._beside(photo_width, at_start=True)
            draw_photo(self._canvas, self._content.photo, x, top, photo_width, photo_height)
        self._rule(details_top)
        self._draw_pair(details_top)
        self._draw_name(top + photo_height + self._dots(36), details_top, self._dots(_NAME_WITH_PHOTO))

    def _draw_without_photo(self, foot_top: int) -> None:
        """Give the name the photo's room; host and time stand under each other beside the code."""
        name_top = self._dots(_BODY_TOP)
        if not self._content.code_payload:
            details_top = foot_top - self._dots(_DETAILS_HEIGHT) - self._dots(26)
            self._rule(details_top)
            self._draw_pair(details_top)
            self._draw_name(name_top, details_top, self._dots(_NAME_ALONE))
            return
        code = code_symbol(self._content.code_payload)
        dots = self._code_dots(code, (self._right - self._left) // 2)
        side = code.modules * dots
        code_top = foot_top - max(side, self._dots(_STACKED_HEIGHT)) - self._dots(86)
        rule_top = code_top - self._dots(38)
        self._draw_code(code, dots, code_top)
        self._rule(rule_top)
        reach = max(side, self._readable_code().ink_width) + QUIET_MODULES * dots
        left = self._left + reach if self._mirrored else self._left
        right = self._right if self._mirrored else self._right - reach
        labels, step = self._content.labels, self._dots(140)
        self._draw_detail(labels.visiting, self._content.host, left, right, code_top, self._start)
        self._draw_detail(labels.valid_until, self._content.valid_until, left, right, code_top + step, self._start)
        self._draw_name(name_top, rule_top, self._dots(_NAME_ALONE))

    def _code_dots(self, code: CodeSymbol, room: int) -> int:
        quiet = QUIET_MODULES * 2
        whole = CodeSymbol(modules=code.modules + quiet, rows=())
        return whole.dots_per_module(room=room + self._left, largest=int(_DOTS_PER_MODULE * self._scale + 0.2))

    def _draw_code(self, code: CodeSymbol, dots: int, top: int) -> None:
        side = code.modules * dots
        x = self._beside(side, at_start=False)
        self._canvas.stamp(code.mask(dots), x, top)
        readable = self._readable_code()
        baseline = top + side + QUIET_MODULES * dots - readable.top
        width = max(side, readable.ink_width)
        left = self._beside(width, at_start=False)
        self._canvas.line(readable, left, left + width, baseline, Align.CENTRE)

    def _readable_code(self) -> SetLine:
        """The code for people to type; wider than a small symbol is."""
        return set_line(self._content.readable_code_groups, Role.PLAIN, self._type(35))

    def _draw_name(self, top: int, bottom: int, largest: int) -> None:
        """Name and firm between two heights, resting on the lower one."""
        width = self._right - self._left
        company = clean(self._content.company)
        company_line = None
        reserved = self._dots(24)
        if company:
            company_line = fit_line(company, Role.PLAIN, width=width, largest=self._type(44), smallest=SMALLEST_TEXT)
            reserved += company_line.bottom - company_line.top + self._dots(24)
        name = fit_block(
            clean(self._content.name) or NO_TEXT,
            Role.DISPLAY,
            width=width,
            height=bottom - top - reserved,
            stages=name_stages(max(largest, SMALLEST_TEXT)),
        )
        slack = bottom - top - reserved - name.height
        y = top + slack * 3 // 5
        side = Align.RIGHT if is_right_to_left(clean(self._content.name)) else Align.LEFT
        self._canvas.block(name, self._left, self._right, y, side)
        if company_line is not None:
            baseline = y + name.height + self._dots(24) - company_line.top
            self._canvas.line(company_line, self._left, self._right, baseline, side)

    def _rule(self, y: int) -> None:
        self._canvas.fill(self._left, y, self._right - self._left, self._dots(4))

    def _draw_pair(self, top: int) -> None:
        """Host at the start, time at the end, on one line under the rule."""
        labels, width = self._content.labels, self._right - self._left
        until = self._value(self._content.valid_until, width // 2)
        reach = max(until, self._label_width(labels.valid_until))
        middle = self._left + reach if self._mirrored else self._right - reach
        gap = self._dots(28)
        host = (middle + gap, self._right) if self._mirrored else (self._left, middle - gap)
        time = (self._left, middle) if self._mirrored else (middle, self._right)
        self._draw_detail(labels.visiting, self._content.host, *host, top + self._dots(26), self._start)
        self._draw_detail(labels.valid_until, self._content.valid_until, *time, top + self._dots(26), self._end)

    def _value(self, text: str, width: int) -> int:
        return fit_line(clean(text), Role.STRONG, width=width, largest=self._type(40), smallest=SMALLEST_TEXT).ink_width

    def _label_width(self, text: str) -> int:
        return set_line(clean(text), Role.PLAIN, self._type(28)).ink_width

    def _draw_detail(self, label: str, value: str, left: int, right: int, top: int, align: Align) -> None:
        value = clean(value)
        if not value:
            return
        width = right - left
        size = self._type(28)
        caption = fit_line(clean(label), Role.PLAIN, width=width, largest=size, smallest=SMALLEST_TEXT)
        line = fit_line(value, Role.STRONG, width=width, largest=self._type(40), smallest=SMALLEST_TEXT)
        self._canvas.line(caption, left, right, top + self._dots(21), align)
        self._canvas.line(line, left, right, top + self._dots(65), align)
