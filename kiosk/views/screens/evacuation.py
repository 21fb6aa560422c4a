"""The evacuation list: a red head with the count, how far to believe it, and everybody, needs-assistance first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from kiosk.presenters.evacuation import EvacuationState, ZoneTab
from kiosk.presenters.evacuation_rows import PersonRow, ZoneHead
from kiosk.views import shapes
from kiosk.views.buttons import Button, Face, IconButton, Kind, button_height, pill_width
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.evacuation_banner import Banner, banner_height
from kiosk.views.evacuation_head import Head
from kiosk.views.evacuation_zones import ZoneChoice, Zones, zones_height
from kiosk.views.parts import Part
from kiosk.views.scroll import LongRows, RowList, RowPlan
from kiosk.views.theme import BODY, CAPTION, LABEL, PILL, ROW, Radius, Style

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

ZONE = Style("Inter-600", 3.3, 1.25)
LONG_NAME = 24
BESIDE_U, REPRINT_U = 21.8, 12.0
"""What stands beside the name of somebody who needs assistance, without the clock; and what a badge again takes."""
NAME_LINES = 6


class EvacuationView(ScreenView):
    """Red head or red column, banner, zones, list, ways onto paper."""

    is_low = True

    def compose(self, state: EvacuationState) -> None:
        """Portrait: red bar above. Landscape: red column at the start."""
        u, landscape = self.look.u, self.look.measure.landscape
        top = self.top - self.strip(self.top)
        margin = 5.6 * u if not self.look.measure.compact else 3.2 * u
        if landscape:
            wide = min(52 * u, self.width * 0.3)
            self._head = Head(self.look, (self.x, self.y, wide, top - self.y), state)
            self.put(self._head)
            room = Room(self.x + wide + margin, self.y, self.width - wide - 2 * margin, top - 3.2 * u)
            column = Room(self.x + 4.4 * u, self.y + 4.8 * u, wide - 8.8 * u, self._head.lowest())
            self._column_acts(column, room, state)
        else:
            face = Face(state.done, kind=Kind.ON_ALARM, style=PILL)
            pill = pill_width(self.look, face)
            self._head = Head(self.look, (self.x, top, self.width, 0.0), state, aside=pill + 2 * u)
            head = self._head.fit(top)
            self.put(self._head)
            box = (self.right - margin - pill, top - 14.4 * u, pill, 9.6 * u)
            if not self.view.display.reach:
                self.put(Button(self.look, box, "evacuation.done", face, self.lobby.evacuation.done))
            room = Room(self.x + margin, self.y, self.width - 2 * margin, top - head - 2.4 * u)
            self._foot(room, state)
        if not self._is_cramped:
            self._above(room, state)
        self._list_box = (room.x, room.bottom, room.width + 2.4 * u, room.height)
        self._list = RowList(self.look, self._list_box, self._plans(state))
        self.put(self._list)

    @property
    def _is_cramped(self) -> bool:
        """Whether large text leaves a small panel no place for the list unless all goes with it."""
        return self.look.measure.compact and self.look.measure.text_scale > 1

    def _above(self, room: Room, state: EvacuationState) -> None:
        """Put banner and zones above the list."""
        for tall, make in self._above_rows(state, room.width):
            self.put(make((room.x, room.top - tall, room.width, tall)))
            room.top -= tall

    def _above_rows(self, state: EvacuationState, wide: float) -> list[tuple[float, Callable[[Box], Part]]]:
        """Banner and zones: the height of each with the gap beneath it, in pixels, and how it is made."""
        rows: list[tuple[float, Callable[[Box], Part]]] = []
        if state.banner:
            rows.append((banner_height(self.look, state, wide), lambda box: Banner(self.look, box, state)))
        if state.tabs:
            zones = [ZoneChoice(tab.label, tab.chosen, self._zone(tab)) for tab in state.tabs]
            rows.append((zones_height(self.look, zones, wide), lambda box: Zones(self.look, box, zones)))
        return rows

    def _zone(self, tab: ZoneTab) -> Callable[[], None]:
        return lambda: self.lobby.evacuation.zone(tab.id)

    def _ways_onto_paper(self, state: EvacuationState) -> list[tuple[str, Face, Callable[[], None]]]:
        evacuation = self.lobby.evacuation
        return [
            ("evacuation.print", Face(state.print, "printer-outline", Kind.SECONDARY, PILL), evacuation.print_list),
            ("evacuation.pdf", Face(state.pdf, "file-pdf-box", Kind.SECONDARY, PILL), evacuation.save_pdf),
        ]

    def _foot(self, room: Room, state: EvacuationState) -> None:
        """Put the ways onto paper, and what became of them, at the foot of a portrait screen."""
        u, p = self.look.u, self.look.palette
        y, gap = self.y + 4.8 * u, 2.4 * u
        (_, out, _), (_, save, _) = ways = self._ways_onto_paper(state)
        first = room.width * 0.36
        rest = room.width - first - gap
        tall = max(button_height(self.look, save, first), button_height(self.look, out, rest))
        boxes = (room.x + first + gap, y, rest, tall), (room.x, y, first, tall)
        for box, (touch_id, face, act) in zip(boxes, ways, strict=True):
            self.put(Button(self.look, box, touch_id, face, act))
        above = y + tall + 1.6 * u
        if self.view.display.reach:
            done = Face(state.done, kind=Kind.SECONDARY, style=PILL)
            box = (room.x, above, room.width, button_height(self.look, done, room.width))
            self.put(Button(self.look, box, "evacuation.done", done, self.lobby.evacuation.done))
            above += box[3] + 1.6 * u
        if state.note:
            note = self.look.text(state.note, BODY, p.ink, room.width, 4)
            self.label(note, room.x, above + note.height, room.width)
            above += note.height + 1.6 * u
        self.put(_Rule(self.look, (self.x, above + 1.0 * u, self.width, 0.2 * u)))
        room.bottom = above + 1.2 * u

    def _column_acts(self, column: Room, room: Room, state: EvacuationState) -> None:
        """Put close and the ways onto paper into the red column, and what became of them where there is a place."""
        done = Face(state.done, kind=Kind.ON_ALARM, style=PILL)
        ways = [] if self._is_cramped else self._ways_onto_paper(state)
        acts = [*ways, ("evacuation.done", done, self.lobby.evacuation.done)]
        for button in self.stack(column, column.bottom, acts, least_u=9.6):
            self.put(button)
        if not state.note:
            return
        u = self.look.u
        note = self.look.text(state.note, CAPTION, self.look.palette.on_alarm, column.width)
        if note.height <= column.height:
            self.label(note, column.x, column.bottom + note.height, column.width)
            return
        note = self.look.text(state.note, BODY, self.look.palette.ink, room.width)
        room.top -= self.label(note, room.x, room.top, room.width) + 1.6 * u

    def _plans(self, state: EvacuationState) -> Sequence[RowPlan]:
        u = self.look.u
        if state.empty:
            return [RowPlan(16 * u, lambda box: HeadingView(self.look, box, ZoneHead(state.empty, "")))]
        end = RowPlan(3 * u, lambda box: Part(self.look, box))
        before, rows = self._cramped_plans(state) if self._is_cramped else [], state.rows
        heights = [*(plan.height for plan in before), *self._heights(state), end.height]

        def make(index: int) -> Callable[[Box], Part]:
            if index < len(before):
                return before[index].make
            number = index - len(before)
            return self._made(rows, number, reprint=state.reprints) if number < len(rows) else end.make

        return LongRows(heights, make)

    def _made(self, rows: Sequence[ZoneHead | PersonRow], number: int, *, reprint: bool) -> Callable[[Box], Part]:
        row = rows[number]
        if isinstance(row, ZoneHead):
            return self._heading(row)
        after = rows[number + 1] if number + 1 < len(rows) else None
        ends = isinstance(rows[number - 1], ZoneHead), not isinstance(after, PersonRow)
        return self._person(row, ends, reprint=reprint)

    def _heights(self, state: EvacuationState) -> Iterator[float]:
        """Of each row, in pixels; only names that might not fit are measured, beside a clock as wide as the others."""
        u, measure, rows = self.look.u, self.look.measure, state.rows
        one = [row.since for row in rows[1:2] if isinstance(row, PersonRow)]
        clock = max((self.look.text(since, LABEL, "#000000").width for since in one), default=0.0)
        head = max(8.6 * u, measure.size(ZONE) * ZONE.leading + 3.0 * u)
        second = measure.size(CAPTION) * CAPTION.leading
        tall = max(13.2 * u, measure.size(ROW) * ROW.leading + second + 3.6 * u)
        short, wide = LONG_NAME / measure.text_scale, self._list_box[2] - clock - BESIDE_U * u
        wide -= REPRINT_U * u if state.reprints else 0.0
        for name in rows.names():
            if name is None:
                yield head
            elif len(name) < short:
                yield tall
            else:
                block = self.look.text(name, ROW, "#000000", wide, NAME_LINES)
                yield max(tall, block.height + second + 4.8 * u)

    def _cramped_plans(self, state: EvacuationState) -> list[RowPlan]:
        """What stands above the list elsewhere, and the ways onto paper, as its first rows."""
        wide, gap = self._list_box[2] - 2.4 * self.look.u, 1.6 * self.look.u

        def inside(make: Callable[[Box], Part]) -> Callable[[Box], Part]:
            return lambda box: make((box[0], box[1], wide, box[3]))

        def button(touch_id: str, face: Face, act: Callable[[], None]) -> Callable[[Box], Part]:
            return lambda box: Button(self.look, (box[0], box[1] + gap, wide, box[3] - gap), touch_id, face, act)

        plans = [RowPlan(tall, inside(make)) for tall, make in self._above_rows(state, wide)]
        for touch_id, face, act in self._ways_onto_paper(state):
            plans.append(RowPlan(button_height(self.look, face, wide, 9.6) + gap, button(touch_id, face, act)))
        return plans

    def _heading(self, row: ZoneHead) -> Callable[[Box], Part]:
        return lambda box: HeadingView(self.look, box, row)

    def _person(self, row: PersonRow, ends: tuple[bool, bool], *, reprint: bool) -> Callable[[Box], Part]:
        if not reprint:
            return lambda box: PersonView(self.look, box, row, ends)
        ask = self.lobby.evacuation.badge.open
        return lambda box: PersonView(self.look, box, row, ends, lambda: ask(row.stay_id, row.name))

    def refresh(self, view: LobbyView) -> bool:
        """Show new people without losing the place in the list."""
        old, new = self.view.state, view.state
        if not self.same_but_state(view) or _shape(old) != _shape(new):
            return False
        self.view = view
        if old != new:
            self._head.show(new)
            self._list.set_rows(self._plans(new))
        return True


def _shape(state: EvacuationState) -> tuple[object, ...]:
    return state.tabs, state.banner, state.banner_more, state.freshness, state.note, state.loading


class HeadingView(Part):
    """The name of a group and how many are in it."""

    def __init__(self, look: Look, box: Box, row: ZoneHead) -> None:
        self._row = row
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw it on the chalk."""
        p, u = self.look.palette, self.look.u
        x = self.x + 0.4 * u
        count = self.look.text(self._row.count, CAPTION, p.soft)
        if self._row.assistance:
            self.icon("hand-back-left", 4.0 * u, (x + 2.0 * u, self.y + 3.4 * u), p.ink)
            x += 5.4 * u
        name = self.look.text(self._row.name, ZONE, p.ink, self.width - count.width - 9 * u, 1)
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
    ) -> None:
        self._row, self._ends = row, ends
        self._aside = 0.0 if reprint is None else REPRINT_U * look.u
        super().__init__(look, box)
        if reprint is not None:
            x, y, wide, tall = box
            place = (x + wide - 2.4 * look.u - self._aside, y, self._aside, tall)
            self.put(IconButton(look, place, f"evacuation.badge.{row.stay_id}", "printer-outline", reprint))

    def paint(self) -> None:
        """Draw the row as part of its card: name in full, second line, time of arrival."""
        p, u, row = self.look.palette, self.look.u, self._row
        first, last = self._ends
        box = (self.x, self.y, self.width - 2.4 * u, self.height)
        inner = box[2] - self._aside
        radius = Radius.CARD * u
        shapes.rounded(self.ink, box, p.paper, radius if first else 0, lower=radius if last else 0)
        if not last:
            shapes.fill(self.ink, (box[0], box[1], box[2], max(1.0, 0.15 * u)), p.line)
        x = self.x + 3.2 * u
        if row.needs_assistance:
            shapes.disc(self.ink, (x + 3.6 * u, self.center_y), 7.2 * u, p.ink)
            self.icon("hand-back-left", 4.2 * u, (x + 3.6 * u, self.center_y), p.paper)
            x += 9.8 * u
        time = self.look.text(row.since, LABEL, p.soft)
        room = box[0] + inner - x - time.width - 6.4 * u
        name = self.look.text(row.name, ROW, p.ink, room, NAME_LINES)
        second = self.look.text(row.second, CAPTION, p.soft, room, 1)
        tall = name.height + (second.height if row.second else 0)
        top = self.center_y + tall / 2
        self.write(name, x, top, room)
        if row.second:
            self.write(second, x, top - name.height, room, may_end=True)
        clock = self.look.text(row.since, Style("InterTabular-500", 2.8, 1.3), p.soft)
        self.write(clock, self.x, self.center_y + clock.height / 2, inner - (3.2 * u if not self._aside else 0), "end")


class _Rule(Part):
    """A line above the acts."""

    def paint(self) -> None:
        """Draw it."""
        shapes.fill(self.ink, (self.x, self.y, self.width, max(1.0, self.height)), self.look.palette.line)
