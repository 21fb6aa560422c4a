"""Read an ESC/POS stream as a receipt printer does.

Written against Epson's *ESC/POS Command Reference* alone and not against our encoder, so that each checks the other.
Real-time commands are found in whatever arrives, dots included: that is what real printers do, and why it matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CLEAR_PARAMETERS = b"\x01\x03\x14\x01\x06\x02\x08"
_REAL_TIME = re.compile(rb"\x10(?:\x04([\x01-\x04])|\x05([\x01\x02])|\x14\x08" + re.escape(_CLEAR_PARAMETERS) + rb")")
_LONGEST_REAL_TIME = 10
_MODES = {0: (1, 1), 48: (1, 1), 1: (2, 1), 49: (2, 1), 2: (1, 2), 50: (1, 2), 3: (2, 2), 51: (2, 2)}
_FIXED = {b"\x1bd": 1, b"\x1bJ": 1, b"\x1ba": 1, b"\x1b3": 1, b"\x1da": 1, b"\x1b!": 1, b"\x1dr": 1}
_CUT_WITH_FEED = (65, 66)

_LONGEST_BAND_BYTES = 1 << 22


@dataclass(frozen=True)
class Question:
    """``DLE EOT`` with its number."""

    number: int


@dataclass(frozen=True)
class Recover:
    """``DLE ENQ`` 1 or 2; 2 also empties the buffers."""

    clears: bool


@dataclass(frozen=True)
class Clear:
    """``DLE DC4`` 8: empty the buffers."""


@dataclass(frozen=True)
class Band:
    """``GS v 0``: rows of dots, the most significant bit leftmost, 1 = ink."""

    row_bytes: int
    data: bytes
    scale: tuple[int, int]


@dataclass(frozen=True)
class Plain:
    """Any other command: its two letters and its parameters."""

    code: bytes
    parameters: bytes


RealTime = Question | Recover | Clear
Command = Band | Plain


class RealTimeScanner:
    """Finds real-time commands in what arrives, across the joints of portions."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> Iterator[RealTime]:
        """Yield every real-time command that these bytes complete."""
        joined = self._tail + data
        for found in _REAL_TIME.finditer(joined):
            if found.end() <= len(self._tail):
                continue
            if found[1]:
                yield Question(found[1][0])
            elif found[2]:
                yield Recover(clears=found[2] == b"\x02")
            else:
                yield Clear()
        self._tail = joined[-(_LONGEST_REAL_TIME - 1) :]

    def forget(self) -> None:
        """Drop what has begun."""
        self._tail = b""


def next_command(buffer: bytes | bytearray) -> tuple[Command | None, int]:
    """Return the command at the start of the buffer and its length; a length of 0 while it is not whole.

    A command of None is something without effect here: a blank byte, a real-time command that was obeyed on arrival.
    """
    if not buffer:
        return None, 0
    first = buffer[0]
    if first == 0x10:  # noqa: PLR2004 - DLE
        return _skip_real_time(buffer)
    if first not in {0x1B, 0x1D}:
        return (None if first == 0 else Plain(bytes([first]), b"")), 1
    code = bytes(buffer[:2])
    special = {b"\x1dv": _band, b"\x1d(": _counted}.get(code)
    return special(buffer) if special is not None else _simple(code, buffer)


def _simple(code: bytes, buffer: bytes | bytearray) -> tuple[Command | None, int]:
    """A prefix, a letter, and a known number of parameters."""
    length = 2 + _FIXED.get(code, 0)
    if code == b"\x1dV":
        length = 4 if len(buffer) > 2 and buffer[2] in _CUT_WITH_FEED else 3  # noqa: PLR2004 - its first parameter
    return (Plain(code, bytes(buffer[2:length])), length) if len(buffer) >= length else (None, 0)


def _skip_real_time(buffer: bytes | bytearray) -> tuple[Command | None, int]:
    if len(buffer) < 3:  # noqa: PLR2004 - DLE, letter, number
        return None, 0
    if buffer[1] == 0x14 and buffer[2] == 8:  # noqa: PLR2004 - DC4 and its function
        return (None, _LONGEST_REAL_TIME) if len(buffer) >= _LONGEST_REAL_TIME else (None, 0)
    return None, 3


def _band(buffer: bytes | bytearray) -> tuple[Command | None, int]:
    if len(buffer) < 8:  # noqa: PLR2004 - GS v 0 m xL xH yL yH
        return None, 0
    row_bytes, rows = int.from_bytes(buffer[4:6], "little"), int.from_bytes(buffer[6:8], "little")
    scale = _MODES.get(buffer[3])
    end = 8 + row_bytes * rows
    if buffer[2] != ord("0") or scale is None or not row_bytes or not rows or end > _LONGEST_BAND_BYTES:
        return Plain(b"\x1dv", bytes(buffer[2:8])), 8
    return (Band(row_bytes, bytes(buffer[8:end]), scale), end) if len(buffer) >= end else (None, 0)


def _counted(buffer: bytes | bytearray) -> tuple[Command | None, int]:
    """``GS ( X pL pH ...``."""
    if len(buffer) < 5:  # noqa: PLR2004 - up to pH
        return None, 0
    end = 5 + int.from_bytes(buffer[3:5], "little")
    return (Plain(bytes(buffer[:3]), bytes(buffer[5:end])), end) if len(buffer) >= end else (None, 0)
