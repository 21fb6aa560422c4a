"""Who is on site, for the desk: a field over the keyboard, and everybody that it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kiosk.presenters.evacuation_rows import ZoneHead
from kiosk.presenters.on_site import OnSiteRow, OnSiteState
from kiosk.views import shapes
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.field import BOX_U, Field, box_height, label_height
from kiosk.views.keyboard import Keyboard, keyboard_height
from kiosk.views.mirror import turned, upright_look
from kiosk.views.parts import Label, Part, Target
from kiosk.views.screens.evacuation import ZONE, HeadingView
from kiosk.views.scroll import RowList, RowPlan
from kiosk.views.theme import BODY, CAPTION, ROW, Radius, Style

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

LONG_NAME, NAME_LINES = 24, 8
CLOCK = Style("InterTabular-500", 2.8, 1.3)


class OnSiteView(ScreenView):
    """A field, the people, the keyboard."""

    def compose(self, state: OnSiteState) -> None:
        """Lay the field above the people; beside them where the screen is low."""
        look, u, landscape = self.look, self.look.u, self.look.measure.landscape
        room = self.chrome()
        tall = keyboard_height(look, state.keyboard)
        board, on_site = (self.x, room.bottom, self.width, tall), self.lobby.on_site
        self._board = Keyboard(upright_look(look), board, on_site.press, on_site.type)
        room.bottom += tall + 1.2 * u
        if self.has_place_for_title(room):
            self.title(room, state.title, state.lead, small=landscape)
        box_tall = box_height(look, BOX_U if not landscape else 9.4)
        top = room.top - label_height(look)
        wide = room.width * 0.36 if landscape else room.width
        box = (room.x, top - box_tall, wide, box_tall)
        self._field = Field(look, box, "on-site.search", state.label, "", on_site.place)
        self.put(self._field)
        self._rows = Room(room.x, room.bottom, room.width, top - box_tall - 2.4 * u)
        if landscape:
            self._rows = Room(room.x + wide + 3.2 * u, room.bottom, room.width - wide - 3.2 * u, room.top)
        self._shown: list[Part] = []
        self.add_widget(turned(look, self._board))
        self._show(state)

    def _show(self, state: OnSiteState) -> None:
        self._field.show(state.entry, focused=True)
        self._board.show(state.keyboard)
        for part in self._shown:
            self.remove_widget(part)
        room = self._rows
        self._shown = [
            RowList(self.look, (room.x, room.bottom, room.width + 2.4 * self.look.u, room.height), self._plans(state))
        ]
        if state.sentence:
            block = self.look.text(state.sentence, BODY, self.look.palette.soft, room.width)
            self._shown.append(Label(self.look, block, (room.x, room.top - block.height, room.width, block.height)))
        for part in self._shown:
            self.put(part)

    def _plans(self, state: OnSiteState) -> list[RowPlan]:
        if not state.apart:
            return self._people(state.rows)
        apart, others = state.rows[: state.apart], state.rows[state.apart :]
        plans = [self._heading(state.apart_title), *self._people(apart)]
        return [*plans, self._heading(state.others_title), *self._people(others)] if others else plans

    def _people(self, rows: Sequence[OnSiteRow]) -> list[RowPlan]:
        return [RowPlan(self._height(row), self._make(row, (row is rows[0], row is rows[-1]))) for row in rows]

    def _heading(self, title: str) -> RowPlan:
        u, measure = self.look.u, self.look.measure
        tall = max(8.6 * u, measure.size(ZONE) * ZONE.leading + 3.0 * u)
        return RowPlan(tall, lambda box: HeadingView(self.look, box, ZoneHead(title, "")))

    def _height(self, row: OnSiteRow) -> float:
        """Return a row's height; only names that might not fit are measured."""
        u, measure = self.look.u, self.look.measure
        second = measure.size(CAPTION) * CAPTION.leading
        name = measure.size(ROW) * ROW.leading
        if len(row.name) * measure.text_scale >= LONG_NAME:
            name = self.look.text(
                row.name, ROW, "#000000", _name_room(self.look, row, self._rows.width), NAME_LINES
            ).height
        return max(13.2 * u, name + second + 3.6 * u)

    def _make(self, row: OnSiteRow, ends: tuple[bool, bool]) -> Callable[[Box], Part]:
        act = self.lobby.on_site.open
        wide = self._rows.width
        return lambda box: OnSiteRowView(self.look, (box[0], box[1], wide, box[3]), row, ends, lambda: act(row.stay_id))

    def refresh(self, view: LobbyView) -> bool:
        """Show letters and people at once."""
        if not self.same_but_state(view) or view.state.lead != self.view.state.lead:
            return False
        old, self.view = self.view.state, view
        if old != view.state:
            self._show(view.state)
        return True


def _name_room(look: Look, row: OnSiteRow, wide: float) -> float:
    """How wide a name may be, in pixels."""
    clock = look.text(row.since, CLOCK, "#000000").width
    return wide - clock - (22.4 if row.needs_assistance else 14.8) * look.u


class OnSiteRowView(Target):
    """One person."""

    slack = 0.0

    def __init__(
        self, look: Look, box: Box, row: OnSiteRow, ends: tuple[bool, bool], act: Callable[[], object]
    ) -> None:
        self._row, self._ends = row, ends
        super().__init__(look, box, f"on-site.row.{row.stay_id}", act)

    def paint(self) -> None:
        """Draw the row as part of its card: name, second line, since when, chevron."""
        p, u, row = self.look.palette, self.look.u, self._row
        first, last = self._ends
        ground = p.pine_tint if self.pressed and not p.outlined else p.paper
        shapes.rounded(
            self.ink, self.box, ground, Radius.CARD * u if first else 0, lower=Radius.CARD * u if last else 0
        )
        if not last:
            shapes.fill(self.ink, (self.x, self.y, self.width, max(1.0, 0.15 * u)), p.line)
        x = self.x + 3.2 * u
        if row.needs_assistance:
            shapes.disc(self.ink, (x + 3.0 * u, self.center_y), 6.0 * u, p.ink)
            self.icon("hand-back-left", 3.6 * u, (x + 3.0 * u, self.center_y), p.paper)
            x += 7.6 * u
        room = _name_room(self.look, row, float(self.width))
        name = self.look.text(row.name, ROW, p.ink, room, NAME_LINES)
        second = self.look.text(row.second, CAPTION, p.soft, room, 1)
        top = self.center_y + (name.height + (second.height if row.second else 0.0)) / 2
        self.write(name, x, top, room)
        if row.second:
            self.write(second, x, top - name.height, room, may_end=True)
        clock = self.look.text(row.since, CLOCK, p.soft)
        self.write(clock, self.x, self.center_y + clock.height / 2, self.width - 8.4 * u, "end")
        self.icon("chevron-right", 4.4 * u, (self.right - 4.4 * u, self.center_y), p.ink)
