"""The sheet that rises from the bottom over a dimmed screen: at most one, and nothing behind it can be touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.presenters.sheets import Sheet, SheetChoice, SheetState, Weight
from kiosk.views import shapes
from kiosk.views.buttons import Button, Face, Kind, Toggle
from kiosk.views.parts import Label, Part
from kiosk.views.theme import CAPTION, LEAD, TITLE, Style, mix
from kiosk.views.untyped import Touch

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

COUNT = Style("InterDisplay-600", 9.6, 1.0)


class SheetView(Part):
    """One sheet with its choices."""

    def __init__(self, look: Look, box: Box, state: SheetState, choose: Callable[[str], None]) -> None:
        self.state = state
        self._choose = choose
        self._panel: Box = (0.0, 0.0, 0.0, 0.0)
        self._count: _Countdown | None = None
        super().__init__(look, box)
        self._compose()

    def _compose(self) -> None:
        look, state, u = self.look, self.state, self.look.u
        landscape = look.measure.landscape
        wide = min(self.width, 120 * u) if landscape else self.width
        inner = wide - 2 * 7.2 * u
        title = look.text(state.title, TITLE, look.palette.ink, inner, 2)
        sentence = look.text(state.sentence, LEAD, look.palette.soft, min(inner, 86 * u), 4)
        ring = 0.0 if state.seconds_left is None else (26 if landscape else 29) * u
        tall = self._choices_height() + title.height + sentence.height + ring + (16 if ring else 12.5) * u
        x = self.x + (self.width - wide) / 2
        self._panel = (x, self.y, wide, tall)
        top = self.y + tall - 6.0 * u
        if ring:
            self._count = _Countdown(look, (self.center_x - ring / 2, top - ring, ring, ring), state)
            self.put(self._count)
            top -= ring + 3.6 * u
        for block, gap in ((title, 0.8), (sentence, 3.6)):
            self.put(Label(look, block, (x + 7.2 * u, top - block.height, inner, block.height), "centre"))
            top -= block.height + gap * u
        self._put_choices(x + 7.2 * u, inner, top)

    def _choices_height(self) -> float:
        tall = 13.2 * self.look.u
        if not self.look.measure.landscape:
            return len(self.state.choices) * (tall + 1.6 * self.look.u)
        toggles = sum(choice.weight is Weight.TOGGLE for choice in self.state.choices)
        return (toggles + 1) * (tall + 1.6 * self.look.u)

    def _put_choices(self, x: float, wide: float, top: float) -> None:
        u, tall, gap = self.look.u, 13.2 * self.look.u, 1.6 * self.look.u
        buttons = [c for c in self.state.choices if c.weight is not Weight.TOGGLE]
        for choice in self.state.choices:
            if choice.weight is Weight.TOGGLE:
                face = Face(choice.label, choice.icon)
                box = (x, top - tall, wide, tall)
                self.put(Toggle(self.look, box, f"sheet.{choice.id}", face, self._act(choice), on=choice.on))
                top -= tall + gap
        row = self.look.measure.landscape
        for number, choice in enumerate(reversed(buttons) if row else buttons):
            share = (wide - gap * (len(buttons) - 1)) / len(buttons) if row else wide
            left = x + number * (share + gap) if row else x
            lower = top - tall if row else top - (number + 1) * tall - number * gap
            kind = Kind.PRIMARY if choice.weight is Weight.PRIMARY else Kind.SECONDARY
            face = Face(choice.label, kind=kind)
            self.put(Button(self.look, (left, lower, share, 12 * u), f"sheet.{choice.id}", face, self._act(choice)))

    def _act(self, choice: SheetChoice) -> Callable[[], None]:
        return lambda: self._choose(choice.id)

    def paint(self) -> None:
        """Dim what lies behind and draw the panel; a screen that nobody answers for is hidden altogether."""
        p, u = self.look.palette, self.look.u
        if self.state.sheet is Sheet.TIMEOUT:
            shapes.fill(self.ink, self.box, mix(p.chalk, p.scrim, 0.78))
        else:
            shapes.fill(self.ink, self.box, p.scrim, 0.78)
        x, y, wide, tall = self._panel
        radius = 4.8 * u
        if p.outlined:
            shapes.rounded(self.ink, (x, y, wide, tall + 0.4 * u), p.edge, radius, lower=0)
        shapes.rounded(self.ink, (x, y, wide, tall), p.chalk, radius, lower=0)

    def refresh(self, state: SheetState) -> bool:
        """Show another second; False asks to be built anew."""
        if (state.sheet, state.choices) != (self.state.sheet, self.state.choices) or self._count is None:
            return state == self.state
        self.state = state
        self._count.show(state)
        return True

    def on_touch_down(self, touch: Touch) -> bool:
        """Take every touch: nothing behind a sheet can be reached."""
        super().on_touch_down(touch)
        return True


class _Countdown(Part):
    """The seconds that are left, in a figure and in a ring."""

    def __init__(self, look: Look, box: Box, state: SheetState) -> None:
        self._state = state
        super().__init__(look, box)

    def show(self, state: SheetState) -> None:
        """Show another second."""
        self._state = state
        self.repaint()

    def paint(self) -> None:
        """Draw ring and figure."""
        p, u, state = self.look.palette, self.look.u, self._state
        left = state.seconds_left or 0
        thick, middle = 2.4 * u, (self.center_x, self.center_y)
        shapes.arc(self.ink, middle, self.width / 2 - thick, thick, p.line if not p.outlined else p.chalk, 1.0)
        shapes.arc(self.ink, middle, self.width / 2 - thick, thick, p.pine, left / max(1, state.of_seconds))
        figure = self.look.text(str(left), COUNT, p.ink)
        word = self.look.text(state.seconds_word, CAPTION, p.soft)
        top = self.center_y + (figure.height + word.height) / 2
        self.write(figure, self.x, top, self.width, "centre")
        self.write(word, self.x, top - figure.height, self.width, "centre")
