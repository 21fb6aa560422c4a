"""Which act a keyboard or a keypad with arrows stands on, for whoever cannot touch the screen or does not see it.

An arrow goes on or back in the order of reading, *Enter* acts. A touch, or a letter, puts the ring away; the next arrow
goes on from where it was. A list is gone through from its first row to its last, whatever of it is in sight; one in
which there is nothing to act on is turned over, as long as there is more of it. The keys of the keyboard on the screen
are left out: whoever has arrows has real ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kivy.graphics import Color, SmoothLine
from kivy.uix.widget import Widget

from kiosk.views.field import Field
from kiosk.views.parts import Part, Target, find_target
from kiosk.views.reading_order import Stop, box_in_window, reading_order
from kiosk.views.scroll import RowList
from kiosk.views.sliding import Sliding
from kiosk.views.theme import Radius, channels

if TYPE_CHECKING:
    from kiosk.views.parts import Look


RING_U = 1.6
"""How thick a ring is."""


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


@dataclass(frozen=True, slots=True)
class Place:
    """A target by its id, and in which row it is if it stands in a list. Without an id, a row from which the target has
    gone; or where there is no row either, a part that is turned over.

    It outlives the parts: a screen is built anew under it, and a list has other rows every few seconds.
    """

    stop: int = -1
    touch_id: str = ""
    row: int = -1


class Focus:
    """Knows where the arrows are on the present layer, and where they were on the one beneath a sheet."""

    def __init__(self, tell: Callable[[Target], None]) -> None:
        """``tell`` is given each target that the focus comes to."""
        self._tell = tell
        self._place: Place | None = None
        self._in_use = False
        self._layer: type[Widget] | None = None
        self._beneath: dict[type[Widget], Place | None] = {}
        self.ring: FocusRing | None = None

    @property
    def touch_id(self) -> str:
        """Return the id of the target with the ring; empty where there is none."""
        return "" if self.ring is None or self._place is None else self._place.touch_id

    def move(self, top: Widget, look: Look, step: int) -> None:
        """Go ``step`` on, 1 or -1, round and round; ``top`` is the uppermost layer, which alone can be acted on."""
        self._come_to(top)
        stops = reading_order(top, look)
        here = self._here(stops)
        # Where the ring was put away it comes back where it was.
        if here is None or self.ring is not None or not _is_there(stops, here):
            here = _next(stops, here, step)
        if here is None:
            return
        self._place, self._in_use = here, True
        found = self._show(stops, look, step)
        if isinstance(found, Target):
            self._tell(found)

    def stand_on_field(self, top: Widget, look: Look) -> None:
        """Begin where one types: the next step leads to what comes after the field in use."""
        self._come_to(top)
        stops = reading_order(top, look)
        fields = [Place(at, stop.touch_id) for at, stop in enumerate(stops) if isinstance(stop, Field) and stop.focused]
        if fields:
            self._place, self._in_use = fields[0], True
            self._show(stops, look)

    def press(self, top: Widget) -> Widget | None:
        """Act on the target with the ring, and return what the ring is around: without a ring nothing."""
        if self.ring is None or self._place is None:
            return None
        target = find_target(top, self._place.touch_id)
        if target is not None and target.enabled:
            target.act()
        return target or top

    def follow(self, top: Widget, look: Look) -> None:
        """Keep the ring where it was after the screen was drawn anew, if that is still there. Of a row that has gone
        the place is remembered. On another layer the ring begins anew, and comes back with the layer beneath.
        """
        self._come_to(top)
        if not self._in_use:
            return
        stops = reading_order(top, look)
        self._place = self._here(stops)
        self._show(stops, look)

    def hide(self) -> None:
        """Put the ring away; the place is remembered."""
        self._take_away()
        self._in_use = False

    def forget(self) -> None:
        """Begin anew: this is another screen."""
        self.hide()
        self._place, self._layer = None, None
        self._beneath.clear()

    def _come_to(self, top: Widget) -> None:
        layer = type(top)
        if layer is self._layer:
            return
        if self._layer is not None and layer not in self._beneath:
            self._beneath[self._layer], self._place = self._place, None
        else:
            self._place = self._beneath.pop(layer, None)
        self._layer = layer

    def _here(self, stops: list[Stop]) -> Place | None:
        """Where the place is among the stops as they are now; if its row has gone, the place is where that was."""
        place = self._place
        if place is None:
            return None
        for number, stop in enumerate(stops):
            if isinstance(stop, Target):
                if stop.touch_id == place.touch_id:
                    return Place(number, place.touch_id)
            elif isinstance(stop, RowList) and place.row >= 0:
                row = stop.row_of(place.touch_id, place.row) if place.touch_id else None
                return Place(number, "", place.row) if row is None else Place(number, place.touch_id, row)
        is_kept = (
            not place.touch_id and place.row < 0 and place.stop < len(stops) and isinstance(stops[place.stop], Sliding)
        )
        return place if is_kept else None

    def _show(self, stops: list[Stop], look: Look, step: int = 0) -> Stop | None:
        """Put the ring around the place, after it was brought into sight, and return what it is around."""
        place = self._place
        part = None if place is None else _brought_into_sight(stops[place.stop], place, step)
        # Not before: the end of a text that comes into sight may have the screen drawn anew, ring and all.
        self._take_away()
        if part is not None:
            x, y, wide, tall = box_in_window(part)
            # A list reaches to the edges of the screen, beyond which nobody would see the ring.
            inside = RING_U * look.u if isinstance(part, Sliding) else 0.0
            self.ring = FocusRing(look, (x + inside, y + inside, wide - 2 * inside, tall - 2 * inside))
            self.ring.repaint()
        return part

    def _take_away(self) -> None:
        if self.ring is not None and self.ring.parent is not None:
            self.ring.parent.remove_widget(self.ring)
        self.ring = None


def _act(rows: RowList, place: Place) -> Target | None:
    return next((act for act in rows.acts(place.row) if act.touch_id == place.touch_id), None)


def _is_there(stops: list[Stop], place: Place) -> bool:
    stop = stops[place.stop]
    return place.row < 0 or (isinstance(stop, RowList) and _act(stop, place) is not None)


def _next(stops: list[Stop], here: Place | None, step: int) -> Place | None:
    """The place after or before ``here``, in the same stop or in the first of the others that has one."""
    if here is None:
        tries = range(len(stops)) if step > 0 else range(len(stops) - 1, -1, -1)
    else:
        within = _within(stops[here.stop], here, step)
        if within is not None:
            return within
        tries = range(here.stop + step, here.stop + step * (len(stops) + 1), step)
    found = (_first(stops[number % len(stops)], number % len(stops), step) for number in tries)
    return next((place for place in found if place is not None), None)


def _within(stop: Stop, here: Place, step: int) -> Place | None:
    """The next place in a list; or the same, where that could be turned over."""
    if isinstance(stop, Target):
        return None
    if here.row < 0 or not isinstance(stop, RowList):
        return here if stop.page(step) else None
    ids = [act.touch_id for act in stop.acts(here.row)]
    at = ids.index(here.touch_id) + step if here.touch_id in ids else -1
    if 0 <= at < len(ids):
        return Place(here.stop, ids[at], here.row)
    has_gone = here.touch_id not in ids
    # Where a row has gone its place is that of the one after it.
    return _in_rows(stop, here.stop, here.row if has_gone and step > 0 else here.row + step, step)


def _first(stop: Stop, number: int, step: int) -> Place | None:
    """The first place of a stop that is come to from outside, the last one where ``step`` is -1."""
    if isinstance(stop, Target):
        return Place(number, stop.touch_id)
    if isinstance(stop, RowList):
        place = _in_rows(stop, number, 0 if step > 0 else stop.rows - 1, step)
        if place is not None or stop.furthest <= 0:
            return place
    stop.scroll_to(0.0 if step > 0 else stop.furthest)
    return Place(number)


def _in_rows(rows: RowList, number: int, begin: int, step: int) -> Place | None:
    row = rows.next_row(min(begin, rows.rows - 1) if step < 0 else begin, step)
    if row is None:
        return None
    return Place(number, rows.acts(row)[0 if step > 0 else -1].touch_id, row)


def _brought_into_sight(stop: Stop, place: Place, step: int) -> Stop | None:
    if place.row >= 0 and isinstance(stop, RowList):
        if _act(stop, place) is None:
            return None
        stop.show_row(place.row, step)
        act = _act(stop, place)
        if act is not None:
            stop.reveal(float(act.y), float(act.top))
        return act
    above = stop.parent
    while isinstance(above, Widget) and above.parent is not above:
        if isinstance(above, Sliding):
            above.reveal(float(stop.y), float(stop.top))
            break
        above = above.parent
    return stop
