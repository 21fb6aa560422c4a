"""The badge's QR code, in whole dots (tokens, 13)."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_ALPHA_NUM, QRData

QUIET_MODULES = 4
LEAST_MODULE = 4
"""Dots at 300 dots per inch: a third of a millimetre."""


@dataclass(frozen=True)
class CodeSymbol:
    """A QR symbol without its quiet zone.

    Attributes:
        modules: symbol width, 21 to 45 for the payloads allowed here.
        rows: dark modules as True.
    """

    modules: int
    rows: tuple[tuple[bool, ...], ...]

    def dots_per_module(self, *, room: int, largest: int, least: int) -> int:
        """Return the most whole dots with which the symbol fits ``room``, from ``largest`` down to ``least``."""
        return max(least, min(largest, room // self.modules))

    def mask(self, dots: int) -> Image.Image:
        """Return the symbol with ``dots`` per module, 255 = dark."""
        small = Image.new("L", (self.modules, self.modules), 0)
        small.putdata([255 if dark else 0 for row in self.rows for dark in row])
        side = self.modules * dots
        return small.resize((side, side), Image.Resampling.NEAREST)


def code_symbol(payload: str) -> CodeSymbol:
    """Encode in alphanumeric mode at level M, the smallest version that holds the payload."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=1, border=0)
    code.add_data(QRData(payload, mode=MODE_ALPHA_NUM), optimize=0)
    code.make(fit=True)
    rows = tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())
    return CodeSymbol(modules=len(rows), rows=rows)
