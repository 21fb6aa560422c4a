r"""DYMO LabelWriter 450 and its elders: dots to raster lines (ADR 0084).

After DYMO's *LabelWriter 450 Series Technical Reference*: settings, one ``SYN`` a line, form feed. ``ESC @`` is no part
of a job: it acts at once and would wipe a label that is still being printed. Nothing that a visitor typed is ever a
command here (C34): a line is as long as ``ESC D`` said, whatever its bytes are.

    >>> from printers.encodings.dymo_450 import line
    >>> line(b"\xff\x00")
    b'\x16\xff\x00'
"""

from __future__ import annotations

from printers.bitmap import BadgeBitmap
from printers.catalogue.dymo import DymoModel
from printers.encodings.fit import check_fit, place
from printers.job import JobOptions
from printers.paper import Medium

STATUS_REQUEST = b"\x1bA"
FORM_FEED = b"\x1bE"
_ESCAPES_BEYOND_ANY_LINE = 1
_LONGEST_ROWS = 3_000
_SEARCH_DOTS = 300
_DENSITIES = ((7, b"\x1bc"), (14, b"\x1bd"), (22, b"\x1be"), (30, b"\x1bg"))
_NORMAL_DENSITY = b"\x1be"
_TEXT_SPEED = b"\x1bh"


def encode(bitmap: BadgeBitmap, medium: Medium, model: DymoModel, options: JobOptions) -> bytes:
    """Return one label as a complete job of lines as wide as the head; a smaller bitmap stands at the top left.

    Raises:
        EncodingError: when the bitmap does not fit the medium, or the medium not the printer.
    """
    check_fit(bitmap, medium, model, _LONGEST_ROWS)
    height = medium.height_dots or bitmap.height
    width = model.row_bytes
    data = place(bitmap, model.head_dots, bitmap.height).tobytes()
    lines = b"".join(line(data[start : start + width]) for start in range(0, len(data), width))
    blank = line(bytes(width)) * (height - bitmap.height)
    return _head(medium, width, options) + lines + blank + FORM_FEED


def _head(medium: Medium, width: int, options: JobOptions) -> bytes:
    """Left edge, density, speed, bytes a line, and how far to look for the gap between labels."""
    density = _NORMAL_DENSITY
    if options.darkness is not None:
        density = next(command for most, command in _DENSITIES if options.darkness <= most)
    length = round(medium.length_mm * medium.dpi / 25.4) + _SEARCH_DOTS
    return b"\x1bB\x00" + density + _TEXT_SPEED + b"\x1bD" + bytes([width]) + b"\x1bL" + length.to_bytes(2, "big")


def line(data: bytes) -> bytes:
    """Return one raster line, the most significant bit leftmost, 1 = ink."""
    return b"\x16" + data


def end_of_line(model: DymoModel) -> bytes:
    """Return what ends an unfinished line and does nothing else: more ``ESC`` than a line is long."""
    return b"\x1b" * (model.row_bytes + _ESCAPES_BEYOND_ANY_LINE)


def reset(model: DymoModel) -> bytes:
    """Return what ends an unfinished line and empties the printer: ``ESC @`` behind the end of the line."""
    return end_of_line(model) + b"\x1b@"
