"""A list that is dragged by a finger. Only the rows in sight exist, so ten thousand cost as much as ten."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, overload

from kiosk.views.sliding import Sliding

if TYPE_CHECKING:
    from kiosk.views.parts import Look, Part
    from kiosk.views.shapes import Box


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
                plan = self._plans[index]
                box = (self.x, self.top - self._tops[index] - plan.height, self.width, plan.height)
                part = plan.make(box)
                part.repaint()
                self._made[index] = part
                self._bed.add_widget(part)
        super().scroll_to(offset)
