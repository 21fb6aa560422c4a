"""The welcome: a scene, two choices, the languages, and one honest line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.presenters.sheets import Sheet
from kiosk.presenters.welcome import WelcomeState
from kiosk.views import shapes
from kiosk.views.buttons import Button, Chip, Face, Kind, pill_width
from kiosk.views.chrome import ScreenView
from kiosk.views.logo import Logo
from kiosk.views.parts import Part, Target
from kiosk.views.scene import Scene
from kiosk.views.theme import CAPTION, CLOCK, HEADING, HERO, LABEL_PLAIN, PILL, TITLE, TITLE_L, Style, mix
from printers.mark import MARK, MARK_HEIGHT, MARK_WIDTH

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

NAME = Style("Inter-600", 3.2, 1.2)
CHOICE = Style("InterDisplay-600", 5.2, 1.2)
NAME_LINES = 2
LOGO_WIDE_U, LOGO_TALL_U = 30.0, 6.0
"""tokens.md, section 2."""


class WelcomeView(ScreenView):
    """The screen that everybody sees first."""

    def compose(self, state: WelcomeState) -> None:
        """Lay out for portrait, landscape or the small panel."""
        measure = self.look.measure
        if measure.compact:
            self._compact(state)
        elif measure.landscape:
            self._landscape(state)
        else:
            self._portrait(state)

    def _portrait(self, state: WelcomeState) -> None:
        u, m = self.look.u, self.look.measure.margin
        strip = self.strip(self.top)
        foot = max(0.48 * self.height, self.height - 101 * u)
        self.put(Scene(self.look, (self.x, foot - 6 * u, self.width, self.top - strip - foot + 6 * u), 17.0))
        top = self.top - strip
        self._head(state, m, top - 8.8 * u, self.width - 2 * m, dark=True)
        hero = self.look.text(state.greeting, HERO, self._on_wall(), self.width - 2 * m, 1)
        self.label(hero, self.x + m, top - 17.4 * u, self.width - 2 * m, "centre")
        self.put(_Panel(self.look, (self.x, self.y, self.width, foot)))
        x, wide, y = self.x + m, self.width - 2 * m, foot - 4.8 * u
        self._choices(state, x, y, wide, (21.6 * u, 16.8 * u), 2.4 * u)
        y -= 21.6 * u + 2.4 * u + 16.8 * u + 6.6 * u
        y = self._languages(state, x, y, wide)
        self._display(state, x - 0.6 * u, y - 10.4 * u)
        self._status(state, x, self.y + 6.6 * u, wide)

    def _landscape(self, state: WelcomeState) -> None:
        u, strip = self.look.u, self.strip(self.top)
        top, scene = self.top - strip, 83 * u
        self.put(Scene(self.look, (self.x, self.y, scene, top - self.y), 21.0, 0.96))
        self._head(state, 6.0 * u, top - 8.4 * u, scene - 11.4 * u, dark=True, clock=False)
        x, wide = self.x + scene + 6.4 * u, self.width - scene - 12.8 * u
        hero = self.look.text(state.greeting, TITLE_L, self.look.palette.ink, wide - 14 * u, 1)
        self.label(hero, x, top - 5.0 * u, wide)
        clock = self.look.text(state.clock, CLOCK, self.look.palette.ink)
        self.label(clock, x, top - 5.0 * u - (hero.height - clock.height) / 2, wide, "end")
        y = top - 17.2 * u
        self._choices(state, x, y, wide, (25.0 * u, 18.2 * u), 2.6 * u)
        y -= 25.0 * u + 2.6 * u + 18.2 * u + (7.0 if not strip else 3.0) * u
        y = self._languages(state, x, y, wide)
        self._display(state, x - 0.6 * u, y - 9.8 * u)
        self._status(state, x, self.y + 6.6 * u, wide)

    def _compact(self, state: WelcomeState) -> None:
        u, m, strip = self.look.u, self.look.measure.margin, self.strip(self.top)
        top = self.top - strip
        p = self.look.palette
        self._head(state, m, top - 6.0 * u, self.width - 2 * m, dark=False)
        hero = self.look.text(state.greeting, TITLE, p.ink, self.width - 2 * m, 1)
        self.label(hero, self.x + m, top - 11.6 * u, self.width - 2 * m)
        x, wide, y = self.x + m, self.width - 2 * m, top - 20.0 * u
        half = (wide - 2.4 * u) / 2
        self.put(
            _Choice(
                self.look, (x, y - 22 * u, half, 22 * u), "welcome.visit", (state.visit, ""), self.lobby.welcome.visit
            )
        )
        leave = (x + half + 2.4 * u, y - 22 * u, half, 22 * u)
        self.put(_Choice(self.look, leave, "welcome.leave", (state.leave, ""), self.lobby.welcome.leave))
        y = self._languages(state, x, y - 24.6 * u, wide)
        self._display(state, x - 0.6 * u, self.y + 1.2 * u)
        self._status(state, x, self.y + 6.6 * u, wide, "end")

    def _on_wall(self) -> str:
        p = self.look.palette
        return p.ink if p.outlined else p.on_pine

    def _head(
        self, state: WelcomeState, left: float, middle: float, wide: float, *, dark: bool, clock: bool = True
    ) -> None:
        u, p = self.look.u, self.look.palette
        colour = self._on_wall() if dark else p.ink
        face = Face(state.staff, "shield-key-outline", Kind.ON_PINE if dark and not p.outlined else Kind.PILL, PILL)
        pill, tall = pill_width(self.look, face), 8.0 * u
        right = self.x + left + wide
        self.put(
            Button(
                self.look,
                (right - pill, middle - tall / 2, pill, tall),
                "welcome.staff",
                face,
                self.lobby.welcome.staff,
            )
        )
        end = right - pill - 2.4 * u
        if clock:
            block = self.look.text(state.clock, CLOCK, colour)
            self.label(block, end - block.width, middle + block.height / 2, block.width + 1)
            end -= block.width + 2.4 * u
        sign = self._sign(state.logo, (self.x + left, middle), colour)
        start = sign.right + 2 * u
        name = self.look.text(state.organisation, NAME, colour, end - start)
        if isinstance(sign, Logo) and sign.is_wordmark and (name.broken or len(name.lines) > NAME_LINES):
            sign.words.append(state.organisation)  # it says the name better than half of the name does
            return
        name = self.look.text(state.organisation, NAME, colour, end - start, NAME_LINES)
        self.label(name, start, middle + name.height / 2, end - start)

    def _sign(self, logo: bytes | None, place: tuple[float, float], colour: str) -> Part:
        """Put the organisation's logo, or the mark that stands in for one, from its start edge on around a middle."""
        u, (x, middle) = self.look.u, place
        sign: Part = _Mark(self.look, (x, middle - 3 * u, 6 * u, 6 * u), colour)
        if logo is not None:
            sign = Logo(self.look, place, (LOGO_WIDE_U * u, LOGO_TALL_U * u), logo, colour)
        self.put(sign)
        return sign

    def _choices(
        self, state: WelcomeState, x: float, top: float, wide: float, tall: tuple[float, float], gap: float
    ) -> None:
        welcome = self.lobby.welcome
        box = (x, top - tall[0], wide, tall[0])
        self.put(_Choice(self.look, box, "welcome.visit", (state.visit, state.visit_hint), welcome.visit))
        box = (x, top - tall[0] - gap - tall[1], wide, tall[1])
        self.put(_Choice(self.look, box, "welcome.leave", (state.leave, ""), welcome.leave))

    def _languages(self, state: WelcomeState, x: float, top: float, wide: float) -> float:
        u, across = self.look.u, 4
        gap, tall = 1.6 * u, 8.8 * u
        each = (wide - (across - 1) * gap) / across
        for number, language in enumerate(state.languages):
            row, column = divmod(number, across)
            box = (x + column * (each + gap), top - (row + 1) * tall - row * gap, each, tall)
            act = self._language(language.code)
            self.put(Chip(self.look, box, f"language.{language.code}", language.name, act, chosen=language.chosen))
        rows = (len(state.languages) + across - 1) // across
        return top - rows * tall - (rows - 1) * gap

    def _language(self, code: str) -> Callable[[], None]:
        return lambda: self.lobby.choose_language(code)

    def _display(self, state: WelcomeState, x: float, y: float) -> None:
        face = Face(state.display, "contrast-circle", Kind.QUIET, PILL, "start")
        u = self.look.u
        wide = self.look.text(state.display, PILL, "#000000").width + 8 * u
        self.put(Button(self.look, (x, y, wide, 8 * u), "welcome.display", face, lambda: self.lobby.ask(Sheet.DISPLAY)))

    def _status(self, state: WelcomeState, x: float, top: float, wide: float, align: str = "centre") -> None:
        if state.status:
            self.put(_Status(self.look, (x, top - 4.4 * self.look.u, wide, 4.4 * self.look.u), state, align))


