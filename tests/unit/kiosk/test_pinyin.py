"""F22: a name in Chinese characters is typed by its syllables."""

from __future__ import annotations

import pytest
from PIL import ImageFont

from kiosk.presenters.entry import TextEntry
from kiosk.presenters.key_layouts import CHOICES, FieldKind
from kiosk.presenters.typing import Typing
from kiosk.views.typeface import font_file
from kiosk.words.catalogue import languages
from kiosk.words.pinyin import _table, syllable_before, with_sign
from sync.writing import Script


def keyboard(kind: FieldKind = FieldKind.NAME, *, digits: bool = True) -> Typing:
    made = Typing(languages()["zh"], "zh", digits=digits)
    made.use(kind, TextEntry(limit=80), "key.next")
    return made


def top_row(typing: Typing) -> list[str]:
    return [key.label for key in typing.state().rows[0]]


def choose(typing: Typing, sign: str) -> None:
    (key,) = [key for key in typing.state().rows[0] if key.label == sign]
    typing.press(key.id, lambda: None)


@pytest.mark.parametrize("digits", [True, False])
def test_f22_a_name_is_typed_syllable_by_syllable_and_characters_take_their_place(*, digits: bool) -> None:
    typing = keyboard(digits=digits)
    height = len(typing.state().rows)
    assert top_row(typing) == list("1234567890")
    for letter in "wangxiaoming":
        typing.press(letter, lambda: None)
    assert len(typing.state().rows) == height
    assert typing.entry.text == "Wangxiaoming"
    for sign in "王小明":
        choose(typing, sign)
    assert (typing.entry.text, typing.entry.cursor) == ("王小明", 3)
    assert top_row(typing) == list("1234567890")


def test_rarer_characters_come_behind_a_key_and_the_first_again_after_the_last() -> None:
    typing = keyboard()
    typing.type("li")
    first, seen = top_row(typing)[:CHOICES], list[str]()
    while not seen or top_row(typing)[:CHOICES] != first:
        seen += [sign for sign in top_row(typing)[:CHOICES] if sign]
        typing.press("choice.more", lambda: None)
    assert len(seen) == len(set(seen)) == len(_table()["li"])
    assert first[:2] == ["李", "黎"]


def test_a_latin_name_is_typed_as_ever_and_an_address_and_a_plate_have_no_characters() -> None:
    typing = keyboard()
    for key in (*"maria", "space", *"li"):
        typing.press(key, lambda: None)
    assert typing.entry.text == "Maria Li"
    for kind in (FieldKind.EMAIL, FieldKind.PLATE, FieldKind.CODE):
        other = keyboard(kind)
        other.type("li")
        assert "李" not in top_row(other)


def test_a_character_is_put_where_the_cursor_is_and_a_digit_of_a_keyboard_chooses() -> None:
    typing = keyboard()
    typing.type("wang")
    typing.type("1")
    typing.type("明")
    typing.entry = typing.entry.place(1)
    typing.type("xiao")
    typing.type("2")
    assert (typing.entry.text, typing.entry.cursor) == ("王小明", 2)
    typing.type("3")
    assert typing.entry.text == "王小3明"


def test_an_empty_key_and_a_number_beyond_the_last_do_nothing() -> None:
    typing = keyboard()
    typing.type("nv")
    assert top_row(typing)[-2:] == ["", ""]
    before = typing.entry
    typing.press("choice.8", lambda: None)
    assert typing.entry == before


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("wang", "王", ""),
        ("xian", "先", ""),
        ("xi'an", "西", "an"),
        ("王lv", "吕", ""),
        ("nve", "虐", ""),
        ("a", "阿", ""),
    ],
)
def test_the_longest_syllable_counts_and_a_mark_parts_two(text: str, first: str, rest: str) -> None:
    syllable = syllable_before(text)
    assert syllable is not None
    assert first in syllable.signs[:CHOICES]
    assert with_sign(text, syllable, first).endswith(first + rest)


@pytest.mark.parametrize("text", ["", "w", "王", "wang ", "12", "xyz", "zh", "wang3"])
def test_what_is_no_syllable_offers_nothing(text: str) -> None:
    assert syllable_before(text) is None


def test_every_character_of_the_table_can_be_drawn_and_each_syllable_be_typed() -> None:
    font, table = ImageFont.truetype(font_file("Inter-400", Script.EAST_ASIAN), 24), _table()
    box = bytes(font.getmask("\U0010ffff"))
    signs = sorted({sign for signs in table.values() for sign in signs})
    assert [sign for sign in signs if bytes(font.getmask(sign)) == box] == []
    assert (len(table) > 400, len(signs) > 6000) == (True, True)
    for syllable, found in table.items():
        assert (syllable.isascii(), syllable.islower(), len(syllable) <= 6) == (True, True, True)
        assert len(found) == len(set(found))
