"""Reads codes out of camera pictures: the square ones of ours, and those that people hold up by mistake."""

from __future__ import annotations

from kiosk.frame import Frame

MOST_CHARACTERS = 2048
"""So much of a code's text is passed on: as much as a licence holds, and enough to say what another one is."""


def read_codes(frame: Frame) -> tuple[str, ...]:
    """Return the text of every QR code, PDF417 and Aztec code in ``frame``, in no particular order; empty when there is
    none.
    """
    import zxingcpp  # noqa: PLC0415 -- as OpenCV in kiosk.camera

    form = zxingcpp.BarcodeFormat
    formats = zxingcpp.BarcodeFormats([form.QRCode, form.PDF417, form.Aztec])
    found = zxingcpp.read_barcodes(frame, formats=formats, text_mode=zxingcpp.TextMode.Plain)
    return tuple(code.text[:MOST_CHARACTERS] for code in found if code.valid and code.text)
