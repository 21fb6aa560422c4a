"""A field: label, box, text with a cursor, helper or correction beneath. The text itself lives in the presenter."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.presenters.entry import TextEntry
from kiosk.views import shapes
from kiosk.views.parts import Target
from kiosk.views.text import DEEP, Span, TextBlock, width_of
from kiosk.views.theme import CAPTION, FIELD, LABEL, LABEL_PLAIN, Radius, Style
from kiosk.views.typed_line import TypedLine, begins_right
from sync.visual_order import runs_right_to_left, shaped
from sync.writing import tidy

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

SMALL_FIELD = Style("Inter-400", 2.9, 1.3)
BOX_U = 10.4
RING_U, BELOW_GAP_U = 1.2, 0.9
"""So far the ring of the field in use reaches around it, and so far below it the line beneath begins."""
SMALLEST_SHARE = 0.72
BELOW_SHARES = (1.0, 0.9, 0.8, SMALLEST_SHARE)
BESIDE_SHARE, BESIDE_LINES, BESIDE_GAP_U = 0.36, 2, 2.4
"""Of a field's width, a label that stands beside its box; its lines, and what is between them."""
LABEL_SHARES = (1.0, 0.9, 0.8)
LABEL_LINES, BELOW_LINES = 6, 12
"""So many an organisation's question may have before it is written smaller, and what it says beneath: the page scrolls.
"""


def label_height(look: Look, words: tuple[str, str] = ("", ""), wide: float = 0.0) -> float:
    """Return how far above the box its label begins, in pixels: what Arabic has far below its line stays in sight.
    ``words``: the label, and that it may be left empty; without them it has one line.
    """
    size = look.measure.size(LABEL)
    one = size * (LABEL.leading + (DEEP if look.mirrored else 0.0)) + 1.0 * look.u
    if not any(words):
        return one
    block = _label_block(look, words, wide, LABEL_LINES)
    return one + block.height - block.line_height


def _label_block(look: Look, words: tuple[str, str], wide: float, most_lines: int, several: float = 1.0) -> TextBlock:
    """A label in one line, if need be a little smaller; else in several, or, where there is place for one, without the
    words that it may be left empty. ``several``: of its size, a label of several lines.
    """
    p, (label, optional) = look.palette, words
    named = [(label, LABEL, p.ink)]
    more = [(" " + optional, LABEL_PLAIN, p.soft)] if optional else []

    def laid(said: list[tuple[str, Style, str]], share: float, lines: int) -> TextBlock:
        spans = [Span(text, replace(style, size=style.size * share), colour) for text, style, colour in said]
        return TextBlock(spans, look.measure, wide, most_lines=lines, mirrored=look.mirrored)

    ways = [(named + more, share, 1) for share in LABEL_SHARES]
    if most_lines > 1:
        ways += [(named + more, several, most_lines)]
        ways += [(named + more, SMALLEST_SHARE, 0)] if most_lines == LABEL_LINES else []
    else:
        ways += [(named, share, 1) for share in LABEL_SHARES]
    for way in ways:
        block = laid(*way)
        if not block.cut:
            break
    return block


def below_height(look: Look, line: str, wide: float, most: float = math.inf) -> float:
    """Return how far below its box the line of a field reaches, in pixels; 0 without one. ``most``: see ``Field``."""
    return _below(look, line, "#000000", wide, most).height + BELOW_GAP_U * look.u if line else 0.0


def box_height(look: Look, least_u: float, *, tight: bool = False) -> float:
    """Return how high the box must be for its text, in pixels; ``tight``: with little room around it."""
    return max(least_u * look.u, look.measure.size(FIELD) * FIELD.leading + (2.0 if tight else 3.2) * look.u)


