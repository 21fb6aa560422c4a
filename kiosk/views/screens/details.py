"""Who the visitor is: fields above, the keyboard below, in reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.presenters.details import DetailsState
from kiosk.views.buttons import Face, Toggle, toggle_height
from kiosk.views.chrome import Room
from kiosk.views.field import box_height, label_height
from kiosk.views.typing_page import COLUMN_GAP_U, LOW_BOX_U, TypingPage

if TYPE_CHECKING:
    from kiosk.presenters.details import DetailsPresenter
    from kiosk.views.shapes import Box

SWITCH_U, LOW_SWITCH_U, SMALL_SWITCH_U = 12.4, 10.4, 9.0
BESIDE = 0.56
"""Of a small panel's width: the field, with the switch beside it."""


class DetailsView(TypingPage):
    """Three fields and a switch."""

    prefix = "details"

    @property
    def typist(self) -> DetailsPresenter:
        """Return the presenter."""
        return self.lobby.details

    def compose(self, state: DetailsState) -> None:
        """Lay out for portrait, landscape or the small panel."""
        room, measure = self.begin(state), self.look.measure
        if measure.compact:
            self._compact(room, state)
        elif measure.landscape:
            self.title(room, state.title, state.lead, small=True)
            room.top += 1.0 * self.look.u
            self._landscape(room, state)
        else:
            self.title(room, state.title, state.lead)
            self.put_stack(room, state.fields)
            self._switch_below(room, state, SWITCH_U)
        self.end(room, state)

    def _landscape(self, room: Room, state: DetailsState) -> None:
        """Two across; the last field shares its row with the switch."""
        u, last = self.look.u, len(state.fields) - 1
        self.put_columns(room, state.fields[:last])
        wide = (room.width - COLUMN_GAP_U * u) / 2
        ends = self.put_in_column(room, state.fields[last], 0, wide)
        high = self._switch_height(state, wide, LOW_SWITCH_U)
        top = room.top - label_height(self.look) - box_height(self.look, LOW_BOX_U) + LOW_SWITCH_U * u
        self._switch(state, (room.x + wide + COLUMN_GAP_U * u, top - high, wide, high))
        room.top = min(ends, top - high - 1.2 * u)

    def _compact(self, room: Room, state: DetailsState) -> None:
        """Show one field at a time, and the switch beside it; beneath it where text is large."""
        u, focused = self.look.u, next(field for field in state.fields if field.focused)
        if self.look.measure.text_scale > 1:
            self.put_one(room, focused, room.width)
            room.top -= 2.0 * u
            self._switch_below(room, state, SMALL_SWITCH_U)
            return
        wide, tall = room.width * BESIDE, box_height(self.look, SMALL_SWITCH_U)
        top = self.put_one(room, focused, wide)
        self._switch(state, (room.x + wide + 2.4 * u, top - tall, room.width - wide - 2.4 * u, tall))

    def _switch_below(self, room: Room, state: DetailsState, least_u: float) -> None:
        high = self._switch_height(state, room.width, least_u)
        self._switch(state, (room.x, room.top - high, room.width, high))
        room.top -= high + 2.4 * self.look.u

    def _switch(self, state: DetailsState, box: Box) -> None:
        face, hint = Face(state.assistance, "hand-back-left"), self._hint(state)
        act = self.lobby.details.toggle_assistance
        self.put(Toggle(self.look, box, "details.assistance", face, act, on=state.needs_assistance, hint=hint))

    def _hint(self, state: DetailsState) -> str:
        return "" if self.look.measure.landscape else state.assistance_hint

    def _switch_height(self, state: DetailsState, wide: float, least_u: float) -> float:
        return toggle_height(self.look, Face(state.assistance, "hand-back-left"), self._hint(state), wide, least_u)

    def shape(self, state: DetailsState) -> object:
        """Return what decides where things stand, and whether the switch is on."""
        return super().shape(state), state.needs_assistance
