"""The codes under a list on badge paper: which size a medium carries, and how one is drawn."""

from __future__ import annotations

from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import BIT_LIMIT_TABLE

from kiosk.paper.badge_paper.blocks import Block, paragraph
from kiosk.paper.badge_paper.measures import Measure
from kiosk.paper.badge_paper.surface import Surface
from kiosk.paper.composed import sentence
from kiosk.words.catalogue import Words
from printers.layout.code import QUIET_MODULES, code_symbol
from printers.layout.faces import Role
from sync.protocol.errors import CodeError
from sync.protocol.muster_snapshot import read_part

_MODULE_MM = 0.42
"""A telephone reads this off a label that was folded; smaller modules ask for a steady hand."""
_SMALLEST_VERSION, _LARGEST_VERSION = 12, 25
_MODE_BITS, _PAIR_BITS, _LONE_BITS = 4, 11, 6
_ROOM_FOR_WORDS_MM = 14.0


def code_signs(measure: Measure) -> int:
    """How many signs a code on this medium holds; 0 where the medium is too small for a code worth printing."""
    module = _module(measure)
    side = min(measure.width, measure.page_height - measure.mm(_ROOM_FOR_WORDS_MM))
    version = min((side // module - 2 * QUIET_MODULES - 17) // 4, _LARGEST_VERSION)
    return _signs(version) if version >= _SMALLEST_VERSION and not measure.narrow and not measure.low else 0


def _module(measure: Measure) -> int:
    return -(-round(_MODULE_MM * 100 * measure.dpi) // 2540)


def _signs(version: int) -> int:
    """The signs of the alphanumeric mode at level M (ISO/IEC 18004): two take 11 bits, a last one 6."""
    count_bits = 9 if version < 10 else 11 if version < 27 else 13  # noqa: PLR2004 - the standard's own steps
    bits = int(BIT_LIMIT_TABLE[ERROR_CORRECT_M][version]) - _MODE_BITS - count_bits
    return bits // _PAIR_BITS * 2 + (1 if bits % _PAIR_BITS >= _LONE_BITS else 0)


def _modules(signs: int) -> int:
    """The width of the smallest symbol for so many signs: known at once, where the symbol itself takes a while."""
    return 17 + 4 * next(version for version in range(1, 41) if _signs(version) >= signs)


def code_block(measure: Measure, payload: str, words: Words, *, room: int) -> Block:
    """One code with a line that says what is in it, kept together; as large as ``room`` (dots) lets it, within reason.

    It may be higher than the room where even the smallest modules are: then it is for the next page.
    """
    modules = _modules(len(payload))
    quiet = 2 * QUIET_MODULES
    said = paragraph(measure, sentence(_caption(payload, words), words), Role.STRONG, 2.7)
    above = sum(block.height for block in said) + measure.mm(2)
    widest = min(measure.width // (modules + quiet), 2 * _module(measure))
    module = max(_module(measure), min(widest, (room - above) // (modules + quiet)))
    side = modules * module

    def draw(canvas: Surface, y: int) -> None:
        top = y + measure.mm(2)
        for block in said:
            block.draw(canvas, top)
            top += block.height
        canvas.stamp(code_symbol(payload).mask(module), (measure.width - side) // 2, top + QUIET_MODULES * module)

    return Block(above + side + quiet * module, draw)


def _caption(payload: str, words: Words) -> str:
    try:
        part = read_part(payload)
    except CodeError:
        return words.say("paper.code", here=1, of=1, first=0, last=0)
    first, last = min(part.first + 1, part.total), part.first + len(part.people)
    return words.say("paper.code", here=part.number, of=part.parts, first=first, last=last)
