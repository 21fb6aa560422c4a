from __future__ import annotations

import pytest

from kiosk.navigation import Screen
from kiosk.presenters.email_hint import COMMON_DOMAINS, OTHER_PROVIDERS, looks_complete, suggestion
from kiosk.presenters.entry import TextEntry
from kiosk.presenters.key_layouts import LETTERS, FieldKind, rows
from kiosk.presenters.typing import Typing
from kiosk.words.catalogue import languages
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.sample_types import thistledown


def typing(language: str = "en", kind: FieldKind = FieldKind.NAME) -> Typing:
    made = Typing(languages()[language], language, digits=True)
    made.use(kind, TextEntry(), "key.next")
    return made


def labels(made: Typing) -> set[str]:
    return {key.label for row in made.state().rows for key in row}


def press(made: Typing, *keys: str) -> str:
    for key in keys:
        made.press(key, lambda: None)
    return made.entry.text


def test_names_begin_with_a_capital_after_spaces_and_hyphens() -> None:
    assert press(typing(), "a", "n", "space", "b", "-", "c", "d") == "An B-Cd"


def test_shift_by_hand_holds_against_the_automatic_one_for_one_letter() -> None:
    assert press(typing(), "shift", "v", "o", "n") == "von"


def test_search_and_email_stay_small() -> None:
    assert press(typing(kind=FieldKind.SEARCH), "w", "r") == "wr"
    assert press(typing(kind=FieldKind.EMAIL), "m", "@", "x") == "m@x"


def test_spaces_never_enter_an_address() -> None:
    made = typing(kind=FieldKind.EMAIL)
    made.type("a b")
    assert made.entry.text == "ab"


def test_codes_are_capitals_and_digits_only() -> None:
    made = typing(kind=FieldKind.CODE)
    made.type("k7-q f")
    assert made.entry.text == "K7QF"


@pytest.mark.parametrize("language", ["ar", "he", "hi"])
def test_f22_a_plate_begins_with_latin_capitals_and_the_next_field_with_the_visitors_letters(language: str) -> None:
    made = typing(language, FieldKind.PLATE)
    assert press(made, "w", "o", "4", "2") == "WO42"
    before = labels(made)
    press(made, "layout")
    assert labels(made) != before, "other letters can still be had"
    made.use(FieldKind.NAME, TextEntry(), "key.next")
    assert LETTERS[language][0][3] in labels(made)


def test_f22_a_code_is_typed_on_the_letters_where_the_visitor_expects_them() -> None:
    first = [[key.label for key in typing(language, FieldKind.CODE).state().rows[1]] for language in ("fr", "de", "hi")]
    assert ["".join(row) for row in first] == ["AZERTYUIOP", "QWERTZUIOP", "QWERTYUIOP"]


@pytest.mark.parametrize(("language", "letter"), [("de", "Ü"), ("fr", "É"), ("es", "Ñ")])
def test_each_language_has_its_own_letters_on_the_keys(language: str, letter: str) -> None:
    assert letter in labels(typing(language))


def test_the_layout_key_goes_round_all_layouts() -> None:
    made = typing("en")
    before = made.state()
    for _ in LETTERS:
        made.press("layout", lambda: None)
    assert made.state() == before


def test_the_symbol_page_and_back() -> None:
    made = typing()
    press(made, "symbols")
    assert "&" in labels(made)
    press(made, "symbols")
    assert "&" not in labels(made)


VOWELS, MATRAS = "अआइईउऊऋॠएऐओऔऑऍ", "ािीुूृॄेैोौॉॅ"
CONSONANTS = "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह\u0958\u0959\u095a\u095b\u095c\u095d\u095e"
"""Hindi's; the last ones have their nukta."""
SIGNS = "ँंः़्ॐ"


@pytest.mark.parametrize("kind", [FieldKind.NAME, FieldKind.PLAIN, FieldKind.SEARCH])
@pytest.mark.parametrize(
    ("language", "alphabet"),
    [
        ("hi", VOWELS + MATRAS + CONSONANTS + SIGNS),
        ("ar", "ابتثجحخدذرزسشصضطظعغفقكلمنهويءأإآؤئىة"),
        ("he", "אבגדהוזחטיכלמנסעפצקרשתךםןףץ"),
        ("de", "äöüßÄÖÜ"),
        ("fr", "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ"),
        ("es", "áéíóúüñÁÉÍÓÚÜÑ"),
        ("en", "äöüßéèêëàâçôûîïœæñáíóúü"),
    ],
)
def test_f22_every_letter_of_a_language_can_be_typed_on_its_keys(language: str, alphabet: str, kind: FieldKind) -> None:
    """By a key or a long press, with shift or without."""
    made, keys = typing(language, kind), set[str]()
    for _ in range(2):
        shown = [key for row in made.state().rows for key in row if not key.function]
        keys |= {sign for key in shown for sign in (key.label, *key.accents)}
        press(made, "shift")
    assert [letter for letter in alphabet if letter not in keys] == []


