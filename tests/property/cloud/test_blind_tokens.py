"""Blind search tokens."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from cloud_api.keys.tokens import PREFIXES, TOKEN_BYTES, TokenMaker, begins, words

MAKER = TokenMaker(b"t" * 32)


def finds(query: str, *texts: str) -> bool:
    wanted = MAKER.for_query(query)
    return bool(wanted) and wanted <= MAKER.for_text(*texts)


def test_names_are_found_by_their_beginnings_and_not_by_their_middles() -> None:
    assert finds("ada", "Ada Lovelace")
    assert finds("LOVE", "Ada Lovelace")
    assert finds("ada love", "Ada Lovelace")
    assert not finds("lace", "Ada Lovelace")
    assert not finds("ad", "Ada Lovelace")
    assert not finds("ada grace", "Ada Lovelace")


def test_accents_and_case_do_not_matter() -> None:
    assert finds("zoe", "Zoë Müller")
    assert finds("müller", "MULLER")
    assert finds("strasse", "Straße")
    assert finds("ﬁsher", "Fisher")


def test_short_words_and_other_scripts_are_found_whole() -> None:
    assert finds("Li", "Li Wei")
    assert finds("李", "李 雷")
    assert finds("שרה", "שרה לוי")


def test_a_query_without_letters_finds_nothing() -> None:
    assert not finds("", "Ada")
    assert not finds(" -- ", "Ada")


def test_tokens_tell_nothing_without_the_key() -> None:
    other = TokenMaker(b"u" * 32)
    assert not MAKER.for_text("Ada") & other.for_text("Ada")
    assert {len(token) for token in MAKER.for_text("Ada Lovelace")} == {TOKEN_BYTES}


def test_the_longest_word_gives_four_tokens() -> None:
    assert len(MAKER.for_text("x" * 400)) == len(PREFIXES) == 4


def test_what_tokens_cannot_tell_apart_is_told_apart_once_it_is_read() -> None:
    assert finds("fernhollows", "Odalys Fernhollow")
    assert not begins("fernhollows", "Odalys Fernhollow")
    assert begins("fernho oda", "Odalys Fernhollow")


@given(st.text(max_size=30), st.data())
def test_every_beginning_of_three_letters_and_more_is_found(text: str, data: st.DataObject) -> None:
    """No match is lost to the tokens: whatever begins a word is among the candidates."""
    for word in words(text):
        cut = data.draw(st.integers(min_value=min(3, len(word)), max_value=len(word)))
        assert MAKER.for_query(word[:cut]) <= MAKER.for_text(text)


@given(st.text(max_size=60))
def test_every_text_finds_itself(text: str) -> None:
    assert MAKER.for_query(text) <= MAKER.for_text(text)


@given(st.text(max_size=60))
def test_words_are_stable(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_split_as_any_other(text: str) -> None:
    """The short way for ASCII and the long one for everything give the same words."""
    signs = (sign if unicodedata.category(sign)[0] in "LNM" else " " for sign in text.casefold())
    assert words(text) == "".join(signs).split()
