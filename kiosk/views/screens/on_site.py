"""Who is on site, for the desk: a field over the keyboard, and everybody that it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.presenters.evacuation_rows import ZoneHead
from kiosk.presenters.on_site import OnSiteState
from kiosk.presenters.on_site_rows import OnSiteRow, OnSiteRows
from kiosk.presenters.second_lines import SecondLine
from kiosk.views import shapes
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.evacuation_people import (
    CLOCK,
    SMALL_LINES,
    SMALL_SHARE,
    HeadingView,
    heading_height,
    is_narrow,
    write_since,
)
from kiosk.views.field import BOX_U, Field, box_height, label_height
from kiosk.views.keyboard import Keyboard, keyboard_height
from kiosk.views.mirror import turned, upright_look
from kiosk.views.parts import Label, Part, Target
from kiosk.views.row_ground import paint_row_ground
from kiosk.views.scroll import LongRows, RowList
from kiosk.views.second_line import lay_second_line
from kiosk.views.theme import BODY, CAPTION, LEAD, ROW

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

LONG_NAME, NAME_LINES = 24, 8
DENSE_U = 8.8
"""How high a row is beside the keys of a small panel with large text: a name alone, in one line, and the day or the
time.
"""


class OnSiteView(ScreenView):
    """A field, the people, the keyboard. On a small panel the keys come when the field is touched."""

    def compose(self, state: OnSiteState) -> None:
        """Lay the field above the people; beside them where the screen is low."""
        look, u, landscape = self.look, self.look.u, self.look.measure.landscape
        self._has_keys = not self._is_cramped or state.searching
        room = self.chrome(typing=self._has_keys)
        self._lead: Part | None = None
        self._is_dense = self._is_cramped and self._has_keys and look.measure.text_scale > 1
        tall = keyboard_height(look, state.keyboard) if self._has_keys else 0.0
        board, on_site = (self.x, room.bottom, self.width, tall), self.lobby.on_site
        room.bottom += tall + 1.2 * u
        if self.has_place_for_title(room):
            self.title(room, state.title, state.lead, small=landscape)
            self._lead = self.children[0] if state.lead else None
        beside = landscape and self._has_keys
        box_tall = box_height(look, 9.4 if landscape else BOX_U)
        top = room.top - label_height(look)
        wide = room.width * 0.36 if beside else room.width
        box = (room.x, top - box_tall, wide, box_tall)
        self._field = Field(look, box, "on-site.search", state.label, "", on_site.place)
        self.put(self._field)
        self._rows = Room(room.x, room.bottom, room.width, top - box_tall - 2.4 * u)
        if beside:
            self._rows = Room(room.x + wide + 3.2 * u, room.bottom, room.width - wide - 3.2 * u, room.top)
        self._people: RowList | None = None
        self._sentence: Label | None = None
        self._sought = ""
        self._measured: dict[tuple[str, str, str, bool], float] = {}
        self._board: Keyboard | None = None
        if self._has_keys:
            self._board = Keyboard(upright_look(look), board, on_site.press, on_site.type)
            self.add_widget(turned(look, self._board))
        self._show(state)

    @property
    def _is_cramped(self) -> bool:
        """Whether the panel has no place for the people above the keys."""
        return self.look.measure.compact

    def _show(self, state: OnSiteState) -> None:
        self._field.show(state.entry, focused=self._has_keys)
        if self._board is not None:
            self._board.show(state.keyboard)
        room, plans = self._rows, self._plans(state)
        if self._people is None:
            self._people = RowList(self.look, (room.x, room.bottom, room.width + 2.4 * self.look.u, room.height), plans)
            self.put(self._people)
        else:  # read again, it stays where somebody has dragged it; other letters begin at the top
            self._people.set_rows(plans)
            if state.entry.value != self._sought:
                self._people.scroll_to(0.0)
        self._sought = state.entry.value
        if self._sentence is not None:
            self.remove_widget(self._sentence)
            self._sentence = None
        if state.sentence:
            block = self.look.text(state.sentence, BODY, self.look.palette.soft, room.width)
            self._sentence = Label(self.look, block, (room.x, room.top - block.height, room.width, block.height))
            self.put(self._sentence)

    def _plans(self, state: OnSiteState) -> LongRows:
        """All rows, with headings where some have probably left."""
        rows, apart = state.rows, 0 if self._is_dense else state.apart
        heights = self._heights(rows)
        if not apart:
            return LongRows(heights, lambda index: self._make(rows[index], (index == 0, index == len(rows) - 1)))
        heads = {0: ZoneHead(state.apart_title, "")}
        if apart < len(rows):
            heads[apart + 1] = ZoneHead(state.others_title, "")
        for index, head in heads.items():
            heights.insert(index, heading_height(self.look, head, self._rows.width))

        def make(index: int) -> Callable[[Box], Part]:
            if index in heads:
                return lambda box: HeadingView(self.look, box, heads[index])
            place = index - 1 - (index > apart)
            return self._make(rows[place], (place in (0, apart), place in (apart - 1, len(rows) - 1)))

        return LongRows(heights, make)

    def _heights(self, rows: OnSiteRows) -> list[float]:
        """Each row's height; only names that might not fit are measured, and each once: a letter may come soon."""
        u, measure = self.look.u, self.look.measure
        second, name = (measure.size(style) * style.leading for style in (CAPTION, ROW))
        if self._is_dense:
            return [max(DENSE_U * u, name + 2.0 * u)] * len(rows)
        usual, short = max(13.2 * u, name + second + 3.6 * u), LONG_NAME / measure.text_scale
        return [
            usual if len(called) < short else max(usual, self._name_height(rows[index]) + second + 3.6 * u)
            for index, called in enumerate(rows.names())
        ]

    def _name_height(self, row: OnSiteRow) -> float:
        known = (row.name, row.since, row.day, row.needs_assistance)
        if known not in self._measured:
            self._measured[known] = float(_name(self.look, row, self._rows.width, NAME_LINES).height)
        return self._measured[known]

    def _make(self, row: OnSiteRow, ends: tuple[bool, bool]) -> Callable[[Box], Part]:
        act, wide, shown = (
            self.lobby.on_site.open,
            self._rows.width,
            replace(row, second=SecondLine(), since=row.day or row.since, day="") if self._is_dense else row,
        )
        lines = 1 if self._is_dense else NAME_LINES
        return lambda box: OnSiteRowView(
            self.look, (box[0], box[1], wide, box[3]), shown, ends, lambda: act(row.stay_id), name_lines=lines
        )

    def listed(self) -> object:
        """Those who are found with these letters."""
        return self.view.state.entry.value

    def refresh(self, view: LobbyView) -> bool:
        """Show letters and people at once."""
        if not self.same_but_state(view) or bool(view.state.lead) != bool(self.view.state.lead):
            return False
        if self.has_other_keys(view.state.keyboard.rows):
            return False
        if self._is_cramped and view.state.searching != self._has_keys:
            return False
        old, self.view = self.view.state, view
        if old.lead != view.state.lead:
            self._say(view.state.lead)
        if old != view.state:
            self._show(view.state)
        return True

    def _say(self, lead: str) -> None:
        """Say how many there are now, where it stands; the list stays where somebody has dragged it."""
        if self._lead is None:
            return
        (x, _, wide, _), top = self._lead.box, float(self._lead.top)
        block = self.look.text(lead, LEAD, self.look.palette.soft, wide)
        self.remove_widget(self._lead)
        self._lead = Label(self.look, block, (x, top - block.height, wide, block.height))
        self.put(self._lead)


