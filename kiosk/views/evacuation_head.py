"""The red head of the evacuation list: where, as of when, how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.views import shapes
from kiosk.views.parts import Part
from kiosk.views.theme import BODY, CAPTION, HERO, LEAD, TITLE, Style

if TYPE_CHECKING:
    from kiosk.presenters.evacuation import EvacuationState
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

TITLE_COLUMN = Style(TITLE.face, 5.0, 1.15)
TITLE_COMPACT = Style("Inter-600", 3.3, 1.25)
COUNT_COLUMN = Style("InterDisplay-600", 15.0, 1.0)
COUNT_LARGE = Style("InterDisplay-600", 9.6, 1.0)
COUNT_CRAMPED = Style("InterDisplay-600", 8.0, 1.0)
"""With large text, so that printing has a place beneath it."""
LEFT_OUT = ("count words", "place")
"""What goes first where printing else had none: there is no network, say, and a strip says so."""

TIGHT_U = 110
"""A column that is lower, beneath the strip, has no place for air as well."""


class Head(Part):
    """A bar across the top in portrait, a column at the start in landscape. ``aside``: the width of what stands at the
    end of the bar, in pixels.
    """

    def __init__(self, look: Look, box: Box, state: EvacuationState, *, aside: float = 0.0) -> None:
        self._state, self._aside, self._left_out = state, aside, 0
        super().__init__(look, box)

    def fit(self, top: float) -> float:
        """Take the height that the words need below ``top``, and return it."""
        least = 31 if not self._is_low else 20
        tall = max(least * self.look.u, top - self._lay(top)[1] + 3.0 * self.look.u)
        self.pos, self.size = (self.x, top - tall), (self.width, tall)
        return tall

    def lowest(self) -> float:
        """Return how far down the words reach, in pixels of the screen."""
        return self._lay(float(self.top))[1] - (0.6 if self._is_cramped else 2.0) * self.look.u

    def leave(self, tall: float) -> None:
        """Leave so much beneath the words of a column, in pixels: of large text on a small panel first what is counted
        goes, then where and as of when. The banner, unfolded, says when.
        """
        while self._is_cramped and self.lowest() - self.y < tall and self._left_out < len(LEFT_OUT):
            self._left_out += 1

    def _says(self, part: str) -> bool:
        return part not in LEFT_OUT[: self._left_out]

    @property
    def _is_cramped(self) -> bool:
        return self.look.measure.compact and self.look.measure.text_scale > 1

    @property
    def _is_low(self) -> bool:
        """Whether people need the place beneath it, on a panel that hangs upright."""
        return self.look.measure.narrow and self.look.measure.text_scale > 1

    def show(self, state: EvacuationState) -> None:
        """Show another state."""
        self._state = state
        self.repaint()

    def _lay(self, top: float) -> tuple[list[tuple[TextBlock, float, float]], float]:
        """Where each text stands (its start and top), and how far down they reach."""
        u, state, measure, ink = self.look.u, self._state, self.look.measure, self.look.palette.on_alarm
        landscape, compact = measure.landscape, measure.compact
        start = self.x + (4.4 if landscape else 5.6) * u
        room = self.x + self.width - start - (4.4 if landscape else 5.6) * u
        style = TITLE if not landscape else TITLE_COMPACT if compact else TITLE_COLUMN
        title = self.look.fitted(state.title, style, ink, room - self._aside)
        place = self.look.text(state.place if self._says("place") else "", CAPTION, ink, room - self._aside, 3)
        cramped = self._is_cramped
        y = top - (3.2 if cramped else 4.4 if landscape else 4.8) * u
        placed = [(title, start, y), (place, start, y - title.height - 0.4 * u)][: 2 if place.text else 1]
        tight = landscape and not compact and measure.text_scale > 1 and self.height < TIGHT_U * u
        y -= (
            title.height
            + (place.height if place.text else 0.0)
            + (2.4 if not landscape else 1.6 if compact or tight else 5.0) * u
        )
        large = COUNT_COLUMN if landscape and not compact and measure.text_scale <= 1 else HERO
        if compact or tight:
            large = COUNT_CRAMPED if cramped or tight else COUNT_LARGE
        if self._is_low:
            large = TITLE
        count = self.look.text(state.count or "…", large, ink)
        placed.append((count, start, y))
        if landscape:
            y -= count.height + 0.6 * u
            if not self._says("count words"):
                return placed, y
            words = self.look.text(state.count_words, BODY if cramped else LEAD, ink, room, 3)
            return [*placed, (words, start, y)], y - words.height
        words = self.look.text(state.count_words, LEAD, ink, room - count.width - 2.4 * u, 3)
        placed.append((words, start + count.width + 2.4 * u, y - (count.height - words.height) / 2))
        return placed, y - max(count.height, words.height)

    def paint(self) -> None:
        """Draw ground and words."""
        shapes.fill(self.ink, self.box, self.look.palette.alarm)
        for block, x, top in self._lay(float(self.top))[0]:
            self.write(block, x, top, block.width + 1)