@pytest.mark.parametrize(
    ("language", "signs"),
    [
        ("ar", "١٢٣٤٥٦٧٨٩٠،؛؟"),
        ("hi", "१२३४५६७८९०।॥"),
        ("he", "׳״"),
        ("es", "¿¡"),
        ("de", "„“"),
        ("fr", "«»’"),
        ("zh", "，、。"),
    ],
)
def test_f22_the_signs_of_a_language_are_on_its_keys(language: str, signs: str) -> None:
    """Digits and what stands between words, by a key or a long press; the digits of others on no key of this one."""
    made, keys = typing(language, FieldKind.PLAIN), set[str]()
    for _ in range(2):
        keys |= {sign for row in made.state().rows for key in row for sign in (key.label, *key.accents)}
        press(made, "symbols")
    assert [sign for sign in signs if sign not in keys] == []
    assert all(language == "ar" or arabic not in keys for arabic in "١٢٣")


@pytest.mark.parametrize("letter", "ăāčċđðěėģħīįķļľłňņőőřŕșşțþůűųŵŷž")
def test_f22_letters_of_names_across_europe_are_under_a_long_press(letter: str) -> None:
    shown = [key for row in typing("en", FieldKind.NAME).state().rows for key in row]
    assert letter.upper() in {sign for key in shown for sign in key.accents}


def test_equal_states_are_one_object_so_that_a_picture_can_be_kept() -> None:
    one = rows("en", FieldKind.NAME, ("space", "Next"), shift=True, letters=True, digits=True)
    assert rows("en", FieldKind.NAME, ("space", "Next"), shift=True, letters=True, digits=True) is one


def test_the_key_that_leads_on_calls_forward() -> None:
    called: list[int] = []
    typing().press("next", lambda: called.append(1))
    assert called == [1]


def test_a_sign_with_marks_and_joiners_is_deleted_whole() -> None:
    entry = TextEntry().insert("ae\u0301").delete()
    assert entry.text == "a"
    family = TextEntry().insert("x👩‍🌾")
    assert family.delete().text == "x"
    assert TextEntry().delete().text == ""


def test_controls_and_direction_overrides_are_not_taken() -> None:
    """C37: nothing that turns a line around or ends it enters a field."""
    assert TextEntry().insert("a\r\n\x1b[31m\u202eb").text == "a[31mb"


def test_the_cursor_never_stands_inside_a_sign() -> None:
    assert TextEntry().insert("e\u0301x").place(1).cursor == 0
    assert TextEntry().insert("ab").place(9).cursor == 2


def test_the_cursor_goes_sign_by_sign_and_stops_at_both_ends() -> None:
    entry = TextEntry().insert("ae\u0301👩‍🌾")
    places = [entry.cursor]
    for _ in range(4):
        entry = entry.step(-1)
        places.append(entry.cursor)
    assert places == [6, 3, 1, 0, 0]
    for _ in range(4):
        entry = entry.step(1)
        places.append(entry.cursor)
    assert places[5:] == [1, 3, 6, 6]


def test_f22_left_is_left_whichever_way_the_text_runs() -> None:
    latin, hebrew = typing(), typing("he")
    latin.type("Ada")
    hebrew.type("נועה")
    assert [made.move(-1) for made in (latin, hebrew)] == [True, True]
    assert (latin.entry.cursor, hebrew.entry.cursor) == (2, 4)
    assert hebrew.move(1)
    assert hebrew.entry.cursor == 3
    assert not typing().move(1)


def test_the_value_has_no_stray_spaces() -> None:
    assert TextEntry().insert("  Bram   Oakentide ").value == "Bram Oakentide"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a@gmial.com", "a@gmail.com"),
        ("a@gmail.co", "a@gmail.com"),
        ("a@gmailx.com", "a@gmail.com"),
        ("a@exmaple.org", "a@example.org"),
        ("a@gmail.com", None),
        ("a@thistledown.example", None),
        ("gmial.com", None),
        ("@gmial.com", None),
    ],
)
def test_suggestions_are_one_slip_away_or_none(typed: str, meant: str | None) -> None:
    assert suggestion(typed) == meant


@pytest.mark.parametrize("provider", sorted({*COMMON_DOMAINS, *OTHER_PROVIDERS, "mail.com", "ymail.com", "GMX.com"}))
def test_a_provider_that_there_is_is_never_corrected_into_another(provider: str) -> None:
    assert suggestion(f"odalys@{provider}") is None


@pytest.mark.parametrize(("typed", "complete"), [("a@b.c", True), ("a@b", False), ("a b@c.d", False)])
def test_addresses_are_judged_by_form_alone(typed: str, complete: bool) -> None:
    assert looks_complete(typed) is complete


def test_f07_a_half_typed_restricted_answer_is_still_there_after_a_look_at_the_camera() -> None:
    """F07: it is beside the page; once the page is left the answer is shown no more."""
    bench = LobbyUnderTest()
    bench.kiosk.directory.types = (thistledown().one("driver"),)
    bench.lobby.fit(1)
    bench.lobby.reset()
    bench.fill_details()
    lobby = bench.lobby
    for left in (lobby.licence.type_code, lobby.back):
        lobby.fields.type("F3")
        typed = bench.lobby.fields.view().fields[0].entry.text
        lobby.fields.scan()
        assert bench.on(Screen.LICENCE)
        left()
        shown = bench.lobby.fields.view().fields[0]
        assert (shown.entry.text, "not show it again" in shown.helper) == (typed, False)
    lobby.fields.next()
    assert lobby.turn.answers == {"licence": "F3F3"}
    lobby.back()
    assert bench.lobby.fields.view().fields[0].entry.text == ""
