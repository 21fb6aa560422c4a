"""Measure, wrap and fit text: the largest size at which all of it is on the badge.

Sizes and positions are in dots; a line's baseline is its origin, x to the right, y down.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from printers.layout.faces import Role, load_font
from printers.layout.isolates import unended
from printers.layout.runs import Run, visual_runs
from printers.layout.text import clusters, is_right_to_left

ELLIPSIS = "\u2026"
_BREAK_AFTER = frozenset("-\u2010\u2013/")
_SOLID_SCRIPTS = (("\u2e80", "\u9fff"), ("\uac00", "\ud7a3"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))
_SOLID_NAME = 4
_PITCH = 1.08
_GAP = 0.1
_DESCENT = 0.2
_READABLE = 28


@dataclass(frozen=True)
class SetLine:
    """One line at one size, with the extent of its ink around the origin.

    Attributes:
        text: logical order.
        advance: how far the pen moves.
        left, top, right, bottom: ink, relative to the origin on the baseline; top is negative.
    """

    text: str
    runs: tuple[Run, ...]
    size: int
    right_to_left: bool
    advance: int
    left: int
    top: int
    right: int
    bottom: int

    @property
    def ink_width(self) -> int:
        """Dots from the leftmost to the rightmost ink."""
        return self.right - self.left


@dataclass(frozen=True)
class SetBlock:
    """Lines of one size under each other.

    Attributes:
        baselines: y of each line's baseline below the block's top.
        height: from the first line's ink to below the last line, with room for a descender whether it has one or not.
    """

    lines: tuple[SetLine, ...]
    baselines: tuple[int, ...]
    height: int

    @property
    def size(self) -> int:
        """Type size in dots."""
        return self.lines[0].size


def set_line(text: str, role: Role, size: int, *, right_to_left: bool | None = None) -> SetLine:
    """Shape one line and measure its ink."""
    direction = is_right_to_left(text) if right_to_left is None else right_to_left
    runs = tuple(visual_runs(text, role, right_to_left=direction))
    pen = 0.0
    boxes: list[tuple[float, float, float, float]] = []
    for run in runs:
        font = load_font(run.face, size)
        left, top, right, bottom = font.getbbox(run.text, anchor="ls", direction=run.direction)
        boxes.append((pen + left, top, pen + right, bottom))
        pen += font.getlength(run.text, direction=run.direction)
    return SetLine(
        text=text,
        runs=runs,
        size=size,
        right_to_left=direction,
        advance=round(pen),
        left=int(min((box[0] for box in boxes), default=0)),
        top=int(min((box[1] for box in boxes), default=0)),
        right=int(max((box[2] for box in boxes), default=0)) + 1,
        bottom=int(max((box[3] for box in boxes), default=0)),
    )


def fit_line(text: str, role: Role, *, width: int, largest: int, smallest: int, tallest: int | None = None) -> SetLine:
    """Return one line no wider than ``width``: smaller if need be, and past the smallest with an ellipsis.

    ``tallest``: dots that its ink may rise above the baseline, as marks that tower over a letter do; the smallest size
    is taken all the same.
    """
    for size in range(largest, smallest - 1, -2):
        line = set_line(text, role, size)
        too_tall = tallest is not None and -line.top > tallest and size - 2 >= smallest
        if line.ink_width <= width and not too_tall:
            return line
    return _shortened(text, role, width=width, size=smallest)


def _shortened(text: str, role: Role, *, width: int, size: int) -> SetLine:
    pieces = clusters(text)
    right_to_left = is_right_to_left(text)
    fits, too_many = 0, len(pieces)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        candidate = "".join(pieces[:middle]).rstrip() + ELLIPSIS
        if set_line(candidate, role, size, right_to_left=right_to_left).ink_width <= width:
            fits = middle
        else:
            too_many = middle
    return set_line("".join(pieces[:fits]).rstrip() + ELLIPSIS, role, size, right_to_left=right_to_left)


@dataclass(frozen=True)
class Stage:
    """One way to set a name: at most ``lines`` lines, from ``largest`` down to ``smallest``."""

    lines: int
    largest: int
    smallest: int
    tears_words: bool = False


def name_stages(largest: int, scale: float = 1.0, readable: int = _READABLE) -> tuple[Stage, ...]:
    """Two lines, then three, then as many as there is room for; words are torn only after all else (tokens, 13).

    The very last stage goes below the smallest readable size: a name is never cut, not even 200 wide letters.
    """
    two, three = (max(readable, round(size * scale)) for size in (64, 40))
    return (
        Stage(lines=2, largest=max(largest, two), smallest=two),
        Stage(lines=3, largest=max(two - 1, three), smallest=three),
        Stage(lines=9, largest=max(three - 1, readable), smallest=readable),
        Stage(lines=3, largest=max(two - 1, three), smallest=three, tears_words=True),
        Stage(lines=9, largest=max(three - 1, readable), smallest=readable, tears_words=True),
        Stage(lines=99, largest=readable - 1, smallest=6, tears_words=True),
    )


def fit_block(text: str, role: Role, *, width: int, height: int, stages: Iterable[Stage]) -> SetBlock:
    """Return the whole text as the first stage, and in it the largest size, that holds it."""
    block: SetBlock | None = None
    for stage in stages:
        block = _largest_in(stage, text, role, width=width, height=height)
        if block is not None:
            return block
    smallest = min(stage.smallest for stage in stages)
    return stack(_wrap(text, role, smallest, width, tears_words=True) or [set_line(text, role, smallest)])


def fit_paragraph(text: str, role: Role, *, width: int, largest: int, lines: int, smallest: int = 28) -> SetBlock:
    """Return a text on at most so many lines: smaller if need be, past the smallest its last line with an ellipsis."""
    fits: list[SetLine] | None = None
    low, high = smallest, largest
    while low <= high:
        middle = (low + high + 1) // 2
        wrapped = _wrap(text, role, middle, width, tears_words=False, most=lines)
        if wrapped is None:
            high = middle - 1
        else:
            low, fits = middle + 1, wrapped
    if fits is not None:
        return stack(fits)
    kept: list[SetLine] = []
    if lines > 1:
        kept = _wrap(text, role, smallest, width, tears_words=True, most=lines - 1, cuts=True) or []
    rest = text
    for line in kept:
        rest = rest.strip().removeprefix(line.text)
    if kept and not rest.strip():
        return stack(kept)
    return stack([*kept, fit_line(rest.strip(), role, width=width, largest=smallest, smallest=smallest)])


def _largest_in(stage: Stage, text: str, role: Role, *, width: int, height: int) -> SetBlock | None:
    """Search by halves: a text that fits at one size is taken to fit at every smaller one."""
    low, high = stage.smallest, stage.largest
    best = _try(stage, text, role, low, width=width, height=height)
    if best is None:
        return None
    while low < high:
        middle = (low + high + 1) // 2
        block = _try(stage, text, role, middle, width=width, height=height)
        if block is None:
            high = middle - 1
        else:
            low, best = middle, block
    return best


def _try(stage: Stage, text: str, role: Role, size: int, *, width: int, height: int) -> SetBlock | None:
    lines = _wrap(text, role, size, width, tears_words=stage.tears_words, most=stage.lines)
    if lines is None:
        return None
    block = stack(lines)
    return block if block.height <= height else None


def _wrap(
    text: str, role: Role, size: int, width: int, *, tears_words: bool, most: int = 0, cuts: bool = False
) -> list[SetLine] | None:
    """Fill lines greedily; None when a single piece is too wide, or where there would be more than ``most``.

    ``cuts``: give the first ``most`` lines instead.
    """
    whole = is_right_to_left(text)
    lines: list[SetLine] = []
    current = ""
    for piece in _torn(text, role, size, width) if tears_words else _words(text):
        candidate = set_line((current + piece).strip(), role, size, right_to_left=whole)
        if candidate.ink_width <= width:
            current += piece
            continue
        if not current.strip():
            return None
        lines.append(set_line(current.strip(), role, size, right_to_left=_direction(current, default=whole)))
        if most and len(lines) == most:
            return lines if cuts else None
        current = unended(current) + piece
        if set_line(piece.strip(), role, size, right_to_left=whole).ink_width > width:
            return None
    if current.strip():
        lines.append(set_line(current.strip(), role, size, right_to_left=_direction(current, default=whole)))
    return lines or None


def _direction(line: str, *, default: bool) -> bool:
    """Direction of one line: its own letters decide, digits and signs follow the name."""
    if is_right_to_left(line):
        return True
    return default if not any(character.isalpha() for character in line) else False


def _words(text: str) -> list[str]:
    """Pieces between which a line may end: after spaces and hyphens, and between Han characters.

    So few Han characters as a name has stay together.
    """
    pieces: list[str] = []
    for cluster in clusters(text):
        starts = not pieces or pieces[-1][-1] == " " or pieces[-1][-1] in _BREAK_AFTER
        if cluster != " " and (starts or _is_solid(cluster) or _is_solid(pieces[-1][-1])):
            pieces.append(cluster)
        elif pieces:
            pieces[-1] += cluster
    return [word for run in _solid_runs(pieces) for word in (["".join(run)] if len(run) <= _SOLID_NAME else run)]


def _solid_runs(pieces: list[str]) -> list[list[str]]:
    """Neighbours of a script without spaces, with nothing between them; every other piece by itself."""
    runs: list[list[str]] = []
    for piece in pieces:
        joins = runs and _is_solid(piece) and _is_solid(runs[-1][-1][-1])
        if joins:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _is_solid(cluster: str) -> bool:
    return any(first <= cluster[0] <= last for first, last in _SOLID_SCRIPTS)


def _torn(text: str, role: Role, size: int, width: int) -> list[str]:
    """Words, with those that are too wide for a line in pieces of one letter."""
    pieces: list[str] = []
    for word in _words(text):
        if set_line(word.strip(), role, size).ink_width <= width:
            pieces.append(word)
        else:
            pieces.extend(clusters(word))
    return pieces


def stack(lines: list[SetLine]) -> SetBlock:
    """Put lines under each other: an even pitch, more where tall letters would touch."""
    size = lines[0].size
    baselines = [-lines[0].top]
    for above, below in pairwise(lines):
        even = baselines[-1] + round(size * _PITCH)
        clear = baselines[-1] + above.bottom + round(size * _GAP) - below.top
        baselines.append(max(even, clear))
    return SetBlock(
        lines=tuple(lines),
        baselines=tuple(baselines),
        height=baselines[-1] + max(lines[-1].bottom, round(size * _DESCENT)),
    )
