"""Text on the screen in any script: wrapped, ordered and drawn in one font a stretch.

Kivy's own label has no font fallback and no bidirectional order, and its markup would make a visitor's name part of
the program. Here a text is only ever characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Rectangle

from kiosk.views.icons import INK_MIDDLES
from kiosk.views.theme import channels
from kiosk.views.typeface import font_file, open_type_script
from kiosk.views.untyped import Canvas, CoreText
from kiosk.words.wholes import apart, tidied
from sync.visual_order import Whole, leads_right_to_left, levels_of, parts_in_order, shaped
from sync.writing import ELLIPSIS, SHAPED, Script, runs, script_of, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.views.theme import Measure, Style


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style and colour."""

    text: str
    style: Style
    colour: str


@dataclass(frozen=True, slots=True)
class _Font:
    """One font at one size."""

    file: str
    size: int
    script: str

    def label(self, text: str = "") -> CoreText:
        """Return a label that draws ``text``; each has a texture of its own."""
        return CoreLabel(
            text, font_name=self.file, font_size=self.size, font_script_name=self.script, font_hinting="normal"
        )


_COMMAND = re.compile("lodge-([a-z]+) ([a-z]+)")
_AFTER_FULL_WIDTH = re.compile("(?<=[，。：；？！、]) +")
_RULED = frozenset(map(open_type_script, SHAPED))
"""Scripts whose signs join and change places by their own rules."""
DEEP = 0.2
"""Of their size, how much further than others some letters of Arabic reach below the line."""


@lru_cache(maxsize=96)
def _rule(font: _Font) -> CoreText:
    """Return a label that only measures; it never keeps a visitor's text."""
    if font.script not in _RULED:
        return font.label()
    label = font.label("x")
    label.refresh()
    return label


def _extent(text: str, font: _Font) -> float:
    """Return the width of one stretch. A font measures by the rules of its script only once it has drawn, which Kivy
    puts off, and Kivy opens fonts anew that were not used for long.
    """
    rule = _rule(font)
    if font.script in _RULED:
        rule.render(real=True)
    return float(rule.get_extents(text)[0])


def _stretches(line: str, face: str, size: int) -> list[tuple[str, _Font]]:
    return [(stretch, _Font(font_file(face, script), size, open_type_script(script))) for stretch, script in runs(line)]


def width_of(text: str, face: str, size: int) -> float:
    """Return the width in pixels of one line of logical text."""
    return sum(_extent(stretch, font) for stretch, font in _stretches(text, face, size))


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    face: str
    size: int
    colour: str


_LOW = frozenset({Script.LATIN, Script.ARMENIAN, Script.GEORGIAN, Script.ETHIOPIC, Script.EMOJI})
_TALLEST = frozenset({Script.MYANMAR, Script.KHMER})
TALL_LEADING, TALLEST_LEADING = 1.45, 1.7
"""Signs above and below letters need more room between lines than Latin does (tokens.md, section 3); more still where
letters stand on one another.
"""


def _leading(span: Span) -> float:
    if span.text.isascii():
        return span.style.leading
    scripts = {script for _, script in runs(span.text)}
    least = TALLEST_LEADING if scripts & _TALLEST else 0.0 if scripts <= _LOW else TALL_LEADING
    return max(span.style.leading, least)


class TextBlock:
    """Spans laid out at a width; measured on construction, drawn by :meth:`draw`.

    ``broken`` says that a word was wider than a line, so that a smaller style would read better; ``cut``, that the end
    is not drawn; ``share``, how large it is, of the size that it was meant to have. ``mirrored``: it stands on a screen
    that runs from right to left; ``right_to_left``: which way it runs itself, if it is known.
    """

    def __init__(
        self,
        spans: Sequence[Span],
        measure: Measure,
        width: float,
        *,
        most_lines: int = 0,
        mirrored: bool = False,
        right_to_left: bool | None = None,
    ) -> None:
        self._spans, wholes = _without_marks(
            _closed_up([Span(tidied(span.text), span.style, span.colour) for span in spans])
        )
        self._sizes = [measure.size(span.style) for span in spans]
        text = "".join(span.text for span in self._spans)
        self.text = text
        if right_to_left is None and [(one.begin, one.end) for one in wholes] == [(0, len(text))]:
            right_to_left = wholes[0].right_to_left
        self.right_to_left = leads_right_to_left(text, within=mirrored) if right_to_left is None else right_to_left
        """Which way the whole of it runs, and so each of its lines, whatever letter that begins with."""
        self._levels = levels_of(text, right_to_left=self.right_to_left, wholes=wholes)
        self.share = 1.0
        found = wrap(text, self._width, max(width, 1.0), most_lines)
        ends = [end for _, end, _ in found[:-1]]
        self.lines = [self._pieces(begin, end, cut=cut) for begin, end, cut in found]
        self.broken = _breaks_words(text, ends)
        self.cut = any(cut for _, _, cut in found)
        leading = [size * _leading(span) for size, span in zip(self._sizes, self._spans, strict=True)]
        self.line_height = round(max(leading)) if leading else 0
        self.height = self.line_height * len(self.lines)
        self.widths = [sum(width_of(piece.text, piece.face, piece.size) for piece in line) for line in self.lines]
        self.width = max(self.widths, default=0.0)

    def _parts(self, begin: int, end: int) -> list[tuple[int, str]]:
        parts, at = [], 0
        for index, span in enumerate(self._spans):
            piece = span.text[max(begin - at, 0) : max(end - at, 0)]
            if piece:
                parts.append((index, piece))
            at += len(span.text)
        return parts

    def _width(self, begin: int, end: int) -> float:
        return sum(
            width_of(shaped(piece), self._spans[index].style.face, self._sizes[index])
            for index, piece in self._parts(begin, end)
        )

    def _pieces(self, begin: int, end: int, *, cut: bool) -> list[_Piece]:
        parts = self._parts(begin, end)
        levels = [] if self._levels is None else self._levels[begin:end]
        if cut and parts:
            parts[-1] = (parts[-1][0], parts[-1][1].rstrip())
            long = sum(len(piece) for _, piece in parts)
            levels = [*levels[:long], self._ellipsis_level(begin + long)]
            parts[-1] = (parts[-1][0], parts[-1][1] + ELLIPSIS)
        if self._levels is not None:
            parts = parts_in_order(_whole_words(parts), levels)
        return [_Piece(piece, self._spans[i].style.face, self._sizes[i], self._spans[i].colour) for i, piece in parts]

    def _ellipsis_level(self, end: int) -> int:
        """An ellipsis belongs to the sign before it."""
        return self._levels[end - 1] if self._levels and end else int(self.right_to_left)

    def draw(
        self, canvas: Canvas, x: float, top: float, width: float, align: str = "start", *, mirrored: bool = False
    ) -> None:
        """Draw the block with its upper edge at ``top``; ``align`` is start, centre or end of ``width``.

        ``mirrored``: what is drawn is seen in a mirror, and is to be read there.
        """
        for number, line in enumerate(self.lines):
            spare = width - self.widths[number]
            left = x + {"start": 0.0, "centre": spare / 2, "end": spare}[align]
            begin = left + self.widths[number] if mirrored else left
            self._draw_line(canvas, line, begin, top - number * self.line_height, mirrored=mirrored)

    def _draw_line(self, canvas: Canvas, line: list[_Piece], begin: float, top: float, *, mirrored: bool) -> None:
        if not line:
            return
        first = max(line, key=lambda piece: piece.size)
        latin = _rule(_Font(font_file(first.face, Script.LATIN), first.size, "Latn"))
        ascent, descent = latin.get_ascent(), -latin.get_descent()
        baseline = top - (self.line_height - (ascent + descent)) / 2 - ascent
        for piece in line:
            colour = channels(piece.colour)
            for stretch, font in _stretches(piece.text, piece.face, piece.size):
                wide = _extent(stretch, font)
                _draw_stretch(canvas, stretch, font, (begin, baseline), colour, mirrored=mirrored)
                begin += -wide if mirrored else wide


