"""Codes as pictures: PNG, black on white, for letters and badges of others."""

import io

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_ALPHA_NUM, QRData

_QUIET_MODULES = 4
_DOTS_PER_MODULE = 8


def draw_code(text: str) -> bytes:
    """A code of ``sync.protocol.codes`` as the PNG of its QR code, quiet zone included, some 400 pixels a side."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=_DOTS_PER_MODULE, border=_QUIET_MODULES)
    symbol.add_data(QRData(text, mode=MODE_ALPHA_NUM), optimize=0)
    drawn = io.BytesIO()
    symbol.make_image().save(drawn, format="PNG")
    return drawn.getvalue()
