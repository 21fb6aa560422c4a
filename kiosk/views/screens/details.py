"""Who the visitor is: fields above, the keyboard below, in reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.presenters.details import DetailsState, FieldState
from kiosk.views.buttons import Button, Face, Kind, Toggle, pill_width, toggle_height
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.field import BOX_U, Field, below_height, box_height, label_height
from kiosk.views.keyboard import Keyboard, keyboard_height
from kiosk.views.mirror import turned, upright_look
from kiosk.views.theme import CAPTION, PILL

if TYPE_CHECKING:
    from kiosk.presenters.lobby import LobbyView
    from kiosk.views.shapes import Box


LOW_BOX_U = 8.8


class DetailsView(ScreenView):
    """Three fields and a switch."""

    def compose(self, state: DetailsState) -> None:
        """Lay out for portrait, landscape or the small panel; what does not fit above the keyboard scrolls."""
        self._fields: dict[str, Field] = {}
        self._reaches: dict[str, float] = {}
        measure = self.look.measure
        room = self.chrome()
        tall = keyboard_height(self.look, state.keyboard)
        board, details = (self.x, room.bottom, self.width, tall), self.lobby.details
        self._board = Keyboard(upright_look(self.look), board, details.press, details.type)
        room.bottom += tall
        self._sheet = self.open_page(room)
        if measure.compact:
            self._compact(room, state)
        elif measure.landscape:
            self.title(room, state.title, small=True)
            room.top += 1.0 * self.look.u
            self._landscape(room, state)
        else:
            self.title(room, state.title)
            self._portrait(room, state)
        self.close_page(room.top)
        self._reveal(state)
        self.add_widget(turned(self.look, self._board))
        self._board.show(state.keyboard)

    def _portrait(self, room: Room, state: DetailsState) -> None:
        u, tall = self.look.u, box_height(self.look, BOX_U)
        for field in state.fields:
            room.top -= label_height(self.look)
            room.top -= self._field(field, (room.x, room.top - tall, room.width, tall))
            if field.offer:
                room.top -= self._offer(field, room.x, room.top - 1.2 * u, room.width) + 1.2 * u
            room.top -= 3.0 * u
        high = self._switch_height(state, room.width, 12.4)
        self._switch(state, (room.x, room.top - high, room.width, high))
        room.top -= high + 2.4 * u

    def _landscape(self, room: Room, state: DetailsState) -> None:
        """Two across; the last row is shared with the switch."""
        u, gap = self.look.u, 3.6 * self.look.u
        wide, tall = (room.width - gap) / 2, box_height(self.look, LOW_BOX_U)
        ends = room.top
        for number, field in enumerate(state.fields):
            column = number % 2
            if not column:
                room.top = ends - (2.2 * u if number else 0.0)
            x = room.x + column * (wide + gap)
            end = room.top - label_height(self.look)
            end -= max(self._field(field, (x, end - tall, wide, tall)), tall + 2.6 * u)
            if field.offer:
                end -= self._offer(field, x, end + 2.0 * u, wide) - 2.0 * u
            ends = min(ends, end)
        high = self._switch_height(state, wide, 10.4)
        top = room.top - label_height(self.look) - tall + max(10.4 * u, tall)
        if len(state.fields) % 2 == 0:
            top = ends - 2.2 * u
        self._switch(state, (room.x + wide + gap, top - high, wide, high))
        room.top = min(ends, top - high) - 1.2 * u

    def _compact(self, room: Room, state: DetailsState) -> None:
        """Show one field at a time, and the switch beside it; beneath it where text is large."""
        u, tall = self.look.u, box_height(self.look, 9.0)
        focused = next(field for field in state.fields if field.focused)
        beside = self.look.measure.text_scale <= 1
        wide = room.width * (0.56 if beside else 1.0)
        room.top -= label_height(self.look) + 0.6 * u
        top = room.top
        room.top -= self._field(focused, (room.x, top - tall, wide, tall))
        if focused.offer:
            room.top -= self._offer(focused, room.x, room.top - 0.4 * u, wide) + 0.4 * u
        if beside:
            self._switch(state, (room.x + wide + 2.4 * u, top - tall, room.width - wide - 2.4 * u, tall))
            return
        high = self._switch_height(state, wide, 9.0)
        self._switch(state, (room.x, room.top - 2.0 * u - high, wide, high))
        room.top -= high + 3.2 * u

    def _reveal(self, state: DetailsState) -> None:
        focused = _focus(state)
        if focused in self._fields:
            field = self._fields[focused]
            self._sheet.reveal(self._reaches[focused] - 1.2 * self.look.u, field.top + label_height(self.look))

    def _field(self, state: FieldState, box: Box) -> float:
        """Put a field, and return how high box and line beneath are together."""
        place: Callable[[int], None] = lambda cursor: self.lobby.details.focus(state.id, cursor)  # noqa: E731 - one use
        field = Field(self.look, box, f"details.{state.id}", state.label, state.optional, place)
        self._fields[state.id] = field
        _fill(field, state)
        self.put(field)
        tall = box[3] + below_height(self.look, state.error or state.helper, box[2])
        self._reaches[state.id] = box[1] + box[3] - tall
        return tall

    def _switch(self, state: DetailsState, box: Box) -> None:
        face = Face(state.assistance, "hand-back-left")
        act = self.lobby.details.toggle_assistance
        hint = self._hint(state)
        self.put(Toggle(self.look, box, "details.assistance", face, act, on=state.needs_assistance, hint=hint))

    def _hint(self, state: DetailsState) -> str:
        return "" if self.look.measure.landscape else state.assistance_hint

    def _switch_height(self, state: DetailsState, wide: float, least_u: float) -> float:
        return toggle_height(self.look, Face(state.assistance, "hand-back-left"), self._hint(state), wide, least_u)

    def _offer(self, field: FieldState, x: float, top: float, wide: float) -> float:
        """Put the corrected address as a pill, beneath its words where both are too wide, and return their height."""
        u, p = self.look.u, self.look.palette
        words = self.look.text(field.offer_words, CAPTION, p.ink, wide)
        face = Face(field.offer, kind=Kind.PILL, style=PILL)
        pill = min(pill_width(self.look, face), wide)
        tall = max(8.0 * u, self.look.measure.size(PILL) * PILL.leading + 2.4 * u)
        if words.width + 1.4 * u + pill > wide:
            above = self.label(words, x, top, words.width + 1) + 0.6 * u
            box = (x, top - above - tall, pill, tall)
        else:
            above = 0.0
            self.label(words, x, top - (tall - words.height) / 2, words.width + 1)
            box = (x + words.width + 1.4 * u, top - tall, pill, tall)
        self.put(Button(self.look, box, "details.offer", face, self.lobby.details.take_offer))
        return above + tall

    def refresh(self, view: LobbyView) -> bool:
        """Show typed letters at once; a new correction or another focus on a small panel asks to be built anew."""
        old, new = self.view.state, view.state
        if not self.same_but_state(view) or _shape(old) != _shape(new):
            return False
        if self.look.measure.compact and _focus(old) != _focus(new):
            return False
        self.view = view
        for state in new.fields:
            if state.id in self._fields:
                _fill(self._fields[state.id], state)
        if _focus(old) != _focus(new):
            self._reveal(new)
        self._board.show(new.keyboard)
        return True


def _fill(field: Field, state: FieldState) -> None:
    field.show(state.entry, focused=state.focused, helper=state.helper, error=state.error, attention=bool(state.offer))


def _shape(state: DetailsState) -> tuple[object, ...]:
    """Return what decides where things stand."""
    return (
        state.needs_assistance,
        tuple((field.offer, field.error) for field in state.fields),
        len(state.keyboard.rows),
    )


def _focus(state: DetailsState) -> str:
    return next(field.id for field in state.fields if field.focused)
