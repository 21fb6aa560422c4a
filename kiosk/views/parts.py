"""The two things of which every screen is built: a part that paints itself, and a part that can be touched.

Positions are absolute and computed once per size; a screen that changes its shape is built anew. Every touchable part
has a ``touch_id`` that never depends on language, theme or size, by which tests and the demo find it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kivy.uix.widget import Widget

from kiosk.views import shapes
from kiosk.views.icons import ICONS, ONWARD
from kiosk.views.text import Span, TextBlock, draw_icon, width_of
from kiosk.views.theme import Radius, under_finger
from kiosk.views.typeface import ICON_FONT
from kiosk.views.untyped import Canvas, Ignored, Touch
from kiosk.words.hyphenation import divided

if TYPE_CHECKING:
    from kiosk.views.shapes import Box
    from kiosk.views.theme import Measure, Palette, Style


_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
WHOLE_WORDS = 0.8
"""Down to this share of its size a text rather shrinks than divides a word."""
SENSIBLE = 0.7
"""What is smaller than this share of its size looks like another kind of text."""


@dataclass(frozen=True, slots=True)
class Look:
    """Colours and sizes of the present window, whether all of it is drawn in a ``Mirror``, and whether things move."""

    palette: Palette
    measure: Measure
    mirrored: bool = False
    moves: bool = False

    @property
    def u(self) -> float:
        """Return the unit in pixels."""
        return self.measure.u

    def text(self, text: str, style: Style, colour: str, width: float = 1e6, most_lines: int = 0) -> TextBlock:
        """Lay out one text; a long word that is wider than a line is divided, where it is known how."""
        block = self.whole(text, style, colour, width, most_lines)
        if not block.broken:
            return block
        size = self.measure.size(style)
        parted = divided(text, lambda part: width_of(part, style.face, size) <= width)
        if parted == text:
            return block
        again = self.whole(parted, style, colour, width, most_lines)
        again.text = block.text
        return again

    def whole(self, text: str, style: Style, colour: str, width: float, most_lines: int = 0) -> TextBlock:
        """Lay out one text whose words are never divided at a hyphen."""
        return TextBlock(
            [Span(text, style, colour)], self.measure, width, most_lines=most_lines, mirrored=self.mirrored
        )

    def fits_whole(self, text: str, style: Style, width: float, lines: int) -> bool:
        """Return whether a text needs no more than a little less size to have so few lines and all words whole."""
        small = replace(style, size=style.size * WHOLE_WORDS)
        block = self.whole(text, small, "#000000", width)
        return not block.broken and len(block.lines) <= lines

    def fitted(
        self, text: str, style: Style, colour: str, width: float, lines: int = 1, *, least: float = _SHARES[-1]
    ) -> TextBlock:
        """Lay out one text that is never cut: smaller and smaller until no word is broken and it has so few lines. Only
        what is not to be had with a little less size is had by dividing words. ``least``: the smallest share.
        """
        shares = [share for share in _SHARES if share >= least]
        ways = [(self.whole, share) for share in shares if share >= WHOLE_WORDS]
        for lay, share in [*ways, *((self.text, share) for share in shares)]:
            block = lay(text, replace(style, size=style.size * share), colour, width)
            block.share = share
            if not block.broken and len(block.lines) <= lines:
                break
        return block

    def least_share(self, texts: Iterable[str], style: Style, width: float, lines: int = 1) -> float:
        """Return the share of their size in which all of some texts fit: what stands side by side looks alike."""
        return min((self.fitted(text, style, "#000000", width, lines).share for text in texts), default=1.0)


class Part(Widget):  # type: ignore[misc]  # Kivy carries no types
    """Something painted in a box. Subclasses paint on ``ink``.

    Their words are noted for readers of the screen, with the boxes that these take, and those that are hard to read:
    cut at their end; broken in the middle of a word, or much smaller than the words around them. ``lines`` are the
    boxes of their single lines, ``pictures`` those of what is drawn and not to be written on by other parts.
    """

    is_moving = False
    """Whether it is still on its way."""

    def __init__(self, look: Look, box: Box) -> None:
        self.look = look
        self.words: list[str] = []
        self.places: list[Box] = []
        self.lines: list[Box] = []
        self.pictures: list[Box] = []
        self.cut_words: list[str] = []
        self.strained_words: list[str] = []
        super().__init__(size_hint=(None, None), pos=box[:2], size=box[2:])

    def apply_class_lang_rules(self, *_unused: Ignored, **_named: Ignored) -> None:
        """Take nothing from Kivy's style sheet, which goes by class names and knows a *Button* of its own."""

    @property
    def box(self) -> Box:
        """Return x, y, width, height."""
        return float(self.x), float(self.y), float(self.width), float(self.height)

    @property
    def ink(self) -> Canvas:
        """Return the canvas to paint on; children lie above it."""
        return self.canvas.before

    def repaint(self) -> None:
        """Paint again from nothing."""
        self.ink.clear()
        self.words, self.places, self.cut_words, self.strained_words = [], [], [], []
        self.lines, self.pictures = [], []
        self.paint()

    def paint(self) -> None:
        """Paint; nothing by default."""

    def let_go(self) -> None:
        """Drop all that was drawn: a screen that has gone is found by the collector, and textures are large."""
        for canvas in (self.canvas.before, self.canvas, self.canvas.after):
            canvas.clear()

    def put(self, part: Part) -> None:
        """Add a part and paint it."""
        part.repaint()
        self.add_widget(part)

    def write(
        self, block: TextBlock, x: float, top: float, width: float, align: str = "start", *, may_end: bool = False
    ) -> None:
        """Draw a text block and note its words. ``may_end``: nobody misses what an ellipsis stands for."""
        block.draw(self.ink, x, top, width, align, mirrored=self.look.mirrored)
        if block.text:
            self.words.append(block.text)
            if block.cut and not may_end:
                self.cut_words.append(block.text)
            if block.broken or block.share < SENSIBLE:
                self.strained_words.append(block.text)
            spare = {"start": 0.0, "centre": 0.5, "end": 1.0}[align] * (width - block.width)
            self.places.append((x + spare, top - block.height, block.width, block.height))
            tall = float(block.line_height)
            self.lines += [(x + spare, top - (at + 1) * tall, block.width, tall) for at in range(len(block.lines))]

    def card(self, *, pressed: bool = False) -> None:
        """Draw the paper of a card: with the one shadow that there is, lighter than the dark, or with an outline."""
        p, u, radius = self.look.palette, self.look.u, Radius.CARD * self.look.u
        if p.outlined:
            shapes.outlined(self.ink, self.box, p.paper, p.edge, radius, 0.3 * u)
            return
        if not p.flat:
            shapes.card_shadow(self.ink, self.box, radius, u)
        shapes.rounded(self.ink, self.box, p.pine_tint if pressed else p.paper, radius)

    def icon(self, name: str, size: float, centre: tuple[float, float], colour: str) -> None:
        """Draw an icon; ``size`` in pixels."""
        character = chr(ICONS.get(name, ICONS["help-circle-outline"]))
        readable = self.look.mirrored and name not in ONWARD
        draw_icon(self.ink, character, ICON_FONT, size, centre, colour, mirrored=readable)


