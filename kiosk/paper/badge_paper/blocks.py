"""The pieces that a list on badge paper is made of: a height, and how to draw it at a place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw

from kiosk.evacuation_list.muster_order import MusterGroup
from kiosk.paper.badge_paper.measures import Measure
from kiosk.paper.badge_paper.surface import Surface
from kiosk.paper.composed import sentence
from kiosk.paper.icon_masks import icon_mask
from kiosk.words.catalogue import Words
from printers.layout.canvas import Align, Ink, threshold
from printers.layout.faces import Role
from printers.layout.isolates import isolated
from printers.layout.lines import SetBlock, SetLine, Stage, fit_block, fit_line, stack
from printers.layout.text import clean

HAND = "hand-back-left"
_NO_LIMIT = 1 << 20
_MOST_LINES = 99
_TINIEST = 6


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page; ``draw`` is given the canvas and the y of its top."""

    height: int
    draw: Callable[[Surface, int], None]


def wrapped(measure: Measure, text: str, role: Role, size_mm: float) -> tuple[SetLine, ...]:
    """A sentence on as many lines as it takes."""
    return whole(text, role, measure.type(size_mm), measure.right - measure.left).lines


def paragraph(measure: Measure, text: str, role: Role, size_mm: float, *, below_mm: float = 1.0) -> list[Block]:
    """A sentence wrapped, a block for each line, so that it may go on on the next page."""
    size, lines = measure.type(size_mm), wrapped(measure, text, role, size_mm)
    tall = round(size * 1.22)
    blocks = [
        Block(tall, lambda c, y, line=line: c.line(line, measure.left, measure.right, y + size, Align.LEFT))  # type: ignore[misc]
        for line in lines
    ]
    last = blocks[-1]
    return [*blocks[:-1], Block(last.height + measure.mm(below_mm), last.draw)]


def zone_bar(measure: Measure, group: MusterGroup, point: str, words: Words, *, again: bool, most: int) -> Block:
    """The black bar over a zone's people: its name, how many they are, where they gather.

    ``most``: dots; a bar is never higher, the zone's name then gets smaller and the place to gather is cut.
    """
    left, right, pad = measure.left, measure.right, measure.mm(0.9)
    title = clean(group.zone) or words.say("evacuation.no_zone")
    called = sentence(f"{isolated(title)} …", words) if again and not measure.narrow else title
    number = fit_line(str(len(group.people)), Role.DISPLAY, width=right, largest=measure.type(4.4), smallest=8)
    room = right - left - number.ink_width - measure.mm(2)
    below = measure.mm(0.4)
    for where in _gathering(measure, point, words):
        under = sum(line.height for line in where) + pad * len(where)
        left_over = most - below - 2 * pad - under
        name = shrinking(called, Role.DISPLAY, measure, 4.4, room, most=left_over)
        upper, lowered, on = _level(name, number)
        if upper <= left_over and name.size >= measure.smallest:
            break
    tall = pad + upper + pad + under

    def draw(canvas: Surface, y: int) -> None:
        canvas.fill(0, y, measure.width, tall)
        for line, baseline in zip(name.lines, name.baselines, strict=True):
            canvas.line(line, left, right, y + pad + lowered + baseline, Align.LEFT, Ink.PAPER)
        canvas.line(number, left, right, y + pad + on, Align.RIGHT, Ink.PAPER)
        for block in where:
            for line, baseline in zip(block.lines, block.baselines, strict=True):
                canvas.line(line, left, right, y + 2 * pad + upper + baseline, Align.LEFT, Ink.PAPER)

    return Block(tall + below, draw)


def _level(name: SetBlock, number: SetLine) -> tuple[int, int, int]:
    """How high a zone's name and number are beside each other, where the name begins, and the number's baseline.

    They stand on one line, or middle by middle where the name had to be smaller.
    """
    rise, first = -number.top, name.baselines[0]
    if name.size >= number.size or first >= rise:
        lowered = max(0, rise - first)
        return name.height + lowered, lowered, first + lowered
    upper = max(name.height, rise)
    return upper, (upper - name.height) // 2, (upper + rise) // 2


def _gathering(measure: Measure, point: str, words: Words) -> Iterator[tuple[SetBlock, ...]]:
    """The place to gather, whole, then on one line; nothing where there is none."""
    if not clean(point):
        yield ()
        return
    said = sentence(words.say("paper.muster_point", place=isolated(clean(point))), words)
    size, width = measure.type(2.7), measure.right - measure.left
    yield (whole(said, Role.STRONG, size, width),)
    yield (stack([fit_line(said, Role.STRONG, width=width, largest=size, smallest=measure.smallest)]),)


def tear_line(measure: Measure) -> Block:
    """Where a strip may be torn, so that each zone's people go with whoever counts them."""
    dash, around = measure.mm(2.0), measure.mm(2.5)

    def draw(canvas: Surface, y: int) -> None:
        for x in range(0, measure.width - dash, 2 * dash):
            canvas.fill(x, y + around, dash, max(2, measure.mm(0.25)))

    return Block(2 * around, draw)


def hand(canvas: Surface, x: int, y: int, size: int) -> None:
    """The disc of who needs assistance. Always black: red light makes red print vanish."""
    canvas.stamp(_disc(size), x, y)
    inner = round(size * 0.66)
    canvas.stamp(threshold(icon_mask(HAND, inner)), x + (size - inner) // 2, y + (size - inner) // 2, Ink.PAPER)


def _disc(size: int) -> Image.Image:
    mask = Image.new("L", (size, size), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, size - 1, size - 1), fill=255)
    return mask


def whole(text: str, role: Role, size: int, width: int) -> SetBlock:
    """A text at one size, whole, on as many lines as it takes."""
    stages = (Stage(_MOST_LINES, size, size), Stage(_MOST_LINES, size, size, tears_words=True))
    return fit_block(text, role, width=width, height=_NO_LIMIT, stages=stages)


def shrinking(
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
