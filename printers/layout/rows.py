"""The rows of words that a badge is made of, each as high as it needs to be: head, type, name, details, free text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from PIL import Image

from printers.layout.bands import BAND_HEIGHT, draw_band
from printers.layout.canvas import Align, mark_mask
from printers.layout.content import BadgeStyle
from printers.layout.faces import Role
from printers.layout.frame import Frame
from printers.layout.lines import SetBlock, SetLine, fit_block, fit_line, fit_paragraph, name_stages, set_line
from printers.layout.photo import logo_dots
from printers.layout.pieces import Piece
from printers.layout.text import is_right_to_left
from printers.template import ElementKind, Size

_NAME_SIZE = {Size.NORMAL: 104, Size.LARGE: 150}
_NAME_ALONE = {Size.NORMAL: 132, Size.LARGE: 180}
_RULE = 4
_DETAIL_STEP = {Size.SMALL: 86, Size.NORMAL: 96, Size.LARGE: 112}
_LEAST_STEP, _LEAST_LEADING = 76, 38
_TEXT_LINES = 3
_LOGO_SHARE, _WORDMARK_SHARE = 3, 2
_WORDMARK_SHAPE = 3
"""How many times as wide as high a logo is that has words in it."""


class Row(ABC):
    """A strip across a frame."""

    @abstractmethod
    def height(self, frame: Frame) -> int:
        """Dots that it takes at its best, its own space included."""

    def least(self, frame: Frame) -> int:
        """Dots that it can do with."""
        return self.height(frame)

    @abstractmethod
    def draw(self, frame: Frame, top: int, height: int, *, ruled: bool) -> None:
        """Draw it between ``top`` and ``top + height``; ``ruled``: where it has a line above it, it is drawn."""


@dataclass(frozen=True)
class HeadRow(Row):
    """Mark or logo, organisation, and at the end of the line the place."""

    pieces: tuple[Piece, ...]
    logo: Image.Image | None
    low: bool = False
    space_below: int = 0

    def height(self, frame: Frame) -> int:
        """See ``Row``."""
        return frame.dots(self.space_below + (108 if self.low else 120))

    def draw(self, frame: Frame, top: int, height: int, *, ruled: bool) -> None:
        """See ``Row``."""
        del height, ruled
        baseline = top + frame.dots(62 if self.low else 72)
        mark, place = self._mark(frame, _LOGO_SHARE), self._text(ElementKind.PLACE)
        title = self._text(ElementKind.ORGANISATION)
        end = frame.end if title else frame.start
        if title and not frame.has_two_columns:
            place = ""  # half of each would tell less than the whole of one
        words, aside = _head_lines(frame, mark, title, place)
        if words.text != title and self._is_wordmark:  # it says the name better than half of the name does
            mark = self._mark(frame, _WORDMARK_SHARE if place else 1)
            title = ""
            words, aside = _head_lines(frame, mark, title, place)
        if mark is not None:
            x = frame.beside(mark.width, at_start=True)
            frame.canvas.stamp(mark, x, baseline - frame.dots(12) - mark.height // 2)
        left, right = _beside(frame, mark)
        for text, line, align in ((title, words, frame.start), (place, aside, end)):
            if text:
                frame.canvas.line(line, left, right, baseline, align)

    @property
    def _is_wordmark(self) -> bool:
        return self.logo is not None and self.logo.width >= _WORDMARK_SHAPE * self.logo.height

    def _mark(self, frame: Frame, share: int) -> Image.Image | None:
        """Mark or logo, which takes one ``share``-th of the width at most where it has neighbours."""
        piece = next((piece for piece in self.pieces if piece.kind is ElementKind.LOGO), None)
        if piece is None:
            return None
        if self.logo is None:
            return mark_mask(frame.dots(44))
        alone = len(self.pieces) == 1
        height = frame.dots(84 if piece.size is Size.LARGE or alone else 64)
        return logo_dots(self.logo, frame.width if alone else frame.width // share, min(height, self.height(frame)))

    def _text(self, kind: ElementKind) -> str:
        return next((piece.text for piece in self.pieces if piece.kind is kind), "")


def _beside(frame: Frame, mark: Image.Image | None) -> tuple[int, int]:
    """The edges of what is left beside a mark."""
    taken = 0 if mark is None else mark.width + frame.dots(18)
    return (frame.left, frame.right - taken) if frame.mirrored else (frame.left + taken, frame.right)


def _head_lines(frame: Frame, mark: Image.Image | None, title: str, place: str) -> tuple[SetLine, SetLine]:
    """The organisation and the place in the room beside a mark."""
    left, right = _beside(frame, mark)
    room = right - left
    share = room * 2 // 5 if title else room
    aside = fit_line(place, Role.PLAIN, width=share, largest=frame.type(30), smallest=frame.smallest)
    left_over = room - aside.ink_width - frame.dots(24)
    words = fit_line(title, Role.STRONG, width=left_over, largest=frame.type(34), smallest=frame.smallest)
    return words, aside


@dataclass(frozen=True)
class BandRow(Row):
    """The visitor's type across the badge."""

    piece: Piece
    icon: Piece | None
    style: BadgeStyle
    space_above: int = 0

    def height(self, frame: Frame) -> int:
        """See ``Row``."""
        return frame.dots(self.space_above) + frame.dots(BAND_HEIGHT[self.piece.size]) + frame.dots(35)

    def draw(self, frame: Frame, top: int, height: int, *, ruled: bool) -> None:
        """See ``Row``."""
        del height, ruled
        draw_band(frame, self.piece, self.icon, self.style, top + frame.dots(self.space_above))


