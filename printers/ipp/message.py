"""IPP messages: as much of RFC 8010 (encoding) as printing a badge needs.

>>> request = Request(Operation.GET_PRINTER_ATTRIBUTES, "ipp://printer.example.org/ipp/print")
>>> request.encode(1)[:4].hex()
'0200000b'
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from printers.errors import StatusFormatError

_VERSION = b"\x02\x00"
_OPERATION_GROUP, _JOB_GROUP, _END = 0x01, 0x02, 0x03
_LAST_DELIMITER = 0x0F
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_BEGIN_COLLECTION, _END_COLLECTION, _MEMBER = 0x34, 0x37, 0x4A
_KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME, _NAME = 0x44, 0x45, 0x47, 0x48, 0x49, 0x42
_HEADER_BYTES = 8

Value = int | bool | str


class Operation(IntEnum):
    """Operations, with their numbers."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_PRINTER_ATTRIBUTES = 0x000B


@dataclass(frozen=True)
class Request:
    """One question or order.

    Attributes:
        printer: the printer's ``ipp://`` address.
        job: the number of the job that it is about, None for none.
        asked: names of attributes that are wanted.
        document: a PDF to print.
        size: the page in hundredths of a millimetre, across and along.
    """

    operation: Operation
    printer: str
    job: int | None = None
    asked: tuple[str, ...] = ()
    document: bytes = b""
    size: tuple[int, int] | None = None

    def encode(self, number: int) -> bytes:
        """Return the message with a number that its answer repeats."""
        parts = [
            _VERSION + self.operation.to_bytes(2, "big") + number.to_bytes(4, "big"),
            bytes([_OPERATION_GROUP]),
            _attribute(_CHARSET, "attributes-charset", b"utf-8"),
            _attribute(_LANGUAGE, "attributes-natural-language", b"en"),
            _attribute(_URI, "printer-uri", self.printer.encode()),
        ]
        if self.job is not None:
            parts.append(_attribute(_INTEGER, "job-id", self.job.to_bytes(4, "big")))
        parts.append(_attribute(_NAME, "requesting-user-name", b"lodge"))
        for index, name in enumerate(self.asked):
            parts.append(_attribute(_KEYWORD, "" if index else "requested-attributes", name.encode()))
        if self.document:
            parts += [_attribute(_NAME, "job-name", b"badge"), _attribute(_MIME, "document-format", b"application/pdf")]
            parts += [bytes([_JOB_GROUP]), _attribute(_KEYWORD, "print-scaling", b"none"), _media(self.size)]
        return b"".join([*parts, bytes([_END]), self.document])


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    encoded = name.encode()
    return bytes([tag]) + len(encoded).to_bytes(2, "big") + encoded + len(value).to_bytes(2, "big") + value


def _media(size: tuple[int, int] | None) -> bytes:
    """``media-col`` with a ``media-size`` in it."""
    if size is None:
        return b""
    across, along = (side.to_bytes(4, "big") for side in size)
    return b"".join(
        [
            _attribute(_BEGIN_COLLECTION, "media-col", b""),
            _attribute(_MEMBER, "", b"media-size"),
            _attribute(_BEGIN_COLLECTION, "", b""),
            _attribute(_MEMBER, "", b"x-dimension"),
            _attribute(_INTEGER, "", across),
            _attribute(_MEMBER, "", b"y-dimension"),
            _attribute(_INTEGER, "", along),
            _attribute(_END_COLLECTION, "", b""),
            _attribute(_END_COLLECTION, "", b""),
        ]
    )


_INTEGER_BYTES = 4


@dataclass(frozen=True)
class Answer:
    """An answer: its status (below 0x0100 is success) and all attributes of all groups by name."""

    status: int
    attributes: dict[str, tuple[Value, ...]]

    def number(self, name: str) -> int | None:
        """The first value of an attribute, when it is a number."""
        value = self.attributes.get(name, (None,))[0]
        return value if isinstance(value, int) else None

    def words(self, name: str) -> tuple[str, ...]:
        """All values of an attribute that are text."""
        return tuple(value for value in self.attributes.get(name, ()) if isinstance(value, str))


def read_answer(data: bytes) -> Answer:
    """Read an answer; collections are passed over.

    Raises:
        StatusFormatError: when these bytes are no IPP message.
    """
    if len(data) <= _HEADER_BYTES or data[0] not in {1, 2}:
        raise StatusFormatError(f"The printer answered {len(data)} bytes that are not IPP.")
    attributes: dict[str, list[Value]] = {}
    at, name = _HEADER_BYTES, ""
    try:
        while data[at] != _END:
            tag = data[at]
            at += 1
            if tag <= _LAST_DELIMITER:
                continue
            own, at = _counted(data, at)
            value, at = _counted(data, at)
            name = own.decode() or name
            meaning = _value(tag, value)
            if meaning is not None:
                attributes.setdefault(name, []).append(meaning)
    except (IndexError, UnicodeDecodeError) as error:
        raise StatusFormatError("The printer's IPP answer breaks off.") from error
    values = {name: tuple(several) for name, several in attributes.items()}
    return Answer(int.from_bytes(data[2:4], "big"), values)


def _counted(data: bytes, at: int) -> tuple[bytes, int]:
    length = int.from_bytes(data[at : at + 2], "big")
    end = at + 2 + length
    if end > len(data):
        raise IndexError(at)
    return data[at + 2 : end], end


def _value(tag: int, value: bytes) -> Value | None:
    if tag in {_INTEGER, _ENUM}:
        return int.from_bytes(value, "big", signed=True) if len(value) == _INTEGER_BYTES else None
    if tag == _BOOLEAN:
        return value != b"\0"
    return value.decode("utf-8", "replace") if tag in {_KEYWORD, _URI, _NAME, _MIME, 0x41} else None
