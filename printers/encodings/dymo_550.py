"""DYMO LabelWriter 550 generation: dots to a print job (ADR 0084).

After DYMO's *LabelWriter 550 Series Technical Reference*: job header, label header, dots without any framing, short
form feed, a status request whose answer the printer insists on being read, form feed, end of job. Nothing that a
visitor typed is ever a command here (C34).
"""

from __future__ import annotations

from printers.bitmap import BadgeBitmap
from printers.catalogue.dymo import DymoModel
from printers.encodings.fit import check_fit, place
from printers.job import JobOptions
from printers.paper import Medium

ASK = b"\x1bA\x00"
ASK_AND_LOCK = b"\x1bA\x01"
# Ends a question of which the printer has but the ESC, and until which it obeys nothing else; alone it means nothing.
REST_OF_QUESTION = ASK[1:]
END_OF_JOB = b"\x1bQ"
FINISH = b"\x1bE" + END_OF_JOB
LABEL_HEADER_BYTES = 12
LABEL_HEADER = b"\x1bD"

_LONGEST_ROWS = 3_000
_GRAPHICS = b"\x1bi"
_NORMAL_DENSITY = b"\x1be"
_FIRST_LABEL = b"\x1bn\x00\x00"
_BITS_A_DOT, _ALIGN_BOTTOM = 1, 2
_SHORT_FORM_FEED = b"\x1bG"
_LIGHTEST_PERCENT, _PERCENT_A_STEP = 55, 3


def encode(bitmap: BadgeBitmap, medium: Medium, model: DymoModel, options: JobOptions) -> bytes:
    """Return one label as a complete job with the number 1; a smaller bitmap stands at the label's top left.

    Raises:
        EncodingError: when the bitmap does not fit the medium, or the medium not the printer.
    """
    check_fit(bitmap, medium, model, _LONGEST_ROWS)
    height = medium.height_dots or bitmap.height
    dots = place(bitmap, medium.width_dots, height).tobytes()
    density = _NORMAL_DENSITY
    if options.darkness is not None:
        density = b"\x1bC" + bytes([_LIGHTEST_PERCENT + _PERCENT_A_STEP * options.darkness])
    size = height.to_bytes(4, "little") + medium.width_dots.to_bytes(4, "little")
    label = _FIRST_LABEL + LABEL_HEADER + bytes([_BITS_A_DOT, _ALIGN_BOTTOM]) + size + dots + _SHORT_FORM_FEED
    return start_of_job(1) + density + _GRAPHICS + label + ASK + FINISH


def start_of_job(number: int) -> bytes:
    """Return ``ESC s``, the first six bytes of every job; the printer repeats the number in its answers."""
    return b"\x1bs" + number.to_bytes(4, "little")


def rest_of_any_label(model: DymoModel) -> bytes:
    """Return blank dots for all that a label that broke off may want; between labels they do nothing."""
    sizes = ((paper.width_dots + 7) // 8 * (paper.height_dots or 0) for paper in model.media)
    return bytes(LABEL_HEADER_BYTES + max(sizes, default=0))
