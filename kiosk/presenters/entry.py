"""A text being typed: characters and a cursor, as a value. Nothing is completed, nothing is remembered."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

_JOINER = "\u200d"
_MARKS = frozenset({"Mn", "Mc", "Me"})


def _belongs_to_previous(text: str, at: int) -> bool:
    """Return whether the character at ``at`` is part of the sign before it."""
    character = text[at]
    if unicodedata.category(character) in _MARKS or character in {_JOINER, "\ufe0f"}:
        return True
    return at > 0 and text[at - 1] == _JOINER


@dataclass(frozen=True, slots=True)
class TextEntry:
    """What stands in a field. ``cursor`` counts characters from the start; ``limit`` is the most that is kept."""

    text: str = ""
    cursor: int = 0
    limit: int = 200

    def insert(self, typed: str) -> TextEntry:
        """Return the entry with ``typed`` at the cursor; controls and what exceeds the limit are left out."""
        kept = "".join(c for c in typed if c == _JOINER or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
        kept = kept[: max(0, self.limit - len(self.text))]
        text = self.text[: self.cursor] + kept + self.text[self.cursor :]
        return replace(self, text=text, cursor=self.cursor + len(kept))

    def delete(self) -> TextEntry:
        """Return the entry without the sign before the cursor, with all its marks."""
        begin = self.cursor
        while begin > 0:
            begin -= 1
            if not _belongs_to_previous(self.text, begin):
                break
        return replace(self, text=self.text[:begin] + self.text[self.cursor :], cursor=begin)

    def place(self, cursor: int) -> TextEntry:
        """Return the entry with the cursor moved, never into the middle of a sign."""
        cursor = min(max(cursor, 0), len(self.text))
        while 0 < cursor < len(self.text) and _belongs_to_previous(self.text, cursor):
            cursor -= 1
        return replace(self, cursor=cursor)

    def step(self, signs: int) -> TextEntry:
        """Return the entry with the cursor a sign on (1) or back (-1), with all its marks."""
        cursor = min(max(self.cursor + signs, 0), len(self.text))
        while 0 < cursor < len(self.text) and _belongs_to_previous(self.text, cursor):
            cursor += signs
        return replace(self, cursor=cursor)

    def with_text(self, text: str) -> TextEntry:
        """Return the entry holding ``text``, cursor at its end."""
        return replace(self, text="", cursor=0).insert(text)

    @property
    def value(self) -> str:
        """Return the text as it is kept: no space around it, runs of spaces as one."""
        return " ".join(self.text.split())

    @property
    def full(self) -> bool:
        """Return whether nothing more goes in."""
        return len(self.text) >= self.limit
