"""The pieces that a list on badge paper is made of: a height, and how to draw it at a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw

from kiosk.evacuation_list.muster_order import MusterGroup
from kiosk.evacuation_list.remarks import remarks
from kiosk.paper.badge_paper.measures import Measure
from kiosk.paper.icon_masks import icon_mask
from kiosk.ports import PersonOnSite
from kiosk.words import moments
from kiosk.words.catalogue import Words
from printers.layout.canvas import Align, Canvas, Ink, threshold
from printers.layout.faces import Role
from printers.layout.lines import SetBlock, SetLine, Stage, fit_block, fit_line, set_line, stack
from printers.layout.text import NO_TEXT, clean

HAND = "hand-back-left"
_NO_LIMIT = 1 << 20
_MOST_LINES = 99
_TINIEST = 6


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page; ``draw`` is given the canvas and the y of its top."""

    height: int
    draw: Callable[[Canvas, int], None]


def wrapped(measure: Measure, text: str, role: Role, size_mm: float) -> tuple[SetLine, ...]:
    """A text on as many lines as it takes."""
    return _whole(clean(text), role, measure.type(size_mm), measure.right - measure.left).lines


def paragraph(measure: Measure, text: str, role: Role, size_mm: float, *, below_mm: float = 1.0) -> list[Block]:
    """A text wrapped, a block for each line, so that it may go on on the next page."""
    size, lines = measure.type(size_mm), wrapped(measure, text, role, size_mm)
    tall = round(size * 1.22)
    blocks = [
        Block(tall, lambda c, y, line=line: c.line(line, measure.left, measure.right, y + size, Align.LEFT))  # type: ignore[misc]
        for line in lines
    ]
    last = blocks[-1]
    return [*blocks[:-1], Block(last.height + measure.mm(below_mm), last.draw)]


def zone_bar(measure: Measure, group: MusterGroup, point: str, words: Words, *, again: bool) -> Block:
    """The black bar over a zone's people: its name, how many they are, where they gather."""
    left, right, pad = measure.left, measure.right, measure.mm(0.9)
    title = clean(group.zone) or words.say("evacuation.no_zone")
    number = fit_line(str(len(group.people)), Role.DISPLAY, width=right, largest=measure.type(4.4), smallest=8)
    room = right - left - number.ink_width - measure.mm(2)
    name = _shrinking(f"{title} …" if again and not measure.narrow else title, Role.DISPLAY, measure, 4.4, room)
    gather = words.say("paper.muster_point", place=clean(point)) if clean(point) else ""
    where = _whole(gather, Role.STRONG, measure.type(2.7), right - left) if gather else None
    tall = pad + name.height + pad + (0 if where is None else where.height + pad)

    def draw(canvas: Canvas, y: int) -> None:
        canvas.fill(0, y, measure.width, tall)
        for line, baseline in zip(name.lines, name.baselines, strict=True):
            canvas.line(line, left, right, y + pad + baseline, Align.LEFT, Ink.PAPER)
        canvas.line(number, left, right, y + pad + name.baselines[0], Align.RIGHT, Ink.PAPER)
        if where is not None:
            for line, baseline in zip(where.lines, where.baselines, strict=True):
                canvas.line(line, left, right, y + 2 * pad + name.height + baseline, Align.LEFT, Ink.PAPER)

    return Block(tall + measure.mm(0.4), draw)


def person(measure: Measure, entry: PersonOnSite, words: Words, *, most: int) -> Block:
    """One person: a box to tick, the hand of who needs assistance, the whole name, since when, who and where to ask.

    ``most``: dots; a row is never taller, the name then gets smaller instead of shorter.
    """
    box, gap, pad = measure.mm(3.8 if measure.narrow else 4.6), measure.mm(1.2), measure.mm(1.0)
    beside = measure.left + box + gap
    left = beside + (box + gap if entry.needs_assistance else 0)
    name, second = _texts(entry, words, narrow=measure.narrow)
    at = measure.left if measure.narrow else beside
    room = most - 2 * pad
    details = _details(second, measure, measure.right - at) if second else None
    under = 0 if details is None else details.height + measure.mm(0.7)
    called = _shrinking(name, Role.DISPLAY, measure, 4.2, measure.right - left, most=room - under)
    if max(called.height, box) + under > room:
        details, under = None, 0
        called = _shrinking(name, Role.DISPLAY, measure, 4.2, measure.right - left, most=room)
    upper = max(called.height, box) if measure.narrow or entry.needs_assistance else called.height
    tall = max(upper + under, box) + 2 * pad

    def draw(canvas: Canvas, y: int) -> None:
        _tick_box(canvas, measure, measure.left, y + pad, box)
        if entry.needs_assistance:
            hand(canvas, beside, y + pad, box)
        canvas.block(called, left, measure.right, y + pad, Align.LEFT)
        if details is not None:
            canvas.block(details, at, measure.right, y + pad + upper + measure.mm(0.7), Align.LEFT)
        canvas.fill(measure.left, y + tall - 1, measure.right - measure.left, max(1, measure.mm(0.15)))

    return Block(tall, draw)


