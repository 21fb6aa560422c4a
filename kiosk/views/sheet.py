"""The sheet that rises from the bottom over a dimmed screen: at most one, and nothing behind it can be touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.presenters.sheets import Sheet, SheetChoice, SheetState, Weight
from kiosk.views import shapes
from kiosk.views.buttons import Button, Face, Kind, Toggle, button_height, is_cramped, toggle_height
from kiosk.views.parts import Label, Part
from kiosk.views.sliding import Page
from kiosk.views.text_sizes import TextSizes, text_sizes_height
from kiosk.views.theme import BODY, CAPTION, HEADING, LEAD, TITLE, Radius, Style, mix
from kiosk.views.untyped import Touch

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

COUNT = Style("InterDisplay-600", 9.6, 1.0)
GAP_U = 1.6
AIRY_U, CLOSE_U = (6.0, 0.8, 3.6), (2.0, 0.2, 1.2)
"""Above the title, beneath it, and beneath the sentence; on a small panel, large text needs the place."""
_ROWS = frozenset({Weight.ACT, Weight.TOGGLE, Weight.OPTIONS})


def choice_height(look: Look, choice: SheetChoice, wide: float) -> float:
    """Return how high a switch or a row of options must be, in pixels."""
    if choice.weight is Weight.OPTIONS:
        return text_sizes_height(look, choice, wide)
    if choice.weight in {Weight.ACT, Weight.SECONDARY}:
        return button_height(look, Face(choice.label, choice.icon), wide)
    return toggle_height(look, Face(choice.label, choice.icon), "", wide)


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
        large = look.measure.text_scale > 1
        airy = not ((look.measure.compact or look.measure.narrow) and large)
        wide = min(self.width, 120 * u) if look.measure.landscape and not large else self.width
        side, (head, gap, beneath) = (7.2 if airy else 3.6) * u, AIRY_U if airy else CLOSE_U
        inner = wide - 2 * side
        styles, most = ((TITLE, LEAD), inner if large else 86 * u) if airy else ((HEADING, BODY), inner)
        title = look.fitted(state.title, styles[0], look.palette.ink, inner, 2 if look.measure.compact and large else 4)
        sentence = look.text(state.sentence, styles[1], look.palette.soft, min(inner, most))
        ring = 0.0 if state.seconds_left is None else (26 if look.measure.landscape else 29) * u
        rows = [c for c in state.choices if c.weight in _ROWS]
        buttons = [c for c in state.choices if c.weight not in _ROWS]
        if look.measure.landscape and not self._fit_side_by_side(buttons, inner):
            rows += [c for c in buttons if c.weight is not Weight.PRIMARY]
            buttons = [c for c in buttons if c.weight is Weight.PRIMARY]
        heights = [choice_height(look, choice, inner) for choice in rows]
        above = title.height + sentence.height + (ring + 3.6 * u if ring else 0.0) + (head + gap + beneath) * u
        above += sum(tall + GAP_U * u for tall in heights)
        foot = self._foot_height(buttons, inner)
        tall = min(above + foot, self.height - (3.2 if airy else 1.2) * u)
        x = self.x + (self.width - wide) / 2
        self._panel = (x, self.y, wide, tall)
        page = Page(look, (x, self.y + foot, wide, tall - foot), bar_from=Radius.SHEET * u)
        self.put(page)
        top = self.y + tall - head * u
        if ring:
            self._count = _Countdown(look, (self.center_x - ring / 2, top - ring, ring, ring), state)
            page.put(self._count)
            top -= ring + 3.6 * u
        for block, after in ((title, gap), (sentence, beneath)):
            page.put(Label(look, block, (x + side, top - block.height, inner, block.height), "centre"))
            top -= block.height + after * u
        for choice, high in zip(rows, heights, strict=True):
            page.put(self._row(choice, (x + side, top - high, inner, high)))
            top -= high + GAP_U * u
        page.ends(top)
        self._put_buttons(buttons, x + side, inner)

    def _fit_side_by_side(self, buttons: list[SheetChoice], wide: float) -> bool:
        share = (wide - GAP_U * self.look.u * (len(buttons) - 1)) / len(buttons)
        return not any(is_cramped(self.look, Face(choice.label), share) for choice in buttons)

    def _foot_height(self, buttons: list[SheetChoice], wide: float) -> float:
        u = self.look.u
        heights = self._button_heights(buttons, wide)
        if self.look.measure.landscape:
            return max(heights) + (3.2 if self.look.measure.compact else 5.6) * u
        return sum(heights) + GAP_U * u * len(buttons) + 4.0 * u

    def _button_heights(self, buttons: list[SheetChoice], wide: float) -> list[float]:
        if self.look.measure.landscape:
            wide = (wide - GAP_U * self.look.u * (len(buttons) - 1)) / len(buttons)
        return [button_height(self.look, Face(choice.label), wide) for choice in buttons]

    def _put_buttons(self, buttons: list[SheetChoice], x: float, wide: float) -> None:
        """In a row the main one stands at its end, in a column all stand as they are listed."""
        u, gap, row = self.look.u, GAP_U * self.look.u, self.look.measure.landscape
        buttons = sorted(buttons, key=lambda choice: choice.weight is Weight.PRIMARY) if row else buttons[::-1]
        heights = self._button_heights(buttons, wide)
        share = (wide - gap * (len(buttons) - 1)) / len(buttons) if row else wide
        lowest = self.y + (1.6 if self.look.measure.compact else 4.0) * u
        left = x
        for choice, own in zip(buttons, heights, strict=True):
            kind = Kind.PRIMARY if choice.weight is Weight.PRIMARY else Kind.SECONDARY
            tall = max(heights) if row else own
            box = (left, lowest, share, tall)
            face = Face(choice.label, kind=kind)
            self.put(Button(self.look, box, f"sheet.{choice.id}", face, self._act(choice.id)))
            if row:
                left += share + gap
            else:
                lowest += tall + gap

    def _row(self, choice: SheetChoice, box: Box) -> Part:
        face = Face(choice.label, choice.icon)
        if choice.weight is Weight.OPTIONS:
            return TextSizes(self.look, box, choice, self._choose)
        if choice.weight in {Weight.ACT, Weight.SECONDARY}:
            face = Face(choice.label, choice.icon, Kind.SECONDARY)
            return Button(self.look, box, f"sheet.{choice.id}", face, self._act(choice.id))
        return Toggle(self.look, box, f"sheet.{choice.id}", face, self._act(choice.id), on=choice.on)

    def _act(self, choice: str) -> Callable[[], None]:
        return lambda: self._choose(choice)

    def paint(self) -> None:
        """Dim what lies behind and draw the panel; a screen that nobody answers for is hidden altogether."""
        p, u = self.look.palette, self.look.u
        # Higher than the window, so that it covers all of it on its way up, too.
        behind = (self.x, self.y - self.height, self.width, 3 * self.height)
        if self.state.sheet is Sheet.TIMEOUT:
            shapes.fill(self.ink, behind, mix(p.chalk, p.scrim, 0.78))
        else:
            shapes.fill(self.ink, behind, p.scrim, 0.78)
        x, y, wide, tall = self._panel
        radius = Radius.SHEET * u
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
        # The ring is large enough for any eye, and takes no more.
        scale = self.look.measure.text_scale
        figure = self.look.text(str(left), Style(COUNT.face, COUNT.size / scale, 1.0), p.ink)
        word = self.look.text(state.seconds_word, Style(CAPTION.face, CAPTION.size / scale, 1.35), p.soft)
        top = self.center_y + (figure.height + word.height) / 2
        self.write(figure, self.x, top, self.width, "centre")
        self.write(word, self.x, top - figure.height, self.width, "centre")
