"""The evacuation list: a red head with the count, how far to believe it, and everybody, needs-assistance first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kiosk.presenters.evacuation import EvacuationState, ZoneTab
from kiosk.presenters.evacuation_rows import PersonRow, ZoneHead
from kiosk.views import shapes
from kiosk.views.buttons import Button, Face, Kind, button_height, pill_width
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.evacuation_banner import Banner, BannerFold, banner_height, fold_height
from kiosk.views.evacuation_head import Head
from kiosk.views.evacuation_people import HeadingView, PersonView, height_of_first, row_heights
from kiosk.views.evacuation_zones import ZoneChoice, Zones, zones_height
from kiosk.views.parts import Label, Part
from kiosk.views.scroll import LongRows, RowList, RowPlan
from kiosk.views.theme import BODY, CAPTION, PILL

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.shapes import Box

Act = tuple[str, Face, Callable[[], None]]
"""The name of a button for touches, what it shows, and what it does."""
SHORT_FOOT_U = 2.2
"""Beneath the acts in the column of a small panel with large text."""
PEOPLE = 2
"""So many are in sight at once, whatever is said above them."""


class EvacuationView(ScreenView):
    """Red head or red column, banner, zones, list, ways onto paper. Where they would leave two people no place, what
    stands above the list is folded into one line; what a touch of it unfolds scrolls with the people.
    """

    is_low = True
    _is_folded = _prints_in_column = False

    def compose(self, state: EvacuationState) -> None:
        """Portrait: red bar above. Landscape: red column at the start."""
        u, landscape = self.look.u, self.look.measure.landscape
        top = self.top - self.strip(self.top)
        margin = (3.2 if self.look.measure.compact else 4.4 if self.look.measure.narrow else 5.6) * u
        if landscape:
            wide = min(52 * u, self.width * 0.3)
            self._head = Head(self.look, (self.x, self.y, wide, top - self.y), state)
            self._head.leave(self._short_acts_height(wide - 8.8 * u, state) + SHORT_FOOT_U * u)
            self.put(self._head)
            above = (1.6 if self._is_cramped else 3.2) * u
            room = Room(self.x + wide + margin, self.y, self.width - wide - 2 * margin, top - above)
            column = Room(self.x + 4.4 * u, self.y + 4.8 * u, wide - 8.8 * u, self._head.lowest())
            self._column_acts(column, room, state)
        else:
            face = _done_face(state)
            pill = pill_width(self.look, face)
            self._head = Head(self.look, (self.x, top, self.width, 0.0), state, aside=pill + 2 * u)
            head = self._head.fit(top)
            self.put(self._head)
            box = (self.right - margin - pill, top - 14.4 * u, pill, 9.6 * u)
            if not self.view.display.reach:
                self.put(Button(self.look, box, "evacuation.done", face, self.lobby.evacuation.done))
            room = Room(self.x + margin, self.y, self.width - 2 * margin, top - head - 2.4 * u)
            self._foot(room, state)
        self._is_folded = self._folds(room, state)
        if self._is_folded:
            self._fold(room, state)
        else:
            self._above(room, state)
        self._list_box = (room.x, room.bottom, room.width + 2.4 * u, room.height)
        self._list = RowList(self.look, self._list_box, self._plans(state))
        self.put(self._list)

    @property
    def _is_cramped(self) -> bool:
        """Whether large text leaves the column of a small panel no place for the ways onto paper."""
        return self.look.measure.compact and self.look.measure.text_scale > 1

    def _folds(self, room: Room, state: EvacuationState) -> bool:
        if self._is_cramped or not state.banner:
            return bool(state.banner)
        wide = room.width + 2.4 * self.look.u
        least = height_of_first(self.look, state.rows, wide, PEOPLE, reprint=state.reprints)
        return room.height - sum(tall for tall, _ in self._above_rows(state, room.width)) < least

    def _fold(self, room: Room, state: EvacuationState) -> None:
        tall = fold_height(self.look, state, room.width)
        box = (room.x, room.top - tall, room.width, tall)
        self.put(BannerFold(self.look, box, state, self.lobby.evacuation.fold))
        room.top -= tall

    def _above(self, room: Room, state: EvacuationState) -> None:
        """Put banner and zones above the list."""
        for tall, make in self._above_rows(state, room.width):
            self.put(make((room.x, room.top - tall, room.width, tall)))
            room.top -= tall

    def _above_rows(self, state: EvacuationState, wide: float) -> list[tuple[float, Callable[[Box], Part]]]:
        """Banner and zones: the height of each with the gap beneath it, in pixels, and how it is made. Folded, only a
        zone that was chosen is left: it hides people.
        """
        rows: list[tuple[float, Callable[[Box], Part]]] = []
        whole = not self._is_folded or state.unfolded
        if state.banner and whole:
            rows.append((banner_height(self.look, state, wide), lambda box: Banner(self.look, box, state)))
        if state.tabs and (whole or not state.tabs[0].chosen):
            tabs = [tab for tab in state.tabs if whole or tab.chosen or tab is state.tabs[0]]
            zones = [ZoneChoice(tab.label, tab.chosen, self._zone(tab)) for tab in tabs]
            rows.append((zones_height(self.look, zones, wide), lambda box: Zones(self.look, box, zones)))
        return rows

    def _zone(self, tab: ZoneTab) -> Callable[[], None]:
        return lambda: self.lobby.evacuation.zone(tab.id)

    def _ways_onto_paper(self, state: EvacuationState) -> list[Act]:
        evacuation = self.lobby.evacuation
        return [
            ("evacuation.print", Face(state.print, "printer-outline", Kind.SECONDARY, PILL), evacuation.print_list),
            ("evacuation.pdf", Face(state.pdf, "file-pdf-box", Kind.SECONDARY, PILL), evacuation.save_pdf),
        ]

    def _foot(self, room: Room, state: EvacuationState) -> None:
        """Put the ways onto paper, and what became of them, at the foot of a portrait screen."""
        u, p = self.look.u, self.look.palette
        y, gap = self.y + (2.4 if self.look.measure.narrow else 4.8) * u, 2.4 * u
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
        done = _done_face(state)
        ways = self._short_way(column, state) if self._is_cramped else self._ways_onto_paper(state)
        acts = [*ways, ("evacuation.done", done, self.lobby.evacuation.done)]
        for button in self.stack(column, column.bottom, acts, least_u=9.6):
            self.put(button)
        if not state.note or self._is_cramped:
            return
        u = self.look.u
        note = self.look.text(state.note, CAPTION, self.look.palette.on_alarm, column.width)
        if note.height <= column.height:
            self.label(note, column.x, column.bottom + note.height, column.width)
            return
        note = self.look.text(state.note, BODY, self.look.palette.ink, room.width)
        room.top -= self.label(note, room.x, room.top, room.width) + 1.6 * u

    def _short_way(self, column: Room, state: EvacuationState) -> list[Act]:
        """Printing in one word, if the column of a small panel has a place for it above ``done``."""
        column.bottom = self.y + SHORT_FOOT_U * self.look.u
        fits = self._short_acts_height(column.width, state) <= column.height
        self._prints_in_column = bool(state.banner) and fits
        return [("evacuation.print", _short_face(state), self._print_and_say)] if self._prints_in_column else []

    def _short_acts_height(self, wide: float, state: EvacuationState) -> float:
        faces = _short_face(state), _done_face(state)
        return sum(button_height(self.look, each, wide, 9.6) for each in faces) + 2 * self.look.u

    def _print_and_say(self) -> None:
        """Print, and unfold what becomes of it."""
        self.lobby.evacuation.print_list()
        if not self.view.state.unfolded:
            self.lobby.evacuation.fold()

    def _plans(self, state: EvacuationState) -> Sequence[RowPlan]:
        u, before, rows = self.look.u, self._unfolded(state), state.rows
        if state.empty:
            return [*before, RowPlan(16 * u, lambda box: HeadingView(self.look, box, ZoneHead(state.empty, "")))]
        end = RowPlan(3 * u, lambda box: Part(self.look, box))
        people = row_heights(self.look, rows, self._list_box[2], reprint=state.reprints)
        heights = [*(plan.height for plan in before), *people, end.height]

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

    def _unfolded(self, state: EvacuationState) -> list[RowPlan]:
        """What stands above the list elsewhere, as its first rows."""
        if not self._is_folded:
            return []
        wide, gap = self._list_box[2] - 2.4 * self.look.u, 1.6 * self.look.u

        def inside(make: Callable[[Box], Part]) -> Callable[[Box], Part]:
            return lambda box: make((box[0], box[1], wide, box[3]))

        def button(touch_id: str, face: Face, act: Callable[[], None]) -> Callable[[Box], Part]:
            return lambda box: Button(self.look, (box[0], box[1] + gap, wide, box[3] - gap), touch_id, face, act)

        above = [RowPlan(tall, inside(make)) for tall, make in self._above_rows(state, wide)]
        if not state.unfolded or not self._is_cramped:
            return above
        note = self.look.text(state.note, BODY, self.look.palette.ink, wide)
        said = [RowPlan(note.height + gap, lambda box: Label(self.look, note, box))] if state.note else []
        ways = [
            RowPlan(button_height(self.look, face, wide, 9.6) + gap, button(touch_id, face, act))
            for touch_id, face, act in self._ways_onto_paper(state)
            if touch_id != "evacuation.print" or not self._prints_in_column
        ]
        return [*said, *above, *ways]

    def _heading(self, row: ZoneHead) -> Callable[[Box], Part]:
        return lambda box: HeadingView(self.look, box, row)

    def _person(self, row: PersonRow, ends: tuple[bool, bool], *, reprint: bool) -> Callable[[Box], Part]:
        if not reprint:
            return lambda box: PersonView(self.look, box, row, ends)
        ask = self.lobby.evacuation.badge.open
        says = self.lobby.turn.say("on_site.badge")
        return lambda box: PersonView(self.look, box, row, ends, lambda: ask(row.stay_id, row.name), says)

    def listed(self) -> object:
        """The people of the chosen zone, with or without what is said above them."""
        state = self.view.state
        return next((tab.id for tab in state.tabs if tab.chosen), None), state.unfolded

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


def _done_face(state: EvacuationState) -> Face:
    return Face(state.done, kind=Kind.ON_ALARM, style=PILL)


def _short_face(state: EvacuationState) -> Face:
    return Face(state.print_short, "printer-outline", Kind.SECONDARY, PILL)


def _shape(state: EvacuationState) -> tuple[object, ...]:
    return state.tabs, state.banner, state.banner_more, state.freshness, state.note, state.loading, state.unfolded


class _Rule(Part):
    """A line above the acts."""

    def paint(self) -> None:
        """Draw it."""
        shapes.fill(self.ink, (self.x, self.y, self.width, max(1.0, self.height)), self.look.palette.line)
