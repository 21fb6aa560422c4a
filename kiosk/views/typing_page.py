"""Fields over the on-screen keyboard: what does not fit above it scrolls, and the field in use is always in sight."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from kiosk.presenters.details import FieldState
from kiosk.views.buttons import Button, Face, Kind, pill_width
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.field import (
    BOX_U,
    LABEL_LINES,
    RING_U,
    Field,
    Tight,
    below_height,
    box_height,
    label_beside,
    label_height,
)
from kiosk.views.keyboard import Keyboard, keyboard_height
from kiosk.views.mirror import turned, upright_look
from kiosk.views.theme import CAPTION, PILL

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.presenters.typing import KeyboardState
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

GAP_U = 3.0
COLUMN_GAP_U = 3.6
LOW_BOX_U = 8.8
ONE_BOX_U = 9.0
SCAN_GAP_U, EDGE_U = 2.4, 0.2
LEAST_SHARE = 0.5
"""Of a small panel's width: so much a field keeps beside a button."""


class Typed(Protocol):
    """A view state with fields of which one is in use."""

    @property
    def fields(self) -> tuple[FieldState, ...]:
        """Return the fields."""

    @property
    def keyboard(self) -> KeyboardState:
        """Return the keys."""


class FieldPresenter(Protocol):
    """What a presenter of fields can do."""

    def press(self, key: str) -> None:
        """Press a key."""

    def type(self, text: str) -> None:
        """Type characters."""

    def focus(self, name: str, cursor: int | None = None) -> None:
        """Turn to a field."""

    def take_offer(self, name: str) -> None:
        """Accept a correction."""


