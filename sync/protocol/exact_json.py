"""JSON in its one accepted byte form: exactly what msgspec would write for the value read.

Hashes and signatures cover bytes, so a text that two readers could understand differently (a member twice,
white space, ``1.0`` for ``1``, needless escapes) is refused instead of interpreted.
"""

from typing import TypeVar

import msgspec

from sync.protocol.errors import EncodingError, LimitError

T = TypeVar("T")

MAX_DEPTH = 32
"""How deep a body may nest, so that every reader can read what one of them has accepted."""

EMPTY = b"{}"
"""An object without members, of which most bodies are."""

_FOREIGN = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError, OverflowError)


def encode(value: object) -> bytes:
    """The exact JSON bytes of a struct, in the order of its fields.

    Raises:
        EncodingError: it holds half of a surrogate pair, or something that JSON has no form for.
    """
    try:
        return msgspec.json.encode(value)
    except (TypeError, *_FOREIGN) as error:
        raise EncodingError("this cannot be written as JSON") from error


def decode(raw: bytes, kind: type[T], *, what: str) -> T:
    """Read a struct and refuse it unless re-encoding gives the same bytes.

    Raises:
        EncodingError: not JSON, not of this shape, or not in the exact form; ``what`` names it.
    """
    value = read(raw, kind, what=what)
    if encode(value) != raw:
        raise EncodingError(f"{what} is not in its exact JSON form")
    return value


def read(raw: bytes | msgspec.Raw, kind: type[T], *, what: str) -> T:
    """Read a value of a shape without asking for the exact form (unknown members are the type's affair)."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except _FOREIGN as error:
        raise EncodingError(f"{what} is not readable") from error


def require_exact_object(raw: bytes, *, what: str) -> None:
    """Refuse bytes that are not one JSON object in exact form with whole numbers only.

    Used for bodies, whose members a reader may not know: unknown members stay, duplicates do not.

    Raises:
        EncodingError: it is not.
        LimitError: nested deeper than 32.
    """
    if raw == EMPTY:
        return
    value = read_untyped(raw, what=what)
    if not isinstance(value, dict) or encode(value) != raw:
        raise EncodingError(f"{what} is not in its exact JSON form")
    if raw.count(b"{") + raw.count(b"[") <= MAX_DEPTH:
        return  # each level begins with one of them, so most bodies need no look inside
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for item in level for inner in _children(item)]
        if not level:
            return
    raise LimitError(f"{what} is nested deeper than {MAX_DEPTH}")


def read_untyped(raw: bytes, *, what: str) -> object:
    """Any JSON value; fractions and exponents are refused, since their text has no single form."""
    try:
        return _WHOLE_NUMBERS.decode(raw)
    except _FOREIGN as error:
        raise EncodingError(f"{what} is not readable") from error


def _children(item: object) -> list[object]:
    if isinstance(item, dict):
        return [inner for inner in item.values() if isinstance(inner, dict | list)]
    return [inner for inner in item if isinstance(inner, dict | list)] if isinstance(item, list) else []


def _refuse_fraction(text: str) -> object:
    raise ValueError(text)


_WHOLE_NUMBERS: msgspec.json.Decoder[object] = msgspec.json.Decoder(object, float_hook=_refuse_fraction)
