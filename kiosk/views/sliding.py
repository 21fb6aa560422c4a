"""What is dragged by a finger: a part that shows a window's worth of something higher than itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from kivy.clock import Clock
from kivy.graphics import PopMatrix, PushMatrix, StencilPop, StencilPush, StencilUnUse, StencilUse, Translate
from kivy.graphics import Rectangle as Window

from kiosk.views import shapes
from kiosk.views.parts import Part, Target, parts_of
from kiosk.views.untyped import Ignored, Touch

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

DRAG_U = 1.4
FRICTION = 4.0
STEP_SECONDS = 1 / 60
WHOLE_U, SLACK = 10.8, 0.34
"""So high a target may be that is to be whole, but for this share of it."""
INKLESS, DESCENT, MOST_FREE = 0.12, 0.04, 0.4
"""The shares of a line above and below that have no ink; and how much of a page may stay free at either edge."""
HEAD_U = 6.0
"""So much more, lest a part is begun without any of its words."""


class Clip(Part):
    """Shows its children inside its box only."""

    def __init__(self, look: Look, box: Box) -> None:
        super().__init__(look, box)
        with self.canvas.before:
            StencilPush()
            before = Window(pos=box[:2], size=box[2:])
            StencilUse()
        with self.canvas.after:
            StencilUnUse()
            after = Window(pos=box[:2], size=box[2:])
            StencilPop()
        self._windows = (before, after)

    def show_between(self, lower: float, upper: float) -> None:
        """Show what lies between two heights only."""
        for window in self._windows:
            window.pos, window.size = (self.x, round(lower)), (self.width, round(upper) - round(lower))

    def repaint(self) -> None:
        """Leave the clipping alone; there is nothing to paint."""


class _Bed(Part):
    """Carries the rows and slides under the clip; rows keep their places in it."""

    def __init__(self, look: Look, box: Box) -> None:
        super().__init__(look, box)
        with self.canvas.before:
            PushMatrix()
            self._shift = Translate(0, 0)
        with self.canvas.after:
            PopMatrix()

    def repaint(self) -> None:
        """Leave the translation alone; there is nothing to paint."""

    def slide(self, shift: float) -> None:
        """Move by whole pixels, so that text stays sharp."""
        self._shift.y = round(shift)

    def to_local(self, x: float, y: float, **_unused: Ignored) -> tuple[float, float]:
        """Return a point of the screen as seen by the rows."""
        return x, y - self._shift.y

    def to_parent(self, x: float, y: float, **_unused: Ignored) -> tuple[float, float]:
        """Return a point of the rows as seen by the screen."""
        return x, y + self._shift.y

    def on_touch_down(self, touch: Touch) -> bool:
        """Offer a touch to the rows, in their coordinates."""
        return self._moved("on_touch_down", touch)

    def on_touch_up(self, touch: Touch) -> bool:
        """Offer a touch to the rows, in their coordinates."""
        return self._moved("on_touch_up", touch)

    def _moved(self, kind: str, touch: Touch) -> bool:
        touch.push()
        touch.apply_transform_2d(self.to_local)
        taken = any(child.dispatch(kind, touch) for child in self.children[:])
        touch.pop()
        return taken


class Sliding(Part):
    """Something under a finger, with a bar that is always there when there is more than fits.

    Subclasses put their parts on ``_bed``, whose coordinates are those of the screen before anything was dragged.
    ``bar_from``: how far below the top the bar begins, in pixels, where a corner is round.
    """

    def __init__(self, look: Look, box: Box, *, bar_from: float = 0.0) -> None:
        super().__init__(look, box)
        self.on_end: Callable[[], None] = lambda: None
        self._clip = Clip(look, box)
        self._bed = _Bed(look, box)
        self._clip.add_widget(self._bed)
        self.add_widget(self._clip)
        self._bar = _Bar(look, (self.right - 1.0 * look.u, self.y, 0.9 * look.u, self.height - bar_from))
        self.add_widget(self._bar)
        self.offset = 0.0
        self._speed = 0.0
        self._glide: Any = None

    @property
    def content_height(self) -> float:
        """Return the height of the whole, in pixels."""
        raise NotImplementedError

    @property
    def furthest(self) -> float:
        """Return the largest offset, in pixels."""
        return max(0.0, self.content_height - float(self.height))

    def scroll_to(self, offset: float) -> None:
        """Show what lies from ``offset`` pixels below the beginning."""
        self.offset = min(max(offset, 0.0), self.furthest)
        self._bed.slide(self.offset)
        self._bar.show(self.offset, float(self.height), self.content_height)
        if self.offset >= self.furthest - 1:
            self.on_end()

    def go_on_from(self, offset: float) -> None:
        """Show what was shown before all was built anew."""
        self.scroll_to(offset)

    def page(self, step: int = 1) -> bool:
        """Go on by a little less than what is in sight, or back; returns whether there was anything more."""
        before = self.offset
        self.scroll_to(self.offset + step * 0.8 * float(self.height))
        return self.offset != before

    def reveal(self, lower: float, upper: float) -> None:
        """Scroll as little as shows what lies between two heights, given as before anything was dragged; of what is
        higher than the place, the upper part.
        """
        self._stop_gliding()
        lower = max(lower, upper - float(self.height))
        if upper + self.offset > self.top:
            self.scroll_to(self.top - upper)
        elif lower + self.offset < self.y:
            self.scroll_to(self.y - lower)

    def on_touch_down(self, touch: Touch) -> bool:
        """Take a touch inside: a press of what lies there or the beginning of a drag."""
        if not self.collide_point(*touch.pos):
            return False
        self._stop_gliding()
        touch.ud["from"] = (touch.y, self.offset)
        touch.grab(self)
        super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: Touch) -> bool:
        """Drag once the finger has moved enough; what is under it is let go."""
        if touch.grab_current is not self:
            return False
        begin, offset = touch.ud["from"]
        if abs(touch.y - begin) > DRAG_U * self.look.u:
            touch.ud["dragged"] = touch.ud["cancelled"] = True
        if touch.ud.get("dragged"):
            self._speed = touch.dy / STEP_SECONDS
            self.scroll_to(offset + touch.y - begin)
        return True

    def on_touch_up(self, touch: Touch) -> bool:
        """Let it glide on after a drag."""
        if touch.grab_current is not self:
            return super().on_touch_up(touch) if self.collide_point(*touch.pos) else False
        touch.ungrab(self)
        if touch.ud.get("dragged") and abs(self._speed) > self.look.u:
            self._glide = Clock.schedule_interval(self._glide_on, STEP_SECONDS)
        return True

    def _stop_gliding(self) -> None:
        if self._glide is not None:
            self._glide.cancel()
        self._speed = 0.0

    def _glide_on(self, seconds: float) -> bool:
        self._speed *= max(0.0, 1 - FRICTION * seconds)
        self.scroll_to(self.offset + self._speed * seconds)
        return abs(self._speed) > self.look.u and 0 < self.offset < self.furthest


class Page(Sliding):
    """The part of a screen that scrolls where it is higher than its place, as with the largest text. Until a finger
    drags it, its edges cut no line and no button: what does not fit is not begun.
    """

    def __init__(self, look: Look, box: Box, *, bar_from: float = 0.0) -> None:
        super().__init__(look, box, bar_from=bar_from)
        self._end = float(self.y)
        self.shown = (float(self.y), float(self.top))
        """Between which heights something is in sight, in pixels of the screen."""

    @property
    def content_height(self) -> float:
        """Return the height of what was put here, in pixels."""
        return float(self.top) - self._end

    def put(self, part: Part) -> None:
        """Add a part and paint it."""
        part.repaint()
        self._bed.add_widget(part)

    def ends(self, lowest: float) -> None:
        """Note how far down what was put here reaches, in pixels of the screen."""
        self._end = lowest
        self.scroll_to(self.offset)
        self._rest()

    def scroll_to(self, offset: float) -> None:
        """Show what lies from ``offset`` pixels below the beginning, as far as there is place for it."""
        super().scroll_to(offset)
        self._show_between(float(self.y), float(self.top))

    def go_on_from(self, offset: float) -> None:
        """Show what was shown before all was built anew, and come to rest there."""
        super().go_on_from(offset)
        self._rest()

    def reveal(self, lower: float, upper: float) -> None:
        """Scroll to what lies between two heights, and come to rest there."""
        super().reveal(lower, upper)
        self._rest()

    def on_touch_down(self, touch: Touch) -> bool:
        """Take a touch; what is not in sight cannot be pressed."""
        if self.collide_point(*touch.pos) and not self.shown[0] <= touch.y <= self.shown[1]:
            touch.ud["cancelled"] = True
        return super().on_touch_down(touch)

    def _show_between(self, lower: float, upper: float) -> None:
        self.shown = (lower, upper)
        self._clip.show_between(lower, upper)

    def _rest(self) -> None:
        """Draw both edges in, to where they cut nothing that is to be whole."""
        whole = [(low + self.offset, high + self.offset, slack) for low, high, slack in self._wholes()]
        heads = [(low + self.offset, high + self.offset, 0.0) for low, high in self._heads()]
        edges = []
        for edge, way in ((float(self.y), 1), (float(self.top), -1)):
            moved = _moved(edge, whole, way)
            moved = moved if abs(moved - edge) <= MOST_FREE * self.height else edge
            further = _moved(moved, whole + heads, way)
            edges.append(further if abs(further - moved) <= HEAD_U * self.look.u else moved)
        self._show_between(*edges)

    def _wholes(self) -> Iterator[tuple[float, float, float]]:
        """From where to where each line and each low target reaches, as before anything was dragged; and how much may
        be missing of it.
        """
        most = WHOLE_U * self.look.u * max(1.0, self.look.measure.text_scale)
        for part in parts_of(self._bed):
            for low, high in _inked(part):
                yield low, high, 0.0
            if isinstance(part, Target) and part.height <= most:
                yield float(part.y), float(part.top), SLACK * float(part.height)

    def _heads(self) -> Iterator[tuple[float, float]]:
        """From where to where each part reaches without a line in sight: there is little sense in beginning it."""
        for part in parts_of(self._bed):
            inked = _inked(part)
            if inked:
                yield max(low for low, _ in inked), float(part.top)
                yield float(part.y), min(high for _, high in inked)


def _inked(part: Part) -> list[tuple[float, float]]:
    return [(y + DESCENT * tall, y + (1 - INKLESS) * tall) for _, y, _, tall in part.lines]


def _moved(edge: float, whole: list[tuple[float, float, float]], way: int) -> float:
    """Where an edge cuts nothing, from where it is upwards (1) or downwards (-1), in pixels."""
    while True:
        if way > 0:
            cut = [high for low, high, slack in whole if low + 1 + slack < edge < high - 1]
        else:
            cut = [low for low, high, slack in whole if low + 1 < edge < high - 1 - slack]
        if not cut:
            return edge
        edge = max(cut) if way > 0 else min(cut)


class _Bar(Part):
    """Where in the whole the part in sight lies."""

    def show(self, offset: float, seen: float, whole: float) -> None:
        """Draw the bar for an offset, in pixels; nothing when all is in sight."""
        self.ink.clear()
        if whole <= seen + 1:
            return
        p = self.look.palette
        tall = max(8 * self.look.u, self.height * seen / whole)
        y = self.top - tall - (self.height - tall) * offset / (whole - seen)
        shapes.rounded(self.ink, self.box, p.line if not p.outlined else p.chalk, self.width / 2)
        shapes.rounded(self.ink, (self.x, y, self.width, tall), p.edge, self.width / 2)