class TypingPage(ScreenView):
    """``prefix`` begins the ids of its fields."""

    prefix = ""

    @property
    def typist(self) -> FieldPresenter:
        """Return the presenter of the fields."""
        raise NotImplementedError

    def scan(self) -> None:
        """Let the camera fill in the field that offers it."""
        raise NotImplementedError

    def begin(self, state: Typed) -> Room:
        """Put the keyboard, open the page above it and return its room."""
        self._fields: dict[str, Field] = {}
        self._reaches: dict[str, float] = {}
        room = self.chrome(typing=True)
        tall = keyboard_height(self.look, state.keyboard)
        board, typist = (self.x, room.bottom, self.width, tall), self.typist
        self._board = Keyboard.at(upright_look(self.look), board, typist.press, typist.type)
        room.bottom += tall
        self._sheet = self.open_page(room)
        return room

    def end(self, room: Room, state: Typed) -> None:
        """Close the page at the top of what is left of the room."""
        self.close_page(room.top)
        self._reveal(state)
        self.add_widget(turned(self.look, self._board))
        self._board.show(state.keyboard)

    def put_stack(self, room: Room, fields: tuple[FieldState, ...]) -> None:
        """Put fields one beneath the other; takes what they need from the room."""
        for field in fields:
            self._put_below(room, field, room.x, room.width, BOX_U)
            room.top -= GAP_U * self.look.u

    def put_one(self, room: Room, field: FieldState, wide: float) -> float:
        """Put the field of a small panel, and return where its box begins (its top). What leads to the camera stands
        beside it, where there is room for both; the label, where all of it has no place one beneath the other.
        """
        share = room.width - self._scan_width(field) - SCAN_GAP_U * self.look.u if field.scan else 0.0
        beside = self._label_beside(field, wide)
        room.top -= 0.0 if beside else 0.6 * self.look.u
        if not beside and share >= LEAST_SHARE * room.width and self.look.measure.text_scale <= 1:
            wide, tall = min(wide, share), box_height(self.look, ONE_BOX_U)
            top = room.top - self._above((field,), wide)
            self._put_scan(field, (room.x + wide + SCAN_GAP_U * self.look.u, top - tall, self._scan_width(field), tall))
            field = replace(field, scan="")
        above = RING_U * self.look.u if beside else self._above((field,), wide)
        top = room.top - above
        self._put_below(room, field, room.x, wide, ONE_BOX_U, above, beside=beside)
        return top

    def _label_beside(self, field: FieldState, wide: float) -> float:
        """How wide the label is beside its field; 0 where it can as well stand above."""
        words, tall = (field.label, field.optional), box_height(self.look, ONE_BOX_U)
        low = box_height(self.look, ONE_BOX_U, tight=True)
        beneath = below_height(self.look, _below(field), wide) + (RING_U + 0.6) * self.look.u
        beneath += (field.scan != "") * (1.2 * self.look.u + self._pill_height())
        beneath += (field.offer != "") * (0.8 * self.look.u + self._pill_height())
        if label_height(self.look, words, wide) + tall + beneath <= self._sheet.height:
            return 0.0
        return label_beside(self.look, words, wide, low)

    def _pill_height(self) -> float:
        return max(8.0 * self.look.u, self.look.measure.size(PILL) * PILL.leading + 2.4 * self.look.u)

    def put_columns(self, room: Room, fields: tuple[FieldState, ...]) -> None:
        """Put fields two across; takes what they need from the room."""
        wide = (room.width - COLUMN_GAP_U * self.look.u) / 2
        for first in range(0, len(fields), 2):
            pair = fields[first : first + 2]
            above = self._above(pair, wide)
            ends = [self.put_in_column(room, field, column, wide, above) for column, field in enumerate(pair)]
            room.top = min(ends) - 2.2 * self.look.u

    def put_in_column(self, room: Room, field: FieldState, column: int, wide: float, above: float = 0.0) -> float:
        """Put one field into a column, with a line of air for what may come to stand beneath; return where it ends.
        ``above``: how far the box lies beneath the top, else as far as its label needs.
        """
        u = self.look.u
        beneath = Room(room.x + column * (wide + COLUMN_GAP_U * u), room.bottom, wide, room.top)
        above = above or self._above((field,), wide)
        self._put_below(beneath, field, beneath.x, wide, LOW_BOX_U, above)
        least = room.top - above - box_height(self.look, LOW_BOX_U) - 2.6 * u
        return min(beneath.top, least)

    def _above(self, states: tuple[FieldState, ...], wide: float) -> float:
        """How much the labels of fields that stand side by side need, in pixels."""
        return max(label_height(self.look, (state.label, state.optional), wide) for state in states)

    def _put_below(
        self,
        room: Room,
        state: FieldState,
        x: float,
        wide: float,
        box_u: float,
        above: float = 0.0,
        *,
        beside: float = 0.0,
    ) -> None:
        tall = box_height(self.look, box_u, tight=beside > 0)
        above = above or self._above((state,), wide)
        box = (x + beside, room.top - above - tall, wide - beside, tall)
        most = room.top - self._sheet.y - above - tall - EDGE_U * self.look.u
        most = most if self.look.measure.compact else math.inf
        place: Callable[[int], None] = lambda cursor: self.typist.focus(state.id, cursor)  # noqa: E731 - one use
        name, lines = f"{self.prefix}.{state.id}", LABEL_LINES
        field = Field(
            self.look, box, name, state.label, state.optional, place, label_lines=lines, tight=Tight(beside, most)
        )
        self._fields[state.id] = field
        _fill(field, state)
        self.put(field)
        room.top = box[1] - below_height(self.look, _below(state), wide, most)
        if state.offer:
            room.top -= 0.8 * self.look.u
            room.top -= self._put_offer(state, x, room.top, wide)
        if state.scan:
            tall = self._pill_height()
            room.top -= 1.2 * self.look.u + tall
            self._put_scan(state, (x, room.top, min(self._scan_width(state), wide), tall))
        beneath = _below(state) or state.offer or state.scan
        self._reaches[state.id] = room.top - (EDGE_U if beneath else RING_U) * self.look.u

    def _scan_width(self, field: FieldState) -> float:
        return pill_width(self.look, _scan_face(field))

    def _put_scan(self, field: FieldState, box: Box) -> None:
        """Put the way to the camera as a pill."""
        self.put(Button(self.look, box, f"{self.prefix}.scan", _scan_face(field), self.scan))

    def _put_offer(self, field: FieldState, x: float, top: float, wide: float) -> float:
        """Put the corrected address as a pill, beneath its words where both are too wide, and return their height."""
        u, p = self.look.u, self.look.palette
        words = self.look.text(field.offer_words, CAPTION, p.ink, wide)
        domain = field.offer.rpartition("@")[2]  # what was typed is never read aloud
        face = Face(field.offer, kind=Kind.PILL, style=PILL, spoken=f"{field.offer_words} {domain}")
        pill = min(pill_width(self.look, face), wide)
        tall = self._pill_height()
        above, left = 0.0, words.width + 1.4 * u
        if left + pill > wide:
            above, left = self.label(words, x, top, words.width + 1) + 0.6 * u, 0.0
        else:
            self.label(words, x, top - (tall - words.height) / 2, words.width + 1)
        box = (x + left, top - above - tall, pill, tall)
        self.put(Button(self.look, box, f"{self.prefix}.offer", face, lambda: self.typist.take_offer(field.id)))
        return above + tall

    def _reveal(self, state: Typed) -> None:
        focused = focus_of(state)
        if focused in self._fields:
            field, lower = self._fields[focused], self._reaches[focused]
            self._sheet.reveal(lower, upper_edge(self.look, field, self._sheet.height, lower))

    def _is_empty(self, state: Typed) -> bool:
        """Whether nothing is to be seen in the field in use, as it is drawn now."""
        focused = focus_of(state)
        return focused not in self._fields or not self._fields[focused].entry.text

    def shape(self, state: Any) -> object:  # noqa: ANN401 - each screen has a state of its own
        """Return what decides where things stand; while it stays the same, nothing is built anew."""
        beneath = tuple((field.id, field.offer, field.scan, _below(field)) for field in state.fields)
        return beneath, len(state.keyboard.rows), focus_of(state) if self.look.measure.compact else ""

    def dragged_to(self) -> list[float]:
        """None: the field in use is brought into sight."""
        return []

    def refresh(self, view: LobbyView) -> bool:
        """Show typed letters at once; what stands elsewhere now asks to be built anew."""
        old, new = self.view.state, view.state
        if not self.same_but_state(view) or self.shape(old) != self.shape(new):
            return False
        self.view = view
        empty = self._is_empty(new)
        for state in new.fields:
            if state.id in self._fields:
                _fill(self._fields[state.id], state)
        if focus_of(old) != focus_of(new) or empty != self._is_empty(new):
            self._reveal(new)
        self._board.show(new.keyboard)
        return True


def upper_edge(look: Look, field: Field, tall: float, lower: float) -> float:
    """Return from where down a field is to be in sight, in a place so high: from its label on, unless that would hide
    what is being typed, or what is wrong with it.
    """
    whole = float(field.top) + field.above
    begun = field.error or field.entry.text
    return whole if whole - lower <= tall or not begun else float(field.top) + RING_U * look.u


def focus_of(state: Typed) -> str:
    """Return the id of the field in use; empty on a page that asks nothing."""
    return next((field.id for field in state.fields if field.focused), "")


def _scan_face(field: FieldState) -> Face:
    return Face(field.scan, "qrcode-scan", Kind.PILL, PILL)


def _below(state: FieldState) -> str:
    return state.error or ("" if state.offer else state.helper)


def _fill(field: Field, state: FieldState) -> None:
    helper = "" if state.offer else state.helper
    field.show(state.entry, focused=state.focused, helper=helper, error=state.error, attention=bool(state.offer))
