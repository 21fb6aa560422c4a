"""Long words are divided where their language divides them, only where they must be, and names never."""

from __future__ import annotations

import re

import pytest

from kiosk.words.catalogue import languages
from kiosk.words.hyphenation import divided, places

LONG = 13
"""A word of so many letters may be wider than a button beside another, with the largest text."""


@pytest.mark.parametrize("language", ["de", "en", "es", "fr"])
def test_f22_every_long_word_of_a_catalogue_can_be_divided(language: str) -> None:
    sentences = [form for forms in languages()[language].sentences.values() for form in forms]
    words = {word for form in sentences for word in re.findall(r"[^\W\d_]+", re.sub(r"\{.*?\}", "", form))}
    assert {word for word in words if len(word) >= LONG and not places(word)} == set()


@pytest.mark.parametrize(
    ("letters", "wanted"),
    [
        (40, "Zur Evakuierungsliste, bitte"),
        (13, "Zur Evakuierungs-liste, bitte"),
        (12, "Zur Evakuie-rungsliste, bitte"),
        (8, "Zur Evakuie-rungs-liste, bitte"),
        (3, "Zur Evakuierungsliste, bitte"),
    ],
)
def test_a_word_is_divided_as_seldom_as_its_line_lets_it(letters: int, wanted: str) -> None:
    assert divided("Zur Evakuierungsliste, bitte", lambda part: len(part) <= letters) == wanted


def test_no_part_is_longer_than_its_line_and_no_letter_is_lost() -> None:
    word = "Sicherheitsschuhpflicht"
    for letters in range(8, len(word) + 1):
        parts = divided(word, lambda part, most=letters: len(part) <= most)  # type: ignore[misc]
        assert parts.replace("-", "") == word
        assert all(len(part) <= letters - 1 for part in parts.split("-")[:-1])


def test_f22_what_stands_before_an_apostrophe_is_measured_with_its_word() -> None:
    """Else the full stop alone went to the next line."""
    assert divided("carte d’embarquement. Nous", lambda part: len(part) <= 14) == "carte d’embar-quement. Nous"
    assert divided("carte d’embarquement. Nous", lambda part: len(part) <= 15) == "carte d’embarquement. Nous"


def test_names_are_never_divided() -> None:
    name = "Maximiliana Featherstonehaugh-Okonjo"
    assert divided(name, lambda part: len(part) < 4) == name
