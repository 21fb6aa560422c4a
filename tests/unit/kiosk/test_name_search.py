"""Everybody can be found by the name that they have, in any script, and nobody can browse the list."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.name_search import NameQuery, fold_name

NAMES = (
    "राम शर्मा",
    "李明",
    "王 小明",
    "さとう はな",
    "김 민준",
    "Conor O’Donnell",
    "Wu Brindlewick",
    "Wulfram Oakentide",
    "Li, Bo",
    "Maria de la Larkspur",
    "Zoë Wrexleigh-Castellanos",
    "欧阳明月",
    "이서연",
    "דן אלמוג",
    "ليان وادي",
)


def found(typed: str) -> list[str]:
    query = NameQuery(typed)
    return [name for name in NAMES if query.rank(name) is not None]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("राम", "राम शर्मा"),
        ("राम श", "राम शर्मा"),
        ("李明", "李明"),
        ("王小", "王 小明"),
        ("王小明", "王 小明"),
        ("小明", "王 小明"),
        ("明月", "欧阳明月"),
        ("欧阳", "欧阳明月"),
        ("서연", "이서연"),
        ("さと", "さとう はな"),
        ("김민준", "김 민준"),
        ("O'D", "Conor O’Donnell"),
        ("o’donn", "Conor O’Donnell"),
        ("odon", "Conor O’Donnell"),
        ("o donnell", "Conor O’Donnell"),
        ("donnell", "Conor O’Donnell"),
        ("WU", "Wu Brindlewick"),
        ("li", "Li, Bo"),
        ("bo l", "Li, Bo"),
        ("wrexleigh-cast", "Zoë Wrexleigh-Castellanos"),
        ("castellanos zo", "Zoë Wrexleigh-Castellanos"),
        ("דן", "דן אלמוג"),
        ("ليا", "ليان وادي"),
    ],
)
def test_f22_a_name_is_found_by_its_beginning_in_its_own_script(typed: str, name: str) -> None:
    assert found(typed) == [name]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "w",
        "br",
        "ra",
        "रा",
        "र्म",
        "李",
        "小",
        "김",
        "o'",
        "''''",
        "...",
        "O",
        "de",
        "la",
        "a a a",
        "w w w",
        "阳明",
        "月",
        "明",
    ],
)
def test_too_little_shows_nobody_and_no_word_counts_twice(typed: str) -> None:
    assert found(typed) == []


def test_marks_that_are_overlooked_do_not_count_as_letters() -> None:
    for typed in ("w\u0301\u0302\u0303\u0304", "w\u200d\u200d\u200d"):
        assert not NameQuery(typed).is_enough
        assert found(typed) == []


@pytest.mark.parametrize(
    ("typed", "enough"), [("wre", True), ("wr", False), ("李明", True), ("李m", False), ("राम", True)]
)
def test_enough_is_three_letters_or_two_signs_that_are_syllables(typed: str, *, enough: bool) -> None:
    assert NameQuery(typed).is_enough is enough


def test_a_whole_name_comes_before_one_of_which_a_later_word_fits() -> None:
    assert (NameQuery("conor").rank("Conor O'Donnell"), NameQuery("odonnell").rank("Conor O'Donnell")) == (0, 1)


def test_plain_letters_are_folded_as_all_others_are() -> None:
    assert fold_name(" O`DONNELL  Li") + "e" == fold_name(" O`DONNELL  Lié")


@given(st.text(min_size=1, max_size=40))
def test_whoever_is_there_is_found_by_the_whole_name(name: str) -> None:
    assert (NameQuery(name).rank(name) is not None) is bool(fold_name(name))


@given(st.text(alphabet="wublo'’-. \u0301\u093e李明王राम", max_size=5), st.sampled_from(NAMES))
def test_what_is_not_enough_shows_whole_names_and_whole_words_only(typed: str, name: str) -> None:
    query = NameQuery(typed)
    if not query.is_enough and query.rank(name) is not None:
        words = unicodedata.normalize("NFC", name).replace(",", " ").replace("-", " ").split()
        assert fold_name(typed) in {fold_name(word) for word in (name, *words)}
