"""The lengthwise badge for narrow labels: type at the start, words in the middle, code at the end (tokens, 13).

Figures are dots on a strip 306 dots high (29 mm paper) and 991 long. There is no room for pictures and the head.
"""

from __future__ import annotations

from collections.abc import Iterator

from printers.layout.bands import FOOT_HEIGHT, draw_band_column, draw_escort_column
from printers.layout.canvas import SMALLEST_TEXT, Align, Canvas, Ink
from printers.layout.code import QUIET_MODULES, CodeSymbol
from printers.layout.content import BadgeContent
from printers.layout.faces import Role
from printers.layout.lines import SetLine, fit_block, fit_line, name_stages, set_line
from printers.layout.pieces import DETAILS, GIVES_WAY, HEAD, Piece, has_escort, pieces_of, without
from printers.layout.text import is_right_to_left
from printers.template import ElementKind, Size, Template

_BAND_WIDTH = 84
_GAP = 28
_EDGE = 14
_DOTS_PER_MODULE, _LEAST_DOTS_PER_MODULE = 5, 4
_LARGEST_NAME = {Size.NORMAL: 80, Size.LARGE: 110}
_LEAST_NAME = 64
_SHARE_OF_WORDS = 0.4
_LINE_GAP, _LINES_WITH_AIR = 18, 2
_SIZES = {
    ElementKind.COMPANY: (Role.PLAIN, 36),
    ElementKind.READABLE_CODE: (Role.PLAIN, 34),
    ElementKind.TEXT: (Role.PLAIN, 30),
}
_DETAIL = (Role.STRONG, 34)
_FACTOR = {Size.SMALL: 0.83, Size.NORMAL: 1.0, Size.LARGE: 1.3}
_READABLE_SIZE = 30
_SEPARATOR = " \u00b7 "
_NO_ROOM_FOR = HEAD | {ElementKind.PHOTO, ElementKind.MUSTER_POINT}
_DRAWN_APART = {ElementKind.TYPE, ElementKind.ICON, ElementKind.CODE}


