"""Which way a text runs, and its letters in the order and the shapes in which they are drawn, from left to right.

Unicode's annex 9 in two halves. How deep each sign lies is settled for a whole paragraph (``levels_of``): what a sign
without a direction belongs to may stand on another line. Then each line is put in order (``visual_parts``). Neither
Kivy nor reportlab does any of it. Wrapping comes between the two, in logical order (:mod:`sync.writing`).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import arabic_reshaper
from bidi import get_display
from bidi.mirror import MIRRORED

from sync.embedding import OBJECT, embedding_levels


@dataclass(frozen=True, slots=True)
class Whole:
    """A part of a text, from ``begin`` to ``end``, that runs its own way whatever stands around it: a name, say."""

    begin: int
    end: int
    right_to_left: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a line of one depth and one part; it begins so many signs behind the line's beginning."""

    text: str
    level: int
    number: int
    begin: int


_PHONE = re.compile(r"\+[0-9][0-9\u00a0()./-]*[0-9]")
_SPECIAL = re.compile("[+·…]")
_PRIVATE = 0xE000
_DOT = " · "
_ELLIPSIS = "…"
_FROM_THE_RIGHT = frozenset({"R", "AL"})
_REVERSED_LAM_ALEF = re.compile("([\ufedd-\ufee0])(?=[\ufe81-\ufe88\ufe8d\ufe8e])")
_POINTS = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
_VOWELS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff"
_LETTERS = "\u05d0-\u05f2\u0620-\u064a\u066e\u066f\u0671-\u06d5\u06ee-\u06ff\u0750-\u077f\u08a0-\u08c7"
_SHAPES = "\ufb50-\ufdff\ufe70-\ufefc"
_POINTED = re.compile(f"([{_POINTS}{_VOWELS}]+)([{_LETTERS}{_SHAPES}])")
_VOWELLED_LAM_ALEF = re.compile(f"([\ufef5-\ufefc])([{_VOWELS}]+)")
_FIRST_LAM_ALEF, _ALEFS, _TANWIN = 0xFEF5, "\ufe82\ufe84\ufe88\ufe8e", "\u064b"
_DOUBLING = "\u0651"
_ARABIC = re.compile("[\u0600-\u06ff]")
_JOINERS = "\u200c\u200d"
"""Arabic is joined here, and needs them no more; in other scripts the font asks for them."""
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_shaper = arabic_reshaper.ArabicReshaper({"delete_harakat": False, "support_ligatures": True})


def is_mixed(text: str) -> bool:
    """Return whether ``text`` holds anything that runs from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(character) in _FROM_THE_RIGHT for character in text)


def first_direction(text: str) -> bool | None:
    """Return whether the first letter that has a direction runs from right to left; ``None`` without such a letter."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in _FROM_THE_RIGHT:
            return True
        if direction == "L":
            return False
    return None


def runs_right_to_left(text: str) -> bool:
    """Return the direction of the first letter that has one (Unicode annex 9, P2)."""
    return bool(first_direction(text))


def leads_right_to_left(text: str, *, within: bool) -> bool:
    """Return which way a text runs on a screen or page that runs from right to left, or does not (``within``).

    A sentence of the screen may begin with a name in another script: one letter that runs as the screen does is enough.
    """
    return is_mixed(text) and (within or not any(unicodedata.bidirectional(character) == "L" for character in text))


def levels_of(text: str, *, right_to_left: bool | None, wholes: Iterable[Whole] = ()) -> list[int] | None:
    """Return how deep each sign of a paragraph lies, odd from right to left, or ``None`` where nothing changes places.

    The direction is that of its first letter, or the one given. ``wholes``: in their order, none within another.
    """
    if not is_mixed(text) and not right_to_left:
        return None
    base = runs_right_to_left(text) if right_to_left is None else right_to_left
    return _levels(_PHONE.sub(_as_letters, text), int(base), tuple(wholes))


def visual(line: str, *, right_to_left: bool | None = None) -> str:
    """Return one line's characters in the order and the shapes in which they are drawn, left to right. The direction is
    that of its first letter, or the one given: of the paragraph whose line it is, which may have no letter here.
    """
    levels = None if _is_simple(line) else levels_of(line, right_to_left=right_to_left)
    if levels is None:
        if not is_mixed(line) and not right_to_left:
            return line
        base = runs_right_to_left(line) if right_to_left is None else right_to_left
        return _UNSEEN.sub("", str(get_display(shaped(line), base_dir="LR"[base])))
    return "".join(text for _, text in visual_parts([(0, line)], levels))


def _is_simple(line: str) -> bool:
    """Whether a line holds nothing of which the quicker algorithm knows nothing; it may be one of thousands."""
    return not _SPECIAL.search(line) and not any(map(unicodedata.mirrored, line))


def visual_parts(parts: Sequence[tuple[int, str]], levels: Sequence[int]) -> list[tuple[int, str]]:
    """Return what is drawn of a line in parts, each with a number that its characters keep (of a style, say).

    ``levels``: of each of the line's signs, as they are in its paragraph.
    """
    told = [(run.number, _drawn(run)) for run in runs_in_order(parts, levels)]
    grouped = itertools.groupby(told, key=lambda part: part[0])
    joined = [(number, "".join(text for _, text in found)) for number, found in grouped]
    return [(number, text) for number, text in joined if text]


