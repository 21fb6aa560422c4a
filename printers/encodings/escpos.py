r"""ESC/POS: dots to raster bands, a feed and a cut (ADR 0083).

After Epson's *ESC/POS Command Reference*: ``GS v 0`` prints a band at once, row by row; there is no page that could be
taken back. Nothing that a visitor typed is ever a command here (C34): no text is sent. Bytes of dots may look like a
real-time command (``DLE`` ...); those that could open a drawer or switch the printer off are forbidden first, where the
printer knows how (``GS ( D``).

    >>> from printers.encodings.escpos import band
    >>> band(b"\xff\x00", 1)
    b'\x1dv0\x00\x01\x00\x02\x00\xff\x00'
"""

from __future__ import annotations

from printers.bitmap import BadgeBitmap
from printers.catalogue.escpos import EscposModel
from printers.encodings.fit import check_fit, place
from printers.job import Cut, JobOptions
from printers.paper import Medium

INITIALISE = b"\x1b@"
BAND_ROWS = 128
CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
CUT_HERE = b"\x1dV\x00"
REPORT_CHANGES = b"\x1da\x0e"
REPORT_NOTHING = b"\x1da\x00"

_NO_REAL_TIME_PULSE_NOR_POWER_OFF = b"\x1d(D\x05\x00\x14\x01\x00\x02\x00"
_LONGEST_ROWS = 16_000
_BAND_HEAD_BYTES = 8
_SIZE_BYTES = 4
_CUT = {Cut.FULL: b"\x1dVA\x00", Cut.PARTIAL: b"\x1dVB\x00"}
_FEED_PAST_TEAR_BAR = b"\x1bd\x05"


def encode(bitmap: BadgeBitmap, medium: Medium, model: EscposModel, options: JobOptions) -> bytes:
    """Return one badge as a complete job; a cut is partial unless wished otherwise, so that the badge does not fall.

    Raises:
        EncodingError: when the bitmap does not fit the medium, or the medium not the printer.
    """
    check_fit(bitmap, medium, model, _LONGEST_ROWS)
    width = (medium.width_dots + 7) // 8
    data = place(bitmap, medium.width_dots, bitmap.height).tobytes()
    size = BAND_ROWS * width
    bands = b"".join(band(data[start : start + size], width) for start in range(0, len(data), size))
    guard = _NO_REAL_TIME_PULSE_NOR_POWER_OFF if model.clears else b""
    return INITIALISE + guard + bands + _end(model, options.cut)


def _end(model: EscposModel, cut: Cut | None) -> bytes:
    if not model.cuts or cut is Cut.NONE:
        return _FEED_PAST_TEAR_BAR
    return _CUT[cut or Cut.PARTIAL]


def band(data: bytes, row_bytes: int) -> bytes:
    """Return one ``GS v 0``: packed rows, the most significant bit leftmost, 1 = ink, at the head's own resolution."""
    rows = len(data) // row_bytes
    return b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little") + data


def unfinished(model: EscposModel) -> bytes:
    """Return what ends a badge that broke off: as many blank bytes as a band can want, ``ESC @``, and the cut."""
    return bytes(_BAND_HEAD_BYTES + BAND_ROWS * model.row_bytes) + INITIALISE + _end(model, None)


def no_size() -> bytes:
    """Return blank bytes that make nothing of a band whose size was not told yet; what follows would be that size."""
    return bytes(_SIZE_BYTES)


def ask_in_turn() -> bytes:
    """Return ``GS r 1``, which is answered when its turn comes."""
    return b"\x1dr\x01"


def ask(number: int) -> bytes:
    """Return the real-time question ``DLE EOT`` 1 (printer), 2 (offline), 3 (error) or 4 (paper)."""
    return b"\x10\x04" + bytes([number])


def ask_when_printed(number: int) -> bytes:
    """Return ``GS ( H``: the printer answers with this number, 0 to 9999, once all before it was printed."""
    return b"\x1d(H\x06\x0000" + b"%04d" % number