class StripBadge:
    """Draws one badge on a canvas that is wider than high."""

    def __init__(
        self, canvas: Canvas, content: BadgeContent, template: Template, symbol: CodeSymbol | None, accent: Ink
    ) -> None:
        self._canvas = canvas
        self._content = content
        self._symbol = symbol
        self._accent = accent
        self._escorted = has_escort(template, content)
        self._pieces = pieces_of(template, content)

    def draw(self) -> set[ElementKind]:
        """Draw everything; return the kinds that it has no room for."""
        found = {piece.kind: piece for piece in self._pieces}
        gone = set(_NO_ROOM_FOR & found.keys())
        left, right = _EDGE, self._canvas.width
        if ElementKind.TYPE in found:
            band, icon = found[ElementKind.TYPE], found.get(ElementKind.ICON)
            draw_band_column(self._canvas, 0, _BAND_WIDTH, band, icon, self._content.style, self._accent)
            left = _BAND_WIDTH + _GAP
        elif ElementKind.ICON in found:
            gone |= {ElementKind.ICON}
        if self._escorted:
            right -= FOOT_HEIGHT
            draw_escort_column(self._canvas, right, FOOT_HEIGHT, self._content, self._accent)
        if ElementKind.CODE in found and self._symbol is not None:
            right = self._draw_code(found[ElementKind.CODE], self._symbol, right)
        return gone | self._draw_words(without(self._pieces, gone | _DRAWN_APART), left, right - _GAP)

    def _draw_code(self, piece: Piece, code: CodeSymbol, right: int) -> int:
        """Draw the code and, below it, its readable form; return the left edge of its quiet zone."""
        readable = set_line(piece.text, Role.PLAIN, _READABLE_SIZE)
        text_height = readable.bottom - readable.top
        dots = _DOTS_PER_MODULE + (piece.size is Size.LARGE)
        words = self._canvas.width * _SHARE_OF_WORDS
        while dots > _LEAST_DOTS_PER_MODULE and (
            _code_height(code.modules, dots, text_height) > self._canvas.height
            or right - (code.modules + 2 * QUIET_MODULES) * dots - _BAND_WIDTH - 2 * _GAP < words
        ):
            dots -= 1
        side, quiet = code.modules * dots, QUIET_MODULES * dots
        spare = self._canvas.height - _code_height(code.modules, dots, text_height)
        top = quiet + max(0, spare // 3)
        x = right - quiet - side
        self._canvas.stamp(code.mask(dots), x, top)
        baseline = top + side + quiet - readable.top
        width = max(side, readable.ink_width)
        left = min(x, right - quiet - width)
        self._canvas.line(readable, left, left + width, baseline, Align.CENTRE)
        return left - quiet

    def _draw_words(self, pieces: tuple[Piece, ...], left: int, right: int) -> set[ElementKind]:
        """Draw name and small lines in their order; return what gave way to the name."""
        gone: set[ElementKind] = set()
        width = right - left
        lines = list(_lines(pieces, width))
        while _below(lines) > self._canvas.height - 2 * _EDGE - _LEAST_NAME:
            kind = next((kind for kind in GIVES_WAY if any(piece.kind is kind for piece in pieces)), None)
            if kind is None:
                break
            gone.add(kind)
            pieces = without(pieces, {kind})
            lines = list(_lines(pieces, width))
        self._set(pieces, lines, left, right)
        return gone

    def _set(self, pieces: tuple[Piece, ...], lines: list[SetLine | None], left: int, right: int) -> None:
        name_piece = next(piece for piece in pieces if piece.kind is ElementKind.NAME)
        below, gap = _below(lines), _gap(lines)
        name = fit_block(
            name_piece.text,
            Role.DISPLAY,
            width=right - left,
            height=self._canvas.height - 2 * _EDGE - below,
            stages=name_stages(_LARGEST_NAME[name_piece.size]),
        )
        side = Align.RIGHT if is_right_to_left(name_piece.text) else Align.LEFT
        y = (self._canvas.height - name.height - below) // 2
        for line in lines:
            if line is None:
                self._canvas.block(name, left, right, y, side)
                y += name.height + gap
            else:
                self._canvas.line(line, left, right, y - line.top, side)
                y += line.bottom - line.top + gap


def _code_height(modules: int, dots: int, text_height: int) -> int:
    return (modules + 2 * QUIET_MODULES) * dots + text_height + _EDGE // 2


def _below(lines: list[SetLine | None]) -> int:
    return sum(line.bottom - line.top + _gap(lines) for line in lines if line is not None)


def _gap(lines: list[SetLine | None]) -> int:
    return _LINE_GAP if len(lines) <= _LINES_WITH_AIR + 1 else _LINE_GAP * 2 // 3


def _lines(pieces: tuple[Piece, ...], width: int) -> Iterator[SetLine | None]:
    """The small lines in the template's order, ``None`` for the name; neighbouring details share one where they fit."""
    details: list[Piece] = []
    for piece in pieces:
        if piece.kind in DETAILS:
            details.append(piece)
            continue
        yield from _details(details, width)
        details = []
        yield None if piece.kind is ElementKind.NAME else _small_line(piece, width)
    yield from _details(details, width)


def _details(pieces: list[Piece], width: int) -> Iterator[SetLine]:
    """On one line where they fit whole, else each on its own."""
    if not pieces:
        return
    whole = _SEPARATOR.join(piece.text for piece in pieces)
    large = max(pieces, key=lambda piece: _FACTOR[piece.size])
    together = _small_line(Piece(large.element, whole), width)
    if together.text == whole:
        yield together
        return
    yield from (_small_line(piece, width) for piece in pieces)


def _small_line(piece: Piece, width: int) -> SetLine:
    role, size = _SIZES.get(piece.kind, _DETAIL)
    largest = max(SMALLEST_TEXT, round(size * _FACTOR[piece.size]))
    return fit_line(piece.text, role, width=width, largest=largest, smallest=SMALLEST_TEXT)
