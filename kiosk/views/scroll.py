"""A list that is dragged by a finger, or gone through with arrows. Only the rows in sight exist, so ten thousand cost
as much as ten.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, overload

from kiosk.views.parts import Target, parts_of
from kiosk.views.sliding import Sliding

if TYPE_CHECKING:
    from kiosk.views.parts import Look, Part
    from kiosk.views.shapes import Box

FAR, NEAR = 64, 32
"""So many rows are looked through for something to act on, and so many both ways for a target that was in one: an arrow
must not wait for thousands.
"""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row: how high it is in pixels, and how to make its part in a box."""

    height: float
    make: Callable[[Box], Part]


class LongRows(Sequence[RowPlan]):
    """So many rows that only those in sight are planned; ``heights`` is of all of them, in pixels."""

    def __init__(self, heights: Sequence[float], make: Callable[[int], Callable[[Box], Part]]) -> None:
        self.heights = heights
        self._make = make

    def __len__(self) -> int:
        """How many."""
        return len(self.heights)

    @overload
    def __getitem__(self, index: int) -> RowPlan: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[RowPlan]: ...

    def __getitem__(self, index: int | slice) -> RowPlan | Sequence[RowPlan]:
        """One row, or several."""
        if isinstance(index, slice):
            return tuple(self[each] for each in range(*index.indices(len(self))))
        return RowPlan(self.heights[index], self._make(index))


class RowList(Sliding):
    """Rows, of which those in sight are made."""

    def __init__(self, look: Look, box: Box, plans: Sequence[RowPlan]) -> None:
        super().__init__(look, box)
        self._made: dict[int, Part] = {}
        self._plans: Sequence[RowPlan] = ()
        self._tops: list[float] = [0.0]
        self.set_rows(plans)

    def set_rows(self, plans: Sequence[RowPlan]) -> None:
        """Show other rows from the same place on."""
        self._plans = plans
        heights = plans.heights if isinstance(plans, LongRows) else [plan.height for plan in plans]
        self._tops = [0.0, *accumulate(heights)]
        for part in self._made.values():
            self._bed.remove_widget(part)
        self._made = {}
        self.scroll_to(self.offset)

    @property
    def content_height(self) -> float:
        """Return the height of all rows, in pixels."""
        return self._tops[-1]

    def scroll_to(self, offset: float) -> None:
        """Show the rows from ``offset`` pixels below their beginning."""
        offset = min(max(offset, 0.0), self.furthest)
        first = max(0, bisect_right(self._tops, offset) - 1)
        last = bisect_right(self._tops, offset + float(self.height))
        for index in [index for index in self._made if not first <= index < last]:
            self._bed.remove_widget(self._made.pop(index))
        for index in range(first, min(last, len(self._plans))):
            if index not in self._made:
                part = self._make(index)
                part.repaint()
                self._made[index] = part
                self._bed.add_widget(part)
        super().scroll_to(offset)

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return len(self._plans)

    def acts(self, row: int) -> list[Target]:
        """What can be acted on in a row, in the order of reading; of one that is not in sight, as if it were."""
        if not 0 <= row < len(self._plans):
            return []
        part = self._made.get(row) or self._make(row)
        found = [each for each in (part, *parts_of(part)) if isinstance(each, Target) and each.enabled]
        return sorted(found, key=lambda each: (-float(each.top), float(each.x)))

    def next_row(self, row: int, step: int) -> int | None:
        """The first row with something to act on from ``row`` on, upwards where ``step`` is -1; ``None`` where there is
        none, or none near.
        """
        rows = range(row, min(len(self._plans), row + FAR)) if step > 0 else range(row, max(-1, row - FAR), -1)
        return next((each for each in rows if self.acts(each)), None)

    def row_of(self, touch_id: str, near: int) -> int | None:
        """The row in which this can be acted on now, if it is not far from where it was."""
        rows = sorted(range(max(0, near - NEAR), min(len(self._plans), near + NEAR)), key=lambda row: abs(row - near))
        return next((row for row in rows if any(act.touch_id == touch_id for act in self.acts(row))), None)

    def show_row(self, row: int, step: int = 0) -> None:
        """Scroll as little as shows a row, and if there is a place the one that comes next: after it, or before it
        where ``step`` is -1.
        """
        for each in (row + step, row):
            if 0 <= each < len(self._plans):
                self.reveal(float(self.top) - self._tops[each + 1], float(self.top) - self._tops[each])

    def _make(self, row: int) -> Part:
        plan = self._plans[row]
        return plan.make((self.x, self.top - self._tops[row] - plan.height, self.width, plan.height))