def _closed_up(spans: list[Span]) -> list[Span]:
    """The same without a space behind a full-width mark, which has its room in itself, and with commands whole."""
    found, before = [], ""
    for span in spans:
        text = _AFTER_FULL_WIDTH.sub("", before + span.text)[len(before) :]
        text = _COMMAND.sub("lodge\u2011\\1\u00a0\\2", text)
        before = text[-1:] or before
        found.append(Span(text, span.style, span.colour))
    return found


def _without_marks(spans: list[Span]) -> tuple[list[Span], list[Whole]]:
    """The same without the marks around names, and where these stand in the whole."""
    found: list[Span] = []
    wholes: list[Whole] = []
    at = 0
    for span in spans:
        text, names = apart(span.text)
        wholes += [replace(name, begin=name.begin + at, end=name.end + at) for name in names]
        found.append(replace(span, text=text))
        at += len(text)
    return found, wholes


def _whole_words(parts: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Parts put together where one ends within a word: its letters join across them."""
    found: list[tuple[int, str]] = []
    for index, text in parts:
        if found and not found[-1][1].endswith(" ") and not text.startswith(" "):
            found[-1] = (found[-1][0], found[-1][1] + text)
        else:
            found.append((index, text))
    return found


_WITH_SPACES = (SHAPED | {Script.LATIN}) - {Script.DEVANAGARI, Script.THAI, Script.LAO, Script.MYANMAR, Script.KHMER}


def _breaks_words(text: str, ends: list[int]) -> bool:
    """Return whether a line ends inside a word: not after a space or hyphen, and not between letters of a script that
    does without spaces.
    """
    return any(
        (
            text[end - 1 : end + 1].isalnum()
            and {script_of(letter) for letter in text[end - 1 : end + 1]} <= _WITH_SPACES
        )
        or text[end : end + 1] in ",.;:"
        for end in ends
        if 0 < end < len(text) and text[end] != " "
    )


def _draw_stretch(
    canvas: Canvas,
    text: str,
    font: _Font,
    at: tuple[float, float],
    colour: tuple[float, float, float],
    *,
    mirrored: bool,
) -> None:
    """Draw one stretch whose first letter begins at ``at``, on the baseline."""
    if not text.strip():
        return
    label = font.label(text)
    label.refresh()
    texture = label.texture
    left = at[0]
    if mirrored:
        texture.flip_horizontal()
        left -= texture.width
    below = texture.height - _rule(font).get_ascent()
    canvas.add(Color(*colour))
    canvas.add(Rectangle(texture=texture, pos=(round(left), round(at[1] - below)), size=texture.size))


def draw_icon(
    canvas: Canvas,
    character: str,
    font: str,
    size: float,
    centre: tuple[float, float],
    colour: str,
    *,
    mirrored: bool = False,
) -> None:
    """Draw one glyph of the icon font centred on a point. ``mirrored``: as for text."""
    label = _Font(font, round(size), "Latn").label(character)
    label.refresh()
    texture = label.texture
    canvas.add(Color(*channels(colour)))
    middle = INK_MIDDLES.get(ord(character), 0.5) * round(size)
    if mirrored:
        texture.flip_horizontal()
        middle = texture.width - middle
    left = centre[0] - middle
    position = (round(left), round(centre[1] - texture.height / 2))
    canvas.add(Rectangle(texture=texture, pos=position, size=texture.size))
