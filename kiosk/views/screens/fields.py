"""What the organisation asks: typed fields above, the keyboard below; one field at a time on a small panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.presenters.details import FieldState
from kiosk.presenters.fields import FieldsState
from kiosk.views.buttons import Button, Face, Kind, pill_width
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.field import BOX_U, Field, label_height
from kiosk.views.keyboard import Keyboard, keyboard_height
from kiosk.views.mirror import turned, upright_look
from kiosk.views.theme import CAPTION, PILL, Measure

if TYPE_CHECKING:
    from kiosk.presenters.lobby import LobbyView
    from kiosk.views.shapes import Box

LOW_BOX_U = 8.8
HELPER_LINES = 2
LARGE_TEXT = 1.2
FEW, MANY = 2, 4


def fields_that_fit(measure: Measure) -> int:
    """Return how many fields stand over the keyboard with two lines beneath each: one on a small panel, a row in
    landscape, fewer where the text is large.
    """
    if measure.compact:
        return 1
    return FEW if measure.landscape or measure.text_scale > LARGE_TEXT else MANY


class FieldsView(ScreenView):
    """One page of fields."""

    def compose(self, state: FieldsState) -> None:
        """Lay out for portrait, landscape or the small panel."""
        self._fields: dict[str, Field] = {}
        measure = self.look.measure
        room = self.chrome()
        tall = keyboard_height(self.look, state.keyboard)
        board, fields = (self.x, self.y, self.width, tall), self.lobby.fields
        self._board = Keyboard(upright_look(self.look), board, fields.press, fields.type)
        room.bottom = self.y + tall
        if measure.compact:
            self._one(room, next(field for field in state.fields if field.focused))
        elif measure.landscape:
            self.title(room, state.title, small=True)
            self._columns(room, state)
        else:
            self.title(room, state.title)
            self._stack(room, state)
        self.add_widget(turned(self.look, self._board))
        self._board.show(state.keyboard)

    def _stack(self, room: Room, state: FieldsState) -> None:
        u, top = self.look.u, room.top
        helper = HELPER_LINES * self.look.measure.size(CAPTION) * CAPTION.leading + 0.9 * u
        whole = label_height(self.look) + BOX_U * u + helper
        gap = min(3.4 * u, max(0.0, (room.height - len(state.fields) * whole) / len(state.fields)))
        for field in state.fields:
            top -= label_height(self.look)
            self._field(field, (room.x, top - BOX_U * u, room.width, BOX_U * u))
            top -= BOX_U * u + helper + gap
            if field.offer:
                top -= self._offer(field, room.x, top + helper + gap - 0.8 * u) - helper

    def _columns(self, room: Room, state: FieldsState) -> None:
        u, gap = self.look.u, 3.6 * self.look.u
        wide = (room.width - gap) / 2
        line = label_height(self.look) + LOW_BOX_U * u
        for column, field in enumerate(state.fields):
            x = room.x + column * (wide + gap)
            self._field(field, (x, room.top - line, wide, LOW_BOX_U * u))
            if field.offer:
                self._offer(field, x, room.top - line - 0.6 * u)

    def _one(self, room: Room, field: FieldState) -> None:
        u = self.look.u
        top = room.top - label_height(self.look) - 0.6 * u
        wide = min(room.width, 96 * u)
        self._field(field, (room.x, top - 9.0 * u, wide, 9.0 * u))
        if field.offer:
            self._offer(field, room.x, top - 9.4 * u)

    def _field(self, state: FieldState, box: Box) -> None:
        place: Callable[[int], None] = lambda cursor: self.lobby.fields.focus(state.id, cursor)  # noqa: E731 - one use
        field = Field(self.look, box, f"fields.{state.id}", state.label, state.optional, place)
        self._fields[state.id] = field
        _fill(field, state)
        self.put(field)

    def _offer(self, field: FieldState, x: float, top: float) -> float:
        """Put the corrected address as a pill and return the height it takes."""
        u, p = self.look.u, self.look.palette
        words = self.look.text(field.offer_words, CAPTION, p.ink)
        tall = 8.0 * u
        self.label(words, x, top - (tall - words.height) / 2, words.width + 1)
        face = Face(field.offer, kind=Kind.PILL, style=PILL)
        box = (x + words.width + 1.4 * u, top - tall, pill_width(self.look, face), tall)
        self.put(Button(self.look, box, "fields.offer", face, self.lobby.fields.take_offer))
        return tall

    def refresh(self, view: LobbyView) -> bool:
        """Show typed letters at once; other fields, another keyboard or a correction ask to be built anew."""
        old, new = self.view.state, view.state
        if not self.same_but_state(view) or _shape(old) != _shape(new):
            return False
        if self.look.measure.compact and _focus(old) != _focus(new):
            return False
        self.view = view
        for state in new.fields:
            if state.id in self._fields:
                _fill(self._fields[state.id], state)
        self._board.show(new.keyboard)
        return True


def _fill(field: Field, state: FieldState) -> None:
    helper = "" if state.offer else state.helper
    field.show(state.entry, focused=state.focused, helper=helper, error=state.error, attention=bool(state.offer))


def _shape(state: FieldsState) -> tuple[object, ...]:
    """Return what decides where things stand."""
    return tuple((field.id, field.offer) for field in state.fields), len(state.keyboard.rows)


def _focus(state: FieldsState) -> str:
    return next(field.id for field in state.fields if field.focused)
