"""ZPL II: dots to a format with graphic fields and nothing else (ADR 0082).

After Zebra's *ZPL II Programming Guide*: ``^GF`` with ASCII hexadecimal data, plain, in the alternative compression
scheme (ACS), or as ``:Z64:``. No field data, no text, no binary ``^GFB``: nothing that a visitor typed is ever a
command here (C34), and a ``~`` or ``^`` never occurs inside data, so that an unfinished job can always be ended.

    >>> from printers.encodings.zpl import acs_row
    >>> acs_row("FFF000000000", None)
    'IF0,'
"""

from __future__ import annotations

import binascii
import itertools
import zlib
from base64 import b64encode
from collections.abc import Callable

from printers.bitmap import BadgeBitmap
from printers.catalogue.zebra import ZebraModel
from printers.encodings.fit import check_fit
from printers.errors import EncodingError
from printers.job import Cut, JobOptions
from printers.paper import Medium

STATUS_REQUEST = b"~HS"
FAULT_REQUEST = b"~HQES"
CANCEL_ALL = b"~JA"
END_OF_COMMAND = b"\r\n"
COUNT_REQUEST = b'! U1 getvar "odometer.total_label_count"\r\n'
COMPRESSIONS = ("z64", "acs", "hex")

_LARGEST_FIELD_BYTES = 99_999
_LONGEST_ROWS = 32_000
_TWENTIES = "ghijklmnopqrstuvwxyz"
_ONES = "GHIJKLMNOPQRSTUVWXY"
_MOST_REPEATS = 400 + 19
_CLEAN = "^LH0,0^LT0^LS0^PON^PMN^LRN"
_NO_REPRINT_AFTER_ERROR = "^JZN"
_CUT_MODE = {Cut.FULL: "^MMC", Cut.PARTIAL: "^MMC", Cut.NONE: "^MMT"}


def encode(bitmap: BadgeBitmap, medium: Medium, model: ZebraModel, options: JobOptions) -> bytes:
    """Return one label as a complete format, ``^XA`` to ``^XZ``.

    A bitmap smaller than the label is placed at its top left. Graphics beyond the 99,999 bytes that one ``^GF`` may
    hold are sent as several, one below the other. Without a wish the printer's own darkness, speed and cutter
    setting stay.

    Raises:
        EncodingError: when the bitmap does not fit the medium, the medium not the printer, or a wish is not possible.
    """
    check_fit(bitmap, medium, model, _LONGEST_ROWS)
    pack = _packing(options.compression)
    height = medium.height_dots or bitmap.height
    width = (bitmap.width + 7) // 8
    data = bitmap.black
    rows = max(1, _LARGEST_FIELD_BYTES // width)
    fields = "".join(
        f"^FO0,{top}{pack(data[top * width : (top + rows) * width], width)}^FS" for top in range(0, bitmap.height, rows)
    )
    darkness = "" if options.darkness is None else f"~SD{options.darkness:02d}"
    speed = "" if options.speed is None else f"^PR{options.speed}"
    cut = "" if options.cut is None else _CUT_MODE[options.cut]
    head = f"{darkness}^XA{_CLEAN}{_NO_REPRINT_AFTER_ERROR}^PW{medium.width_dots}^LL{height}{speed}{cut}"
    return f"{head}{fields}^PQ1^XZ".encode("ascii")


def _packing(name: str | None) -> Callable[[bytes, int], str]:
    known = {"z64": _z64, "acs": _acs, "hex": _hex}
    if name is not None and name not in known:
        raise EncodingError(f"A Zebra has no compression called {name!r}. It has: {', '.join(COMPRESSIONS)}.")
    return known[name or COMPRESSIONS[0]]


def _field(data: bytes, row_bytes: int, body: str) -> str:
    return f"^GFA,{len(data)},{len(data)},{row_bytes},{body}"


def _hex(data: bytes, row_bytes: int) -> str:
    return _field(data, row_bytes, data.hex().upper())


def _z64(data: bytes, row_bytes: int) -> str:
    """LZ77 (zlib), then Base64, then CRC-16 of the Base64 text (polynomial 0x1021, start 0)."""
    text = b64encode(zlib.compress(data, 6))
    return _field(data, row_bytes, f":Z64:{text.decode()}:{binascii.crc_hqx(text, 0):04X}")


def _acs(data: bytes, row_bytes: int) -> str:
    rows: list[str] = []
    before: str | None = None
    for start in range(0, len(data), row_bytes):
        row = data[start : start + row_bytes].hex().upper()
        rows.append(acs_row(row, before))
        before = row
    return _field(data, row_bytes, "".join(rows))


def acs_row(row: str, before: str | None) -> str:
    """Pack one row of hexadecimal digits, given the row above it.

    ``:`` repeats the row above, ``,`` fills up with 0; G to Y count 1 to 19 of the digit that follows, g to z 20 to
    400, and counts are added up. An odd row of noughts at the end keeps one, for printers fill bytes. ``!``, which the
    guide says fills up "with ones", is not used: some readers take it for the bits, some for the digit.
    """
    if row == before:
        return ":"
    kept = row.rstrip("0")
    kept += "0" * (len(kept) % 2)
    return _counted(kept) + "," if len(kept) < len(row) else _counted(row)


def _counted(digits: str) -> str:
    return "".join(_repeat(digit, len(list(group))) for digit, group in itertools.groupby(digits))


def _repeat(digit: str, count: int) -> str:
    out = ""
    while count > _MOST_REPEATS:
        out += _TWENTIES[-1] + digit
        count -= 400
    if count == 1:
        return out + digit
    twenties, ones = divmod(count, 20)
    high = _TWENTIES[twenties - 1] if twenties else ""
    return out + high + (_ONES[ones - 1] if ones else "") + digit
