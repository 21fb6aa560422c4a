"""Which texts are the kiosk's own: sentences of its catalogues, also with numbers and times filled in, but no names."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

from kiosk.words.catalogue import languages
from sync.writing import tidy

FIGURES = frozenset({"n", "here", "of", "time", "date", "day", "number", "right", "needed", "minutes", "version"})


@cache
def _patterns() -> tuple[frozenset[str], re.Pattern[str]]:
    """Sentences as they stand, and those with figures in them."""
    plain, filled = set(), set()
    for words in languages().values():
        for sentence in (tidy(form) for forms in words.sentences.values() for form in forms):
            names = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
            if not names:
                plain.add(sentence)
            elif names <= FIGURES:
                filled.add("".join(_as_pattern(*part[:2]) for part in Formatter().parse(sentence)))
    return frozenset(plain), re.compile("|".join(sorted(filled)))


def _as_pattern(words: str, name: str | None) -> str:
    return re.escape(words) + ("" if name is None else ".{1,24}")


def is_own(text: str) -> bool:
    """Return whether all of a text comes from a catalogue."""
    plain, filled = _patterns()
    return text in plain or filled.fullmatch(text) is not None
