"""The line in a field: which way it runs, where the cursor stands in it, and what a finger means.

One rule for all: what somebody types runs as its first letter does, whatever the screen does, so that a name looks the
same while it grows. What has no letter is written from left to right, and begins where the screen's lines begin.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from kiosk.views.text import Span, TextBlock, width_of
from sync.visual_order import first_direction, joined_before, levels_of, runs_in_order

if TYPE_CHECKING:
    from kiosk.views.theme import Measure, Style


def begins_right(text: str, *, mirrored: bool) -> bool:
    """Return whether a typed text begins at the right edge of its field; ``mirrored``: as the screen's lines do."""
    found = first_direction(text)
    return mirrored if found is None else found


class TypedLine:
    """One line of typed text, or what is in sight of it, measured; places are pixels from its left edge as it is read.
    ``right_to_left``: which way the whole runs.
    """

    def __init__(self, text: str, style: Style, measure: Measure, *, right_to_left: bool) -> None:
        self.text = text
        self.right_to_left = right_to_left
        self._style, self._measure = style, measure
        levels = levels_of(text, right_to_left=self.right_to_left)
        self._turned = [bool(level % 2) for level in levels or [0] * len(text)]
        self._spans: list[tuple[float, float]] = [(0.0, 0.0)] * len(text)
        self.width = 0.0
        for run in runs_in_order([(0, text)], levels or [0] * len(text)):
            ends = [self._wide(run.text, to) for to in range(len(run.text) + 1)]
            for at, (near, far) in enumerate(itertools.pairwise(ends)):
                span = (ends[-1] - far, ends[-1] - near) if run.level % 2 else (near, far)
                self._spans[run.begin + at] = (self.width + span[0], self.width + span[1])
            self.width += ends[-1]

    def _wide(self, run: str, to: int) -> float:
        return width_of(joined_before(run, to), self._style.face, self._measure.size(self._style))

    def block(self, colour: str) -> TextBlock:
        """Return the line to be drawn."""
        spans = [Span(self.text, self._style, colour)]
        return TextBlock(spans, self._measure, 1e6, right_to_left=self.right_to_left)

    def cursor_at(self, index: int) -> tuple[float, bool]:
        """Return where the cursor stands before the sign ``index``, and whether it is behind a letter from the right:
        at the far edge of the sign before it, where the next one like it will appear.
        """
        if not self.text:
            return 0.0, False
        if index <= 0:
            return self._spans[0][1 if self._turned[0] else 0], self._turned[0]
        turned = self._turned[index - 1]
        return self._spans[index - 1][0 if turned else 1], turned

    def index_at(self, x: float) -> int:
        """Return before which sign a finger at ``x`` puts the cursor: the nearest place of a cursor. Where two stand at
        one place, the one of the sign under the finger; beyond an end of the line, the end of the text that is there.
        """
        if not 0 <= x <= self.width:
            return len(self.text) if (x < 0) == self.right_to_left else 0
        places = range(len(self.text) + 1)
        return min(places, key=lambda at: (round(abs(self.cursor_at(at)[0] - x)), not self._covers(at - 1, x)))

    def _covers(self, sign: int, x: float) -> bool:
        return sign >= 0 and self._spans[sign][0] <= x <= self._spans[sign][1]
