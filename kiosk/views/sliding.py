"""What is dragged by a finger: a part that shows a window's worth of something higher than itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kivy.clock import Clock
from kivy.graphics import PopMatrix, PushMatrix, StencilPop, StencilPush, StencilUnUse, StencilUse, Translate
from kivy.graphics import Rectangle as Window

from kiosk.views import shapes
from kiosk.views.parts import Part
from kiosk.views.untyped import Ignored, Touch

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

DRAG_U = 1.4
FRICTION = 4.0
STEP_SECONDS = 1 / 60


class Clip(Part):
    """Shows its children inside its box only."""

    def __init__(self, look: Look, box: Box) -> None:
        super().__init__(look, box)
        with self.canvas.before:
            StencilPush()
            Window(pos=box[:2], size=box[2:])
            StencilUse()
        with self.canvas.after:
            StencilUnUse()
            Window(pos=box[:2], size=box[2:])
            StencilPop()

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
    """The part of a screen that scrolls where it is higher than its place, as with the largest text."""

    def __init__(self, look: Look, box: Box, *, bar_from: float = 0.0) -> None:
        super().__init__(look, box, bar_from=bar_from)
        self._end = float(self.y)

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