def _below(look: Look, line: str, colour: str, wide: float, most: float) -> TextBlock:
    """The line beneath, where it would be higher than ``most`` as much smaller as it is still easily read."""
    for share in BELOW_SHARES:
        style = replace(CAPTION, size=CAPTION.size * share)
        block = look.text(line, style, colour, wide - 4 * look.u, BELOW_LINES)
        if block.height + BELOW_GAP_U * look.u <= most or look.measure.text_scale * share <= 1:
            break
    return block


def label_beside(look: Look, words: tuple[str, str], wide: float, tall: float) -> float:
    """Return how wide a label is that stands beside its box, with its gap, in pixels; 0 where it has no place in so
    much height.
    """
    block = _beside_block(look, words, wide, tall)
    return block.width + BESIDE_GAP_U * look.u if not block.cut and block.height <= tall else 0.0


def _beside_block(look: Look, words: tuple[str, str], wide: float, tall: float) -> TextBlock:
    """A label in a part of ``wide``, in one line or two, if need be a little smaller."""
    for share in (*LABEL_SHARES, SMALLEST_SHARE):
        block = _label_block(look, words, BESIDE_SHARE * wide, BESIDE_LINES, share)
        if not block.cut and not block.broken and block.height <= tall:
            break
    return block


@dataclass(frozen=True, slots=True)
class Tight:
    """How a field fits over the keys of a small panel, in pixels: ``beside``, how wide the label is that stands before
    its box, 0 where it stands above; ``below``, how high what stands beneath may be, where it can be smaller.
    """

    beside: float = 0.0
    below: float = math.inf


ROOMY = Tight()


