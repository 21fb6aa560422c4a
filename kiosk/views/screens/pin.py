"""The staff PIN: dots above, big keys below; digits are never shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.navigation import Screen
from kiosk.presenters.pin import PinState
from kiosk.views import shapes
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.parts import Part, Target
from kiosk.views.theme import BODY_BOLD, CAPTION, HEADING, LEAD, PIN, Radius

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

ROWS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("", "0", "delete"))


class PinView(ScreenView):
    """Dots and pad."""

    def compose(self, state: PinState) -> None:
        """Portrait stacks; landscape puts the pad beside the dots."""
        u, measure = self.look.u, self.look.measure
        room = self.chrome()
        if measure.landscape:
            pad_wide = min(72 * u, room.width * 0.52)
            gap = 2.4 * u
            lid, floor = self.top - self.strip_height, room.bottom
            key = min(17.6 * u, (lid - floor - 4 * u - 3 * gap) / 4)
            tall = 4 * key + 3 * gap
            lower = (lid + floor - tall) / 2
            pad = Room(room.x + room.width - pad_wide, lower, pad_wide, lower + tall)
            left = (room.x, room.bottom, room.width - pad_wide - 5 * u, room.height)
            middle = room.bottom + room.height * 0.52
        else:
            key = min(17.6 * u, (room.height * 0.56 - 6 * u) / 4)
            note = self.look.text(state.note, CAPTION, self.look.palette.soft, room.width)
            foot = room.bottom + max(11.6 * u, note.height + 7.0 * u)
            pad = Room(room.x, foot, room.width, foot + 4 * key + 3 * 2.4 * u)
            left = (room.x, pad.top, room.width, room.top - pad.top)
            middle = pad.top + (room.top - pad.top) * 0.56
        self._dots = PinDots(self.look, left, state, middle)
        self.put(self._dots)
        self._pad(pad, key)
        note = self.look.text(state.note, CAPTION, self.look.palette.soft, left[2])
        if measure.landscape:
            if not measure.compact:
                self.label(note, left[0], room.bottom + 5 * u + note.height, left[2], "centre")
        else:
            self.label(note, room.x, pad.bottom - 2.6 * u, room.width, "centre")

    def _pad(self, pad: Room, key: float) -> None:
        gap = (pad.height - 4 * key) / 3
        wide = (pad.width - 2 * gap) / 3
        for row, digits in enumerate(ROWS):
            for column, digit in enumerate(reversed(digits) if self.look.mirrored else digits):
                if digit:
                    box = (pad.x + column * (wide + gap), pad.top - (row + 1) * key - row * gap, wide, key)
                    self.put(PinKey(self.look, box, digit, self._press(digit)))

    def _press(self, digit: str) -> Callable[[], None]:
        pin = self.lobby.override if self.view.screen is Screen.OVERRIDE else self.lobby.pin
        return pin.delete if digit == "delete" else lambda: pin.digit(digit)

    def refresh(self, view: LobbyView) -> bool:
        """Fill dots at once."""
        if not self.same_but_state(view):
            return False
        self.view = view
        self._dots.show(view.state)
        return True


class PinDots(Part):
    """How many digits are there, and what is wrong."""

    def __init__(self, look: Look, box: Box, state: PinState, middle: float) -> None:
        self._state, self._middle = state, middle
        super().__init__(look, box)

    def show(self, state: PinState) -> None:
        """Show another state."""
        if state != self._state:
            self._state = state
            self.repaint()

    def paint(self) -> None:
        """Draw the little door, the words, the dots and the problem."""
        p, u, state = self.look.palette, self.look.u, self._state
        title = self.look.text(state.title, HEADING, p.ink, self.width, 2)
        lead = self.look.text(state.lead, LEAD, p.soft, self.width, 2)
        dots_y = self._middle - 7.0 * u
        top = dots_y + 5.0 * u + title.height + lead.height
        self.write(title, self.x, top, self.width, "centre")
        self.write(lead, self.x, top - title.height, self.width, "centre")
        if top + 16 * u < self.top:
            x, y = self.center_x, top + 2.6 * u
            shapes.arch(self.ink, (x - 5 * u, y, 10 * u, 12 * u), p.pine_tint)
            shapes.arch(self.ink, (x - 2 * u, y, 4 * u, 7.8 * u), p.pine)
        self._paint_dots(dots_y)
        if state.problem:
            block = self.look.text(state.problem, BODY_BOLD, p.brick, self.width - 6 * u, 3)
            wide = block.width + 5 * u
            x, y = self.center_x - wide / 2, dots_y - 5.4 * u
            self.icon("alert-circle-outline", 3.6 * u, (x + 1.8 * u, y - block.line_height / 2), p.brick)
            self.write(block, x + 5 * u, y, block.width + 1)

    def _paint_dots(self, y: float) -> None:
        p, u, state = self.look.palette, self.look.u, self._state
        dot, gap = 4.4 * u, 3.2 * u
        if state.digits * (dot + gap) > self.width:
            dot, gap = 3.4 * u, 2.0 * u
        x = self.center_x - (state.digits * (dot + gap) - gap) / 2 + dot / 2
        for number in range(state.digits):
            place = state.digits - 1 - number if self.look.mirrored else number  # digits run from the left everywhere
            at = (x + place * (dot + gap), y)
            if number < state.entered:
                shapes.disc(self.ink, at, dot, p.pine)
            elif number == state.entered and not state.resting:
                shapes.disc(self.ink, at, dot + 1.2 * u, p.lamp)
                shapes.circle(self.ink, at, dot, p.ink, 0.6 * u, p.chalk)
            else:
                shapes.circle(self.ink, at, dot, p.edge, 0.3 * u, p.chalk)


class PinKey(Target):
    """One big key."""

    def __init__(self, look: Look, box: Box, digit: str, act: Callable[[], object]) -> None:
        self._digit = digit
        super().__init__(look, box, f"pin.{digit}", act)

    def paint(self) -> None:
        """Draw the key."""
        p, u = self.look.palette, self.look.u
        delete = self._digit == "delete"
        ground = p.oat if delete else p.paper
        if p.outlined:
            shapes.outlined(self.ink, self.box, ground, p.edge, Radius.CARD * u, 0.3 * u)
        else:
            if not delete and not p.flat:
                shapes.card_shadow(self.ink, self.box, Radius.CARD * u, u)
            shapes.rounded(self.ink, self.box, p.pine_tint if self.pressed else ground, Radius.CARD * u)
        if delete:
            self.icon("backspace-outline", 6.0 * u, (self.center_x, self.center_y), p.pine)
        else:
            block = self.look.text(self._digit, PIN, p.ink)
            self.write(block, self.x, self.center_y + block.height / 2, self.width, "centre")
