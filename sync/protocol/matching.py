"""Comparing people without listing them: words become tokens under a key, and tokens are compared.

A list such as the watchlist holds tokens; the kiosk makes tokens of what a visitor typed. Case and accents do not
count, nor does the order of names. Whoever has the key can still guess word by word: tokens keep a list from being
read, not from being tried.
"""

import hmac
import unicodedata
from collections.abc import Iterable
from hashlib import sha256

_DOMAIN = b"lodge-match-v1\x00"
_TOKEN_BYTES = 16
_ONE_WORD = frozenset({"email", "phone", "document", "code"})


def match_tokens(key: bytes, field: str, text: str) -> tuple[str, ...]:
    """The tokens of what stands in a field (``name``, ``company``, ``email``, ``phone``, ``document``, ``code``),
    in order.

    A token is HMAC-SHA-256 of the domain, the field's name, a zero byte and a folded word, the first 16 bytes in hex.
    """
    return tuple(sorted({_token(key, field, word) for word in folded_words(field, text)}))


def folded_words(field: str, text: str) -> tuple[str, ...]:
    """The words that are compared: without case, accents and punctuation.

    An e-mail address, a telephone number (digits, without leading zeros), a document's number and a code are one word
    each.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    if field not in _ONE_WORD:
        return tuple("".join(sign if sign.isalnum() else " " for sign in plain).split())
    word = _one_word(field, plain)
    return (word,) if word else ()


def is_met(clue: Iterable[str], given: Iterable[str]) -> bool:
    """Whether every token of a clue is among those given; a clue without tokens is never met."""
    wanted = set(clue)
    return bool(wanted) and wanted <= set(given)


def _one_word(field: str, plain: str) -> str:
    if field == "email":
        return "".join(plain.split())
    if field == "phone":
        return "".join(sign for sign in plain if sign.isdecimal()).lstrip("0")
    return "".join(sign for sign in plain if sign.isalnum())


def _token(key: bytes, field: str, word: str) -> str:
    message = _DOMAIN + field.encode("utf-8") + b"\x00" + word.encode("utf-8", "surrogatepass")
    return hmac.new(key, message, sha256).digest()[:_TOKEN_BYTES].hex()
