"""The welcome: a scene, two choices, the languages, and one honest line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.presenters.sheets import Sheet
from kiosk.presenters.welcome import WelcomeState
from kiosk.views import shapes
from kiosk.views.big_choice import BigChoice, choice_height
from kiosk.views.buttons import Button, Chip, Face, Kind, pill_width
from kiosk.views.chrome import Room, ScreenView
from kiosk.views.logo import Logo
from kiosk.views.mark import Mark
from kiosk.views.parts import Part
from kiosk.views.scene import TALL_U, Scene
from kiosk.views.theme import CAPTION, CLOCK, HERO, PILL, TITLE, TITLE_L, Style
from kiosk.views.toast import LEAST_U

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.sliding import Page
    from kiosk.views.text import TextBlock

NAME = Style("Inter-600", 3.2, 1.2)
ACROSS = 4
"""So many languages stand side by side."""
NAME_LINES = 2
LOGO_WIDE_U, LOGO_TALL_U = 30.0, 6.0
"""tokens.md, section 2."""

FLOOR_U, GREETING_GAP_U = 11.0, 1.5
"""How far above the panel the floor of the scene lies, and its lamp or its door beneath the greeting, in portrait."""

DRIFT_U = ((0.0, 0.0), (0.4, 0.0), (0.4, 0.4), (0.0, 0.4))
"""Where all that stands here all day stands, hour by hour: a panel keeps for good what it shows for too long."""


class WelcomeView(ScreenView):
    """The screen that everybody sees first."""

    is_low = True

    def compose(self, state: WelcomeState) -> None:
        """Lay out for portrait, landscape or the small panel."""
        measure = self.look.measure
        across, down = DRIFT_U[state.hour % len(DRIFT_U)] if measure.text_scale <= 1 else (0.0, 0.0)
        self._across, self._down = round(across * self.look.u), round(down * self.look.u)
        if measure.compact:
            self._compact(state)
        elif measure.landscape:
            self._landscape(state)
        else:
            self._portrait(state)

    def _portrait(self, state: WelcomeState) -> None:
        u, m = self.look.u, self.look.measure.margin
        x, wide = self.x + m + self._across, self.width - 2 * m
        hero = self.look.fitted(state.greeting, HERO, self._on_wall(), wide)
        tall = self._tall(state, wide, (21.6, 16.8))
        strip = self.strip(self.top)
        top = self.top - strip - self._down
        needed = sum(tall) + (4.8 + 2.4 + 6.6) * u + self._below(state, wide)
        least = max(0.48 * self.height, self.height - 101 * u, self.y + needed)
        above, beneath = (14.4 * u, 4.0 * u) if self.look.measure.narrow else (17.4 * u, 6.0 * u)
        foot = min(least, top - above - hero.height - beneath)
        wall = (self.x, foot - 6 * u, self.width, self.top - strip - foot + 6 * u)
        free = top - above - hero.height - GREETING_GAP_U * u - foot
        scale = min(1.0, free / ((FLOOR_U + TALL_U) * u))
        self.put(Scene(self.look, wall, 6.0 + FLOOR_U * scale, scale))
        self._head(state, m + self._across, top - 8.8 * u, wide, dark=True)
        self.label(hero, x, top - above, wide, "centre")
        self.put(_Panel(self.look, (self.x, self.y, self.width, foot)))
        page = self.open_page(Room(x, self.y, wide, foot - 2.0 * u))
        y = foot - 4.8 * u
        self._choices(state, (x, y, wide), tall, 2.4 * u)
        y = self._languages(state, x, y - sum(tall) - (2.4 + 6.6) * u, wide)
        self._display_and_status(state, x, y - 2.0 * u, wide, page)

    def _landscape(self, state: WelcomeState) -> None:
        u, strip = self.look.u, self.strip(self.top)
        top, scene = self.top - strip, 83 * u
        self.put(Scene(self.look, (self.x, self.y, scene, top - self.y), 21.0, 0.96))
        top -= self._down
        self._head(state, 6.0 * u + self._across, top - 8.4 * u, scene - 11.4 * u, dark=True, clock=False)
        x, wide = self.x + scene + 6.4 * u + self._across, self.width - scene - 12.8 * u
        clock = self.look.text(state.clock, CLOCK, self.look.palette.ink)
        hero = self.look.fitted(state.greeting, TITLE_L, self.look.palette.ink, wide - clock.width - 2 * u)
        page = self.open_page(Room(x, self.y, wide, top))
        self.label(hero, x, top - 5.0 * u, wide)
        self.label(clock, x, top - 5.0 * u - (hero.line_height - clock.height) / 2, wide, "end")
        y = top - 5.0 * u - max(12.2 * u, hero.height + 3.2 * u)
        tall = self._tall(state, wide, (25.0, 18.2))
        self._choices(state, (x, y, wide), tall, 2.6 * u)
        y = self._languages(state, x, y - sum(tall) - (2.6 + (7.0 if not strip else 3.0)) * u, wide)
        self._display_and_status(state, x, y - 1.4 * u, wide, page)

    def _compact(self, state: WelcomeState) -> None:
        u, m, strip = self.look.u, self.look.measure.margin, self.strip(self.top)
        top = self.top - strip - self._down
        p = self.look.palette
        x, wide = self.x + m + self._across, self.width - 2 * m
        self._head(state, m + self._across, top - 6.0 * u, wide, dark=False)
        page = self.open_page(Room(x, self.y, wide, top - 11.0 * u))
        hero = self.look.fitted(state.greeting, TITLE, p.ink, wide)
        self.label(hero, x, top - 11.6 * u, wide)
        half = (wide - 2.4 * u) / 2
        words = ((state.visit, ""), (state.leave, ""))
        tall = max(22 * u, *(choice_height(self.look, pair, half, first=True) for pair in words))
        y = top - 11.6 * u - max(8.4 * u, hero.height + 1.6 * u)
        for number, (pair, touch_id, act) in enumerate(
            zip(
                words,
                ("welcome.visit", "welcome.leave"),
                (self.lobby.welcome.visit, self.lobby.welcome.leave),
                strict=True,
            )
        ):
            box = (x + number * (half + 2.4 * u), y - tall, half, tall)
            self.put(BigChoice(self.look, box, touch_id, pair, act))
        y = self._languages(state, x, y - tall - 2.6 * u, wide)
        self._display_and_status(state, x, y - 1.0 * u, wide, page)

    def _tall(self, state: WelcomeState, wide: float, least: tuple[float, float]) -> tuple[float, float]:
        """How high the two choices are, in pixels."""
        u = self.look.u
        return (
            max(least[0] * u, choice_height(self.look, (state.visit, state.visit_hint), wide, first=True)),
            max(least[1] * u, choice_height(self.look, (state.leave, ""), wide, first=False)),
        )

    def _below(self, state: WelcomeState, wide: float) -> float:
        """How high languages, the way to text and contrast, and the status line are together, in pixels."""
        u = self.look.u
        rows = -(-len(state.languages) // ACROSS)
        status = self._status_block(state, wide)
        last = 3.0 * u + (status.height + 3.2 * u if status else 0.0)
        return rows * (self._chip_height() + 1.6 * u) + 2.0 * u + self._display_height() + last

    def _on_wall(self) -> str:
        p = self.look.palette
        return p.on_wall

    def _head(
        self, state: WelcomeState, left: float, middle: float, wide: float, *, dark: bool, clock: bool = True
    ) -> None:
        u, p = self.look.u, self.look.palette
        colour = self._on_wall() if dark else p.ink
        face = Face(state.staff, "shield-key-outline", Kind.ON_WALL if dark and not p.outlined else Kind.PILL, PILL)
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
        name = self.look.fitted(state.organisation, NAME, colour, end - start, NAME_LINES)
        self.label(name, start, middle + name.height / 2, end - start)

    def _sign(self, logo: bytes | None, place: tuple[float, float], colour: str) -> Part:
        """Put the organisation's logo, or the mark that stands in for one, from its start edge on around a middle."""
        u, (x, middle) = self.look.u, place
        sign: Part = Mark(self.look, (x, middle - 3 * u, 6 * u, 6 * u), colour)
        if logo is not None:
            sign = Logo(self.look, place, (LOGO_WIDE_U * u, LOGO_TALL_U * u), logo, colour)
        self.put(sign)
        return sign

    def _choices(
        self, state: WelcomeState, at: tuple[float, float, float], tall: tuple[float, float], gap: float
    ) -> None:
        x, top, wide = at
        welcome = self.lobby.welcome
        box = (x, top - tall[0], wide, tall[0])
        self.put(BigChoice(self.look, box, "welcome.visit", (state.visit, state.visit_hint), welcome.visit))
        box = (x, top - tall[0] - gap - tall[1], wide, tall[1])
        self.put(BigChoice(self.look, box, "welcome.leave", (state.leave, ""), welcome.leave))

    def _chip_height(self) -> float:
        return max(8.8 * self.look.u, self.look.measure.size(PILL) * PILL.leading + 2.8 * self.look.u)

    def _languages(self, state: WelcomeState, x: float, top: float, wide: float) -> float:
        gap, tall = 1.6 * self.look.u, self._chip_height()
        each = (wide - (ACROSS - 1) * gap) / ACROSS
        for number, language in enumerate(state.languages):
            row, column = divmod(number, ACROSS)
            box = (x + column * (each + gap), top - (row + 1) * tall - row * gap, each, tall)
            act = self._language(language.code)
            self.put(Chip(self.look, box, f"language.{language.code}", language.name, act, chosen=language.chosen))
        rows = -(-len(state.languages) // ACROSS)
        return top - rows * tall - (rows - 1) * gap

    def _language(self, code: str) -> Callable[[], None]:
        return lambda: self.lobby.choose_language(code)

    def _display_height(self) -> float:
        return max(8.0 * self.look.u, self.look.measure.size(PILL) * PILL.leading + 3.0 * self.look.u)

    def _display_and_status(self, state: WelcomeState, x: float, top: float, wide: float, page: Page) -> None:
        """Put the way to text and contrast, and at the foot of the screen how the kiosk is. On a low screen they stand
        beside one another, where both have a place.
        """
        u, tall = self.look.u, self._display_height()
        face = Face(state.display, "human", Kind.QUIET, PILL, "start")
        pill = min(wide, self.look.text(state.display, PILL, "#000000").width + 8 * u)
        status = self._status_block(state, wide)
        side = bool(self.look.measure.compact and status and pill + status.width + 8 * u <= wide)
        lowest = top - tall - (status.height + 3.2 * u if status and not side else 0.0) - 2.2 * u
        spare = max(0.0, lowest - float(page.y))
        if self.look.measure.compact:
            top -= spare
        foot = tall if side else max(LEAST_U * u, min(13.0 * u, top - tall - 0.8 * u - self.y))
        self.toast_place = (x + pill, self.y, wide - pill, foot) if side else (x, self.y, wide, foot)
        self.toast_least = wide - pill if side else status.width + 10 * u if status else 0.0
        box = (x - 0.6 * u, top - tall, pill, tall)
        self.put(Button(self.look, box, "welcome.display", face, lambda: self.lobby.ask(Sheet.DISPLAY)))
        if status:
            y = top - (tall - status.height) / 2 if side else lowest - (0.0 if self.look.measure.compact else spare)
            y = y if side else y + status.height + 2.2 * u
            self.put(
                _Status(self.look, (x, y - status.height, wide, status.height), state, "end" if side else "centre")
            )
        self.close_page(lowest - (spare if not self.look.measure.compact else 0.0))

    def _status_block(self, state: WelcomeState, wide: float) -> TextBlock | None:
        return self.look.text(state.status, CAPTION, "#000000", wide - 5 * self.look.u, 3) if state.status else None


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
        block = self.look.text(self._state.status, CAPTION, colour, self.width - 5 * u, 3)
        spare = self.width - block.width - 4.4 * u
        x = self.x + (spare / 2 if self._align == "centre" else spare)
        icon = "check" if self._state.in_order else "alert-circle-outline"
        self.icon(icon, 3.2 * u, (x + 1.6 * u, self.top - block.height / 2), colour)
        self.write(block, x + 4.2 * u, self.top, block.width + 1)