class Label(Part):
    """A text block at a place. ``may_end``: as for ``write``."""

    def __init__(self, look: Look, block: TextBlock, box: Box, align: str = "start", *, may_end: bool = False) -> None:
        self._block, self._align, self._may_end = block, align, may_end
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw the text from the top of the box."""
        self.write(self._block, self.x, self.top, self.width, self._align, may_end=self._may_end)


class Ground(Part):
    """A plain ground."""

    def __init__(self, look: Look, box: Box, colour: str, alpha: float = 1.0) -> None:
        self._colour, self._alpha = colour, alpha
        super().__init__(look, box)

    def paint(self) -> None:
        """Fill the box."""
        shapes.fill(self.ink, self.box, self._colour, self._alpha)


class Target(Part):
    """A part that acts when a finger is lifted inside it."""

    slack = 0.8
    """How far outside its box a target still takes a touch, in u: half the least gap."""

    def __init__(self, look: Look, box: Box, touch_id: str, act: Callable[[], object]) -> None:
        self.touch_id = touch_id
        self.act = act
        self.pressed = False
        self.enabled = True
        self._at_rest = look
        super().__init__(look, box)

    @property
    def said(self) -> list[str]:
        """Return what is read aloud of it."""
        return self.words

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point belongs to this target."""
        more = self.slack * self.look.u
        return bool(self.x - more <= x <= self.right + more and self.y - more <= y <= self.top + more)

    def on_touch_down(self, touch: Touch) -> bool:
        """Take a touch that begins here."""
        if not self.enabled or not self.holds(*touch.pos):
            return False
        touch.grab(self)
        self.show_pressed(pressed=True)
        return True

    def on_touch_move(self, touch: Touch) -> bool:
        """Let go of a touch that became a drag of the list around it."""
        if touch.grab_current is self and touch.ud.get("dragged"):
            self.show_pressed(pressed=False)
        return touch.grab_current is self

    def on_touch_up(self, touch: Touch) -> bool:
        """Act, when the finger is still here."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        was = self.pressed
        self.show_pressed(pressed=False)
        if was and self.enabled and not touch.ud.get("cancelled") and self.holds(*touch.pos):
            self.act()
        return True

    def show_pressed(self, *, pressed: bool) -> None:
        """Show the state under the finger at once."""
        if pressed != self.pressed:
            self.pressed = pressed
            rest = self._at_rest
            self.look = replace(rest, palette=under_finger(rest.palette)) if pressed else rest
            self.repaint()

    def turn_off(self) -> None:
        """Take no touches from now on, and show it."""
        self.enabled = False
        self.repaint()


def parts_of(root: Widget) -> Iterator[Part]:
    """Yield every part below ``root``, in the order in which they are painted."""
    for child in reversed(root.children):
        if isinstance(child, Part):
            yield child
        yield from parts_of(child)


def find_target(root: Widget, touch_id: str) -> Target | None:
    """Return the target with this id, the uppermost if there are several."""
    found = [p for p in parts_of(root) if isinstance(p, Target) and p.touch_id == touch_id]
    return found[-1] if found else None


def visible_words(root: Widget) -> list[str]:
    """Return all words that parts have painted."""
    return [word for part in parts_of(root) for word in part.words]
