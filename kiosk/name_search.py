"""Finding people by how their names begin, so that everybody can be found and nobody can browse the list.

One rule for whoever searches and for whoever says how much is still to be typed:

- Three letters show all people of whose names words begin so; of Chinese characters, kana and Hangul, which are
  syllables or words, two are enough, and they may be the given name that ends a word of three or four.
- Two letters show the people of whose names a whole word is just that (Wu, Li): as much as a longer name tells when it
  is typed. Words in small letters (de, la) are no names for this.
- Less shows only whose whole name it is.

What is counted is what is compared: vowel signs and the apostrophe within a name count as letters do, and must stand in
the name; accents that are overlooked do not count. Each word typed needs a word of its own in the name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

LEAST_LETTERS = 3
LEAST_SYLLABLES = 2
_ENOUGH = LEAST_LETTERS * LEAST_SYLLABLES
_SHORT_WORD = 2 * LEAST_SYLLABLES
"""Weights: a letter weighs ``LEAST_SYLLABLES``, a sign that is a syllable ``LEAST_LETTERS``."""

_SAME = str.maketrans({**dict.fromkeys("’‘ʼ´`׳", "'"), **dict.fromkeys("\u200c\u200d\u200e\u200f\u061c")})
"""Apostrophes are one; what joins letters or turns a line is not seen."""
_BETWEEN_WORDS = re.compile(r"[\s\-‐‑‒–—·・‧,;()]+")
_SYLLABLES = "々ぁ-ゖァ-ヺー㐀-䶿一-鿿가-힣\uf900-\ufaff\U00020000-\U0003ffff"
_SYLLABLE = re.compile(f"[{_SYLLABLES}]")
_FAMILY_AND_GIVEN = re.compile(f"[{_SYLLABLES}]{{3,4}}")
_SPACE_BETWEEN_SYLLABLES = re.compile(rf"(?<=[{_SYLLABLES}]) (?=[{_SYLLABLES}])")


def fold_name(text: str) -> str:
    """Lower case without accents and stray spaces, for finding a name as somebody types it."""
    if text.isascii():  # most names of a long list, and much faster
        return " ".join(text.replace("`", "'").casefold().split())
    decomposed = unicodedata.normalize("NFKD", text.translate(_SAME).casefold())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(unicodedata.normalize("NFC", plain).split())


_SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda folded: folded,
    lambda folded: folded.replace("'", ""),
    lambda folded: folded.replace("'", " "),
    lambda folded: _SPACE_BETWEEN_SYLLABLES.sub("", folded),
)
"""O'Donnell, ODonnell and O Donnell are one name, and so is a Chinese one with a space or without."""


class NameQuery:
    """What somebody typed to find a person."""

    def __init__(self, typed: str) -> None:
        self._wanted = fold_name(typed)
        weight = _weight(self._wanted)
        self.is_enough = weight >= _ENOUGH
        """Whether people are shown whose names only begin so."""
        self._is_short_word = weight == _SHORT_WORD
        spelled = ((spelling, spelling(self._wanted)) for spelling in _SPELLINGS)
        self._spelled = tuple((spelling, wanted) for spelling, wanted in spelled if _weight(wanted) >= _ENOUGH)

    def rank(self, name: str) -> int | None:
        """How well a name fits, 0 the best; ``None`` where it is not to be shown."""
        folded = fold_name(name)
        if folded == self._wanted:
            return 0 if folded else None
        if self._is_short_word:
            return 1 if self._wanted in _own_words(name) else None
        for told, wanted in dict.fromkeys((spelling(folded), wanted) for spelling, wanted in self._spelled):
            rank = _begins(told, wanted)
            if rank is not None:
                return rank
        return None


def _weight(folded: str) -> int:
    weight, last = 0, len(folded) - 1
    for at, sign in enumerate(folded):
        if _SYLLABLE.match(sign):
            weight += LEAST_LETTERS
        elif _is_letter(sign) or (sign == "'" and 0 < at < last and _is_letter(folded[at - 1] + folded[at + 1])):
            weight += LEAST_SYLLABLES
    return weight


def _is_letter(signs: str) -> bool:
    """Letters, the vowel signs that scripts write as marks, and figures."""
    return all(unicodedata.category(sign)[0] in "LMN" for sign in signs)


def _own_words(name: str) -> set[str]:
    return {fold_name(word) for word in _BETWEEN_WORDS.split(name) if not word[:1].islower()}


def _is_given(part: str, word: str) -> bool:
    """Whether a part is what follows the family name in a word that has both (小明 in 王小明)."""
    return len(part) >= LEAST_SYLLABLES and word.endswith(part) and _FAMILY_AND_GIVEN.fullmatch(word) is not None


def _begins(name: str, wanted: str) -> int | None:
    if name.startswith(wanted):
        return 0
    words = _BETWEEN_WORDS.split(name)
    for part in sorted(filter(None, _BETWEEN_WORDS.split(wanted)), key=len, reverse=True):
        word = next((word for word in words if word.startswith(part) or _is_given(part, word)), None)
        if word is None:
            return None
        words.remove(word)
    return 1
