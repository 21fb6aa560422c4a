"""Reads QR codes out of camera pictures."""

from __future__ import annotations

import zxingcpp

from kiosk.frame import Frame

MOST_CHARACTERS = 512
"""Longer texts are no badge of ours and are not passed on."""


def read_codes(frame: Frame) -> tuple[str, ...]:
    """Return the text of every QR code in ``frame``, in no particular order; empty when there is none."""
    found = zxingcpp.read_barcodes(frame, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return tuple(code.text for code in found if code.valid and 0 < len(code.text) <= MOST_CHARACTERS)
