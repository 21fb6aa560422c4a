"""Who the visitor is: fields above, the keyboard below, in reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.presenters.details import DetailsState, FieldState
from kiosk.views.buttons import Button, Face, Kind, Toggle, pill_width
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.field import BOX_U, Field, label_height
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
        """Lay out for portrait, landscape or the small panel."""
        self._fields: dict[str, Field] = {}
        u, measure = self.look.u, self.look.measure
        room = self.chrome()
        tall = keyboard_height(self.look, state.keyboard)
        board, details = (self.x, self.y, self.width, tall), self.lobby.details
        self._board = Keyboard(upright_look(self.look), board, details.press, details.type)
        room.bottom = self.y + tall
        if measure.compact:
            self._compact(room, state)
        elif measure.landscape:
            self.title(room, state.title, small=True)
            room.top += 1.0 * u
            self._landscape(room, state)
        else:
            self.title(room, state.title)
            self._portrait(room, state)
        self.add_widget(turned(self.look, self._board))
        self._board.show(state.keyboard)

    def _portrait(self, room: Room, state: DetailsState) -> None:
        u, top = self.look.u, room.top
        for number, field in enumerate(state.fields):
            top -= label_height(self.look)
            self._field(field, (room.x, top - BOX_U * u, room.width, BOX_U * u))
            helper = 5.0 if number == 0 or field.error else 0.0
            top -= (BOX_U + helper + 3.0) * u
            if field.offer:
                top -= self._offer(field, room.x, top + 1.8 * u)
            elif number == len(state.fields) - 1 and not field.error:
                top -= 1.4 * u
        switch = max(room.bottom + 2.4 * u, top - 13.2 * u)
        self._switch(state, (room.x, switch, room.width, 12.4 * u))

    def _landscape(self, room: Room, state: DetailsState) -> None:
        u, gap = self.look.u, 3.6 * self.look.u
        wide = (room.width - gap) / 2
        line = label_height(self.look) + LOW_BOX_U * u
        for number, field in enumerate(state.fields):
            row, column = divmod(number, 2)
            top = room.top - row * (line + 5.4 * u)
            self._field(field, (room.x + column * (wide + gap), top - line, wide, LOW_BOX_U * u))
            if field.offer:
                self._offer(field, room.x + column * (wide + gap), top - line - 0.6 * u)
        top = room.top - (line + 5.4 * u)
        self._switch(state, (room.x + wide + gap, top - line, wide, 10.4 * u))

    def _compact(self, room: Room, state: DetailsState) -> None:
        """Show one field at a time, and the switch beside it."""
        u = self.look.u
        focused = next(field for field in state.fields if field.focused)
        wide = room.width * 0.56
        top = room.top - label_height(self.look) - 0.6 * u
        self._field(focused, (room.x, top - 9.0 * u, wide, 9.0 * u))
        self._switch(state, (room.x + wide + 2.4 * u, top - 9.0 * u, room.width - wide - 2.4 * u, 9.0 * u))
        if focused.offer:
            self._offer(focused, room.x, top - 9.4 * u)

    def _field(self, state: FieldState, box: Box) -> None:
        place: Callable[[int], None] = lambda cursor: self.lobby.details.focus(state.id, cursor)  # noqa: E731 - one use
        field = Field(self.look, box, f"details.{state.id}", state.label, state.optional, place)
        self._fields[state.id] = field
        _fill(field, state)
        self.put(field)

    def _switch(self, state: DetailsState, box: Box) -> None:
        face = Face(state.assistance, "hand-back-left")
        act = self.lobby.details.toggle_assistance
        hint = "" if self.look.measure.landscape else state.assistance_hint
        self.put(Toggle(self.look, box, "details.assistance", face, act, on=state.needs_assistance, hint=hint))

    def _offer(self, field: FieldState, x: float, top: float) -> float:
        """Put the corrected address as a pill and return the height it takes."""
        u, p = self.look.u, self.look.palette
        words = self.look.text(field.offer_words, CAPTION, p.ink)
        tall = 8.0 * u
        self.label(words, x, top - (tall - words.height) / 2, words.width + 1)
        face = Face(field.offer, kind=Kind.PILL, style=PILL)
        box = (x + words.width + 1.4 * u, top - tall, pill_width(self.look, face), tall)
        self.put(Button(self.look, box, "details.offer", face, self.lobby.details.take_offer))
        return tall

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
        self._board.show(new.keyboard)
        return True


def _fill(field: Field, state: FieldState) -> None:
    field.show(state.entry, focused=state.focused, helper=state.helper, error=state.error, attention=bool(state.offer))


def _shape(state: DetailsState) -> tuple[object, ...]:
    """Return what decides where things stand."""
    return (
        state.needs_assistance,
        tuple((field.offer, bool(field.error)) for field in state.fields),
        len(state.keyboard.rows),
    )


def _focus(state: DetailsState) -> str:
    return next(field.id for field in state.fields if field.focused)
