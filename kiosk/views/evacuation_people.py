"""The rows of the evacuation list as they are drawn: names of groups, and people; and how high each must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.presenters.evacuation_rows import MusterRows, PersonRow, ZoneHead
from kiosk.views import shapes
from kiosk.views.buttons import IconButton
from kiosk.views.parts import WHOLE_WORDS, Part
from kiosk.views.row_ground import paint_row_ground
from kiosk.views.second_line import lay_second_line
from kiosk.views.theme import CAPTION, CAPTION_BOLD, LABEL, ROW, Style

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

ZONE = Style("Inter-600", 3.3, 1.25)
CLOCK = Style("InterTabular-500", 2.8, 1.3)
LONG_NAME = 24
BESIDE_U, CLOCK_U, REPRINT_U = 18.6, 3.2, 12.0
"""What stands beside the name of somebody who needs assistance; beside the clock; and what a badge again takes."""
NAME_LINES, HEAD_LINES, REMARK_LINES = 6, 2, 3
SMALL_LINES, SMALL_SHARE, LARGE = 3, 0.7, 1.3
"""With text larger than that, or large text on a small panel, a long name rather shrinks than hides the next person."""


def _head_words(look: Look, head: ZoneHead, wide: float) -> tuple[TextBlock, TextBlock]:
    p = look.palette
    count = look.text(head.count, CAPTION, p.soft)
    return look.text(head.name, ZONE, p.ink, wide - count.width - 9 * look.u, HEAD_LINES), count


def heading_height(look: Look, head: ZoneHead, wide: float) -> float:
    """Return how high the name of a group must be at a width, in pixels."""
    name, _ = _head_words(look, head, wide)
    return max(8.6 * look.u, name.height + 3.0 * look.u)


def is_narrow(look: Look) -> bool:
    """Return whether names need the place of the clock, which then stands before what stands beneath them."""
    return look.measure.text_scale > (1.0 if look.measure.compact else LARGE)


def person_name(look: Look, name: str, wide: float) -> TextBlock:
    """Lay out a name in full."""
    if is_narrow(look):
        block = look.fitted(name, ROW, look.palette.ink, wide, SMALL_LINES, least=SMALL_SHARE)
        if len(block.lines) <= NAME_LINES:
            return block
    return look.text(name, ROW, look.palette.ink, wide, NAME_LINES)


def _remark(look: Look, words: str, wide: float) -> TextBlock:
    return look.fitted(words, CAPTION_BOLD, look.palette.soft, wide, REMARK_LINES, least=WHOLE_WORDS)


def row_heights(look: Look, rows: MusterRows, wide: float, *, reprint: bool) -> Iterator[float]:
    """Of each row, in pixels; only names that might not fit are measured, beside a clock as wide as the others."""
    u, measure = look.u, look.measure
    one = max((row.since for row in rows[1:2] if isinstance(row, PersonRow)), default="")
    around_name = wide - (BESIDE_U + (REPRINT_U if reprint else 0.0)) * u
    rooms: dict[str, float] = {}
    second = measure.size(CAPTION) * CAPTION.leading
    remarks: dict[tuple[str, str], float] = {}
    name_tall, short = measure.size(ROW) * ROW.leading, LONG_NAME / measure.text_scale
    usual, around = max(13.2 * u, name_tall + second + 3.6 * u), second + 4.8 * u
    for outline in rows.outlines():
        if isinstance(outline, ZoneHead):
            yield heading_height(look, outline, wide)
            continue
        name, remark, day = outline
        if day not in rooms:
            rooms[day] = around_name - (0.0 if is_narrow(look) or not one else _clock_width(look, one, day))
        room = rooms[day]
        tall = usual if len(name) < short else max(usual, person_name(look, name, room).height + around)
        if not remark:
            yield tall
            continue
        if (remark, day) not in remarks:
            remarks[remark, day] = _remark(look, remark, room).height
        yield tall + remarks[remark, day]


def _clock_width(look: Look, since: str, day: str) -> float:
    """How much of a row the time takes, with the day beneath it."""
    return max(look.text(text, LABEL, "#000000").width for text in (since, day)) + CLOCK_U * look.u


def height_of_first(look: Look, rows: MusterRows, wide: float, people: int, *, reprint: bool) -> float:
    """Return how high the rows are down to so many people, in pixels."""
    tall, seen = 0.0, 0
    for outline, height in zip(rows.outlines(), row_heights(look, rows, wide, reprint=reprint), strict=True):
        tall, seen = tall + height, seen + (not isinstance(outline, ZoneHead))
        if seen == people:
            break
    return tall


def write_since(part: Part, since: tuple[str, str], width: float) -> None:
    """Write a time, and the day beneath it if there is one, at the end of a row of this width, in its middle."""
    blocks = [part.look.text(text, CLOCK, part.look.palette.soft) for text in since if text]
    top = part.center_y + sum(block.height for block in blocks) / 2
    for block in blocks:
        part.write(block, part.x, top, width, "end")
        top -= block.height


class HeadingView(Part):
    """The name of a group and how many are in it."""

    def __init__(self, look: Look, box: Box, row: ZoneHead) -> None:
        self._row = row
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw it on the chalk."""
        p, u = self.look.palette, self.look.u
        x = self.x + 0.4 * u
        if self._row.assistance:
            self.icon("hand-back-left", 4.0 * u, (x + 2.0 * u, self.y + 3.4 * u), p.ink)
            x += 5.4 * u
        name, count = _head_words(self.look, self._row, float(self.width))
        middle = self.y + max(3.4 * u, name.height / 2)
        self.write(name, x, middle + name.height / 2, name.width + 1)
        self.write(count, self.x, middle + count.height / 2, self.width - 2.8 * u, "end")


