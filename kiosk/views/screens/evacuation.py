"""The evacuation list: a red head with the count, how far to believe it, and everybody, needs-assistance first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.ports import Freshness
from kiosk.presenters.evacuation import EvacuationState, PersonRow, ZoneHead, ZoneTab
from kiosk.views import shapes
from kiosk.views.buttons import Button, Chip, Face, IconButton, Kind
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.parts import Part
from kiosk.views.scroll import RowList, RowPlan
from kiosk.views.text import Span, TextBlock
from kiosk.views.theme import BODY, BODY_BOLD, CAPTION, HERO, LABEL, LEAD, PILL, ROW, TITLE, Style

if TYPE_CHECKING:
    from kiosk.presenters.lobby import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

ZONE = Style("Inter-600", 3.3, 1.25)
COUNT_WIDE = Style("InterDisplay-600", 15.0, 1.0)
LONG_NAME = 24
_TONES = {
    Freshness.COMPLETE: ("clock-check-outline", "moss"),
    Freshness.STALE: ("clock-alert-outline", "ochre"),
    Freshness.UNKNOWN: ("alert-circle-outline", "brick"),
}


class EvacuationView(ScreenView):
    """Red head or red column, banner, zones, list, ways onto paper."""

    def compose(self, state: EvacuationState) -> None:
        """Portrait: red bar above. Landscape: red column at the start."""
        u, landscape = self.look.u, self.look.measure.landscape
        top = self.top - self.strip(self.top)
        margin = 5.6 * u if not self.look.measure.compact else 3.2 * u
        if landscape:
            wide = min(52 * u, self.width * 0.3)
            self._head = _Head(self.look, (self.x, self.y, wide, top - self.y), state)
            self.put(self._head)
            self._column_acts(state, (self.x + 4.4 * u, self.y + 4.8 * u, wide - 8.8 * u, 0.0))
            room = Room(self.x + wide + margin, self.y, self.width - wide - 2 * margin, top - 3.2 * u)
        else:
            self._head = _Head(self.look, (self.x, top - 31 * u, self.width, 31 * u), state)
            self.put(self._head)
            box = (self.right - margin - 18 * u, top - 14.4 * u, 18 * u, 9.6 * u)
            face = Face(state.done, kind=Kind.ON_BRICK, style=PILL)
            self.put(Button(self.look, box, "evacuation.done", face, self.lobby.evacuation.done))
            room = Room(self.x + margin, self.y, self.width - 2 * margin, top - 31 * u - 2.4 * u)
            self._foot(room, state)
        self._above(room, state)
        self._list_box = (room.x, room.bottom, room.width + 2.4 * u, room.height)
        self._list = RowList(self.look, self._list_box, self._plans(state))
        self.put(self._list)

    def _above(self, room: Room, state: EvacuationState) -> None:
        """Put banner and zones above the list."""
        u = self.look.u
        if state.banner:
            banner = _Banner(self.look, (room.x, 0, room.width, 0), state)
            tall = banner.fit(room.top)
            self.put(banner)
            room.top -= tall + 2.0 * u
        if state.tabs:
            x, tall = room.x, 8.8 * u
            for number, tab in enumerate(state.tabs):
                wide = self.look.text(tab.label, PILL, "#000000").width + 5.2 * u
                if x + wide > room.x + room.width:
                    break
                box = (x, room.top - tall, wide, tall)
                chip = Chip(
                    self.look,
                    box,
                    f"evacuation.zone.{number}",
                    tab.label,
                    self._zone(tab),
                    chosen=tab.chosen,
                    dark=True,
                )
                self.put(chip)
                x += wide + 1.6 * u
            room.top -= tall + 1.6 * u

    def _zone(self, tab: ZoneTab) -> Callable[[], None]:
        return lambda: self.lobby.evacuation.zone(tab.id)

    def _paper(self, state: EvacuationState, pdf: Box, printed: Box) -> None:
        """Put the two ways onto paper."""
        save = Face(state.pdf, "file-pdf-box", Kind.SECONDARY, PILL)
        self.put(Button(self.look, pdf, "evacuation.pdf", save, self.lobby.evacuation.save_pdf))
        out = Face(state.print, "printer-outline", Kind.SECONDARY, PILL)
        self.put(Button(self.look, printed, "evacuation.print", out, self.lobby.evacuation.print_list))

    def _foot(self, room: Room, state: EvacuationState) -> None:
        """Put the ways onto paper, and what became of them, at the foot of a portrait screen."""
        u, p = self.look.u, self.look.palette
        y, tall, gap = self.y + 4.8 * u, 12 * u, 2.4 * u
        first = room.width * 0.36
        self._paper(state, (room.x, y, first, tall), (room.x + first + gap, y, room.width - first - gap, tall))
        above = y + tall + 1.6 * u
        if state.note:
            note = self.look.text(state.note, BODY, p.ink, room.width, 2)
            self.label(note, room.x, above + note.height, room.width)
            above += note.height + 1.6 * u
        self.put(_Rule(self.look, (self.x, above + 1.0 * u, self.width, 0.2 * u)))
        room.bottom = above + 1.2 * u

    def _column_acts(self, state: EvacuationState, box: Box) -> None:
        """Put close and the ways onto paper into the red column."""
        x, y, wide, _ = box
        u = self.look.u
        face = Face(state.done, kind=Kind.ON_BRICK, style=PILL)
        self.put(Button(self.look, (x, y, wide, 9.6 * u), "evacuation.done", face, self.lobby.evacuation.done))
        self._paper(state, (x, y + 11.6 * u, wide, 9.6 * u), (x, y + 23.2 * u, wide, 9.6 * u))
        if state.note:
            note = self.look.text(state.note, CAPTION, self.look.palette.on_brick, wide, 4)
            self.label(note, x, y + 34.8 * u + note.height, wide)

    def _plans(self, state: EvacuationState) -> list[RowPlan]:
        u = self.look.u
        if state.empty:
            return [RowPlan(16 * u, lambda box: _Heading(self.look, box, ZoneHead(state.empty, "")))]
        plans = []
        for number, row in enumerate(state.rows):
            if isinstance(row, ZoneHead):
                plans.append(RowPlan(8.6 * u, self._heading(row)))
                continue
            after = state.rows[number + 1] if number + 1 < len(state.rows) else None
            ends = (number == 0 or isinstance(state.rows[number - 1], ZoneHead), not isinstance(after, PersonRow))
            plans.append(RowPlan(self._row_height(row), self._person(row, ends, reprint=state.reprints)))
        return [*plans, RowPlan(3 * u, lambda box: Part(self.look, box))]

    def _row_height(self, row: PersonRow) -> float:
        """Return a row's height; only names that might not fit are measured."""
        u, tall = self.look.u, 13.2 * self.look.u
        if len(row.name) < LONG_NAME:
            return tall
        block = self.look.text(row.name, ROW, "#000000", self._list_box[2] - 28 * u, 3)
        return max(tall, block.height + 8.6 * u)

    def _heading(self, row: ZoneHead) -> Callable[[Box], Part]:
        return lambda box: _Heading(self.look, box, row)

    def _person(self, row: PersonRow, ends: tuple[bool, bool], *, reprint: bool) -> Callable[[Box], Part]:
        if not reprint:
            return lambda box: _Person(self.look, box, row, ends)
        ask = self.lobby.evacuation.badge.open
        return lambda box: _Person(self.look, box, row, ends, lambda: ask(row.stay_id, row.name))

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


