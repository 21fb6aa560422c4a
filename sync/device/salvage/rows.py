"""The rows of one page of a table, as far as their bytes can be read (sqlite.org/fileformat2.html, 1.6 and 2)."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sync.device.salvage.pages import USABLE_BYTES

Value = int | float | str | bytes | None
ReadPage = Callable[[int], bytes | None]

LEAF, INTERIOR = 0x0D, 0x05
_FIRST_HEADER = 100
_MOST_LOCAL = USABLE_BYTES - 35
_LEAST_LOCAL = (USABLE_BYTES - 12) * 32 // 255 - 23
_LINK_BYTES = 4
_LONGEST_VARINT = 9
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_REAL, _ZERO, _ONE, _FIRST_BLOB = 7, 8, 9, 12


@dataclass(frozen=True, slots=True)
class StoredRow:
    """``values`` in the order of the columns; fewer than there are when the rest lies in pages that are damaged."""

    rowid: int
    values: tuple[Value, ...]
    columns: int

    @property
    def whole(self) -> bool:
        """Whether every column could be read."""
        return len(self.values) == self.columns


def page_kind(page: bytes, number: int) -> int:
    """``LEAF`` or ``INTERIOR`` of a table, or whatever else stands there."""
    return page[_start(number)]


def children(page: bytes, number: int) -> list[int]:
    """The pages below an interior page of a table."""
    start = _start(number)
    cells = _cells(page, start, 12)
    below = [struct.unpack_from(">I", page, cell)[0] for cell in cells if cell + _LINK_BYTES <= len(page)]
    return [*below, struct.unpack_from(">I", page, start + 8)[0]]


def rows_of(page: bytes, number: int, read: ReadPage) -> Iterator[StoredRow | None]:
    """The rows of a leaf; ``None`` for each that is none at all. ``read`` gives the pages that long rows go on in."""
    for cell in _cells(page, _start(number), 8):
        try:
            yield _row(page, cell, read)
        except (IndexError, ValueError, struct.error):
            yield None


def _start(number: int) -> int:
    return _FIRST_HEADER if number == 1 else 0


def _cells(page: bytes, start: int, header: int) -> list[int]:
    (count,) = struct.unpack_from(">H", page, start + 3)
    count = min(count, (len(page) - start - header) // 2)
    return list(struct.unpack_from(f">{count}H", page, start + header))


def _row(page: bytes, cell: int, read: ReadPage) -> StoredRow:
    size, at = _varint(page, cell)
    rowid, at = _varint(page, at)
    if size <= _MOST_LOCAL:
        payload = page[at : at + size]
    else:
        local = _LEAST_LOCAL + (size - _LEAST_LOCAL) % (USABLE_BYTES - _LINK_BYTES)
        local = local if local <= _MOST_LOCAL else _LEAST_LOCAL
        (link,) = struct.unpack_from(">I", page, at + local)
        payload = page[at : at + local] + _overflow(link, size - local, read)
    values, columns = _record(payload)
    return StoredRow(rowid - (1 << 64) if rowid >> 63 else rowid, values, columns)


def _overflow(number: int, size: int, read: ReadPage) -> bytes:
    """As much of the rest of a row as can be read from its first byte on."""
    parts: list[bytes] = []
    while size > 0 and number:
        page = read(number)
        if page is None:
            break
        (number,) = struct.unpack_from(">I", page)
        parts.append(page[_LINK_BYTES : _LINK_BYTES + size])
        size -= len(parts[-1])
    return b"".join(parts)


def _record(payload: bytes) -> tuple[tuple[Value, ...], int]:
    end, at = _varint(payload, 0)
    types: list[int] = []
    while at < end:
        kind, at = _varint(payload, at)
        types.append(kind)
    values: list[Value] = []
    for kind in types:
        size = _size(kind)
        part = payload[at : at + size]
        if len(part) < size:
            break
        values.append(_value(kind, part))
        at += size
    return tuple(values), len(types)


def _size(kind: int) -> int:
    if kind >= _FIRST_BLOB:
        return (kind - _FIRST_BLOB) // 2
    return 8 if kind == _REAL else _INTEGER_BYTES.get(kind, 0)


def _value(kind: int, part: bytes) -> Value:
    if kind >= _FIRST_BLOB:
        return part.decode("utf-8") if kind % 2 else part
    if kind == _REAL:
        return float(struct.unpack(">d", part)[0])
    if kind in (_ZERO, _ONE):
        return kind - _ZERO
    return int.from_bytes(part, "big", signed=True) if kind in _INTEGER_BYTES else None


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(_LONGEST_VARINT):
        byte = content[at + index]
        if index == _LONGEST_VARINT - 1:
            return value << 8 | byte, at + index + 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 -- the bit that says: more follows
            break
    return value, at + index + 1
