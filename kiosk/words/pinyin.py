"""Chinese characters by the syllables that are typed for them (pinyin, without tones; v for the u with two dots).

The table (``pinyin.txt``, made by ``workbench.pinyin_table``) is read with the first syllable that somebody types.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).with_name("pinyin.txt")
_LONGEST = 6
_TYPED = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*\Z")


class Syllable(NamedTuple):
    """The first syllable of what was typed last: where it begins and ends in the text, and its characters, the most
    common first.
    """

    begin: int
    end: int
    signs: str


def syllable_before(text: str) -> Syllable | None:
    """The syllable to choose a character for, where the text ends in one or in several; ``None`` where it does not."""
    typed = _TYPED.search(text)
    if typed is None:
        return None
    letters, table = re.split("['’]", typed.group().lower())[0], _table()
    for length in range(min(_LONGEST, len(letters)), 0, -1):
        signs = table.get(letters[:length])
        if signs is not None:
            return Syllable(typed.start(), typed.start() + length, signs)
    return None


def with_sign(text: str, syllable: Syllable, sign: str) -> str:
    """The text with a character in the place of the syllable; what parted it from the next is done."""
    return text[: syllable.begin] + sign + text[syllable.end :].lstrip("'’")


@cache
def _table() -> Mapping[str, str]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return {syllable: signs for syllable, _, signs in (line.partition(" ") for line in lines)}
