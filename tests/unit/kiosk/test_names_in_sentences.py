"""Marks around names in sentences: what draws puts names in order by them, and nobody else meets them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.evacuation_list.muster_belief import belief
from kiosk.evacuation_list.remarks import again, remarks
from kiosk.ports import EvacuationList, Freshness, KioskHeard, PersonOnSite
from kiosk.words.catalogue import languages
from kiosk.words.wholes import apart, bare, paragraph, tidied, whole
from sync.visual_order import levels_of, visual_parts
from sync.writing import tidy

NOW = datetime(2026, 3, 16, 9, 41, tzinfo=UTC)


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


@pytest.mark.parametrize("language", ["ar", "he"])
def test_f22_kiosks_and_zones_keep_their_signs_in_what_an_evacuation_list_says(language: str) -> None:
    words = languages()[language]
    heard = KioskHeard(name="Gate (north)", last_heard=NOW)
    people = EvacuationList(
        as_of=NOW, organisation="", site="", freshness=Freshness.COMPLETE, entries=(), heard=(heard,), stale=(heard,)
    )
    for known in (people, replace(people, freshness=Freshness.STALE)):
        assert "Gate (north)" in drawn(" ".join(belief(known, words, words.whole)))
    entry = PersonOnSite(
        stay_id="1",
        name="Ada",
        company="",
        host="",
        zone="",
        since=NOW,
        needs_assistance=False,
        again=("2",),
        other_zones=("Dock 2", "Hall (B)"),
    )
    said = [again(entry, words, words.whole), *remarks(entry, words, words.whole)]
    assert all("Dock 2" in drawn(each) and "Hall (B)" in drawn(each) for each in said)


@pytest.mark.parametrize(
    ("text", "on_mirrored", "marked"),
    [
        ("هل جئت بسيارة (car)؟", False, True),
        ("هل جئت بسيارة؟", False, False),
        ("Did you come by car (سيارة)?", True, True),
        ("Did you come by car?", True, False),
        ("هل جئت بسيارة (car)؟", True, False),
        ("Did you come by car (سيارة)?", False, False),
        ("123?", True, False),
    ],
)
def test_f22_an_organisations_question_keeps_its_direction_on_every_screen(
    text: str, *, on_mirrored: bool, marked: bool
) -> None:
    """F22: one word in the other script does not turn it round."""
    told = paragraph(text, right_to_left=on_mirrored)
    assert (told != text) is marked
    assert bare(told) == text
    if marked:
        assert [(one.begin, one.end, one.right_to_left) for one in apart(told)[1]] == [(0, len(text), not on_mirrored)]
