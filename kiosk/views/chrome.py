"""What surrounds a screen's own content: the offline strip, back, progress and help, and the ground beneath."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.presenters.sheets import Sheet
from kiosk.views import shapes
from kiosk.views.buttons import LEAST_U, Button, Face, Kind, button_height, pill_width
from kiosk.views.parts import SENSIBLE, Ground, Label, Part
from kiosk.views.places import places_in
from kiosk.views.progress import Progress
from kiosk.views.sliding import Page
from kiosk.views.text import Span, TextBlock
from kiosk.views.theme import BODY, BODY_BOLD, HEADING, LEAD, PILL, TITLE

if TYPE_CHECKING:
    from kiosk.presenters.lobby import Lobby
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box


PAGE_MARGIN_U = 2.4
"""So that rings and shadows are not cut off, and the bar stands beside what scrolls."""
TITLED_U = 46
TITLE_LINES = 4
TOAST_GAP_U = 1.6
NARROW_U = 76
"""A column so narrow is filled by its one button."""


Shown = Any
"""A view state; each screen takes the one of its own presenter."""


@dataclass(slots=True)
class Room:
    """The space that is still free, from ``top`` down to ``bottom``; screens take it from the top or the bottom."""

    x: float
    bottom: float
    width: float
    top: float

    @property
    def height(self) -> float:
        """Return what is left, in pixels."""
        return self.top - self.bottom


class ScreenView(Part):
    """One screen, built for one view state. ``refresh`` takes a new state without building anew where it can.

    ``is_low``: what is touched stands low anyway, and the whole window is used where everything is to be lower down.
    """

    is_low = False

    def __init__(self, look: Look, box: Box, lobby: Lobby, view: LobbyView) -> None:
        super().__init__(look, box)
        self.lobby = lobby
        self.view = view
        self._page: Page | None = None
        self.strip_height = 0.0
        self._says_offline = False
        self.toast_place = self._beneath_the_edge()
        """In whose middle a sentence stands that comes and goes: where it hides nothing that can be touched."""
        self.toast_least = 0.0
        """How wide it is at the least: nothing that it lies on looks out beside it."""
        self.put(Ground(look, box, look.palette.chalk))
        self.compose(view.state)

    def _beneath_the_edge(self) -> Box:
        """Where a header's middle would be, at the top of the screen."""
        measure, u = self.look.measure, self.look.u
        middle = (5.5 if measure.compact else 6.2) if measure.landscape else 8.8
        return self.x + measure.margin, self.top - (middle + 4.8) * u, self.width - 2 * measure.margin, 9.6 * u

    def compose(self, state: Shown) -> None:
        """Build the screen."""
        raise NotImplementedError

    def refresh(self, view: LobbyView) -> bool:
        """Show a new state in place; False asks to be built anew."""
        return view == self.view

    def put(self, part: Part) -> None:
        """Add a part and paint it; onto the page, while one is open."""
        if self._page is None:
            super().put(part)
        else:
            self._page.put(part)

    def open_page(self, room: Room) -> Page:
        """What is put from now on stands on a page in ``room``, a little wider than it, which scrolls where it must."""
        more = PAGE_MARGIN_U * self.look.u
        page = Page(self.look, (room.x - more, room.bottom, room.width + 2 * more, room.top - room.bottom))
        super().put(page)
        self._page = page
        return page

    def close_page(self, lowest: float) -> None:
        """``lowest``: how far down the page reaches, in pixels of the screen. What is put from now on stands still."""
        if self._page is not None:
            self._page.ends(lowest)
        self._page = None

    def tick(self) -> None:
        """Move what moves by itself, such as a camera picture; called on every frame."""

    def if_here(self, act: Callable[..., object]) -> Callable[..., None]:
        """Return ``act`` for as long as the visitor is at this stop: what a finger still does on a screen that has gone
        is not done to the one after it.
        """
        turn, stop = self.lobby.turn, self.view.stop

        def act_here(*given: object) -> None:
            if self.lobby.turn is turn and turn.stop == stop:
                act(*given)

        return act_here

    def listed(self) -> object:
        """Return what its lists are of: while that is the same, a screen that is built anew shows them from the same
        place on.
        """
        return None

    def dragged_to(self) -> list[float]:
        """Return from where on what is dragged is to be shown when the screen is built anew: see ``places_in``."""
        return places_in(self)

    def has_other_keys(self, rows: Sequence[object]) -> bool:
        """Return whether these rows of keys need another bed than those of the view that is shown."""
        return len(rows) != len(self.view.state.keyboard.rows)

    def same_but_state(self, view: LobbyView) -> bool:
        """Return whether all around the state is as it was."""
        old = self.view
        mine = (old.place, old.back, old.help, old.offline, old.display, old.language, old.clears)
        return mine == (view.place, view.back, view.help, view.offline, view.display, view.language, view.clears)

    def label(self, block: TextBlock, x: float, top: float, width: float, align: str = "start") -> float:
        """Put a text and return the height that it took."""
        self.put(Label(self.look, block, (x, top - block.height, width, block.height), align))
        return float(block.height)

    def strip(self, top: float) -> float:
        """Put the offline strip, where there is need of one, and return its height."""
        if not self.view.offline:
            return 0.0
        strip = OfflineStrip(self.look, (self.x, top, self.width, 0.0), self.view.offline, self.view.offline_more)
        self.strip_height = strip.fit(top)
        self.put(strip)
        return self.strip_height

    def chrome(self, *, back: bool = True, typing: bool = False) -> Room:
        """Put strip and header; return the room beneath, inside the margins. Where the visitor wishes everything lower
        down, the header stands at the very bottom. ``typing``: beside its keys a small panel has no place for a strip,
        and the header says that there is no network.
        """
        look, u = self.look, self.look.u
        self._says_offline = typing and look.measure.compact
        top = self.top - (0.0 if self._says_offline else self.strip(self.top))
        margin = look.measure.margin
        if self.view.display.reach:
            self._header(self.y + 6.4 * u, back=back)
            return Room(self.x + margin, self.y + 12.8 * u, self.width - 2 * margin, top - 2.4 * u)
        tall = (11.0 if look.measure.compact else 12.4 if look.measure.landscape else 16.0) * u
        self._header(top - (tall / 2 if look.measure.landscape else 8.8 * u), back=back)
        return Room(self.x + margin, self.y, self.width - 2 * margin, top - tall)

    def _header(self, middle: float, *, back: bool) -> None:
        """Put *Back*, where one is, and *Help* in a line."""
        look, margin, u = self.look, self.look.measure.margin, self.look.u
        pill, left, right = 9.6 * u, self.x + margin, self.right - margin
        if back:
            face = Face(self.view.back, "arrow-left", Kind.PILL, PILL)
            wide = pill_width(look, face)
            self.put(Button(look, (left, middle - pill / 2, wide, pill), "nav.back", face, self.lobby.back))
            left += wide + TOAST_GAP_U * u
        if self.view.help:
            face = Face(self.view.help, "hand-back-left-outline", Kind.PILL, PILL)
            wide = pill_width(look, face)
            box = (right - wide, middle - pill / 2, wide, pill)
            self.put(Button(look, box, "nav.help", face, lambda: self.lobby.ask(Sheet.HELP)))
            right -= wide + TOAST_GAP_U * u
        self.toast_place = (left, middle - pill / 2, right - left, pill)
        offline = self.view.offline if self._says_offline else ""
        if self.view.place or offline:
            half = min(self.center_x - left, right - self.center_x)
            box = (self.center_x - half, middle - 4.6 * u, 2 * half, 9.2 * u)
            if offline:
                box = (left, middle - 4.6 * u, right - left, 9.2 * u)
            self.put(Progress(look, box, self.view.place, self.view.place_words, offline))

    def title(self, room: Room, title: str, lead: str = "", *, small: bool = False, whole: bool = False) -> None:
        """Put the question of the screen and the sentence beneath it; takes the room they need. ``whole``: however
        much that is, for it has not been written by us.
        """
        above, between, beneath = self._around_title()
        block, sentence = self._title_blocks(title, lead, room.width, small=small, whole=whole)
        room.top -= above
        room.top -= self.label(block, room.x, room.top, room.width)
        if sentence is not None:
            room.top -= between
            room.top -= self.label(sentence, room.x, room.top, room.width)
        room.top -= beneath

    def title_height(self, title: str, lead: str, wide: float, *, small: bool = False, whole: bool = False) -> float:
        """Return how much room ``title`` takes at a width, in pixels."""
        above, between, beneath = self._around_title()
        block, sentence = self._title_blocks(title, lead, wide, small=small, whole=whole)
        return above + block.height + (0.0 if sentence is None else between + sentence.height) + beneath

    def _around_title(self) -> tuple[float, float, float]:
        u, portrait = self.look.u, not self.look.measure.landscape
        return (2.6 if portrait else 0.6) * u, 0.8 * u, (3.2 if portrait else 2.0) * u

    def _title_blocks(
        self, title: str, lead: str, wide: float, *, small: bool = False, whole: bool = False
    ) -> tuple[TextBlock, TextBlock | None]:
        p, measure = self.look.palette, self.look.measure
        small = small or ((measure.landscape or measure.narrow) and measure.text_scale > 1)
        block = self.look.text(title, HEADING if small else TITLE, p.ink, wide, TITLE_LINES)
        if block.cut and whole:
            block = self.look.fitted(title, HEADING, p.ink, wide, TITLE_LINES, least=SENSIBLE)
        return block, self.look.text(lead, LEAD, p.soft, min(wide, 100 * self.look.u)) if lead else None

    def has_place_for_title(self, room: Room) -> bool:
        """Return whether a title leaves the names beneath a field over the keyboard a place."""
        measure = self.look.measure
        return not measure.compact and room.height > TITLED_U * self.look.u * measure.text_scale

    def foot(self, room: Room, buttons: list[tuple[str, Face, Any]]) -> list[Button]:
        """Put one to three acts at the foot; the first is the upper one, or the one at the end of a row."""
        u, landscape = self.look.u, self.look.measure.landscape
        gap, edge = 2 * u, (3.2 if self.look.measure.compact else 4.8 if landscape else 6.4) * u
        if self.view.display.reach:
            edge = 1.6 * u
        made = []
        if landscape:
            alone = len(buttons) == 1 and room.width < NARROW_U * u
            wide = room.width if alone else min(52 * u, (room.width - gap * (len(buttons) - 1)) / len(buttons))
            tall = max(button_height(self.look, face, wide) for _, face, _ in buttons)
            x = room.x + room.width - wide
            for touch_id, face, act in buttons:
                made.append(Button(self.look, (x, room.bottom + edge, wide, tall), touch_id, face, act))
                x -= wide + gap
            room.bottom += edge + tall + gap
        else:
            made = self.stack(room, room.bottom + edge, buttons)
        for button in made:
            self.put(button)
        return made

    def stack(
        self, room: Room, lowest: float, buttons: list[tuple[str, Face, Any]], *, least_u: float = LEAST_U
    ) -> list[Button]:
        """Make acts one above the other, the last at ``lowest``; takes what lies below them and a gap from the room."""
        made, y, gap = [], lowest, 2 * self.look.u
        for touch_id, face, act in reversed(buttons):
            tall = button_height(self.look, face, room.width, least_u)
            made.append(Button(self.look, (room.x, y, room.width, tall), touch_id, face, act))
            y += tall + gap
        room.bottom = y
        return made[::-1]


