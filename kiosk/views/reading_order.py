"""In which order a screen is read, for whoever goes through it with arrows.

    for stop in reading_order(screen, look): ...

A stop is a target, or a part that slides: a list is gone through as a whole, and not row by row with what stands beside
it. What stands above all the rest comes first, then what stands at the side where reading begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kivy.uix.widget import Widget

from kiosk.views.keyboard import KeyTarget
from kiosk.views.parts import Part, Target
from kiosk.views.sliding import Page, Sliding

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

SLACK_U = 1.0
"""Boxes that lie over one another by no more than this are apart: a row may touch the next."""

Stop = Target | Sliding
_Placed = tuple["Box", Stop]


def reading_order(root: Widget, look: Look) -> list[Stop]:
    """The stops below ``root``. A page gives those that are on it, or itself where there are none but it slides."""
    found: list[Stop] = []
    for _, stop in _sorted([(box_in_window(stop), stop) for stop in _stops(root)], look):
        on_it = reading_order(stop, look) if isinstance(stop, Page) else []
        found += on_it or [stop]
    return [stop for stop in found if not isinstance(stop, Page) or stop.furthest > 0]


def box_in_window(part: Part) -> Box:
    """Where a part is seen, whatever it lies in is turned over or dragged to."""
    x1, y1 = part.to_window(part.x, part.y)
    x2, y2 = part.to_window(part.right, part.top)
    return min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)


def _stops(root: Widget) -> Iterator[Stop]:
    for child in root.children:
        if isinstance(child, Sliding):
            yield child
            continue
        if isinstance(child, Target) and child.enabled and not isinstance(child, KeyTarget):
            yield child
        yield from _stops(child)


def _sorted(placed: list[_Placed], look: Look) -> list[_Placed]:
    """Cut where nothing stands, across first and then upright, for as long as there is something to cut."""
    if len(placed) < 2:  # noqa: PLR2004 - one is in order
        return placed
    slack = SLACK_U * look.u
    groups = _cut([(-box[1] - box[3], -box[1], (box, stop)) for box, stop in placed], slack)
    if len(groups) == 1:
        groups = _cut([(box[0], box[0] + box[2], (box, stop)) for box, stop in placed], slack)
        groups = groups[::-1] if look.mirrored else groups
    if len(groups) == 1:
        return sorted(placed, key=lambda each: (-each[0][1] - each[0][3], -each[0][0] if look.mirrored else each[0][0]))
    return [each for group in groups for each in _sorted(group, look)]


def _cut(spans: list[tuple[float, float, _Placed]], slack: float) -> list[list[_Placed]]:
    """Group what lies over one another, given where each begins and ends along one way."""
    groups: list[list[_Placed]] = []
    so_far = float("-inf")
    for begin, end, each in sorted(spans, key=lambda span: span[:2]):
        if begin >= so_far - slack:
            groups.append([])
        groups[-1].append(each)
        so_far = max(so_far, end)
    return groups