@dataclass(frozen=True)
class NameRow(Row):
    """Name and firm, in the template's order; takes what the other rows leave, and the whole name stands in it."""

    pieces: tuple[Piece, ...]
    with_photo: bool

    def height(self, frame: Frame) -> int:
        """See ``Row``: what a name needs to be read across a room."""
        return frame.dots(236 if self.with_photo else 190)

    def least(self, frame: Frame) -> int:
        """See ``Row``."""
        design = 104 if len(self.pieces) == 1 else 150
        return frame.dots(design + 30 * sum(piece.size is Size.LARGE for piece in self.pieces))

    def draw(self, frame: Frame, top: int, height: int, *, ruled: bool) -> None:
        """See ``Row``; the words rest on the lower edge."""
        del ruled
        gap = frame.dots(24)
        company = self._company(frame, self._largest_company(frame))
        reserved = gap + (0 if company is None else company.bottom - company.top + gap)
        name = self._name(frame, height - reserved)
        if company is not None and company.size > name.size:  # the name comes before the firm
            company = self._company(frame, max(frame.smallest, name.size))
        slack = height - reserved - name.height
        y = top + slack * 3 // 5
        side = Align.RIGHT if is_right_to_left(self._name_piece.text) else Align.LEFT
        for piece in self.pieces:
            if piece.kind is ElementKind.NAME:
                frame.canvas.block(name, frame.left, frame.right, y, side)
                y += name.height + gap
            elif company is not None:
                frame.canvas.line(company, frame.left, frame.right, y - company.top, side)
                y += company.bottom - company.top + gap

    @property
    def _company_piece(self) -> Piece | None:
        return next((piece for piece in self.pieces if piece.kind is ElementKind.COMPANY), None)

    def _largest_company(self, frame: Frame) -> int:
        return frame.type(44, Size.NORMAL if self._company_piece is None else self._company_piece.size)

    def _company(self, frame: Frame, largest: int) -> SetLine | None:
        if self._company_piece is None:
            return None
        text = self._company_piece.text
        return fit_line(text, Role.PLAIN, width=frame.width, largest=largest, smallest=frame.smallest)

    @property
    def _name_piece(self) -> Piece:
        return next(piece for piece in self.pieces if piece.kind is ElementKind.NAME)

    def _name(self, frame: Frame, height: int) -> SetBlock:
        piece = self._name_piece
        largest = (_NAME_SIZE if self.with_photo else _NAME_ALONE)[piece.size]
        stages = name_stages(max(frame.dots(largest), frame.smallest), frame.scale, frame.smallest)
        return fit_block(piece.text, Role.DISPLAY, width=frame.width, height=height, stages=stages)


@dataclass(frozen=True)
class DetailsRow(Row):
    """Captions with their values: two beside each other where there is room."""

    pieces: tuple[Piece, ...]

    def height(self, frame: Frame) -> int:
        """See ``Row``."""
        return frame.dots(40) + sum(detail_step(frame, line) for line in self._lines(frame))

    def draw(self, frame: Frame, top: int, height: int, *, ruled: bool) -> None:
        """See ``Row``."""
        del height
        if ruled:
            draw_rule(frame, top)
        y = top + frame.dots(26)
        for line in self._lines(frame):
            edges = _columns(frame, line)
            for piece, (left, right), align in zip(line, edges, (frame.start, frame.end), strict=False):
                draw_detail(frame, piece, (left, right), y, align, leading=detail_leading(frame, line))
            y += detail_step(frame, line)

    def _lines(self, frame: Frame) -> list[tuple[Piece, ...]]:
        across = 2 if frame.has_two_columns else 1
        return [self.pieces[start : start + across] for start in range(0, len(self.pieces), across)]