class OfflineStrip(Part):
    """One line across the top: since when there is no network, and what still works."""

    def __init__(self, look: Look, box: Box, strong: str, more: str) -> None:
        self._strong, self._more = strong, more
        super().__init__(look, box)

    def _block(self) -> TextBlock:
        ink = self.look.palette.on_tint
        spans = [Span(self._strong + " ", BODY_BOLD, ink), Span(self._more, BODY, ink)]
        return TextBlock(
            spans, self.look.measure, self.width - 16 * self.look.u, most_lines=2, mirrored=self.look.mirrored
        )

    def fit(self, top: float) -> float:
        """Take the height that the words need below ``top``, and return it."""
        tall = max(7.6 * self.look.u, self._block().height + 2.4 * self.look.u)
        self.pos, self.size = (self.x, top - tall), (self.width, tall)
        return tall

    def paint(self) -> None:
        """Draw it."""
        p, u = self.look.palette, self.look.u
        shapes.fill(self.ink, self.box, p.ochre_tint)
        if p.outlined:
            shapes.fill(self.ink, (self.x, self.y, self.width, 0.3 * u), p.ochre)
        self.icon("lan-disconnect", 4.2 * u, (self.x + 7.6 * u, self.center_y), p.ochre)
        block = self._block()
        self.write(block, self.x + 11.6 * u, self.center_y + block.height / 2, self.width - 16 * u)
