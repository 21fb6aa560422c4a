"""The words of letters to staff, in the languages that Lodge has: short, plain, and about nobody but who reads them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from cloud_api.notify.words import one_line

FIRST = "en"
_NAMED = re.compile(r"\{([a-z]+)\}")
_SIGNATURE = "\n\n-- \nLodge · {organisation}\n"


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What a letter tells: the organisation's name, its link where it has one, and whatever else its text names."""

    organisation: str
    link: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


@cache
def letter_texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """``subject`` and ``text`` of each kind of letter, by language."""
    return tomllib.loads((files("cloud_api.notify") / "letters.toml").read_text("utf-8"))


@cache
def visitor_texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The same of letters that visitors get, who speak more languages."""
    return tomllib.loads((files("cloud_api.notify") / "visitor_letters.toml").read_text("utf-8"))


def letter(kind: str, language: str | None, words: LetterWords) -> tuple[str, str]:
    """Subject and text of a letter; in English where the language is not known."""
    texts = visitor_texts() if kind in visitor_texts()[FIRST] else letter_texts()
    found = texts.get(language or FIRST, texts[FIRST])[kind]
    return _fill(found["subject"], words), _fill(found["text"] + _SIGNATURE, words)


def late_words(language: str | None, age: str) -> str:
    """The line that says how long ago something was, or, without an ``age``, that the kiosk's clock was not set."""
    texts = letter_texts()
    found = texts.get(language or FIRST, texts[FIRST])["call_late"]
    return found["text"].strip().replace("{age}", age) if age else found["subject"]


def _fill(text: str, words: LetterWords) -> str:
    """All at once: what is put in is not looked at again, whatever braces it holds."""
    found = {name: one_line(value) for name, value in {**words.more, "organisation": words.organisation}.items()}
    known = {**found, "link": words.link}
    return _NAMED.sub(lambda place: known.get(place[1], place[0]), text)
