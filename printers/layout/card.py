"""The landscape badge for cards and large labels: type along the start, the name across, pictures and details below."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from printers.layout.bands import FOOT_HEIGHT, draw_band_column, draw_escort_column
from printers.layout.canvas import DESIGN_DPI, Canvas, Ink
from printers.layout.code import CodeSymbol
from printers.layout.content import BadgeContent
from printers.layout.flow import Flow
from printers.layout.frame import Frame, is_mirrored
from printers.layout.pictures import PictureRow
from printers.layout.pieces import DETAILS, HEAD, Piece, has_escort, last_line, pieces_of, without
from printers.layout.portrait import draw_last_line
from printers.layout.rows import HeadRow
from printers.layout.text import clean
from printers.template import ElementKind, Template

CARD_FROM_DOTS = 440
_DESIGN_HEIGHT, _DESIGN_WIDTH = 696, 1000
_LEAST_SCALE = 0.72
_BAND_WIDTH = 104
_MARGIN = 36
_CODE_DOTS = 5.5
_LEAST_ESCORT = 44


def draw_card(
    canvas: Canvas, content: BadgeContent, template: Template, symbol: CodeSymbol | None, accent: Ink
) -> set[ElementKind]:
    """Draw one badge on a canvas that is wider than high; return the kinds that it has no room for."""
    least = _LEAST_SCALE * canvas.dpi / DESIGN_DPI
    scale = max(min(canvas.height / _DESIGN_HEIGHT, canvas.width / _DESIGN_WIDTH), least)
    mirrored, pieces = is_mirrored(clean(content.labels.visiting)), pieces_of(template, content)
    band, escort, margin = (round(design * scale) for design in (_BAND_WIDTH, FOOT_HEIGHT, _MARGIN))
    escort = max(escort, canvas.least(_LEAST_ESCORT))
    found = {piece.kind: piece for piece in pieces}
    start, end = margin, margin
    if ElementKind.TYPE in found:
        left = canvas.width - band if mirrored else 0
        icon = found.get(ElementKind.ICON)
        draw_band_column(canvas, left, band, found[ElementKind.TYPE], icon, content.style, accent)
        start += band
    if has_escort(template, content):
        draw_escort_column(canvas, 0 if mirrored else canvas.width - escort, escort, content, accent)
        end += escort
    frame = Frame(
        canvas=canvas,
        left=end if mirrored else start,
        right=canvas.width - (start if mirrored else end),
        scale=scale,
        mirrored=mirrored,
        accent=accent,
        code_dots=_CODE_DOTS,
        wide=True,
    )
    bottom = draw_last_line(frame, last_line(template, content))
    top = 0
    if symbol is not None and not found.keys() & (DETAILS | {ElementKind.PHOTO}):
        head = tuple(takewhile(lambda piece: piece.kind in HEAD, pieces))
        if head:
            row = HeadRow(head, content.logo, low=True)
            top = row.height(frame)
            row.draw(frame, 0, top, ruled=False)
        frame = _draw_code_column(frame, found[ElementKind.CODE], symbol, top, bottom)
        pieces = without(pieces[len(head) :], {ElementKind.CODE})
    return Flow(content, symbol, bands=False).draw(frame, pieces, top, bottom)


def _draw_code_column(frame: Frame, piece: Piece, symbol: CodeSymbol, top: int, bottom: int) -> Frame:
    """Draw a code that nothing else stands beside at the end, in the middle; return what is left for the words."""
    frame = replace(frame, code_dots=_CODE_DOTS + 2)
    row = PictureRow(photo=None, code=piece, details=(), picture=None, symbol=symbol)
    height, reach = row.height(frame), row.code_reach(frame)
    row.draw(frame, max(0, (top + bottom - height) // 2), height, ruled=False)
    if frame.mirrored:
        return replace(frame, left=frame.left + reach)
    return replace(frame, right=frame.right - reach)
