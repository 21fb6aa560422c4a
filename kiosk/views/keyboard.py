"""The on-screen keyboard: one picture per state of the keys, kept, because building forty takes a blink too long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from kivy.clock import Clock

from kiosk.presenters.key_layouts import Key
from kiosk.presenters.typing import KeyboardState
from kiosk.views import shapes
from kiosk.views.parts import Part, Target
from kiosk.views.text import DEEP
from kiosk.views.theme import BUTTON, KEY, PILL, Radius
from kiosk.views.untyped import Touch
from sync.writing import DOTTED_CIRCLE, Script, is_mark, script_of

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

HOLD_SECONDS = 0.4
GAP_U = 1.1
PADDING_U = 2.0
MOST_KEPT = 24


def keyboard_height(look: Look, state: KeyboardState) -> float:
    """Return the height of the whole bed in pixels."""
    return len(state.rows) * (key_height(look) + GAP_U * look.u) - GAP_U * look.u + 2 * PADDING_U * look.u


def key_height(look: Look) -> float:
    """Return the height of a key in pixels."""
    if look.measure.compact:
        return 7.6 * look.u
    return (8.4 if look.measure.landscape else 9.8) * look.u


class KeyTarget(Target):
    """One key. Held, it asks for its accents."""

    slack = GAP_U / 2

    def __init__(
        self, look: Look, box: Box, key: Key, press: Callable[[Key], None], hold: Callable[[KeyTarget], None]
    ) -> None:
        self.key, self._hold = key, hold
        self._waiting: Any = None
        self._held = False
        super().__init__(look, box, f"keyboard.{key.id}", lambda: None if self._held else press(key))

    def on_touch_down(self, touch: Touch) -> bool:
        """Begin to count a long press."""
        taken = super().on_touch_down(touch)
        self._held = False
        if taken and self.key.accents:
            self._touch = touch
            self._waiting = Clock.schedule_once(self._long, HOLD_SECONDS)
        return taken

    def on_touch_up(self, touch: Touch) -> bool:
        """Stop counting."""
        if touch.grab_current is self and self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        return super().on_touch_up(touch)

    def _long(self, _seconds: float) -> None:
        # In a frame that took long, time is up before a finger that has long been lifted is known to be.
        self._waiting = Clock.schedule_once(self._still, 0)

    def _still(self, _seconds: float) -> None:
        if self.pressed and not self._touch.ud.get("cancelled"):
            self._held = True
            self._hold(self)

    def paint(self) -> None:
        """Draw the key with its lower edge; a pressed one sinks."""
        p, u, key = self.look.palette, self.look.u, self.key
        forward = key.id == "next"
        ground = p.pine if forward else p.key_function if key.function else p.key
        ink = p.on_pine if forward else p.ink
        if self.pressed:
            ground, ink = (p.pine_deep, p.on_pine) if forward and not p.outlined else (p.pine_tint, p.ink)
        x, y, width, height = self.box
        edge = 0.3 * u
        if p.outlined:
            shapes.outlined(self.ink, self.box, ground, p.edge, Radius.KEY * u, 0.3 * u)
        elif self.pressed:
            shapes.rounded(self.ink, (x, y, width, height - edge), ground, Radius.KEY * u)
        else:
            shade = p.pine_deep if forward else p.key_edge
            shapes.rounded(self.ink, self.box, shade, Radius.KEY * u)
            shapes.rounded(self.ink, (x, y + edge, width, height - edge), ground, Radius.KEY * u)
        self._face(ink, 0.0 if self.pressed else edge / 2)

    def _face(self, colour: str, lift: float) -> None:
        u, key, middle = self.look.u, self.key, self.center_y + lift
        words = len(key.label) > 1
        style = BUTTON if key.id == "next" else PILL if words and key.id != "space" else KEY
        room = self.width - 0.8 * u
        icon = 4.2 * u if key.icon else 0.0
        label = f"{DOTTED_CIRCLE}{key.label}" if is_mark(key.label) else key.label
        block = self.look.text(label, style, colour)
        if block.width + icon > room:
            block = self.look.fitted(label, PILL, colour, room - icon)
        gap = 0.8 * u if icon and key.label else 0.0
        x = self.center_x - (icon + gap + block.width) / 2
        if icon:
            self.icon(key.icon, icon, (x + icon / 2, middle), colour)
        if key.label:
            deep = DEEP * block.line_height / 2 if Script.ARABIC in {script_of(letter) for letter in key.label} else 0.0
            self.write(block, x + icon + gap, middle + deep + block.height / 2, block.width + 1)


class _Keys(Part):
    """All keys of one state."""

    def __init__(
        self,
        look: Look,
        box: Box,
        state: KeyboardState,
        press: Callable[[Key], None],
        hold: Callable[[KeyTarget], None],
    ) -> None:
        super().__init__(look, box)
        u, tall = look.u, key_height(look)
        gap, side = GAP_U * u, (2.2 if not look.measure.landscape else look.measure.margin / u) * u
        room = box[2] - 2 * side
        most = max(self._units(row) for row in state.rows)
        unit = (room + gap) / most
        top = self.top - PADDING_U * u
        for number, row in enumerate(state.rows):
            lowest = number == len(state.rows) - 1
            scale = most / self._units(row) if lowest or self._fills(row) else 1.0
            x = side + (0.0 if scale != 1.0 else (most - self._units(row)) * unit / 2)
            for key in row:
                wide = key.wide * unit * scale - gap
                self.put(KeyTarget(look, (box[0] + x, top - tall, wide, tall), key, press, hold))
                x += key.wide * unit * scale
            top -= tall + gap

    @staticmethod
    def _units(row: tuple[Key, ...]) -> float:
        return sum(key.wide for key in row)

    @staticmethod
    def _fills(row: tuple[Key, ...]) -> bool:
        return any(key.function for key in row)


class Keyboard(Part):
    """The bed with the keys of the present state, and the accents above a key that was held.

    A screen that follows another one at once, as with the next field of a small panel, goes on with its keyboard.
    """

    _last: ClassVar[Keyboard | None] = None

    def __init__(self, look: Look, box: Box, press: Callable[[str], None], type_text: Callable[[str], None]) -> None:
        self._press_id, self._type = press, type_text
        self._kept: dict[KeyboardState, _Keys] = {}
        self._shown: KeyboardState | None = None
        self._accents: Part | None = None
        super().__init__(look, box)

    @classmethod
    def at(cls, look: Look, box: Box, press: Callable[[str], None], type_text: Callable[[str], None]) -> Keyboard:
        """Return the keyboard of the screen before, if it has gone and looks the same in ``box``, else a new one."""
        last = cls._last
        if last is None or last.parent is not None or (last.look, last.box) != (look, tuple(map(float, box))):
            last = cls(look, box, press, type_text)
        else:
            last._close_accents()
            last._press_id, last._type = press, type_text
        cls._last = last
        return last

    @classmethod
    def lift(cls) -> None:
        """Take the last keyboard out of a screen that is about to go."""
        if cls._last is not None and cls._last.parent is not None:
            cls._last.parent.remove_widget(cls._last)

    @classmethod
    def put_away(cls) -> None:
        """Forget the last keyboard, unless a screen has it."""
        if cls._last is not None and cls._last.parent is None:
            cls._last = None

    def paint(self) -> None:
        """Draw the bed."""
        p = self.look.palette
        shapes.fill(self.ink, self.box, p.oat)
        if p.outlined:
            shapes.fill(self.ink, (self.x, self.top - 0.3 * self.look.u, self.width, 0.3 * self.look.u), p.edge)

    def show(self, state: KeyboardState) -> None:
        """Show the keys of a state, from those kept where possible."""
        if state == self._shown:
            return
        self._close_accents()
        if self._shown is not None:
            self.remove_widget(self._kept[self._shown])
        if state not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[state] = _Keys(self.look, self.box, state, self._press, self.open_accents)
        self._shown = state
        self.add_widget(self._kept[state])

    def _press(self, key: Key) -> None:
        self._close_accents()
        self._press_id(key.id)

    def open_accents(self, target: KeyTarget) -> None:
        """Show the accents of a key above it."""
        self._close_accents()
        look, tall = self.look, key_height(self.look)
        step = max(target.width, 8 * look.u) + GAP_U * look.u
        gap, signs = GAP_U * look.u, target.key.accents
        most = max(1, int((self.width - 2 * look.u - gap) // step))
        rows = -(-len(signs) // most)
        beside = -(-len(signs) // rows)
        wide, high = step * beside + gap, (tall + gap) * rows + gap
        x = min(max(self.x + look.u, target.center_x - wide / 2), self.right - wide - look.u)
        self._accents = _Accents(look, (x, target.top + 0.8 * look.u, wide, high), signs, beside, self._accent)
        self.put(self._accents)

    def _accent(self, text: str) -> None:
        self._close_accents()
        self._type(text)

    def _close_accents(self) -> None:
        if self._accents is not None:
            self.remove_widget(self._accents)
            self._accents = None


class _Accents(Part):
    """The accents above a key, ``beside`` each other as many as fit; they stay until one is taken or another key is
    pressed.
    """

    def __init__(self, look: Look, box: Box, signs: str, beside: int, take: Callable[[str], None]) -> None:
        super().__init__(look, box)
        gap, rows = GAP_U * look.u, -(-len(signs) // beside)
        step, tall = (box[2] - gap) / beside, (box[3] - gap) / rows
        for number, accent in enumerate(signs):
            row, column = divmod(number, beside)
            place = (box[0] + gap + column * step, box[1] + gap + (rows - 1 - row) * tall, step - gap, tall - gap)
            made = Key(f"accent.{accent}", accent)
            self.put(KeyTarget(look, place, made, lambda k: take(k.label), lambda _target: None))

    def paint(self) -> None:
        """Draw the card beneath the accents."""
        p, u = self.look.palette, self.look.u
        shapes.outlined(self.ink, self.box, p.oat, p.ink, Radius.BUTTON * u, 0.3 * u)
