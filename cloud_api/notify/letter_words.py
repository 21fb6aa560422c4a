"""The words of letters to staff, in the languages that Lodge has: short, plain, and about nobody but who reads them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cloud_api.notify.words import one_line

FIRST = "en"
_SIGNATURE = "\n\n-- \nLodge · {organisation}\n"


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What a letter tells: the organisation's name, and its link where it has one."""

    organisation: str
    link: str = ""


@cache
def letter_texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """``subject`` and ``text`` of each kind of letter, by language."""
    return tomllib.loads((files("cloud_api.notify") / "letters.toml").read_text("utf-8"))


def letter(kind: str, language: str | None, words: LetterWords) -> tuple[str, str]:
    """Subject and text of a letter; in English where the language is not known."""
    texts = letter_texts()
    found = texts.get(language or FIRST, texts[FIRST])[kind]
    return _fill(found["subject"], words), _fill(found["text"] + _SIGNATURE, words)


def _fill(text: str, words: LetterWords) -> str:
    # The link first: a name that holds braces is put in as it is.
    return text.replace("{link}", words.link).replace("{organisation}", one_line(words.organisation))
