"""Crockford's base32: letters that people can read aloud, with his check symbol (modulo 37)."""

from sync.protocol.errors import CodeError

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS = _DIGITS + "*~$=U"
_MODULUS = 37
_BITS = 5
_FORGIVEN = str.maketrans("OIL", "011", "- \t")


def encode(data: bytes) -> str:
    """The bytes as one big-endian number, in as few digits as its length always needs."""
    number = int.from_bytes(data, "big")
    count = -(-len(data) * 8 // _BITS)
    return "".join(_DIGITS[number >> _BITS * place & 31] for place in reversed(range(count)))


def check_symbol(data: bytes) -> str:
    """The check symbol over the number that these bytes are."""
    return _CHECKS[int.from_bytes(data, "big") % _MODULUS]


def normalise(text: str) -> str:
    """What somebody meant: upper case, no spaces or hyphens, O as 0, I and L as 1."""
    return text.strip().upper().translate(_FORGIVEN)


def decode(text: str, size: int) -> bytes:
    """Read digits back into ``size`` bytes.

    Raises:
        CodeError: a foreign sign, or a number too large.
    """
    number = 0
    for sign in text:
        value = _DIGITS.find(sign)
        if value < 0:
            raise CodeError("a code has a letter that is not used in codes")
        number = number << _BITS | value
    try:
        return number.to_bytes(size, "big")
    except OverflowError as error:
        raise CodeError("a code is larger than codes are") from error
