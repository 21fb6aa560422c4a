"""Read a Brother QL's command stream as the printer does: byte by byte, commands as they become whole.

After *Raster Command Reference QL-800/810W/820NWB*, section 4. Written against the reference alone and not against our
encoder, so that each checks the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_ESCAPE = 0x1B
_PACKBITS = 2


class Order(Enum):
    """Commands without parameters that matter here."""

    INVALIDATE = "invalidate"
    INITIALISE = "initialise"
    STATUS = "status"
    EMPTY_ROW = "empty row"
    PRINT = "print"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Setting:
    """One of the one-parameter settings: ``a`` mode, ``M`` various, ``A`` cut each, ``K`` expanded, ``d`` margin."""

    letter: str
    value: int


@dataclass(frozen=True)
class PageInformation:
    """``ESC i z``: which paper the page is for."""

    valid: int
    media_type: int
    width_mm: int
    length_mm: int
    rows: int


@dataclass(frozen=True)
class Row:
    """One raster row; plane 0 is the one-colour command, 1 black and 2 red of the two-colour one."""

    plane: int
    data: bytes


Command = Order | Setting | PageInformation | Row

_ESCAPE_I_LENGTHS = {"S": 0, "a": 1, "!": 1, "z": 10, "M": 1, "A": 1, "K": 1, "d": 2}
_SINGLE = {0x00: Order.INVALIDATE, 0x5A: Order.EMPTY_ROW, 0x0C: Order.PRINT, 0x1A: Order.PRINT}


class RasterStream:
    """Splits bytes into commands, however they arrive."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._compressed = False

    def feed(self, data: bytes) -> Iterator[Command]:
        """Take bytes and yield every command that they complete."""
        self._buffer += data
        position = 0
        while True:
            step = self._next(position)
            if step is None:
                break
            command, position = step
            yield command
        del self._buffer[:position]

    def forget(self) -> None:
        """Drop a command that has begun, as switching the printer off does."""
        self._buffer.clear()
        self._compressed = False

    def _next(self, at: int) -> tuple[Command, int] | None:
        """Return the command at a position and where the next one begins; None while it is not whole."""
        if at >= len(self._buffer):
            return None
        first = self._buffer[at]
        if first in _SINGLE:
            return _SINGLE[first], at + 1
        if first == _ESCAPE:
            return self._escaped(at)
        if first in b"gw":
            return self._row(at, first)
        return self._compression(at) if first == ord("M") else (Order.UNKNOWN, at + 1)

    def _compression(self, at: int) -> tuple[Command, int] | None:
        mode = self._bytes(at + 1, 1)
        if mode is None:
            return None
        self._compressed = mode[0] == _PACKBITS
        return Setting("compression", mode[0]), at + 2

    def _escaped(self, at: int) -> tuple[Command, int] | None:
        second = self._bytes(at + 1, 1)
        if second is None or second == b"i":
            return None if second is None else self._escaped_i(at)
        if second != b"@":
            return Order.UNKNOWN, at + 2
        self._compressed = False
        return Order.INITIALISE, at + 2

    def _escaped_i(self, at: int) -> tuple[Command, int] | None:
        third = self._bytes(at + 2, 1)
        if third is None:
            return None
        letter = third.decode("latin-1")
        length = _ESCAPE_I_LENGTHS.get(letter)
        if length is None:
            return Order.UNKNOWN, at + 3
        parameters = self._bytes(at + 3, length)
        return None if parameters is None else (_meaning(letter, parameters), at + 3 + length)

    def _row(self, at: int, first: int) -> tuple[Command, int] | None:
        head = self._bytes(at + 1, 2)
        if head is None:
            return None
        data = self._bytes(at + 3, head[1])
        if data is None:
            return None
        plane = 0 if first == ord("g") else head[0]
        content = _unpacked(data) if self._compressed else data
        return Row(plane, content), at + 3 + head[1]

    def _bytes(self, at: int, length: int) -> bytes | None:
        """Bytes from the buffer, or None while they are not all there."""
        if at + length > len(self._buffer):
            return None
        return bytes(self._buffer[at : at + length])


def _meaning(letter: str, parameters: bytes) -> Command:
    if letter == "S":
        return Order.STATUS
    if letter == "z":
        rows = int.from_bytes(parameters[4:8], "little")
        return PageInformation(parameters[0], parameters[1], parameters[2], parameters[3], rows)
    return Setting(letter, int.from_bytes(parameters, "little"))


def _unpacked(data: bytes) -> bytes:
    """Undo PackBits (TIFF 6.0, section 9)."""
    out = bytearray()
    position = 0
    while position < len(data):
        count = data[position]
        position += 1
        if count < 128:  # noqa: PLR2004 - the sign bit
            out += data[position : position + count + 1]
            position += count + 1
        elif count > 128:  # noqa: PLR2004 - as above; 128 itself is no operation
            out += data[position : position + 1] * (257 - count)
            position += 1
    return bytes(out)
