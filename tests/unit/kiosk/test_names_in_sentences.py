"""Marks around names in sentences: what draws puts names in order by them, and nobody else meets them."""

from __future__ import annotations

import pytest

from kiosk.words.catalogue import languages
from kiosk.words.wholes import apart, bare, tidied, whole
from sync.visual_order import levels_of, visual_parts
from sync.writing import tidy


def drawn(sentence: str) -> str:
    text, names = apart(tidied(sentence))
    levels = levels_of(text, right_to_left=True, wholes=names)
    assert levels is not None
    return "".join(part for _, part in visual_parts([(0, text)], levels))


@pytest.mark.parametrize("language", ["ar", "he"])
@pytest.mark.parametrize("name", ["Sammy Davis Jr.", "Co. (Ltd.)", "'Ali' Kent!", "Kent 3"])
def test_f22_a_name_keeps_its_signs_in_every_sentence(language: str, name: str) -> None:
    words = languages()[language]
    for key in ("host.being_told", "host.not_yet", "host.ask_for", "done.will_come", "evacuation.with"):
        sentence = words.say(key, host=whole(name, right_to_left=True))
        assert name in drawn(sentence), key
        assert bare(sentence) == words.say(key, host=name)


@pytest.mark.parametrize(
    ("name", "right_to_left"),
    [("Ada", True), ("Ada Vale", True), ("Ada.", False), ("ליאן", True), ("ליאן.", True), ("+44 20", True), ("", True)],
)
def test_f22_a_name_that_needs_no_marks_has_none(name: str, right_to_left: bool) -> None:
    assert whole(name, right_to_left=right_to_left) == name


def test_f22_marks_are_no_part_of_what_is_kept() -> None:
    marked = whole("ליאן.", right_to_left=False)
    assert len(marked) == len("ליאן.") + 2
    assert tidy(marked) == bare(marked) == "ליאן."
    assert whole(marked, right_to_left=False) == marked
    assert apart("a\ufdd2b\ufdd0c")[0] == "abc", "marks that stand alone do no harm"