class _Head(Part):
    """Red: where, as of when, how many."""

    def __init__(self, look: Look, box: Box, state: EvacuationState) -> None:
        self._state = state
        super().__init__(look, box)

    def show(self, state: EvacuationState) -> None:
        """Show another state."""
        self._state = state
        self.repaint()

    def paint(self) -> None:
        """Draw ground and words."""
        p, u, state = self.look.palette, self.look.u, self._state
        shapes.fill(self.ink, self.box, p.brick)
        ink, side = p.on_brick, (4.4 if self.look.measure.landscape else 5.6) * u
        room = self.width - 2 * side - (0 if self.look.measure.landscape else 20 * u)
        top = self.top - (4.4 if self.look.measure.landscape else 4.8) * u
        compact = self.look.measure.compact
        title = self.look.text(
            state.title,
            TITLE if not self.look.measure.landscape else ZONE if compact else Style(TITLE.face, 5.0, 1.15),
            ink,
            room,
            1,
        )
        place = self.look.text(state.place, CAPTION, ink, room, 2)
        self.write(title, self.x + side, top, room)
        self.write(place, self.x + side, top - title.height - 0.4 * u, room)
        top -= (
            title.height + place.height + (2.4 if not self.look.measure.landscape else 5.0 if not compact else 1.6) * u
        )
        count = self.look.text(
            state.count or "…", COUNT_WIDE if self.look.measure.landscape and not compact else HERO, ink
        )
        self.write(count, self.x + side, top, count.width + 1)
        if self.look.measure.landscape:
            words = self.look.text(state.count_words, LEAD, ink, room, 2)
            self.write(words, self.x + side, top - count.height - 0.6 * u, room)
        else:
            words = self.look.text(state.count_words, LEAD, ink, room - count.width, 2)
            self.write(words, self.x + side + count.width + 2.4 * u, top - (count.height - words.height) / 2, room)


