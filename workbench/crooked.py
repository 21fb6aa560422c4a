"""What stands crooked on a screen: words over words, words over buttons, buttons over buttons, anything out of sight;
and words of the kiosk's own that are cut, broken, or much smaller than their neighbours.

    for complaint in crooked(stage): ...

What scrolls is looked at by itself, as if all of it were in sight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

from kivy.uix.widget import Widget

from kiosk.views.parts import Part, Target
from kiosk.views.shapes import Box
from kiosk.views.sheet import SheetView
from kiosk.views.sliding import Page, Sliding
from workbench.own_words import is_own

LEADING = 0.16
"""The share of a text's height above and below that holds no ink."""
TOUCH = 1.5
"""So many pixels may two things overlap."""


def crooked(stage: Widget) -> list[str]:
    """Return one sentence for each thing that is wrong with what lies on top of a stage."""
    roots = list(reversed(stage.children))
    shown = [child for child in roots if any(isinstance(part, SheetView) for part in _all(child))] or roots
    window = (0.0, 0.0, float(stage.width), float(stage.height))
    return [complaint for root in shown for complaint in _in_group(list(_group(root)), window)]


def _all(root: Widget) -> Iterator[Widget]:
    yield root
    for child in root.children:
        yield from _all(child)


def _group(root: Widget) -> Iterator[Part]:
    """Parts that are drawn into the same place: all beneath ``root`` but what a sliding part holds."""
    if isinstance(root, Part):
        yield root
    if not isinstance(root, Sliding):
        for child in reversed(root.children):
            yield from _group(child)


@dataclass(frozen=True, slots=True)
class _Text:
    part: Part
    words: str
    box: Box


def _in_group(parts: list[Part], window: Box | None) -> Iterator[str]:
    texts = [
        _Text(part, words, _inked(box)) for part in parts for words, box in zip(part.words, part.places, strict=False)
    ]
    targets = [part for part in parts if isinstance(part, Target)]
    sliding = [part for part in parts if isinstance(part, Sliding)]
    yield from _one_over_another(texts, targets)
    yield from (f"the end of {words!r} is cut" for part in parts for words in part.cut_words)
    strained = (words for part in parts for words in part.strained_words)
    yield from (f"{words!r} is broken in a word, or very small" for words in strained if is_own(words))
    yield from (f"{_name(t)} stands on {_name(s)}" for s in sliding for t in targets if _overlap(s.box, t.box))
    if window is not None:
        places = [(repr(text.words), text.box) for text in texts] + [(_name(target), target.box) for target in targets]
        yield from (f"{name} is out of sight at {_rounded(box)}" for name, box in places if not _inside(box, window))
    yield from _on_pictures(parts, texts, sliding)
    for part in sliding:
        if isinstance(part, Page):
            yield from _cut_by_edges(part)
        yield from _in_group([inner for child in part.children for inner in _group(child)], None)


def _on_pictures(parts: list[Part], texts: list[_Text], sliding: list[Sliding]) -> Iterator[str]:
    pictures = [(part, box) for part in parts for box in part.pictures]
    for part, box in pictures:
        for text in texts:
            if text.part is not part and _overlap(text.box, box):
                yield f"{text.words!r} stands on the picture of {_name(part)}"
        if any(_overlap(_filled(page), box) for page in sliding):
            yield f"the picture of {_name(part)} stands on what scrolls"


def _filled(page: Sliding) -> Box:
    """The part of its box in which something stands."""
    x, y, wide, tall = page.box
    high = min(tall, page.content_height)
    return x, y + tall - high, wide, high


def _cut_by_edges(page: Page) -> Iterator[str]:
    """What a page at rest begins and does not end: a line of letters is cut lengthwise."""
    lower, upper = page.shown
    for part in _all(page):
        for line in part.lines if isinstance(part, Part) else ():
            _, y, _, tall = _inked(line)
            low, high = y + page.offset, y + tall + page.offset
            if any(low + TOUCH < edge < high - TOUCH for edge in (lower, upper)):
                yield f"a line of {part.words!r} is cut by an edge of the page"


def _one_over_another(texts: list[_Text], targets: list[Target]) -> Iterator[str]:
    for one, other in combinations(texts, 2):
        if _overlap(one.box, other.box):
            yield f"{one.words!r} and {other.words!r} stand in one place ({_name(one.part)}, {_name(other.part)})"
    for target, next_to in combinations(targets, 2):
        apart = _within(target, next_to) or _within(next_to, target)
        if _overlap(target.box, next_to.box) and not apart:
            yield f"{_name(target)} and {_name(next_to)} stand in one place"
    for text, target in product(texts, targets):
        if text.part is not target and _overlap(text.box, target.box) and not _within(text.part, target):
            yield f"{text.words!r} stands on {_name(target)}"


def _name(part: Part) -> str:
    return str(part.touch_id) if isinstance(part, Target) else type(part).__name__


def _within(part: Part, other: Part) -> bool:
    return any(inner is part for inner in _all(other))


def _inked(box: Box) -> Box:
    x, y, wide, tall = box
    return x, y + LEADING * tall, wide, tall * (1 - 2 * LEADING)


def _overlap(one: Box, other: Box) -> bool:
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    tall = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return wide > TOUCH and tall > TOUCH


def _inside(box: Box, window: Box) -> bool:
    x, y, wide, tall = box
    return (
        x >= window[0] - TOUCH
        and y >= window[1] - TOUCH
        and x + wide <= window[0] + window[2] + TOUCH
        and y + tall <= window[1] + window[3] + TOUCH
    )


def _rounded(box: Box) -> tuple[int, ...]:
    return tuple(round(side) for side in box)
