"""The foot of a last screen: one button, and how soon the screen clears itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.views.buttons import Button, Face, button_height
from kiosk.views.chrome import NARROW_U, Room, ScreenView
from kiosk.views.parts import Label
from kiosk.views.theme import CAPTION

if TYPE_CHECKING:
    from kiosk.views.shapes import Box

WIDE_U = 52
Another = tuple[str, Face, Callable[[], None]]
"""The name of a button for touches, what it shows, and what it does."""


class ClearingView(ScreenView):
    """A screen that clears itself. A small panel has no place for the sentence, and keeps the button."""

    _clears: Label | None = None
    _clears_box: Box = (0.0, 0.0, 0.0, 0.0)
    _clears_align = "centre"

    def foot_that_clears(self, room: Room, finish: str, another: Another | None = None) -> None:
        """Put the button, another one above or before it, and the sentence at the foot; takes what they need from the
        room.
        """
        u, measure = self.look.u, self.look.measure
        room.bottom += (1.4 if measure.compact else 3.2 if measure.landscape else 6.4) * u
        acts: list[Another] = [("done.finish", Face(finish), self.lobby.finish), *([another] if another else [])]
        narrow = not measure.landscape or room.width < NARROW_U * u
        gap = 2.0 * u
        wide = room.width if narrow else min(WIDE_U * u, (room.width - gap * (len(acts) - 1)) / len(acts))
        if not measure.compact:
            tall = measure.size(CAPTION) * CAPTION.leading
            beneath = room.width if narrow else wide * len(acts) + gap * (len(acts) - 1)
            fits = self.look.text(self.view.clears, CAPTION, self.look.palette.soft).width <= beneath
            row, self._clears_align = (beneath, "centre") if fits else (room.width, "end")
            self._clears_box = (room.x + room.width - row, room.bottom, row, tall)
            self.put_clears()
            room.bottom += tall + 1.9 * u
        if narrow:
            for act in acts:
                tall = button_height(self.look, act[1], room.width)
                self.put(Button(self.look, (room.x, room.bottom, room.width, tall), *act))
                room.bottom += tall + gap
            room.bottom += u
            return
        tall = max(button_height(self.look, face, wide) for _, face, _ in acts)
        for number, act in enumerate(acts):
            x = room.x + room.width - wide - number * (wide + gap)
            self.put(Button(self.look, (x, room.bottom, wide, tall), *act))
        room.bottom += tall + 3.0 * u

    def put_clears(self) -> None:
        """Say how many seconds are left, in the place of what was said before."""
        if self._clears is not None:
            self.remove_widget(self._clears)
            self._clears = None
        if self._clears_box[3]:
            block = self.look.fitted(self.view.clears, CAPTION, self.look.palette.soft, self._clears_box[2])
            self._clears = Label(self.look, block, self._clears_box, self._clears_align)
            self.put(self._clears)