class _Banner(Part):
    """How far to believe the list. Never dismissible."""

    def __init__(self, look: Look, box: Box, state: EvacuationState) -> None:
        self._state = state
        super().__init__(look, box)

    def fit(self, top: float) -> float:
        """Take the height that the words need below ``top``, and return it."""
        tall = max(8.0 * self.look.u, self._block().height + 3.2 * self.look.u)
        self.pos, self.size = (self.x, top - tall), (self.width, tall)
        return tall

    def _block(self) -> TextBlock:
        ink = self.look.palette.on_tint
        spans = [Span(self._state.banner, BODY_BOLD, ink)]
        if self._state.banner_more:
            spans.append(Span(" " + self._state.banner_more, BODY, ink))
        return TextBlock(spans, self.look.measure, self.width - 13 * self.look.u, most_lines=6)

    def paint(self) -> None:
        """Draw the tint, the clock and the words."""
        p, u = self.look.palette, self.look.u
        icon, tone = _TONES[self._state.freshness]
        colour = str(getattr(p, tone))
        ground = str(getattr(p, f"{tone}_tint"))
        shapes.outlined(self.ink, self.box, ground, colour if p.outlined else ground, 1.8 * u, 0.3 * u)
        self.icon(icon, 4.6 * u, (self.x + 5.2 * u, self.center_y), colour)
        block = self._block()
        self.write(block, self.x + 9.6 * u, self.center_y + block.height / 2, self.width - 13 * u)


class _Heading(Part):
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
        self.write(name, x, self.y + 3.4 * u + name.height / 2, name.width + 1)
        self.write(count, self.x, self.y + 3.4 * u + count.height / 2, self.width - 2.8 * u, "end")


class _Person(Part):
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
        self._aside = 0.0 if reprint is None else 12.0 * look.u
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
        radius = 2.8 * u
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
        name = self.look.text(row.name, ROW, p.ink, room, 3)
        second = self.look.text(row.second, CAPTION, p.soft, room, 1)
        tall = name.height + (second.height if row.second else 0)
        top = self.center_y + tall / 2
        self.write(name, x, top, room)
        if row.second:
            self.write(second, x, top - name.height, room)
        clock = self.look.text(row.since, Style("InterTabular-500", 2.8, 1.3), p.soft)
        self.write(clock, self.x, self.center_y + clock.height / 2, inner - (3.2 * u if not self._aside else 0), "end")


class _Rule(Part):
    """A line above the acts."""

    def paint(self) -> None:
        """Draw it."""
        shapes.fill(self.ink, (self.x, self.y, self.width, max(1.0, self.height)), self.look.palette.line)
