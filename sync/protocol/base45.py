"""Base45 (RFC 9285): bytes in the alphabet of QR's alphanumeric mode."""

from sync.protocol.errors import CodeError

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {sign: value for value, sign in enumerate(_ALPHABET)}
_BASE = 45
_PAIR, _SINGLE = 3, 2


def encode(data: bytes) -> str:
    """Two bytes become three signs, a last single byte two."""
    signs: list[str] = []
    for start in range(0, len(data), 2):
        chunk = data[start : start + 2]
        number = int.from_bytes(chunk, "big")
        for _ in range(_PAIR if len(chunk) == 2 else _SINGLE):  # noqa: PLR2004 -- two bytes, RFC 9285 section 4
            number, value = divmod(number, _BASE)
            signs.append(_ALPHABET[value])
    return "".join(signs)


def decode(text: str) -> bytes:
    """Read base45.

    Raises:
        CodeError: a foreign sign, an impossible length or value.
    """
    data = bytearray()
    for start in range(0, len(text), _PAIR):
        chunk = text[start : start + _PAIR]
        try:
            number = sum(_VALUES[sign] * _BASE**place for place, sign in enumerate(chunk))
            data += number.to_bytes(len(chunk) - 1, "big") if len(chunk) >= _SINGLE else _refuse()
        except (KeyError, OverflowError) as error:
            raise CodeError("this is not one of our codes") from error
    return bytes(data)


def _refuse() -> bytes:
    raise CodeError("this is not one of our codes")