def _name_room(look: Look, row: OnSiteRow, wide: float) -> float:
    """How wide a name may be, in pixels."""
    clock = max(look.text(text, CLOCK, "#000000").width for text in (row.since, row.day))
    return wide - clock - (22.4 if row.needs_assistance else 14.8) * look.u


def _name(look: Look, row: OnSiteRow, wide: float, most_lines: int) -> TextBlock:
    """Lay out a name; in full, unless there is to be but one line of it."""
    room = _name_room(look, row, wide)
    if most_lines > 1 and is_narrow(look):
        return look.fitted(row.name, ROW, look.palette.ink, room, SMALL_LINES - 1, least=SMALL_SHARE)
    return look.text(row.name, ROW, look.palette.ink, room, most_lines)


class OnSiteRowView(Target):
    """One person."""

    slack = 0.0

    def __init__(
        self,
        look: Look,
        box: Box,
        row: OnSiteRow,
        ends: tuple[bool, bool],
        act: Callable[[], object],
        *,
        name_lines: int = NAME_LINES,
    ) -> None:
        self._row, self._ends, self._name_lines = row, ends, name_lines
        super().__init__(look, box, f"on-site.row.{row.stay_id}", act)

    @property
    def said(self) -> list[str]:
        """Return what is read aloud: not who it is."""
        return list(self._row.said)

    def paint(self) -> None:
        """Draw the row as part of its card: name, second line, since when, chevron."""
        p, u, row = self.look.palette, self.look.u, self._row
        paint_row_ground(self, self.box, p.pine_tint if self.pressed and not p.outlined else p.paper, self._ends)
        x = self.x + 3.2 * u
        if row.needs_assistance:
            shapes.disc(self.ink, (x + 3.0 * u, self.center_y), 6.0 * u, p.ink)
            self.icon("hand-back-left", 3.6 * u, (x + 3.0 * u, self.center_y), p.paper)
            x += 7.6 * u
        room = _name_room(self.look, row, float(self.width))
        name = _name(self.look, row, float(self.width), self._name_lines)
        second = lay_second_line(self.look, row.second, room)
        top = self.center_y + (name.height + (second.height if row.second else 0.0)) / 2
        self.write(name, x, top, room, may_end=self._name_lines == 1)
        if row.second:
            self.write(second, x, top - name.height, room, may_end=True)
        write_since(self, (row.since, row.day), self.width - 8.4 * u)
        self.icon("chevron-right", 4.4 * u, (self.right - 4.4 * u, self.center_y), p.ink)
