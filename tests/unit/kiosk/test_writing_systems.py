from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.views.typeface import open_type_script
from sync.visual_order import (
    Whole,
    is_mixed,
    leads_right_to_left,
    levels_of,
    parts_in_order,
    runs_right_to_left,
    visual,
    visual_parts,
)
from sync.writing import (
    SHAPED,
    Script,
    first_letters,
    is_mark,
    runs,
    tidy,
    wrap,
)


def lines(text: str, width: int, most: int = 0) -> list[str]:
    """Wrap as if every character were one wide."""
    return [text[a:b] for a, b, _ in wrap(text, lambda a, b: float(b - a), width, most)]


def ordered(parts: list[tuple[int, str]], *, right_to_left: bool) -> list[tuple[int, str]]:
    """A line that is its own paragraph."""
    levels = levels_of("".join(text for _, text in parts), right_to_left=right_to_left)
    return parts if levels is None else visual_parts(parts, levels)


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("Odalys", [Script.LATIN]),
        ("ليان", [Script.ARABIC]),
        ("נועה", [Script.HEBREW]),
        ("अनन्या", [Script.DEVANAGARI]),
        ("林小溪", [Script.EAST_ASIAN]),
        ("김", [Script.EAST_ASIAN]),
        ("สมชาย", [Script.THAI]),
        ("Ada 🌿", [Script.LATIN, Script.EMOJI]),
        ("Ada 林 Bo", [Script.LATIN, Script.EAST_ASIAN, Script.LATIN]),
        ("", []),
        ("\u0531\ufb13", [Script.ARMENIAN]),
        ("\u10d0\u1c90\u2d00", [Script.GEORGIAN]),
        ("\u1200\u1380\u2d80\uab01\U0001e7e0", [Script.ETHIOPIC]),
        ("\u1000\ua9e0\uaa60", [Script.MYANMAR]),
        ("\u1780\u19e0", [Script.KHMER]),
        ("\u0d85\U000111e1", [Script.SINHALA]),
        ("\u052f\u0531\u0590", [Script.LATIN, Script.ARMENIAN, Script.HEBREW]),
        ("\ufb06\ufb18\U00040000", [Script.LATIN]),
    ],
)
def test_each_stretch_gets_the_font_of_its_script(text: str, scripts: list[Script]) -> None:
    assert [script for _, script in runs(text)] == scripts


def test_f22_a_mark_of_another_script_is_not_drawn_in_the_font_of_a_full_stop() -> None:
    """The end of an Arabic sentence in visual order: full stop, tanwin, alef."""
    assert list(runs(visual("شكرا\u064b."))) == [(".", Script.LATIN), (visual("شكرا\u064b"), Script.ARABIC)]
    assert list(runs("e\u0301.")) == [("e\u0301.", Script.LATIN)]


@pytest.mark.parametrize("name", ["মিতা।", "ਮੀਤ।", "மீதா।", "मीता॥"])
def test_f22_a_full_stop_of_india_stays_with_the_script_before_it(name: str) -> None:
    assert len(list(runs(name))) == 1
    assert [script for _, script in runs("Ada।")] == [Script.LATIN, Script.DEVANAGARI]
    assert [script for _, script in runs("ක।")] == [Script.SINHALA, Script.DEVANAGARI], "whose font has none"


@given(st.text())
def test_stretches_put_together_are_the_text(text: str) -> None:
    assert "".join(part for part, _ in runs(text)) == text


def test_hebrew_is_turned_around_and_its_digits_are_not() -> None:
    assert visual("שלום 42") == "42 םולש"
    assert visual("Odalys 42") == "Odalys 42"


def test_a_line_may_have_the_direction_of_its_paragraph() -> None:
    assert visual("שלום Ada", right_to_left=False) == "םולש Ada"
    assert visual("שלום Ada") == visual("שלום Ada", right_to_left=True) == "Ada םולש"


@pytest.mark.parametrize(
    ("text", "within", "leads"),
    [
        ("Ada תגיע לפגוש אותך.", True, True),
        ("ליان Ada", False, False),
        ("שלום", False, True),
        ("Ada", True, False),
        ("42", True, False),
    ],
)
def test_f22_one_letter_of_the_screens_own_direction_is_enough(text: str, within: bool, leads: bool) -> None:
    """A sentence may begin with a name in another script."""
    assert leads_right_to_left(text, within=within) is leads


def test_f22_a_line_without_a_letter_of_its_own_runs_as_its_paragraph() -> None:
    assert visual("2026, 8:52.", right_to_left=True) == ".8:52 ,2026"
    assert visual("2026, 8:52.") == "2026, 8:52."
    assert visual("lodge-kiosk salvage.", right_to_left=True) == ".lodge-kiosk salvage"