class _Panel(Part):
    """The sheet of chalk on which the choices lie."""

    def paint(self) -> None:
        """Draw it with round upper corners."""
        shapes.rounded(self.ink, self.box, self.look.palette.chalk, 4.8 * self.look.u, lower=0)


class _Status(Part):
    """How the kiosk is, in one small line."""

    def __init__(self, look: Look, box: Box, state: WelcomeState, align: str) -> None:
        self._state, self._align = state, align
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw icon and sentence in the middle."""
        p, u = self.look.palette, self.look.u
        colour = p.soft if self._state.in_order else p.ochre
        block = self.look.text(self._state.status, CAPTION, colour, self.width - 5 * u, 1)
        spare = self.width - block.width - 4.4 * u
        x = self.x + (spare / 2 if self._align == "centre" else spare)
        icon = "check" if self._state.in_order else "alert-circle-outline"
        self.icon(icon, 3.2 * u, (x + 1.6 * u, self.top - block.height / 2), colour)
        self.write(block, x + 4.2 * u, self.top, block.width + 1)


class _Mark(Part):
    """The mark that stands in for a logo, as on the badge."""

    def __init__(self, look: Look, box: Box, colour: str) -> None:
        self._colour = colour
        super().__init__(look, box)

    def paint(self) -> None:
        """Draw it in one colour, as high as the box."""
        scale = self.height / MARK_HEIGHT
        left = self.center_x - MARK_WIDTH * scale / 2
        for stroke in MARK:
            start, end = ((left + x * scale, self.top - y * scale) for x, y in (stroke.start, stroke.end))
            shapes.stroke(self.ink, start, end, stroke.width * scale, self._colour)


class _Choice(Target):
    """A big choice with its little door."""

    def __init__(self, look: Look, box: Box, touch_id: str, words: tuple[str, str], act: Callable[[], object]) -> None:
        self._title, self._hint = words
        self._first = touch_id == "welcome.visit"
        super().__init__(look, box, touch_id, act)

    def paint(self) -> None:
        """Draw ground, door, words and chevron."""
        p, u, first = self.look.palette, self.look.u, self._first
        if first:
            shapes.rounded(self.ink, self.box, p.pine_deep if self.pressed else p.pine, 3.2 * u)
        else:
            edge = p.ink if p.outlined else p.pine
            shapes.outlined(self.ink, self.box, p.pine_tint if self.pressed else p.paper, edge, 3.2 * u, 0.35 * u)
        text = p.on_pine if first else p.ink if p.outlined else p.pine
        style = CHOICE if first else HEADING
        self._door(self.x + 4.4 * u)
        x = self.x + 16.4 * u
        room = self.right - x - 9 * u
        title = self.look.text(self._title, style, text, room, 2)
        hint = self.look.text(self._hint, LABEL_PLAIN, p.on_pine_soft, room, 2) if self._hint else None
        tall = title.height + (hint.height if hint else 0)
        top = self.center_y + tall / 2
        self.write(title, x, top, room)
        if hint:
            self.write(hint, x, top - title.height, room)
        self.icon("chevron-right", 5.6 * u, (self.right - 6.6 * u, self.center_y), text)

    def _door(self, x: float) -> None:
        p, u, first = self.look.palette, self.look.u, self._first
        if p.outlined:
            name = "login" if first else "logout"
            self.icon(name, 7 * u, (x + 4.4 * u, self.center_y), p.on_pine if first else p.ink)
            return
        wide, tall = (9.0, 10.8) if first else (8.0, 9.6)
        y = self.center_y - tall * u / 2
        ground = mix(p.pine, "#7CC7A9", 0.34) if first else p.pine_tint
        shapes.arch(self.ink, (x, y, wide * u, tall * u), ground)
        middle = x + wide * u / 2
        inner = p.lamp if first else p.pine
        shapes.arch(self.ink, (middle - 3.05 * u, y, 6.1 * u, 9.0 * u if first else 7.8 * u), inner)
        if first:
            shapes.arch(self.ink, (middle - 2.0 * u, y, 4.0 * u, 7.5 * u), "#FAD68A")
