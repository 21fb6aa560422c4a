"""A field: label, box, text with a cursor, helper or correction beneath. The text itself lives in the presenter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.presenters.entry import TextEntry
from kiosk.views import shapes
from kiosk.views.parts import Target
from kiosk.views.text import DEEP, Span, TextBlock, width_of
from kiosk.views.theme import CAPTION, FIELD, LABEL, LABEL_PLAIN, Radius, Style
from sync.writing import in_order, runs_right_to_left, tidy

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

SMALL_FIELD = Style("Inter-400", 2.9, 1.3)
BOX_U = 10.4
LABEL_SHARES = (1.0, 0.9, 0.8)


def label_height(look: Look) -> float:
    """Return how far above the box its label begins, in pixels: what Arabic has far below its line stays in sight."""
    size = look.measure.size(LABEL)
    return size * (LABEL.leading + (DEEP if look.mirrored else 0.0)) + 1.0 * look.u


def below_height(look: Look, line: str, wide: float) -> float:
    """Return how far below its box the line of a field reaches, in pixels; 0 without one."""
    return _below(look, line, "#000000", wide).height + 0.9 * look.u if line else 0.0


def box_height(look: Look, least_u: float) -> float:
    """Return how high the box must be for its text, in pixels."""
    return max(least_u * look.u, look.measure.size(FIELD) * FIELD.leading + 3.2 * look.u)


def _below(look: Look, line: str, colour: str, wide: float) -> TextBlock:
    return look.text(line, CAPTION, colour, wide - 4 * look.u, 4)


class Field(Target):
    """The box of a field with its label above and one line beneath. ``box`` is the typing box alone."""

    def __init__(
        self, look: Look, box: Box, touch_id: str, label: str, optional: str, place: Callable[[int], object]
    ) -> None:
        self._label, self._optional, self._place = label, optional, place
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

    def on_touch_down(self, touch: object) -> bool:
        """Remember where the finger is, for the cursor."""
        self._last_x = float(getattr(touch, "x", 0.0))
        return super().on_touch_down(touch)

    def _touched(self) -> None:
        style = self._style()
        text, size = tidy(self.entry.text), self.look.measure.size(style)
        start = self.x + 2.8 * self.look.u
        inside = start + self._room() - self._last_x if self._is_from_far(text) else self._last_x - start
        widths = [width_of(in_order(text[:at]), style.face, size) for at in range(len(text) + 1)]
        off = [abs(width - inside - self._scrolled(style)) for width in widths]
        self._place(off.index(min(off)))

    def _is_from_far(self, text: str) -> bool:
        """Whether a text begins at the far side of the field: e-mail on an Arabic screen, Arabic on an English one."""
        return (runs_right_to_left(text) if text else self.look.mirrored) != self.look.mirrored

    def _style(self) -> Style:
        """Return the size at which the text fits, once smaller; a longer text scrolls."""
        size = self.look.measure.size(FIELD)
        wide = width_of(tidy(self.entry.text), FIELD.face, size)
        return FIELD if wide <= self._room() else SMALL_FIELD

    def _room(self) -> float:
        return float(self.width - 5.6 * self.look.u)

    def _scrolled(self, style: Style) -> float:
        """Return how many pixels of the text are out of sight at the start, so that the cursor is in view."""
        before = width_of(tidy(self.entry.text[: self.entry.cursor]), style.face, self.look.measure.size(style))
        return max(0.0, before - self._room() + 0.5 * self.look.u)

    def paint(self) -> None:
        """Draw label, rings, text, cursor and the line beneath."""
        p, u = self.look.palette, self.look.u
        label = self._label_block()
        self.write(label, self.x, self.top + label_height(self.look), self.width)
        self._paint_box()
        self._paint_text()
        line, colour = (self.error, p.brick) if self.error else (self.helper, p.soft)
        if line:
            x = self.x
            block = _below(self.look, line, colour, self.width)
            if self.error:
                self.icon(
                    "alert-circle-outline", 3.0 * u, (x + 1.5 * u, self.y - 0.9 * u - block.line_height / 2), colour
                )
                x += 3.8 * u
            self.write(block, x, self.y - 0.9 * u, self.width - 4 * u)

    def _label_block(self) -> TextBlock:
        """The label in one line, if need be a little smaller, or without the words that it may be left empty."""
        p = self.look.palette
        words = [(self._label, LABEL, p.ink)]
        more = [(" " + self._optional, LABEL_PLAIN, p.soft)] if self._optional else []
        for said in (words + more, words):
            for share in LABEL_SHARES:
                spans = [Span(text, replace(style, size=style.size * share), colour) for text, style, colour in said]
                block = TextBlock(spans, self.look.measure, self.width, most_lines=1, mirrored=self.look.mirrored)
                if not block.cut:
                    return block
        return block

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
        p, u, style = self.look.palette, self.look.u, self._style()
        text, size = tidy(self.entry.text), self.look.measure.size(style)
        start, room = self.x + 2.8 * u, self._room()
        from_far = self._is_from_far(text)
        shown, cursor_at = text, width_of(in_order(text[: self.entry.cursor]), style.face, size)
        if cursor_at > room or width_of(text, style.face, size) > room:
            shown, cursor_at = self._window(text, style, room)
        block = self.look.text(shown, style, p.ink)
        if shown:
            align = "end" if from_far else "start"
            self.write(block, start, self.center_y + block.height / 2, room, align)
            self.words[-1] = text
        if self.focused:
            x = start + room - cursor_at if from_far else start + cursor_at
            shapes.fill(self.ink, (x, self.center_y - size * 0.68, max(2.0, 0.4 * u), size * 1.36), p.ink)

    def _window(self, text: str, style: Style, room: float) -> tuple[str, float]:
        """Return the part of a long text that is shown, and where the cursor stands in it."""
        size, cursor = self.look.measure.size(style), min(self.entry.cursor, len(text))
        begin = 0
        while begin < cursor and width_of(text[begin:cursor], style.face, size) > room:
            begin += 1
        end = len(text)
        while end > cursor and width_of(text[begin:end], style.face, size) > room:
            end -= 1
        return text[begin:end], width_of(text[begin:cursor], style.face, size)
