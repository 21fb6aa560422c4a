"""Blind search tokens: HMACs of the beginnings of words, so that the database finds names it cannot read.

Every word of a name gives the HMACs of its first 3, 4, 6 and 9 letters, as far as it has them (a shorter word
gives itself). What is searched for is cut to the longest of these lengths that it has, so the database finds
candidates; who searches judges them by the whole query once they are decrypted (``begins``). Fewer lengths are fewer
rows, and tell less to whoever steals them. Tokens are pseudonymous personal data: they are deleted with the stay.
"""

import hmac
import unicodedata

from cloud_api.keys.fields import FieldCipher

TOKEN_PURPOSE = "search-tokens"  # noqa: S105  the purpose of a derived key, not a secret
_ACTOR_PURPOSE = "audit-actors"
PREFIXES = (3, 4, 6, 9)
TOKEN_BYTES = 16


class TokenMaker:
    """Makes tokens under one organisation's key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        # A batch names the same companies and hosts again and again.
        self._made: dict[str, bytes] = {}
        self._told: dict[str, frozenset[bytes]] = {}

    def for_text(self, *texts: str) -> frozenset[bytes]:
        """The tokens to store for these texts."""
        return frozenset().union(*(self._of(text) for text in texts))

    def for_query(self, query: str) -> set[bytes]:
        """The tokens that all must be there for the query to match; empty for a query without letters."""
        return {self._token(_prefixes(word)[-1]) for word in words(query)}

    def _of(self, text: str) -> frozenset[bytes]:
        told = self._told.get(text)
        if told is None:
            told = frozenset(self._token(prefix) for word in words(text) for prefix in _prefixes(word))
            self._told[text] = told
        return told

    def _token(self, prefix: str) -> bytes:
        made = self._made.get(prefix)
        if made is None:
            made = hmac.digest(self._key, prefix.encode("utf-8"), "sha256")[:TOKEN_BYTES]
            self._made[prefix] = made
        return made


def actor_token(cipher: FieldCipher, name: str) -> bytes:
    """By which the audit log finds what somebody did: of the whole name, so that it tells nothing of its parts."""
    plain = " ".join(words(name))
    return hmac.digest(cipher.derive(_ACTOR_PURPOSE), plain.encode("utf-8"), "sha256")[:TOKEN_BYTES]


def words(*texts: str) -> list[str]:
    """The words of texts as they are compared: decomposed, without accents, case folded."""
    found: list[str] = []
    for text in texts:
        if text.isascii():  # nothing to decompose, and no marks
            found += text.lower().translate(_PLAIN).split()
            continue
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        kept = "".join(sign if _is_letter(sign) else " " for sign in plain if not unicodedata.combining(sign))
        found += kept.split()
    return found


def begins(query: str, *texts: str) -> bool:
    """Whether each word of the query begins a word of the texts."""
    own = words(*texts)
    return all(any(word.startswith(wanted) for word in own) for wanted in words(query))


def _is_letter(sign: str) -> bool:
    # Marks of scripts such as Devanagari (Mc) belong to their word.
    return unicodedata.category(sign)[0] in "LNM"


_PLAIN = dict.fromkeys((sign for sign in range(128) if not chr(sign).isalnum()), " ")
"""Of the signs of ASCII, what is not of a word."""


def _prefixes(word: str) -> list[str]:
    return [word[:length] for length in PREFIXES if length <= len(word)] or [word]