def _columns(frame: Frame, line: tuple[Piece, ...]) -> list[tuple[int, int]]:
    """The edges of each detail of a line: the last has what it needs, up to a half, the first has the rest."""
    if len(line) == 1:
        return [(frame.left, frame.right)]
    last = line[-1]
    value = _value(frame, last, frame.width // 2).ink_width
    reach = max(value, min(set_line(last.label, Role.PLAIN, frame.type(28)).ink_width, frame.width // 2))
    middle, gap = frame.left + reach if frame.mirrored else frame.right - reach, frame.dots(28)
    if frame.mirrored:
        return [(middle + gap, frame.right), (frame.left, middle)]
    return [(frame.left, middle - gap), (middle, frame.right)]


def detail_leading(frame: Frame, line: tuple[Piece, ...]) -> int:
    """Dots from captions to the values under them, which share a line whatever their sizes."""
    extra = frame.dots(14) if any(piece.size is Size.LARGE for piece in line) else 0
    return max(frame.canvas.least(_LEAST_LEADING), frame.dots(44)) + extra


def detail_step(frame: Frame, line: tuple[Piece, ...]) -> int:
    """Dots from one line of details to the next."""
    return max(frame.canvas.least(_LEAST_STEP), frame.dots(max(_DETAIL_STEP[piece.size] for piece in line)))


def draw_detail(frame: Frame, piece: Piece, edges: tuple[int, int], top: int, align: Align, *, leading: int) -> None:
    """Draw a caption and, under it, its value."""
    left, right = edges
    width = right - left
    caption = fit_line(piece.label, Role.PLAIN, width=width, largest=frame.type(28), smallest=frame.smallest)
    baseline = top + frame.dots(21)
    frame.canvas.line(caption, left, right, baseline, align)
    value = _value(frame, piece, width, leading - caption.bottom)
    frame.canvas.line(value, left, right, baseline + leading, align)


def _value(frame: Frame, piece: Piece, width: int, tallest: int | None = None) -> SetLine:
    largest = frame.type(40, piece.size)
    return fit_line(piece.text, Role.STRONG, width=width, largest=largest, smallest=frame.smallest, tallest=tallest)


def draw_rule(frame: Frame, y: int) -> None:
    """Draw a thin line from edge to edge."""
    frame.canvas.fill(frame.left, y, frame.width, frame.dots(_RULE))


@dataclass(frozen=True)
class TextRow(Row):
    """Words of the template itself, or a line that stands alone; more than three lines end in an ellipsis."""

    piece: Piece
    block: SetBlock

    def height(self, frame: Frame) -> int:
        """See ``Row``."""
        return self.block.height + frame.dots(34)

    def draw(self, frame: Frame, top: int, height: int, *, ruled: bool) -> None:
        """See ``Row``."""
        del height, ruled
        side = Align.RIGHT if is_right_to_left(self.piece.text) else Align.LEFT
        frame.canvas.block(self.block, frame.left, frame.right, top + frame.dots(8), side)


def set_text(frame: Frame, piece: Piece) -> SetBlock:
    """The words of a ``TextRow``."""
    lines = _TEXT_LINES if piece.kind is ElementKind.TEXT else 1
    largest = frame.type(36, piece.size)
    return fit_paragraph(
        piece.text, Role.PLAIN, width=frame.width, largest=largest, lines=lines, smallest=frame.smallest
    )


@dataclass(frozen=True)
class IconRow(Row):
    """A pictogram by itself, where no type's word is there to stand beside."""

    piece: Piece

    def height(self, frame: Frame) -> int:
        """See ``Row``."""
        return frame.dots(110)

    def draw(self, frame: Frame, top: int, height: int, *, ruled: bool) -> None:
        """See ``Row``."""
        del height, ruled
        sign = set_line(self.piece.text, Role.DISPLAY, frame.dots(72))
        frame.canvas.line(sign, frame.left, frame.right, top + frame.dots(16) - sign.top, frame.start)
