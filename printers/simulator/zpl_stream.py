"""Read a ZPL II stream as the printer does: commands as they become whole, graphics turned back into dots.

Written against Zebra's *ZPL II Programming Guide* alone and not against our encoder, so that each checks the other.
Only what a label of pictures needs is understood: ``^GF`` (A with plain, ACS, B64 and Z64 data; B), ``^FO``, ``^LH``,
``^PW``, ``^LL``, ``^JZ``, ``^XA``, ``^XZ``, and the immediate ``~`` commands. Text fields come out as their letters, in
``ignored``: a test looks there for anything that should have been dots.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_PREFIX = re.compile(rb"[\^~!]")
_NEXT = re.compile(rb"[\^~]")
_SGD = re.compile(rb'! U1 (\w+) "([^"\r\n]*)"(?: "[^"\r\n]*")?\r?\n')
_SGD_LONGEST = 200
_LONG_TILDE = (b"~HQES", b"~HQOD")
_DIGITS = 10
_MOST_GRAPHIC_BYTES = 99_999
_LONGEST_COMMAND_BYTES = 4 * _MOST_GRAPHIC_BYTES
_HEX_DIGITS = b"0123456789ABCDEFabcdef"


@dataclass(frozen=True)
class Format:
    """One ``^`` command: its two letters and everything behind them."""

    code: str
    parameters: bytes


@dataclass(frozen=True)
class Immediate:
    """One ``~`` command, obeyed on arrival."""

    code: str


@dataclass(frozen=True)
class Question:
    """``! U1 getvar "NAME"``."""

    name: str


Command = Format | Immediate | Question


@dataclass(frozen=True)
class Graphic:
    """One ``^GF``: packed rows, the most significant bit leftmost, 1 = ink; None when the data make no sense."""

    row_bytes: int
    data: bytes


class ZplStream:
    """Splits bytes into commands, however they arrive."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._seen = 0

    def feed(self, data: bytes) -> Iterator[Command]:
        """Take bytes and yield every command that they complete."""
        self._buffer += data
        while True:
            step = self._next()
            if step is None:
                self._drop_what_never_ends()
                return
            command, used = step
            del self._buffer[:used]
            self._seen = 0
            if command is not None:
                yield command

    def _drop_what_never_ends(self) -> None:
        """No command is so long: a printer's own memory would be full, too."""
        if len(self._buffer) > _LONGEST_COMMAND_BYTES:
            self.forget()

    def forget(self) -> None:
        """Drop a command that has begun."""
        self._buffer.clear()
        self._seen = 0

    def _next(self) -> tuple[Command | None, int] | None:
        if not self._buffer:
            return None
        found = _PREFIX.search(self._buffer)
        if found is None:
            return None, len(self._buffer)
        if found.start():
            return None, found.start()
        first = self._buffer[:1]
        if first == b"~":
            return self._immediate()
        return self._question() if first == b"!" else self._format()

    def _immediate(self) -> tuple[Command | None, int] | None:
        for name in _LONG_TILDE:
            if self._buffer[: len(name)] == name[: len(self._buffer)] and len(self._buffer) > len(b"~HQ") - 1:
                return (Immediate(name[1:].decode()), len(name)) if len(self._buffer) >= len(name) else None
        if len(self._buffer) < len(b"~HS"):
            return None
        return Immediate(self._buffer[1:3].decode("latin-1")), 3

    def _question(self) -> tuple[Command | None, int] | None:
        found = _SGD.match(self._buffer)
        if found is not None:
            return (Question(found[2].decode("latin-1")) if found[1] == b"getvar" else None), found.end()
        whole = b"\n" in self._buffer[:_SGD_LONGEST] or len(self._buffer) > _SGD_LONGEST
        return (None, 1) if whole else None

    def _format(self) -> tuple[Command | None, int] | None:
        code = bytes(self._buffer[1:3])
        if len(code) < len(b"XA"):
            return None
        if code in {b"XA", b"XZ"}:
            return Format(code.decode(), b""), 3
        if code == b"GF" and self._buffer[3:4] == b"B":
            return self._binary_graphic()
        found = _NEXT.search(self._buffer, max(3, self._seen))
        if found is None:
            self._seen = len(self._buffer)
            return None
        parameters = bytes(self._buffer[3 : found.start()])
        return Format(code.decode("latin-1"), parameters), found.start()

    def _binary_graphic(self) -> tuple[Command | None, int] | None:
        """``^GFB,bytes,total,row,`` and then that many bytes of anything."""
        parts = bytes(self._buffer[3:60]).split(b",", 4)
        if len(parts) < 5:  # noqa: PLR2004 - its parameters
            return None if len(self._buffer) < 60 else (None, 3)  # noqa: PLR2004 - as above
        if not parts[1].isdigit():
            return None, 3
        begin = 3 + sum(len(part) + 1 for part in parts[:4])
        end = begin + int(parts[1])
        return (Format("GF", bytes(self._buffer[3:end])), end) if len(self._buffer) >= end else None