class PersonView(Part):
    """One person to account for."""

    def __init__(
        self,
        look: Look,
        box: Box,
        row: PersonRow,
        ends: tuple[bool, bool],
        reprint: Callable[[], None] | None = None,
        reprint_says: str = "",
    ) -> None:
        self._row, self._ends = row, ends
        self._aside = 0.0 if reprint is None else REPRINT_U * look.u
        super().__init__(look, box)
        if reprint is not None and not row.unnamed:
            x, y, wide, tall = box
            place = (x + wide - 2.4 * look.u - self._aside, y, self._aside, tall)
            name, says = f"evacuation.badge.{row.stay_id}", (*row.said, reprint_says)
            self.put(IconButton(look, place, name, "printer-outline", reprint, says=says))

    def paint(self) -> None:
        """Draw the row as part of its card: name in full, that somebody has probably left, the rest, when they came."""
        p, u, row = self.look.palette, self.look.u, self._row
        box = (self.x, self.y, self.width - 2.4 * u, self.height)
        inner = box[2] - self._aside
        paint_row_ground(self, box, p.paper, self._ends)
        x = self.x + 3.2 * u
        if row.needs_assistance:
            shapes.disc(self.ink, (x + 3.6 * u, self.center_y), 7.2 * u, p.ink)
            self.icon("hand-back-left", 4.2 * u, (x + 3.6 * u, self.center_y), p.paper)
            x += 9.8 * u
        narrow = is_narrow(self.look)
        room = box[0] + inner - x - 3.2 * u
        room -= 0.0 if narrow else _clock_width(self.look, row.since, row.day)
        second = row.second
        if narrow:
            second = replace(second, before=" · ".join(part for part in (row.day, row.since, second.before) if part))
        blocks = [
            (person_name(self.look, row.name, room), False),
            (_remark(self.look, row.remark, room), False),
            (lay_second_line(self.look, second, room), True),
        ]
        top = self.center_y + sum(block.height for block, _ in blocks if block.text) / 2
        for block, may_end in blocks:
            if block.text:
                self.write(block, x, top, room, may_end=may_end)
                top -= block.height
        if narrow:
            return
        width = inner - (3.2 * u if not self._aside else 0)
        write_since(self, (row.since, row.day), width)