class Field(Target):
    """The box of a field with its label above and one line beneath. ``box`` is the typing box alone."""

    def __init__(
        self,
        look: Look,
        box: Box,
        touch_id: str,
        label: str,
        optional: str,
        place: Callable[[int], object],
        *,
        label_lines: int = 1,
        tight: Tight = ROOMY,
    ) -> None:
        self._label, self._optional, self._place = label, optional, place
        self._label_lines, self._beside, self._most_below = label_lines, tight.beside, tight.below
        words = (label, optional) if label_lines > 1 else ("", "")
        self.above = label_height(look, words, box[2]) if not tight.beside else RING_U * look.u
        """How far above the box the label, or else the ring, begins, in pixels."""
        self.entry = TextEntry()
        self.focused = False
        self.helper = ""
        self.error = ""
        self.attention = False
        self._last_x = 0.0
        super().__init__(look, box, touch_id, self._touched)

    def show(
        self, entry: TextEntry, *, focused: bool, helper: str = "", error: str = "", attention: bool = False
    ) -> None:
        """Show another state of the field, if it is another."""
        now = (entry, focused, helper, error, attention)
        if now != (self.entry, self.focused, self.helper, self.error, self.attention):
            self.entry, self.focused, self.helper, self.error, self.attention = now
            self.repaint()

    @property
    def said(self) -> list[str]:
        """Return its label, and what is wrong; never what was typed, nor a helper that repeats it."""
        return [part for part in (f"{self._label} {self._optional}".strip(), self.error) if part]

    def on_touch_down(self, touch: object) -> bool:
        """Remember where the finger is, for the cursor."""
        self._last_x = float(getattr(touch, "x", 0.0))
        return super().on_touch_down(touch)

    def _touched(self) -> None:
        text, _, style = self._shown()
        begin, line = self._line(text, style)
        left, turned = self._left(text, line), self.look.mirrored
        x = left + line.width - self._last_x if turned else self._last_x - left
        self._place(self._typed_at(begin + line.index_at(x)))

    def _shown(self) -> tuple[str, int, Style]:
        """Return what is seen of the text, where the cursor is in that, and the size at which it fits, once smaller; a
        longer text scrolls.
        """
        text, cursor = tidy(self.entry.text), len(tidy(self.entry.text[: self.entry.cursor]))
        return text, cursor, FIELD if self._wide(text, FIELD) <= self._room() else SMALL_FIELD

    def _typed_at(self, seen: int) -> int:
        """Return the place in the text as it was typed, some of whose signs are not seen."""
        typed = self.entry.text
        return next(at for at in range(len(typed) + 1) if len(tidy(typed[:at])) >= seen)

    def _line(self, text: str, style: Style) -> tuple[int, TypedLine]:
        """Return the part of the text that is in sight, the cursor in it, and where it begins."""
        cursor = len(tidy(self.entry.text[: self.entry.cursor]))
        begin, end = 0, len(text)
        while begin < cursor and self._wide(text[begin:cursor], style) > self._room():
            begin += 1
        while end > cursor and self._wide(text[begin:end], style) > self._room():
            end -= 1
        return begin, TypedLine(text[begin:end], style, self.look.measure, right_to_left=runs_right_to_left(text))

    def _left(self, text: str, line: TypedLine) -> float:
        """Return where a line is drawn from: e-mail on an Arabic screen begins at its far side, so does Arabic on an
        English one.
        """
        start = float(self.x) + 2.8 * self.look.u
        spare = self._room() - line.width
        near = begins_right(text, mirrored=self.look.mirrored) == self.look.mirrored
        return start if near else start + spare

    def _wide(self, text: str, style: Style) -> float:
        return width_of(shaped(text), style.face, self.look.measure.size(style))

    def _room(self) -> float:
        return float(self.width - 5.6 * self.look.u)

    def paint(self) -> None:
        """Draw label, rings, text, cursor and the line beneath."""
        p, u = self.look.palette, self.look.u
        self._paint_label((self._label, self._optional))
        self._paint_box()
        self._paint_text()
        line, colour = (self.error, p.brick) if self.error else (self.helper, p.soft)
        if line:
            x, wide, top = self.x - self._beside, self.width + self._beside, self.y - BELOW_GAP_U * u
            block = _below(self.look, line, colour, wide, self._most_below)
            if self.error:
                self.icon("alert-circle-outline", 3.0 * u, (x + 1.5 * u, top - block.line_height / 2), colour)
                x += 3.8 * u
            self.write(block, x, top, wide - 4 * u)

    def _paint_label(self, words: tuple[str, str]) -> None:
        if not self._beside:
            label = _label_block(self.look, words, self.width, self._label_lines)
            self.write(label, self.x, self.top + self.above, self.width)
            return
        wide = self.width + self._beside
        label = _beside_block(self.look, words, wide, float(self.height))
        self.write(label, self.x - self._beside, self.center_y + label.height / 2, self._beside)

    def _paint_box(self) -> None:
        p, u = self.look.palette, self.look.u
        radius = Radius.FIELD * u
        if self.focused:
            shapes.ring(self.ink, self.box, (p.lamp, p.ink), (0.6 * u, 0.1 * u), radius)
            edge = p.brick if self.error else p.ink
            shapes.outlined(self.ink, self.box, p.paper, edge, radius, 0.45 * u)
        elif self.error:
            shapes.outlined(self.ink, self.box, p.paper, p.brick, radius, 0.5 * u)
        else:
            edge, thick = (p.ochre, 0.4) if self.attention else (p.edge, 0.25)
            shapes.outlined(self.ink, self.box, p.paper, edge, radius, thick * u)

    def _paint_text(self) -> None:
        p = self.look.palette
        text, cursor, style = self._shown()
        begin, line = self._line(text, style)
        left, size = self._left(text, line), self.look.measure.size(style)
        if line.text:
            block = line.block(p.ink)
            self.write(block, left, self.center_y + block.height / 2, line.width)
            self.words[-1] = text
        if self.focused:
            thick = max(2.0, 0.4 * self.look.u)
            at, behind_turned = line.cursor_at(cursor - begin)
            at -= thick if behind_turned else 0.0
            x = left + line.width - at - thick if self.look.mirrored else left + at
            shapes.fill(self.ink, (x, self.center_y - size * 0.68, thick, size * 1.36), p.ink)