def runs_in_order(parts: Sequence[tuple[int, str]], levels: Sequence[int]) -> list[Stretch]:
    """Return a line's stretches of one part and one depth in the order in which they are drawn, their text as it is
    written (L2).
    """
    numbered = [(sign, number) for number, text in parts for sign in text]
    signs = [(level, number, sign) for (sign, number), level in zip(numbered, levels, strict=True)]
    runs: list[Stretch] = []
    begin = 0
    for (level, number), group in itertools.groupby(signs, key=lambda sign: sign[:2]):
        text = "".join(sign for _, _, sign in group)
        runs.append(Stretch(text, level, number, begin))
        begin += len(text)
    depths = {run.level for run in runs}
    lowest = min((level for level in depths if level % 2), default=max(depths, default=0) + 1)
    for depth in range(max(depths, default=0), lowest - 1, -1):
        turned: list[Stretch] = []
        for deep, group_of in itertools.groupby(runs, key=lambda run: run.level >= depth):
            same = list(group_of)
            turned += reversed(same) if deep else same
        runs = turned
    return runs


def shaped(text: str) -> str:
    """Return ``text`` in the order in which it is written, Arabic letters in their joined shapes: to be measured."""
    return _shaper.reshape(text) if _ARABIC.search(text) else text


def joined_before(run: str, to: int) -> str:
    """Return the beginning of a run as ``shaped`` does, its last letter as it joins the one that follows."""
    goes_on = _ARABIC.match(run[to : to + 1]) is not None
    return _UNSEEN.sub("", shaped(run[:to] + "\u200d" * goes_on))


def _drawn(run: Stretch) -> str:
    text = shaped(run.text)
    if run.level % 2 == 0 and any(sign in text for sign in _JOINERS):
        return "".join(sign if sign in _JOINERS else _UNSEEN.sub("", sign) for sign in text)
    text = _UNSEEN.sub("", text)
    return "".join(MIRRORED.get(sign, sign) for sign in reversed(text)) if run.level % 2 else text


def parts_in_order(parts: Sequence[tuple[int, str]], levels: Sequence[int]) -> list[tuple[int, str]]:
    """Return what ``visual_parts`` does, for a drawer that lets the font join letters, as the screen's does.

    A font joins lam and alef wherever they stand in this order, also where alef comes first in the word: kept apart. It
    puts a vowel sign of Arabic or Hebrew on the letter before it: there it is put (L3). On the one shape of lam and
    alef it has no place for any: where there is one, they are drawn as two.
    """
    return [(number, _apart(text)) for number, text in visual_parts(parts, levels)]


def _apart(told: str) -> str:
    pointed = _POINTED.sub(lambda found: found[2] + found[1][::-1], told)
    return _REVERSED_LAM_ALEF.sub("\\1\u200c", _VOWELLED_LAM_ALEF.sub(_as_two, pointed))


def _as_two(found: re.Match[str]) -> str:
    """Alef, which ends the pair and so is drawn first, and lam. The first vowel is lam's; -an is written on alef."""
    kind, begins_joined = divmod(ord(found[1]) - _FIRST_LAM_ALEF, 2)
    on_lam = on_alef = ""
    for sign in found[2]:
        if sign == _TANWIN or (on_lam.strip(_DOUBLING) and sign != _DOUBLING):
            on_alef += sign
        else:
            on_lam += sign
    return _ALEFS[kind] + on_alef + "\ufedf\ufee0"[begins_joined] + on_lam


def _as_letters(phone: re.Match[str]) -> str:
    """A telephone number as letters that run from left to right: in Arabic its plus would stand behind it else."""
    return "".join(chr(ord(sign) + _PRIVATE) for sign in phone[0])


def _levels(text: str, base: int, wholes: tuple[Whole, ...]) -> list[int]:
    """What dots part keeps its place: two Latin names on both sides would else change places in a line from right to
    left. An ellipsis belongs to the letter before it: it says where a word was cut.
    """
    parted = _parted(text, base, wholes)
    inner = [whole for whole in (parted or wholes) if whole.begin < whole.end]
    outer, at = "", 0
    for whole in inner:
        outer += text[at : whole.begin] + OBJECT
        at = whole.end
    found = embedding_levels(outer + text[at:], base)
    levels: list[int] = []
    for whole in inner:
        before = whole.begin - len(levels)
        levels += found[:before]
        depth = (base + 1) | 1 if whole.right_to_left else (base + 2) & ~1
        own = _within(wholes, whole) if parted else ()
        levels += _levels(text[whole.begin : whole.end], depth, own)
        found = found[before + 1 :]
    levels += found
    for end in (at for at, sign in enumerate(text) if sign == _ELLIPSIS and at and text[at - 1].isalpha()):
        levels[end] = levels[end - 1]
    return levels


def _parted(text: str, base: int, wholes: tuple[Whole, ...]) -> list[Whole]:
    """What stands between dots, unless they are part of a name."""
    dots = [found.start() for found in re.finditer(_DOT, text)]
    outside = [at for at in dots if not any(whole.begin <= at < whole.end for whole in wholes)]
    if not outside:
        return []
    begins, ends = [0, *(at + len(_DOT) for at in outside)], [*outside, len(text)]
    return [
        Whole(begin, end, _runs(text[begin:end], right_to_left=bool(base % 2)))
        for begin, end in zip(begins, ends, strict=True)
    ]


def _runs(part: str, *, right_to_left: bool) -> bool:
    return right_to_left if first_direction(part) is None else leads_right_to_left(part, within=right_to_left)


def _within(wholes: tuple[Whole, ...], part: Whole) -> tuple[Whole, ...]:
    inside = (whole for whole in wholes if part.begin <= whole.begin and whole.end <= part.end)
    return tuple(replace(whole, begin=whole.begin - part.begin, end=whole.end - part.begin) for whole in inside)
