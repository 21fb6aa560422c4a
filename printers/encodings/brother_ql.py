"""Brother QL raster: dots to bytes (ADR 0030).

Byte for byte after Brother's *Raster Command Reference QL-800/810W/820NWB* (sections 2.1, 2.3.5 and 4): initialisation
once, control codes for the page, one command a raster row, print with feeding. Nothing that a visitor typed is ever a
command here: names arrive as dots (C34).

    >>> from printers.encodings.brother_ql import encode
    >>> from printers.media import medium
    >>> from printers.catalogue.brother import brother_model
    >>> data = encode(bitmap, medium("62x100"), brother_model("QL-820NWB"))  # doctest: +SKIP
"""

from __future__ import annotations

from PIL import Image

from printers.bitmap import BadgeBitmap
from printers.catalogue.brother import BrotherModel
from printers.encodings.fit import check_fit
from printers.paper import Medium, MediumForm

INVALIDATE_BYTES = 400
STATUS_REQUEST = b"\x1biS"
INITIALISE = b"\x1b@"
RASTER_MODE = b"\x1bia\x01"
PRINT_AND_FEED = b"\x1a"

_MEDIA_TYPE = {MediumForm.CONTINUOUS: 0x0A, MediumForm.DIE_CUT: 0x0B}
_INFO_TYPE, _INFO_WIDTH, _INFO_LENGTH, _INFO_QUALITY, _INFO_RECOVER = 0x02, 0x04, 0x08, 0x40, 0x80
_INFO = _INFO_TYPE | _INFO_WIDTH | _INFO_LENGTH | _INFO_QUALITY | _INFO_RECOVER
_AUTO_CUT = 0x40
_TWO_COLOUR, _CUT_AT_END = 0x01, 0x08
_ROW = b"g\x00"
_BLACK_ROW, _RED_ROW = b"w\x01", b"w\x02"
_LONGEST_ROWS = 11811


def reset(model: BrotherModel) -> bytes:
    """Return what clears an unfinished job and leaves the printer waiting for a new one."""
    mode = RASTER_MODE if model.switches_mode else b""
    return bytes(INVALIDATE_BYTES) + mode + INITIALISE


def encode(bitmap: BadgeBitmap, medium: Medium, model: BrotherModel, *, cut: bool = True) -> bytes:
    """Return one page as a complete job.

    A bitmap smaller than the medium is placed at its top left; the rest stays paper. On die-cut labels the page is
    always the whole label. Two-colour paper is always addressed as such: with the two-colour bit clear it
    answers "replace media".

    Raises:
        EncodingError: when the bitmap does not fit the medium, or the medium not the printer.
    """
    check_fit(bitmap, medium, model, _LONGEST_ROWS)
    rows = medium.height_dots or max(bitmap.height, model.shortest_rows)
    planes = [_raster(bitmap.black_ink(), rows, medium, model)]
    if medium.two_colour:
        red = bitmap.red_ink() or Image.new("1", (bitmap.width, bitmap.height))
        planes.append(_raster(red, rows, medium, model))
    return reset(model) + _page_codes(medium, model, rows, cut=cut) + _rows(planes, model) + PRINT_AND_FEED


def _page_codes(medium: Medium, model: BrotherModel, rows: int, *, cut: bool) -> bytes:
    """Control codes of a page, in the order of section 2.1; the mode is set again because ``ESC @`` clears it."""
    mode = RASTER_MODE if model.switches_mode else b""
    first_page = 0
    size = bytes([_INFO, _MEDIA_TYPE[medium.form], medium.width_mm, medium.length_mm])
    information = b"\x1biz" + size + rows.to_bytes(4, "little") + bytes([first_page, 0])
    expanded = (_TWO_COLOUR if medium.two_colour else 0) | (_CUT_AT_END if cut else 0)
    margin = b"\x1bid" + medium.margin_dots.to_bytes(2, "little")
    if not model.cuts:
        return mode + information + margin
    each = b"\x1biA\x01" if cut else b""
    cutting = b"\x1biM" + bytes([_AUTO_CUT if cut else 0]) + each + b"\x1biK" + bytes([expanded])
    return mode + information + cutting + margin


def _raster(ink: Image.Image, rows: int, medium: Medium, model: BrotherModel) -> bytes:
    """Return ``rows`` raster rows: the first bit of a row is the head's right end, so the picture is mirrored."""
    head = Image.new("1", (model.head_dots, rows))
    right = model.head_dots - medium.right_offset_dots - model.extra_offset_dots
    head.paste(ink, (right - medium.width_dots, 0))
    return head.transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes()


def _rows(planes: list[bytes], model: BrotherModel) -> bytes:
    size = model.row_bytes
    commands = [_ROW] if len(planes) == 1 else [_BLACK_ROW, _RED_ROW]
    heads = [command + bytes([size]) for command in commands]
    out = bytearray()
    for start in range(0, len(planes[0]), size):
        for head, plane in zip(heads, planes, strict=True):
            out += head
            out += plane[start : start + size]
    return bytes(out)