def read_graphic(parameters: bytes) -> Graphic | None:
    """Turn the parameters of a ``^GF`` into dots; None where a printer would ignore it."""
    parts = parameters.split(b",", 4)
    sizes = parts[1:4]
    if len(parts) < 5 or not all(size.isdigit() and len(size) < _DIGITS for size in sizes):  # noqa: PLR2004 - its parameters
        return None
    total, row_bytes = int(parts[2]), int(parts[3])
    if not 0 < row_bytes <= total <= _MOST_GRAPHIC_BYTES:
        return None
    data = parts[4] if parts[0] == b"B" else _ascii_data(parts[4], row_bytes, total)
    return None if data is None else Graphic(row_bytes, data[:total].ljust(total, b"\0"))


def _ascii_data(text: bytes, row_bytes: int, total: int) -> bytes | None:
    text = bytes(byte for byte in text if byte not in b"\r\n")
    if text[:5] in {b":Z64:", b":B64:"}:
        body, colon, check = text[5:].rpartition(b":")
        if not colon or int(check or b"0", 16) != _crc(body):
            return None
        raw = base64.b64decode(body)
        return zlib.decompressobj().decompress(raw, total) if text[1:2] == b"Z" else raw
    return _rows_of_digits(text, row_bytes * 2, -(-total // row_bytes))


def _rows_of_digits(text: bytes, digits_per_row: int, most_rows: int) -> bytes:
    """Undo the alternative compression scheme, digit by digit, until there are enough rows."""
    rows: list[bytearray] = []
    row = bytearray()
    count = 0
    for byte in text:
        if len(rows) >= most_rows:
            break
        if byte in _HEX_DIGITS:
            row += bytes([byte]) * min(count or 1, digits_per_row * most_rows)
            count = 0
        elif ord("G") <= byte <= ord("Y"):
            count += byte - ord("G") + 1
        elif ord("g") <= byte <= ord("z"):
            count += (byte - ord("g") + 1) * 20
        elif byte in b",!":
            row += (b"0" if byte == ord(",") else b"F") * (digits_per_row - len(row))
        elif byte == ord(":") and rows and not row:
            row += rows[-1]
        while len(row) >= digits_per_row:
            rows.append(row[:digits_per_row])
            del row[:digits_per_row]
    if row:
        rows.append(row.ljust(digits_per_row, b"0"))
    return bytes.fromhex(b"".join(rows).decode())


def _table() -> tuple[int, ...]:
    """CRC-16 with the polynomial x^16 + x^12 + x^5 + 1, most significant bit first."""
    out = []
    for byte in range(256):
        value = byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021) & 0xFFFF if value & 0x8000 else value << 1
        out.append(value)
    return tuple(out)


_CRC = _table()


def _crc(data: bytes) -> int:
    value = 0
    for byte in data:
        value = (value << 8 & 0xFF00) ^ _CRC[value >> 8 ^ byte]
    return value
