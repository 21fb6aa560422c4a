"""Reads one gettext catalogue a language (``kiosk/words/<code>.po``) and says its sentences.

Message ids are symbolic (``details.title``), so that English is a translation like the others and a missing sentence is
found by comparing keys. A new language is one more file: its header carries the language's own name and direction.
"""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

from kiosk.words.wholes import paragraph, whole

_LINE = re.compile(r'^(?:(msgid|msgid_plural|msgstr)(?:\[(\d+)\])?\s+)?("(?:[^"\\]|\\.)*")$')


_COMMAS = {"ar": "، ", "zh": "、"}
"""What stands between the things of a list, if no comma and space. From CLDR, without Babel."""


class CatalogueError(Exception):
    """A catalogue cannot be read, or lacks a sentence that was asked for."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language: its sentences and how it counts."""

    code: str
    name: str
    direction: str
    sentences: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]

    def say(self, key: str, **values: object) -> str:
        """Return the sentence ``key`` with ``{names}`` filled in. Values are never themselves read as patterns.

        Raises:
            CatalogueError: there is no such sentence.
        """
        return self._form(key, 0).format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the sentence ``key`` in the plural form of ``number``, which is also its ``{n}``."""
        return self._form(key, self.plural(number)).format(n=number, **values)

    def whole(self, name: str) -> str:
        """Return a name as it goes into a sentence of this language: what it begins or ends with stays with it."""
        return whole(name, right_to_left=self.direction == "rtl")

    def paragraph(self, text: str) -> str:
        """Return somebody else's whole text as it goes onto a screen of this language: it keeps its own direction."""
        return paragraph(text, right_to_left=self.direction == "rtl")

    def listed(self, things: Iterable[str]) -> str:
        """Return a list of things with the commas of this language."""
        return _COMMAS.get(self.code, ", ").join(things)

    def _form(self, key: str, index: int) -> str:
        try:
            return self.sentences[key][index]
        except (KeyError, IndexError):
            raise CatalogueError(f"{self.code}.po has no sentence {key!r} (form {index})") from None


def read_catalogue(text: str, code: str) -> Words:
    """Parse the text of a ``.po`` file.

    Raises:
        CatalogueError: a line is not gettext's, or the header lacks the language's name.
    """
    entries: dict[str, dict[int, str]] = {}
    key, part, form = "", "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None:
            raise CatalogueError(f"{code}.po, line {number}: not a gettext line: {line}")
        word, index, quoted = match.groups()
        value = str(ast.literal_eval(quoted)) if "\\" in quoted else quoted[1:-1]
        part, form = (word, int(index or 0)) if word else (part, form)
        if part == "msgid":
            key = value if word else key + value
        elif part == "msgstr":
            forms = entries.setdefault(key, {})
            forms[form] = value if word else forms[form] + value
    return _words(entries, code)


def _words(entries: dict[str, dict[int, str]], code: str) -> Words:
    header = dict(line.split(": ", 1) for line in entries.pop("", {}).get(0, "").splitlines() if ": " in line)
    if "X-Lodge-Name" not in header:
        raise CatalogueError(f"{code}.po: the header has no X-Lodge-Name")
    rule = re.search(r"plural=([^;]+)", header.get("Plural-Forms", "nplurals=1; plural=0;"))
    plural = gettext.c2py(rule.group(1) if rule else "0")
    sentences = {key: tuple(forms[at] for at in sorted(forms)) for key, forms in entries.items()}
    return Words(code, header["X-Lodge-Name"], header.get("X-Lodge-Direction", "ltr"), sentences, plural)


class _Sentences(Mapping[str, tuple[str, ...]]):
    """The sentences of a file, read when the first is asked for: all languages are offered by name, few are spoken."""

    def __init__(self, text: str, code: str) -> None:
        self._text, self._code = text, code
        self._read: Mapping[str, tuple[str, ...]] | None = None

    def __getitem__(self, key: str) -> tuple[str, ...]:
        return self._whole()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def _whole(self) -> Mapping[str, tuple[str, ...]]:
        if self._read is None:
            self._read = read_catalogue(self._text, self._code).sentences
        return self._read


def _open(text: str, code: str) -> Words:
    header, _, _ = text.partition("\n\n")
    return replace(read_catalogue(header, code), sentences=_Sentences(text, code))


@lru_cache(maxsize=1)
def languages() -> Mapping[str, Words]:
    """Return every language there is, in the order in which they are offered."""
    found = {
        entry.name.removesuffix(".po"): _open(entry.read_text("utf-8"), entry.name.removesuffix(".po"))
        for entry in resources.files("kiosk.words").iterdir()
        if entry.name.endswith(".po")
    }
    first = ("en", "de", "fr", "es", "ar", "he", "hi", "zh")
    return {
        code: found[code]
        for code in sorted(found, key=lambda c: (c not in first, first.index(c) if c in first else 0, c))
    }