def test_f22_what_dots_part_keeps_its_place_in_a_line_from_right_to_left() -> None:
    assert visual("Dock · Larkspur Looms · אצל Ada", right_to_left=True) == "Ada לצא · Larkspur Looms · Dock"
    assert visual("ליאן · נועה", right_to_left=False) == "ןאיל · העונ"


def test_f22_an_ellipsis_stands_at_the_end_of_the_word_that_it_cuts() -> None:
    assert visual("Dock · Larks… · אצל Ada", right_to_left=True) == "Ada לצא · Larks… · Dock"
    assert visual("Brindlewi…", right_to_left=True) == "Brindlewi…"
    assert visual("Dock · שלומ… · Ada", right_to_left=False) == "Dock · …מולש · Ada"
    assert visual("מבקשים קוד…", right_to_left=True) == "…דוק םישקבמ"


def test_f22_parts_of_a_line_keep_their_style_wherever_their_signs_go() -> None:
    """Unicode's algorithm orders the line as one; each sign is drawn as its part."""
    assert ordered([(0, "חברה "), (1, "לא חובה")], right_to_left=True) == [(1, "הבוח אל"), (0, " הרבח")]
    name = [(0, "Tobiah "), (1, "Wrenfield"), (2, " (מחסן)")]
    assert ordered(name, right_to_left=True) == [(2, "(ןסחמ) "), (0, "Tobiah "), (1, "Wrenfield")]
    assert ordered([(0, "Ada "), (1, "Bo")], right_to_left=False) == [(0, "Ada "), (1, "Bo")]


@given(st.text(alphabet="abא ב1.,()·", max_size=24), st.integers(0, 24), st.booleans())
def test_f22_a_line_in_parts_is_in_the_order_of_the_whole(text: str, at: int, right: bool) -> None:
    parts = [(0, text[:at]), (1, text[at:])]
    assert "".join(part for _, part in ordered(parts, right_to_left=right)) == visual(text, right_to_left=right)


def test_brackets_open_towards_what_they_hold() -> None:
    assert visual("שלום (עולם)") == "(םלוע) םולש"
    assert visual("א (abc) ב") == "ב (abc) א"
    assert visual("Odalys (נועה)") == "Odalys (העונ)"


def test_arabic_letters_take_their_joined_shapes() -> None:
    drawn = visual("ليان")
    assert len(drawn) < len("ليان") + 1
    assert all("\ufb50" <= character <= "\ufeff" for character in drawn)


def test_the_first_letter_with_a_direction_decides() -> None:
    assert runs_right_to_left("123 שלום")
    assert not runs_right_to_left("Ada שלום")
    assert not runs_right_to_left("123")
    assert is_mixed("Ada שלום")


def test_controls_and_overrides_are_never_drawn() -> None:
    """C37: a name cannot turn the line around or break it."""
    assert tidy("a\u202eb\nc\x1b[0m\u2028d\ufe0f") == "ab c[0m d"


def test_lines_break_at_spaces_hyphens_and_between_han() -> None:
    assert lines("one two three", 8) == ["one two", "three"]
    assert lines("Wrexleigh-Castellanos", 12) == ["Wrexleigh-", "Castellanos"]
    assert lines("林小溪林小溪", 4) == ["林小溪林", "小溪"]


@pytest.mark.parametrize(
    ("text", "width", "found"),
    [
        ("in einer Maschine ?", 17, ["in einer", "Maschine ?"]),
        ("钥匙放在哪里？", 6, ["钥匙放在哪", "里？"]),
        ("出口（左侧）在那边", 3, ["出口", "（左", "侧）在", "那边"]),
    ],
)
def test_f22_no_line_begins_with_what_closes_nor_ends_with_what_opens(text: str, width: int, found: list[str]) -> None:
    assert lines(text, width) == found


def test_f22_no_line_begins_between_letters_that_stand_on_one_another() -> None:
    """A sign that puts a letter beneath the one before it is lost at the end of a line."""
    assert lines("សុខុមស្ត្រី", 7) == ["សុខុម", "ស្ត្រី"]
    assert lines("কমলকৃষ্ণ", 7) == ["কমলকৃ", "ষ্ণ"]


def test_a_mark_by_itself_is_shown_on_a_circle_of_its_own_font() -> None:
    """F22: on a key, say."""
    assert list(runs("a\u25ccा")) == [("a", Script.LATIN), ("\u25ccा", Script.DEVANAGARI)]
    assert is_mark("ा")
    assert not is_mark("म")


def test_a_word_wider_than_the_line_is_broken() -> None:
    assert lines("n" * 10, 4) == ["nnnn", "nnnn", "nn"]
    assert lines("", 4) == [""]


def test_more_lines_than_allowed_end_in_a_cut() -> None:
    found = wrap("aaaa bbbb cccc dddd", lambda a, b: float(b - a), 9, 1)
    assert len(found) == 1
    assert found[0][2] is True


