"""Whom the visitor has come to see: letters below, names above, nothing else about anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.presenters.host import HostRow, HostState
from kiosk.views import shapes
from kiosk.views.buttons import Button, Face, Kind, button_height
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.field import BOX_U, Field, box_height, label_height
from kiosk.views.keyboard import Keyboard, keyboard_height
from kiosk.views.mirror import turned, upright_look
from kiosk.views.parts import Label, Part, Target
from kiosk.views.scroll import RowList, RowPlan
from kiosk.views.text import Span, TextBlock
from kiosk.views.theme import BODY, CAPTION, PILL, ROW, ROW_PLAIN, Radius, Style
from sync.visual_order import is_mixed
from sync.writing import first_letters

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

BESIDE_U = 10.0
"""What a sentence of two lines and the way on without a host take beneath the field of a small panel, beside the lines
themselves; where that is not there, as over the keys of Chinese, all stands in one list.
"""
DENSE_WIDE, DENSE_SIDES_U = 0.3, 11.0
"""There, and with large text: of the width, the field; and what stands beside a name."""
DENSE_LINES, DENSE_SHARES = 2, (1.0, 0.85, 0.7)
INITIALS = Style("Inter-600", 3.0, 1.1)


class HostView(ScreenView):
    """One field and the people found."""

    def compose(self, state: HostState) -> None:
        """Lay the field above, the rows beneath; beside one another where the screen is low."""
        look, u = self.look, self.look.u
        room = self.chrome(typing=True)
        tall = keyboard_height(look, state.keyboard)
        board, host = (self.x, room.bottom, self.width, tall), self.lobby.host
        self._board = Keyboard.at(upright_look(look), board, host.press, host.type)
        room.bottom += tall
        landscape = look.measure.landscape
        if self.has_place_for_title(room) and self._leaves_two(room, state):
            self.title(room, state.title, small=landscape)
        box_tall = box_height(look, BOX_U if not landscape else 9.4)
        top = room.top - label_height(look) + (1.2 * u if landscape and not look.measure.compact else 0)
        beneath = top - box_tall - room.bottom - (BESIDE_U * u + 2 * look.measure.size(BODY) * BODY.leading)
        self._is_dense = look.measure.compact and (look.measure.text_scale > 1 or beneath < 0)
        wide = room.width * (DENSE_WIDE if self._is_dense else 0.44) if landscape else room.width
        self._field = Field(
            look, (room.x, top - box_tall, wide, box_tall), "host.search", state.label, "", self.lobby.host.place
        )
        self.put(self._field)
        if landscape:
            rows = Room(
                room.x + wide + 3.2 * u, room.bottom, room.width - wide - 3.2 * u, top + label_height(look) * 0.6
            )
        else:
            rows = Room(room.x, room.bottom, room.width, top - box_tall - 3.2 * u)
        self._rows_room = rows
        self._sentence_at = (room.x, top - box_tall - 1.2 * u, wide) if landscape else (rows.x, rows.top, rows.width)
        self._is_beside = landscape and look.measure.compact and not self._is_dense
        if self._is_dense:
            rows.top = room.top
        elif self._is_beside:  # under the field, so that names have all the height that a low panel leaves
            self._without(state, Room(room.x, room.bottom - 0.8 * u, wide, top), wide)
            rows.bottom += 1.6 * u
        else:
            without = self._without(state, rows if landscape else room, wide)
            rows.bottom += without + (2.0 if landscape else 3.0) * u
        self._results: list[Part] = []
        self.add_widget(turned(look, self._board))
        self._show(state)

    def _leaves_two(self, room: Room, state: HostState) -> bool:
        """Whether a title leaves two people with long names a place, on a panel that hangs upright."""
        look, u, size = self.look, self.look.u, self.look.measure.size
        row = 2 * size(ROW) * ROW.leading + size(CAPTION) * CAPTION.leading + 3.6 * u
        needed = label_height(look) + box_height(look, BOX_U) + 2 * row + 17.0 * u
        return not look.measure.narrow or self.title_height(state.title, "", room.width) + needed <= room.height

    def _without(self, state: HostState, room: Room, wide: float) -> float:
        """Put the way on without a host, where there is one, and return its height."""
        if not state.without:
            return 0.0
        face = Face(state.without, "account-question-outline", Kind.QUIET, PILL, "start")
        u = self.look.u
        words = self.look.text(state.without, PILL, "#000000", wide - 8 * u, 2)
        tall = max(8 * u, words.height + 2.4 * u)
        box = (room.x - 0.4 * u, room.bottom + 1.6 * u, min(wide, words.width + 8 * u), tall)
        self.put(Button(self.look, box, "host.without", face, self.lobby.host.go_without))
        return tall

    def _show(self, state: HostState) -> None:
        self._field.show(state.entry, focused=True)
        self._board.show(state.keyboard)
        for part in self._results:
            self.remove_widget(part)
        self._results = []
        if self._is_dense:
            self._results = self._all_as_rows(state)
        elif state.rows:
            plans = [self._plan(row, (row is state.rows[0], row is state.rows[-1])) for row in state.rows]
            room = self._rows_room
            seen = min(room.height, sum(plan.height for plan in plans))
            box = (room.x, room.top - seen, room.width, seen)
            self._results = [RowsCard(self.look, box), RowList(self.look, box, plans)]
        if state.sentence and not self._is_dense:
            x, top, wide = self._sentence_at
            if self._is_beside and state.without:
                block = self.look.fitted(state.sentence, BODY, self.look.palette.soft, wide, 2)
            else:
                block = self.look.text(state.sentence, BODY, self.look.palette.soft, wide, 4)
            if state.rows and not self.look.measure.landscape:
                top = self._results[0].y - 1.6 * self.look.u
            self._results.append(Label(self.look, block, (x, top - block.height, wide, block.height)))
        for part in self._results:
            self.put(part)

    def _all_as_rows(self, state: HostState) -> list[Part]:
        """Names, what there is to say, and the way on without a host as rows of one list."""
        room, u = self._rows_room, self.look.u
        plans = [self._plan(row, (row is state.rows[0], row is state.rows[-1])) for row in state.rows]
        below, wide = 1.6 * u, room.width - 2.4 * u
        if state.sentence:
            block = self.look.text(state.sentence, BODY, self.look.palette.soft, wide)
            plans.append(RowPlan(block.height + below, lambda box: Label(self.look, block, box)))
        if state.without:
            face = Face(state.without, "account-question-outline", Kind.SECONDARY, PILL)
            tall, act = button_height(self.look, face, wide, 8.0), self.lobby.host.go_without

            def without(box: Box) -> Part:
                return Button(self.look, (box[0], box[1] + below / 2, wide, tall), "host.without", face, act)

            plans.append(RowPlan(tall + below, without))
        card = min(room.height, sum(plan.height for plan in plans[: len(state.rows)]))
        parts: list[Part] = [RowsCard(self.look, (room.x, room.top - card, room.width, card))] if state.rows else []
        return [*parts, RowList(self.look, (room.x, room.bottom, room.width, room.height), plans)]

    def _plan(self, row: HostRow, ends: tuple[bool, bool]) -> RowPlan:
        if self._is_dense:
            tall = max(8.8 * self.look.u, _dense_name(self.look, row, self._rows_room.width).height + 2 * self.look.u)
            return RowPlan(tall, lambda box: DenseHostRowView(self.look, box, row, ends, self._choose(row)))
        name = _name(self.look, row, self._rows_room.width)
        line = self.look.measure.size(CAPTION) * CAPTION.leading if row.department else 0
        least = (11.6 if self.look.measure.landscape else 13.2) * self.look.u
        height = max(least, name.height + line + 3.6 * self.look.u)
        return RowPlan(height, lambda box: HostRowView(self.look, box, row, ends, self._choose(row)))

    def _choose(self, row: HostRow) -> Callable[[], None]:
        return lambda: self.lobby.host.choose(row.id)

    def listed(self) -> object:
        """Those who are found with these letters."""
        return self.view.state.entry.value

    def refresh(self, view: LobbyView) -> bool:
        """Show letters and names at once."""
        if not self.same_but_state(view) or self.has_other_keys(view.state.keyboard.rows):
            return False
        old, self.view = self.view.state, view
        if old != view.state:
            self._show(view.state)
        return True


def _spans(look: Look, row: HostRow) -> list[Span]:
    """Return the name with the letters that were typed in bold and pine."""
    p = look.palette
    begin, end = row.match if row.match is not None and not is_mixed(row.name) else (0, 0)
    spans = [
        Span(row.name[:begin], ROW_PLAIN, p.ink),
        Span(row.name[begin:end], ROW, p.pine),
        Span(row.name[end:], ROW_PLAIN, p.ink),
    ]
    return [span for span in spans if span.text]


def _name(look: Look, row: HostRow, wide: float) -> TextBlock:
    return TextBlock(_spans(look, row), look.measure, wide - 25 * look.u, most_lines=3, mirrored=look.mirrored)


def _dense_name(look: Look, row: HostRow, wide: float) -> TextBlock:
    """Return the name and after it the department, in two lines, if need be a little smaller."""
    spans, room = _spans(look, row), wide - DENSE_SIDES_U * look.u
    spans += [Span(f" ({row.department})", CAPTION, look.palette.soft)] if row.department else []
    for share in DENSE_SHARES:
        smaller = [replace(span, style=replace(span.style, size=span.style.size * share)) for span in spans]
        block = TextBlock(smaller, look.measure, room, most_lines=3, mirrored=look.mirrored)
        if len(block.lines) <= DENSE_LINES and not block.broken:
            break
    return block


def _paint_ground(row: Target, ends: tuple[bool, bool]) -> None:
    p, u, (first, last) = row.look.palette, row.look.u, ends
    if row.pressed:
        radius = Radius.CARD * u
        shapes.rounded(row.ink, row.box, p.pine_tint, radius if first else 0, lower=radius if last else 0)
    if not last:
        shapes.fill(row.ink, (row.x, row.y, row.width, max(1.0, 0.15 * u)), p.line)


class RowsCard(Part):
    """The card beneath the rows."""

    def paint(self) -> None:
        """Draw it."""
        self.card()


class HostRowView(Target):
    """One person; ``ends``: whether it is the first, and the last, of its card."""

    slack = 0.0

    def __init__(self, look: Look, box: Box, row: HostRow, ends: tuple[bool, bool], act: Callable[[], object]) -> None:
        self._row, self._ends = row, ends
        super().__init__(look, box, f"host.row.{row.id}", act)

    def paint(self) -> None:
        """Draw arch, initials, name and department."""
        p, u, row = self.look.palette, self.look.u, self._row
        _paint_ground(self, self._ends)
        arch = (self.x + 3.2 * u, self.center_y - 4.0 * u, 8 * u, 8 * u)
        shapes.arch(self.ink, arch, p.paper if self.pressed and not p.outlined else p.pine_tint, 1.2 * u)
        letters = self.look.text(first_letters(row.name), INITIALS, p.pine)
        if letters.text:
            top = arch[1] + 3.7 * u + letters.height / 2
            letters.draw(self.ink, arch[0], top, arch[2], "centre", mirrored=self.look.mirrored)
        else:
            self.icon("account-outline", 4.4 * u, (arch[0] + 4 * u, arch[1] + 4 * u), p.pine)
        name = _name(self.look, row, self.width)
        second = self.look.text(row.department, CAPTION, p.soft, self.width - 25 * u, 1)
        tall = name.height + (second.height if row.department else 0)
        top = self.center_y + tall / 2
        self.write(name, self.x + 14 * u, top, self.width - 25 * u)
        if row.department:
            self.write(second, self.x + 14 * u, top - name.height, self.width - 25 * u)
        self.icon("chevron-right", 4.4 * u, (self.right - 5.4 * u, self.center_y), p.ink)


class DenseHostRowView(HostRowView):
    """One person in as little room as their name needs, so that two are in sight above the keys of a small panel."""

    def paint(self) -> None:
        """Draw the name, and the department after it."""
        u = self.look.u
        _paint_ground(self, self._ends)
        name = _dense_name(self.look, self._row, self.width)
        self.write(name, self.x + 3.2 * u, self.center_y + name.height / 2, self.width - DENSE_SIDES_U * u)
        self.icon("chevron-right", 4.4 * u, (self.right - 4.4 * u, self.center_y), self.look.palette.ink)
