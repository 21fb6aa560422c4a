"""What has happened, what is happening, what next: with the badge as it comes out of its slot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.presenters.done import DoneLine, DoneState, Mood
from kiosk.views import shapes
from kiosk.views.badge_slot import ABOVE_U, WIDE_U, BadgeSlot
from kiosk.views.buttons import Face, Kind
from kiosk.views.chrome import Room
from kiosk.views.clearing import ClearingView
from kiosk.views.parts import Part
from kiosk.views.text import TextBlock
from kiosk.views.theme import HEADING, LABEL_PLAIN, LEAD, TITLE, TITLE_L, WIDTH_U, Style, mix
from kiosk.words.wholes import whole

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

LINE = Style("Inter-600", 3.3, 1.25)
NAME_GAP_U = 2.0
NAME_LINES = 3
NAME_SHARES = (0.7, 0.6, 0.5, 0.4)
LEAST_DOOR = 0.4
HEAD_U, LEAST_SLOT = 72, 0.8
"""How high the head is in portrait; and, of its height, how much the slot keeps beneath a long name."""
LEAST_NAME = 0.5
"""Of its size, of a name in three lines; one of a hundred letters shrinks further, into more lines."""


class DoneView(ClearingView):
    """A dark head with the name and the badge, a card of facts, one button."""

    is_low = True

    def compose(self, state: DoneState) -> None:
        """Portrait: head above, facts below. Landscape: head at the start, facts beside it."""
        u, measure = self.look.u, self.look.measure
        top = self.top - self.strip(self.top)
        margin = measure.margin
        if measure.landscape:
            wide = self.width * (0.36 if measure.compact else 0.4)
            head = (self.x, self.y, wide, top - self.y)
            room = Room(
                self.x + wide + margin,
                self.y,
                self.width - wide - 2 * margin,
                top - (3.0 if measure.compact else 5.6) * u,
            )
        else:
            tall = HEAD_U * min(u, self.width / WIDTH_U)
            head = (self.x, top - tall, self.width, tall)
            room = Room(self.x + margin, self.y, self.width - 2 * margin, top - tall - 5.8 * u)
        self._head = DoneHead(self.look, head, state)
        self.put(self._head)
        narrow = measure.landscape and measure.text_scale > 1
        group = Face(state.group, "" if narrow else "account-group-outline", Kind.SECONDARY)
        self.foot_that_clears(
            room, state.finish, ("done.group", group, self.lobby.next_of_group) if state.group else None
        )
        page = self.open_page(room)
        heading = self.look.text(state.heading, HEADING, self.look.palette.ink, room.width)
        room.top -= self.label(heading, room.x, room.top, room.width) + 0.8 * u
        lead = self.look.text(state.lead, LEAD, self.look.palette.soft, room.width)
        room.top -= self.label(lead, room.x, room.top, room.width) + (2.0 if measure.landscape else 3.6) * u
        self._facts = FactsCard(self.look, (room.x, room.top, room.width, 0.0), state.lines)
        self._facts.fit(room.top, room.height - 1.0 * u)
        self.put(self._facts)
        self.close_page(self._facts.y - 1.0 * u)
        self._page_of_facts = page

    def refresh(self, view: LobbyView) -> bool:
        """Count, and follow the badge, without building anew."""
        old = self.view
        around = (old.offline, old.display, old.language, old.sheet)
        if around != (view.offline, view.display, view.language, view.sheet) or view.state is None:
            return False
        if len(old.state.lines) != len(view.state.lines) or old.state.group != view.state.group:
            return False
        self.view = view
        if old.clears != view.clears:
            self.put_clears()
        if old.state != view.state:
            self._facts.show(view.state.lines)
            self._page_of_facts.ends(self._facts.y - self.look.u)
            self._head.show(view.state)
        return True


def fit_name(look: Look, spoken: str, colour: str, room: tuple[float, float], style: Style) -> TextBlock:
    """Return a greeting with a name in a room so wide and high, in pixels: stepping down until no word is broken and it
    has three lines, then taking all the lines that there are, and at last without its end.
    """
    wide, tall = room
    block = look.fitted(spoken, replace(style, leading=1.1), colour, wide, NAME_LINES, least=LEAST_NAME)
    if block.height <= tall and (not block.broken or len(block.lines) <= NAME_LINES):
        return block
    styles = [replace(style, size=style.size * share, leading=1.1) for share in NAME_SHARES]
    blocks = [look.text(spoken, small, colour, wide) for small in styles]
    fitting = [block for block in blocks if block.height <= tall]
    whole = [block for block in fitting if not block.broken]
    if fitting:
        return (whole or fitting)[0]
    return look.text(spoken, styles[-1], colour, wide, max(1, int(tall // blocks[-1].line_height)))


class DoneHead(Part):
    """The name and the badge on pine."""

    def __init__(self, look: Look, box: Box, state: DoneState) -> None:
        self._state = state
        self._badge: BadgeSlot | None = None
        super().__init__(look, box)

    def show(self, state: DoneState) -> None:
        """Show another state."""
        self._state = state
        if state.badge is None and self._badge is not None:
            self.remove_widget(self._badge)
            self._badge = None
        self.repaint()

    def paint(self) -> None:
        """Draw the arches, the badge in its slot, and the words."""
        p, u, measure = self.look.palette, self.look.u, self.look.measure
        shapes.fill(self.ink, self.box, p.wall)
        badge = (self._state.badge is not None) and not measure.compact
        if measure.landscape:
            slot = min(44 * u, 0.5 * self.height) if badge else 0.0
            wide, most = self.width - 11.2 * u, self.height - 7.6 * u - slot - 3.2 * u
            words = self._blocks(wide, most)
            self._words(self.x + 5.6 * u, self.top - 7.6 * u, wide, words)
            if badge:  # the arch behind it ends beneath the words, and rather takes from the badge
                free = self.height - (7.6 + NAME_GAP_U + ABOVE_U + 2.0) * u - sum(block.height for block in words)
                self._slot(self.center_x, max(min(slot, free), LEAST_SLOT * slot))
            elif not measure.compact:
                self._door(self.center_x, self.y, most - sum(block.height for block in words) - NAME_GAP_U * u)
            return
        unit = min(u, self.width / WIDTH_U)
        if badge:
            self._slot(self.x + 78.6 * unit, 54 * unit)
        else:
            self._door(self.x + 78.6 * unit, self.y, self.height)
        wide = 92 * unit if p.outlined and not badge else 52.2 * unit - measure.margin
        words = self._blocks(wide, self.height - 7.2 * u)
        tall = sum(block.height for block in words) + NAME_GAP_U * u
        self._words(self.x + measure.margin, self.center_y + tall / 2, wide, words)

    def _blocks(self, wide: float, tall: float) -> tuple[TextBlock, TextBlock]:
        """The greeting and since when, in so much room."""
        p, state, measure = self.look.palette, self._state, self.look.measure
        when = self.look.text(state.when, LEAD, p.on_wall_soft, wide)
        spoken = f"{state.greeting} {whole(state.name, right_to_left=self.look.mirrored)}"
        style = TITLE if measure.compact else TITLE_L
        left = tall - when.height - NAME_GAP_U * self.look.u
        return fit_name(self.look, spoken, p.on_wall, (wide, left), style), when

    def _words(self, x: float, top: float, wide: float, words: tuple[TextBlock, TextBlock]) -> None:
        name, when = words
        self.write(name, x, top, wide, may_end=True)
        self.write(when, x, top - name.height - NAME_GAP_U * self.look.u, wide)

    def _door(self, middle: float, floor: float, room: float) -> None:
        """Draw the lit door where there is no badge to show, as high as ``room`` lets it; too low a one is none."""
        p, u = self.look.palette, self.look.u
        scale = min(u, room / 66, self.width / 54)
        if p.outlined or scale < LEAST_DOOR * u:
            return
        for wide, tall, colour in (
            (49.6, 62.0, mix(p.wall, "#7CC7A9", 0.10)),
            (37.6, 50.0, mix(p.wall, "#7CC7A9", 0.34)),
            (25.6, 36.0, p.lamp),
            (20.0, 32.0, "#FAD68A"),
        ):
            shapes.arch(self.ink, (middle - wide * scale / 2, floor, wide * scale, tall * scale), colour)

    def _slot(self, middle: float, tall: float) -> None:
        """Put the slot with the badge; it stays when other words are shown, so that the badge comes out once."""
        if self._badge is not None or self._state.badge is None:
            return
        wide = WIDE_U * min(self.look.u, self.width / (WIDTH_U if not self.look.measure.landscape else WIDE_U))
        self._badge = BadgeSlot(self.look, (middle - wide / 2, self.y, wide, tall), self._state.badge)
        self.put(self._badge)


class FactsCard(Part):
    """The card of true sentences."""

    def __init__(self, look: Look, box: Box, lines: tuple[DoneLine, ...]) -> None:
        self._lines = lines
        self._room = 0.0
        super().__init__(look, box)

    def fit(self, top: float, room: float) -> None:
        """Stand below ``top``, as high as the sentences need, and as airy as ``room`` (both in pixels) lets them."""
        self._room = room
        tall = sum(self._heights())
        self.pos, self.size = (self.x, top - tall), (self.width, tall)

    def _heights(self) -> list[float]:
        u = self.look.u
        airy = min(16.0 * u, self._room / max(1, len(self._lines)))
        return [max(airy, sum(block.height for block in self._blocks(line)) + 3.2 * u) for line in self._lines]

    def show(self, lines: tuple[DoneLine, ...]) -> None:
        """Show other sentences."""
        self._lines = lines
        self.fit(self.top, self._room)
        self.repaint()

    def paint(self) -> None:
        """Draw the card and each line: a disc with an icon, what, and what it means."""
        p, u = self.look.palette, self.look.u
        self.card()
        top = self.top
        for number, (line, tall) in enumerate(zip(self._lines, self._heights(), strict=True)):
            if number:
                shapes.fill(self.ink, (self.x, top, self.width, max(1.0, 0.15 * u)), p.line)
            self._line(line, top - tall / 2)
            top -= tall

    def _blocks(self, line: DoneLine) -> tuple[TextBlock, TextBlock]:
        p, room = self.look.palette, self.width - 18 * self.look.u
        return self.look.text(line.title, LINE, p.ink, room, 3), self.look.text(
            line.second, LABEL_PLAIN, p.soft, room, 4
        )

    def _line(self, line: DoneLine, middle: float) -> None:
        p, u = self.look.palette, self.look.u
        tints = {
            Mood.UNDER_WAY: (p.pine_tint, p.pine),
            Mood.DONE: (p.moss_tint, p.moss),
            Mood.WAITING: (p.ochre_tint, p.ochre),
            Mood.HELP: (p.pine_tint, p.pine),
        }
        ground, colour = tints[line.mood]
        centre = (self.x + 7.2 * u, middle)
        shapes.disc(self.ink, centre, 8 * u, ground)
        self.icon(line.icon, 4.4 * u, centre, colour)
        room = self.width - 18 * u
        title, second = self._blocks(line)
        top = middle + (title.height + second.height) / 2
        self.write(title, self.x + 14 * u, top, room)
        self.write(second, self.x + 14 * u, top - title.height, room)
