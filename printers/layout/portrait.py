"""The upright badge: bands from edge to edge, everything else under each other (tokens, 13)."""

from __future__ import annotations

from printers.layout.bands import FOOT_HEIGHT, draw_escort_foot
from printers.layout.canvas import DESIGN_DPI, Canvas, Ink
from printers.layout.code import CodeSymbol
from printers.layout.content import BadgeContent
from printers.layout.faces import Role
from printers.layout.flow import Flow
from printers.layout.frame import DESIGN_WIDTH, Frame, is_mirrored
from printers.layout.lines import fit_line, fit_paragraph
from printers.layout.pieces import has_escort, last_line, pieces_of, without
from printers.layout.text import clean
from printers.template import ElementKind, Template

_MARGIN = 36
_LEAST_SCALE = 0.72
_ROOM_FOR_PHOTO = 1.3


def draw_portrait(
    canvas: Canvas, content: BadgeContent, template: Template, symbol: CodeSymbol | None, accent: Ink
) -> set[ElementKind]:
    """Draw one badge on an upright canvas; return the kinds that it has no room for."""
    scale = max(canvas.width / DESIGN_WIDTH, _LEAST_SCALE * canvas.dpi / DESIGN_DPI)
    margin = round(_MARGIN * scale)
    frame = Frame(
        canvas=canvas,
        left=margin,
        right=canvas.width - margin,
        scale=scale,
        mirrored=is_mirrored(clean(content.labels.visiting)),
        accent=accent,
    )
    pieces = pieces_of(template, content)
    gone: set[ElementKind] = set()
    if canvas.height < canvas.width * _ROOM_FOR_PHOTO and any(piece.kind is ElementKind.PHOTO for piece in pieces):
        gone = {ElementKind.PHOTO}
    escorted = has_escort(template, content)
    bottom = draw_escort_foot(frame, content) if escorted else draw_last_line(frame, last_line(template, content))
    return gone | Flow(content, symbol, bands=True).draw(frame, without(pieces, gone), 0, bottom)


def draw_last_line(frame: Frame, text: str) -> int:
    """Draw a line at the foot of a frame's canvas; return the y above which the rest must stay."""
    bottom = frame.canvas.height
    if not text:
        return bottom - frame.dots(24)
    words = fit_line(text, Role.PLAIN, width=frame.width, largest=frame.type(30), smallest=frame.smallest)
    if words.text == text:
        frame.canvas.line(words, frame.left, frame.right, bottom - frame.dots(25), frame.start)
        return bottom - frame.dots(FOOT_HEIGHT)
    lines, smallest = 2 if frame.has_two_columns else 3, frame.smallest
    block = fit_paragraph(text, Role.PLAIN, width=frame.width, largest=smallest, lines=lines, smallest=smallest)
    top = bottom - block.height - frame.dots(18)
    frame.canvas.block(block, frame.left, frame.right, top, frame.start)
    return top
