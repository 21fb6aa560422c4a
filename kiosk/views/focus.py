"""Which act a keyboard or a keypad with arrows stands on, for whoever cannot touch the screen or does not see it.

An arrow goes on or back in the order of reading, *Enter* acts. A touch, or a letter, puts the ring away; the next arrow
goes on from where it was. The keys of the keyboard on the screen are left out: whoever has arrows has real ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kivy.graphics import Color, SmoothLine
from kivy.uix.widget import Widget

from kiosk.views.keyboard import KeyTarget
from kiosk.views.parts import Part, Target, parts_of
from kiosk.views.sliding import Sliding
from kiosk.views.theme import Radius, channels

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

ROW_U = 5.0
"""Targets whose middles are no further apart than this stand in one row."""


class FocusRing(Part):
    """Paper, ink and lamp around a box, from the inside to the outside: seen on any ground."""

    def paint(self) -> None:
        """Draw them, and nothing inside the box."""
        p, u = self.look.palette, self.look.u
        for colour, thick, middle in ((p.paper, 0.5, 0.25), (p.ink, 0.5, 0.75), (p.lamp, 0.6, 1.3)):
            out = middle * u
            x, y, wide, tall = self.x - out, self.y - out, self.width + 2 * out, self.height + 2 * out
            radius = min(Radius.BUTTON * u + out, wide / 2, tall / 2)
            self.ink.add(Color(*channels(colour)))
            self.ink.add(SmoothLine(rounded_rectangle=(x, y, wide, tall, radius), width=max(1.0, thick * u / 2)))


class Focus:
    """Knows the target by its id, so that it is found again on a screen that was built anew."""

    def __init__(self, tell: Callable[[Target], None]) -> None:
        """``tell`` is given each target that the focus comes to."""
        self._tell = tell
        self._id = ""
        self.ring: FocusRing | None = None

    def move(self, top: Widget, look: Look, step: int) -> None:
        """Go ``step`` targets on, round and round; ``top`` is the uppermost layer, which alone can be acted on."""
        targets = _in_order(top, look)
        if not targets:
            return
        ids = [target.touch_id for target in targets]
        if self._id in ids:
            # Where the ring was put away it comes back where it was.
            at = (ids.index(self._id) + (step if self.ring is not None else 0)) % len(ids)
        else:
            at = 0 if step > 0 else len(ids) - 1
        self._id = ids[at]
        self._show(targets[at], look)
        self._tell(targets[at])

    def press(self, top: Widget) -> bool:
        """Act on the target with the ring; returns whether there was one."""
        if self.ring is None:
            return False
        target = next((each for each in _targets(top) if each.touch_id == self._id), None)
        if target is None:
            return False
        target.act()
        return True

    def follow(self, top: Widget, look: Look) -> None:
        """Keep the ring where it was after the screen was drawn anew, if that is still there."""
        if self.ring is None:
            return
        target = next((each for each in _targets(top) if each.touch_id == self._id), None)
        if target is None:
            self.forget()
        else:
            self._show(target, look)

    def hide(self) -> None:
        """Put the ring away; the place is remembered."""
        self._take_away()
        self.ring = None

    def forget(self) -> None:
        """Begin anew: this is another screen."""
        self.hide()
        self._id = ""

    def _show(self, target: Target, look: Look) -> None:
        _reveal(target)
        self._take_away()
        self.ring = FocusRing(look, box_in_window(target))
        self.ring.repaint()

    def _take_away(self) -> None:
        if self.ring is not None and self.ring.parent is not None:
            self.ring.parent.remove_widget(self.ring)


def box_in_window(target: Target) -> Box:
    """Where a target is seen, whatever it lies in is turned over or dragged to."""
    x1, y1 = target.to_window(target.x, target.y)
    x2, y2 = target.to_window(target.right, target.top)
    return min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)


def _targets(top: Widget) -> list[Target]:
    found = (part for part in parts_of(top) if isinstance(part, Target) and not isinstance(part, KeyTarget))
    return [target for target in found if target.enabled]


def _in_order(top: Widget, look: Look) -> list[Target]:
    """From the top to the bottom, and in a row from where reading begins."""

    def place(target: Target) -> tuple[int, float]:
        x, y, wide, tall = box_in_window(target)
        across = x + wide / 2
        return -round((y + tall / 2) / (ROW_U * look.u)), -across if look.mirrored else across

    return sorted(_targets(top), key=place)


def _reveal(target: Target) -> None:
    above = target.parent
    while isinstance(above, Widget) and above.parent is not above:
        if isinstance(above, Sliding):
            above.reveal(float(target.y), float(target.top))
            return
        above = above.parent