def _texts(entry: PersonOnSite, words: Words, *, narrow: bool) -> tuple[str, list[str]]:
    """What to call out, and what helps to find them, in parts; a narrow label has no room for since when."""
    since = moments.clock(words, entry.since)
    said = remarks(entry, words)
    if entry.unnamed:
        return words.say("evacuation.unnamed"), [*said, words.say("evacuation.unnamed_second", time=since)]
    company = " · ".join(part for part in ("" if narrow else since, clean(entry.company)) if part)
    host = words.say("evacuation.with", host=clean(entry.host)) if clean(entry.host) else ""
    return clean(entry.name) or NO_TEXT, [*said, *(part for part in (company, host) if part)]


def tear_line(measure: Measure) -> Block:
    """Where a strip may be torn, so that each zone's people go with whoever counts them."""
    dash, around = measure.mm(2.0), measure.mm(2.5)

    def draw(canvas: Canvas, y: int) -> None:
        for x in range(0, measure.width - dash, 2 * dash):
            canvas.fill(x, y + around, dash, max(2, measure.mm(0.25)))

    return Block(2 * around, draw)


def hand(canvas: Canvas, x: int, y: int, size: int) -> None:
    """The disc of who needs assistance. Always black: red light makes red print vanish."""
    canvas.stamp(_disc(size), x, y)
    inner = round(size * 0.66)
    canvas.stamp(threshold(icon_mask(HAND, inner)), x + (size - inner) // 2, y + (size - inner) // 2, Ink.PAPER)


def _disc(size: int) -> Image.Image:
    mask = Image.new("L", (size, size), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, size - 1, size - 1), fill=255)
    return mask


def _tick_box(canvas: Canvas, measure: Measure, x: int, y: int, size: int) -> None:
    stroke = max(2, measure.mm(0.4))
    for left, top, width, height in (
        (x, y, size, stroke),
        (x, y + size - stroke, size, stroke),
        (x, y, stroke, size),
        (x + size - stroke, y, stroke, size),
    ):
        canvas.fill(left, top, width, height)


def _whole(text: str, role: Role, size: int, width: int) -> SetBlock:
    """A text at one size, whole, on as many lines as it takes."""
    stages = (Stage(_MOST_LINES, size, size), Stage(_MOST_LINES, size, size, tears_words=True))
    return fit_block(text, role, width=width, height=_NO_LIMIT, stages=stages)


def _details(parts: list[str], measure: Measure, width: int) -> SetBlock:
    """Parts on one line where they can be, else on as many as it takes, each part on its own where there is room."""
    for size in (measure.type(2.7), measure.smallest):
        line = set_line(" · ".join(parts), Role.PLAIN, size, right_to_left=False)
        if line.ink_width <= width:
            return stack([line])
    if measure.narrow:
        return _whole(" · ".join(parts), Role.PLAIN, measure.smallest, width)
    return stack([line for part in parts for line in _whole(part, Role.PLAIN, measure.smallest, width).lines])


def _shrinking(
    text: str, role: Role, measure: Measure, size_mm: float, width: int, *, most: int = _NO_LIMIT
) -> SetBlock:
    """A text on two lines, else smaller on three, else on as many as it takes; never cut."""
    largest, least = measure.type(size_mm), measure.smallest
    middle = max(least, round(largest * 0.8))
    stages = (
        Stage(2, largest, largest),
        Stage(3, largest, middle),
        Stage(_MOST_LINES, middle, least),
        Stage(_MOST_LINES, middle, least, tears_words=True),
        Stage(_MOST_LINES, least, _TINIEST, tears_words=True),
    )
    return fit_block(text, role, width=width, height=most, stages=stages)
