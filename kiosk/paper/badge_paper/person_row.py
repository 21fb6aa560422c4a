"""One person of a list on badge paper: a box to tick, the whole name, and what helps to find them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from kiosk.evacuation_list.since import since_when, unnamed_since
from kiosk.paper.badge_paper.blocks import Block, hand, shrinking, whole
from kiosk.paper.badge_paper.measures import Measure
from kiosk.paper.badge_paper.surface import Surface
from kiosk.paper.composed import beside, remarks_on_paper, sentence
from kiosk.ports import PersonOnSite
from kiosk.words.catalogue import Words
from printers.layout.canvas import Align
from printers.layout.faces import Role
from printers.layout.isolates import isolated
from printers.layout.lines import SetBlock, fit_line, set_line, stack
from printers.layout.text import NO_TEXT, clean


@dataclass(frozen=True, slots=True)
class _Edges:
    """Where a row's things begin: the box, what stands beside it, the name."""

    box: int
    beside_box: int
    name: int

    @classmethod
    def of(cls, measure: Measure, *, hand: bool) -> _Edges:
        box, gap = measure.mm(3.8 if measure.narrow else 4.6), measure.mm(1.2)
        beside_box = measure.left + box + gap
        return cls(box, beside_box, beside_box + (box + gap if hand else 0))


@dataclass(frozen=True, slots=True)
class _Details:
    """What stands under a name: where, under how much at least, how far off the name and the row's ends, and how large
    the name is at least.
    """

    block: SetBlock
    left: int
    upper: int
    gap: int
    pad: int
    least: int


_Fitting = Callable[[int], SetBlock]
"""The name, where so many dots of the row are taken."""


def person(measure: Measure, entry: PersonOnSite, words: Words, now: datetime, *, most: int) -> Block:
    """One person: a box to tick, the hand of who needs assistance, the whole name, since when, who and where to ask.

    ``most``: dots; a row is never taller. The name gets smaller instead of shorter: before it gets too small to be read
    the company and the host go, then the remarks.
    """
    edges = _Edges.of(measure, hand=entry.needs_assistance)
    pad, box = measure.mm(1.0), edges.box
    name = _called(entry, words)

    @cache
    def fitting(taken: int) -> SetBlock:
        return shrinking(name, Role.DISPLAY, measure, 4.2, measure.right - edges.name, most=most - taken)

    details: _Details | None = None
    for found in _details(entry, words, now, measure, edges, fitting):
        under, ends = found.block.height + found.gap, 2 * found.pad
        if most - ends - under < found.least // 2:
            continue  # no letter is so low; to find that out for a long name takes a while
        called = fitting(under + ends)
        if max(called.height, found.upper) + under + ends <= most and called.size >= found.least:
            details, pad = found, found.pad
            break
    else:
        called, under = fitting(2 * pad), 0
    beneath_box = measure.narrow or (entry.needs_assistance and details is not None and details.upper > 0)
    upper = max(called.height, box) if beneath_box else called.height
    tall = max(upper + under, box) + 2 * pad

    def draw(canvas: Surface, y: int) -> None:
        _tick_box(canvas, measure, measure.left, y + pad, box)
        if entry.needs_assistance:
            hand(canvas, edges.beside_box, y + pad, box)
        canvas.block(called, edges.name, measure.right, y + pad, Align.LEFT)
        if details is not None:
            canvas.block(details.block, details.left, measure.right, y + pad + upper + details.gap, Align.LEFT)
        canvas.fill(measure.left, y + tall - 1, measure.right - measure.left, max(1, measure.mm(0.15)))

    return Block(tall, draw)


def _called(entry: PersonOnSite, words: Words) -> str:
    return words.say("evacuation.unnamed") if entry.unnamed else clean(entry.name) or NO_TEXT


def _details(
    entry: PersonOnSite, words: Words, now: datetime, measure: Measure, edges: _Edges, fitting: _Fitting
) -> Iterator[_Details]:
    """What helps to find a person: all of it, the remarks alone, as much of them as a line holds.

    Remarks alone stand beside the box where there is room, for low labels have none below it.
    """
    said = [(remark,) for remark in remarks_on_paper(entry, words, clean)]
    more = _whereabouts(entry, words, now, narrow=measure.narrow)
    left = measure.left if measure.narrow else edges.beside_box
    if more:
        together = _set_rows([*said, *more], words, measure, measure.right - left)
        yield _Details(together, left, edges.box, measure.mm(0.7), measure.mm(1.0), measure.smallest)
    if not said:
        return
    least = measure.smallest if fitting(measure.mm(1.0) * 2).size >= measure.smallest else measure.smallest // 2
    left, upper = (measure.left, edges.box) if measure.narrow else (edges.name, 0)
    gap, pad = (measure.mm(size) for size in ((0.7, 1.0) if measure.narrow else (0.3, 0.5)))
    width, size = measure.right - left, measure.smallest
    yield _Details(_set_rows(said, words, measure, width), left, upper, gap, pad, least)
    line = sentence(beside(remark for (remark,) in said), words)
    shortened = stack([fit_line(line, Role.PLAIN, width=width, largest=size, smallest=size)])
    yield _Details(shortened, left, upper, gap, pad, least)


def _whereabouts(entry: PersonOnSite, words: Words, now: datetime, *, narrow: bool) -> list[tuple[str, ...]]:
    """Since when, with whom, whom to ask; a narrow label has no room for since when."""
    if entry.unnamed:
        return [(unnamed_since(entry, words, now),)]
    host = words.say("evacuation.with", host=isolated(clean(entry.host))) if clean(entry.host) else ""
    rows = (("" if narrow else since_when(entry, words, now), clean(entry.company)), (host,))
    return [row for row in rows if any(row)]


def _set_rows(rows: Sequence[tuple[str, ...]], words: Words, measure: Measure, width: int) -> SetBlock:
    """All on one line where they can be, else on as many as it takes, each row on its own where there is room."""
    together = sentence(beside(part for row in rows for part in row), words)
    for size in (measure.type(2.7), measure.smallest):
        line = set_line(together, Role.PLAIN, size)
        if line.ink_width <= width:
            return stack([line])
    if measure.narrow:
        return whole(together, Role.PLAIN, measure.smallest, width)
    apart = [whole(sentence(beside(row), words), Role.PLAIN, measure.smallest, width) for row in rows]
    return stack([line for block in apart for line in block.lines])


def _tick_box(canvas: Surface, measure: Measure, x: int, y: int, size: int) -> None:
    stroke = max(2, measure.mm(0.4))
    for left, top, width, height in (
        (x, y, size, stroke),
        (x, y + size - stroke, size, stroke),
        (x, y, stroke, size),
        (x + size - stroke, y, stroke, size),
    ):
        canvas.fill(left, top, width, height)