@given(st.text(max_size=120), st.integers(1, 40))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, width: int) -> None:
    found = wrap(text, lambda a, b: float(b - a), width)
    assert all(end - begin <= width for begin, end, _ in found)
    kept = "".join(text[a:b] for a, b, _ in found)
    assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Tobiah Wrenfield", "TW"), ("Pim", "P"), ("林小溪", "林"), ("[b]x", ""), ("", ""), ("Ana María Peña", "AP")],
)
def test_initials_are_letters_or_nothing(name: str, letters: str) -> None:
    assert first_letters(name) == letters


def test_c36_alef_before_lam_is_kept_apart_where_a_font_would_join_them() -> None:
    """C36: in the order in which they are drawn they stand like lam and alef, which are one sign."""
    joined = in_order("\u062c\u0645\u0627\u0644")  # jeem, meem, alef, lam
    assert [unicodedata.name(sign).split()[2] for sign in joined if sign != "\u200c"] == ["LAM", "ALEF", "MEEM", "JEEM"]
    assert joined[1] == "\u200c"
    assert "\u200c" not in in_order("\u0633\u0644\u0627\u0645")  # seen, lam, alef, meem: one sign by rights
    assert in_order("plain") == "plain"


def test_scripts_are_named_to_the_font_as_it_knows_them() -> None:
    """ISO 15924: four letters. Of another name it takes no notice, and Hindi falls into its parts."""
    shaped = {"Deva", "Thai", "Armn", "Geor", "Ethi", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym"}
    shaped |= {"Sinh", "Laoo", "Mymr", "Khmr"}
    assert {open_type_script(script) for script in SHAPED} == shaped
    assert {open_type_script(script) for script in Script} == shaped | {"Latn", "Hani"}


@pytest.mark.parametrize("words", ["أو اتصل بالرقم {}.", "אפשר גם להתקשר אל {}.", "Or telephone {}."])
def test_f22_a_telephone_number_is_read_from_its_plus_on_in_every_direction(words: str) -> None:
    phone = "+44\u00a020\u00a07946\u00a00000"
    assert phone in visual(words.format(phone))


def drawn_lines(text: str, ends: list[int], *wholes: Whole) -> list[str]:
    """The lines of a paragraph from right to left that is broken at these places."""
    levels = levels_of(text, right_to_left=True, wholes=wholes) or []
    found = []
    for begin, end in zip([0, *ends], [*ends, len(text)], strict=True):
        line = text[begin:end].rstrip()
        found += ["".join(part for _, part in visual_parts([(0, line)], levels[begin : begin + len(line)]))]
    return found


@pytest.mark.parametrize(
    ("text", "ends", "drawn"),
    [
        ("שלום Annelise-Marguerite", [14], ["Annelise- םולש", "Marguerite"]),
        ("שלום Ali (Bob) Kent", [9], ["Ali םולש", "(Bob) Kent"]),
        ("שלום Sammy, Jr. Davis", [16], ["Sammy, Jr. םולש", "Davis"]),
        ("Co. (Ltd.) שלום", [4], ["Co.", "םולש (Ltd.)"]),
        ("שלום Co (Ltd.)", [], ["Co (Ltd.) םולש"]),
        ("שלום (Bob)", [], ["(Bob) םולש"]),
    ],
)
def test_f22_what_a_sign_belongs_to_may_stand_on_another_line(text: str, ends: list[int], drawn: list[str]) -> None:
    """Unicode annex 9: levels are those of the paragraph, and only the order is a line's own (and brackets, N0)."""
    assert drawn_lines(text, ends) == drawn


def test_f22_a_whole_name_keeps_its_last_sign_wherever_it_stands() -> None:
    name = "Sammy Davis Jr."
    for text in (f"שלום {name}", f"{name} יגיע", f"מר {name}, 8:52"):
        whole = Whole(text.index(name), text.index(name) + len(name), right_to_left=False)
        assert name in drawn_lines(text, [], whole)[0]
    assert drawn_lines("שלום Sammy Davis Jr.", [11], Whole(5, 20, right_to_left=False)) == ["Sammy םולש", "Davis Jr."]


def test_f22_what_stands_between_dots_is_whole() -> None:
    assert visual("Davis Jr. · Co. (Ltd.) · אצל Ada", right_to_left=True) == "Ada לצא · Co. (Ltd.) · Davis Jr."


def test_f22_a_word_is_not_cut_before_the_mark_that_closes_it() -> None:
    assert lines("embarquement. Nous", 12) == ["embarquemen", "t. Nous"]
    assert lines("....", 2) == ["..", ".."]


def in_order(line: str) -> str:
    levels = levels_of(line, right_to_left=None)
    return line if levels is None else "".join(text for _, text in parts_in_order([(0, line)], levels))
