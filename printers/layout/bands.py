"""The bands that tell a visitor's type and an escort's duty, across a badge and along it (tokens, 13)."""

from __future__ import annotations

from PIL import Image

from printers.layout.canvas import Align, Canvas, Ink, line_mask
from printers.layout.content import BadgeContent, BadgeStyle
from printers.layout.faces import Role
from printers.layout.frame import Frame
from printers.layout.lines import SetBlock, SetLine, fit_line, fit_paragraph, set_line
from printers.layout.pieces import Piece
from printers.layout.text import clean
from printers.template import Band, Size

BAND_HEIGHT = {Size.SMALL: 80, Size.NORMAL: 104, Size.LARGE: 148}
FOOT_HEIGHT = 48
_WORD = {Size.SMALL: 52, Size.NORMAL: 72, Size.LARGE: 108}
_RULE = 8
_ESCORT_WORD = 32
_EDGE = 14


def shape_of(piece: Piece, style: BadgeStyle) -> Band:
    """The band's shape: the template's, else the one of the visitor's type."""
    if piece.element.band is not Band.STYLE:
        return piece.element.band
    return Band.SOLID if style is BadgeStyle.CONTRACTOR else Band.RULES


def draw_band(frame: Frame, piece: Piece, icon: Piece | None, style: BadgeStyle, top: int) -> None:
    """Draw the type across the whole canvas, its word in the middle, an icon at the start of the line."""
    canvas, height, rule = frame.canvas, frame.dots(BAND_HEIGHT[piece.size]), frame.dots(_RULE)
    shape = shape_of(piece, style)
    if shape is Band.SOLID:
        canvas.fill(0, top, canvas.width, height, frame.accent)
    elif shape is Band.RULES:
        canvas.fill(0, top, canvas.width, rule, frame.accent)
        canvas.fill(0, top + height - rule, canvas.width, rule, frame.accent)
    ink = Ink.PAPER if shape is Band.SOLID else frame.accent
    sign = None if icon is None else set_line(icon.text, Role.DISPLAY, height * 3 // 5)
    reserved = 0 if sign is None else sign.ink_width + frame.dots(20)
    largest, inside = frame.dots(_WORD[piece.size]), height - 2 * rule
    words = _type_words(piece.text, frame.width - 2 * reserved, inside, largest, canvas.smallest)
    if sign is not None and _has_room(words, piece.text):
        canvas.line(sign, frame.left, frame.right, top + (height - sign.top - sign.bottom) // 2, frame.start, ink)
    else:  # the words tell more than the icon
        words = _type_words(piece.text, frame.width, inside, largest, canvas.smallest)
    first = top + (height - _extent(words)) // 2
    for line, baseline in zip(words.lines, words.baselines, strict=True):
        canvas.line(line, frame.left, frame.right, first + baseline, Align.CENTRE, ink)


def _type_words(text: str, width: int, height: int, largest: int, smallest: int) -> SetBlock:
    """The type on one line, as large as the band has it; on two where one would cut it."""
    for size in range(max(smallest, largest), smallest - 1, -2):
        line = set_line(text, Role.DISPLAY, size)
        if line.ink_width <= width and line.bottom - line.top <= height:
            return _closed([line])
    block = fit_paragraph(text, Role.DISPLAY, width=width, largest=smallest, lines=2, smallest=smallest)
    if _extent(block) <= height:
        return block
    return _closed([fit_line(text, Role.DISPLAY, width=width, largest=smallest, smallest=smallest)])


def _closed(lines: list[SetLine]) -> SetBlock:
    return SetBlock(tuple(lines), (-lines[0].top,), lines[0].bottom - lines[0].top)


def _extent(block: SetBlock) -> int:
    """Dots from the first ink to the last."""
    return block.baselines[-1] + block.lines[-1].bottom


def _has_room(words: SetBlock, text: str) -> bool:
    """Whether an icon takes nothing from the words: all of them are on one line."""
    return words.lines[0].text == text


def draw_escort_foot(frame: Frame, content: BadgeContent) -> int:
    """Draw the escort's mark at the very end of the canvas; return its top."""
    canvas, height = frame.canvas, frame.dots(FOOT_HEIGHT)
    top = canvas.height - height
    canvas.fill(0, top, canvas.width, height, frame.accent)
    words = _escort_words(content, frame.width, (frame.type(_ESCORT_WORD), frame.smallest), Role.DISPLAY)
    baseline = canvas.height - (height + words.top + words.bottom) // 2
    canvas.line(words, frame.left, frame.right, baseline, Align.CENTRE, Ink.PAPER)
    return top


def _escort_words(content: BadgeContent, width: int, sizes: tuple[int, int], role: Role) -> SetLine:
    """The long words where they are whole, else the short ones; ``sizes``: the largest and the smallest."""
    largest, smallest = sizes
    for words in (content.labels.escort, content.labels.escort_short):
        text = clean(words).upper()
        line = fit_line(text, role, width=width, largest=largest, smallest=smallest)
        if line.text == text:
            break
    return line


def draw_band_column(  # noqa: PLR0917 - a column has an edge, a width, and what is in it
    canvas: Canvas, left: int, width: int, piece: Piece, icon: Piece | None, style: BadgeStyle, accent: Ink
) -> None:
    """Draw the type along a lengthwise badge: the word reads upwards, an icon stands upright above it."""
    scale = width / 84
    shape, rule = shape_of(piece, style), round(_RULE * scale)
    if shape is Band.SOLID:
        canvas.fill(left, 0, width, canvas.height, accent)
    elif shape is Band.RULES:
        canvas.fill(left, 0, rule, canvas.height, accent)
        canvas.fill(left + width - rule, 0, rule, canvas.height, accent)
    ink = Ink.PAPER if shape is Band.SOLID else accent
    room, largest, top = canvas.height - 2 * _EDGE, round(56 * scale), 0
    inside = width - 2 * rule
    words = _type_words(piece.text, room, inside, largest, canvas.smallest)
    if icon is not None:
        sign = line_mask(set_line(icon.text, Role.DISPLAY, round(50 * scale)))
        beside = _type_words(piece.text, room - _EDGE - sign.height, inside, largest, canvas.smallest)
        if _has_room(beside, piece.text):  # the words tell more than the icon
            canvas.stamp(sign, left + (width - sign.width) // 2, _EDGE, ink)
            words, top = beside, _EDGE + sign.height
    x = left + (width - _extent(words)) // 2
    for line, baseline in zip(words.lines, words.baselines, strict=True):
        draw_upward(canvas, line, x + baseline + line.top, line.bottom - line.top, ink, top=top)


def draw_escort_column(canvas: Canvas, left: int, width: int, content: BadgeContent, accent: Ink) -> None:
    """Draw the escort's mark along a lengthwise badge."""
    canvas.fill(left, 0, width, canvas.height, accent)
    sizes = max(canvas.smallest, round(_ESCORT_WORD * width / FOOT_HEIGHT)), canvas.smallest
    draw_upward(canvas, _escort_words(content, canvas.height - 2 * _EDGE, sizes, Role.STRONG), left, width, Ink.PAPER)


def draw_upward(canvas: Canvas, line: SetLine, left: int, width: int, ink: Ink, *, top: int = 0) -> None:
    """Draw a line that reads from bottom to top, in the middle of a column below ``top``."""
    mask = line_mask(line).transpose(Image.Transpose.ROTATE_90)
    x, y = left + (width - mask.width) // 2, top + (canvas.height - top - mask.height) // 2
    canvas.stamp(mask, x, y, ink)
