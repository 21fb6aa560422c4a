from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import kiosk
from kiosk.admission_values import InvitationProblem
from kiosk.ports import BadgeStanding, BadgeTrouble, DepartureProblem
from kiosk.presenters.details import DetailField
from kiosk.presenters.reprint import WHY
from kiosk.words.catalogue import CatalogueError, languages, read_catalogue

ROOT = Path(kiosk.__file__).parent
HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"X-Lodge-Name: Testish\\n"\n\n'
MADE_UP = {
    *(f"leaving.{reason.value}" for reason in DepartureProblem),
    *(f"invited.{reason.value}" for reason in InvitationProblem),
    *(f"badge.trouble.{trouble.value}" for trouble in BadgeTrouble),
    *(f"reprint.{standing.value}" for standing in BadgeStanding),
    *(f"reprint.because.{choice}" for choice in WHY),
    *(f"details.{name.value}" for name in DetailField),
    *(f"welcome.{part}" for part in ("morning", "afternoon", "evening", "night")),
}


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def keys_in_code() -> set[str]:
    """Return every string in the presenters and the PDF that looks like a key of the catalogue."""
    known = {key.partition(".")[0] for key in languages()["en"].sentences}
    found = set()
    for path in [*ROOT.glob("presenters/*.py"), *ROOT.glob("views/**/*.py"), *ROOT.glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {
                "say",
                "count",
            }:
                found |= {
                    argument.value
                    for argument in ast.walk(node)
                    if isinstance(argument, ast.Constant)
                    and isinstance(argument.value, str)
                    and argument.value.partition(".")[0] in known
                    and "." in argument.value
                }
    return {key for key in found if not key.endswith(".")}


FORMS = {"de": 2, "fr": 2, "es": 2, "ar": 6, "he": 3, "hi": 2, "zh": 1}
"""How many plural forms each language has (CLDR, for whole numbers)."""


def test_the_languages_are_offered_by_their_own_names_in_order() -> None:
    assert [words.name for words in languages().values()][:4] == ["English", "Deutsch", "Français", "Español"]
    assert set(languages()) == {"en", *FORMS}
    assert [code for code, words in languages().items() if words.direction == "rtl"] == ["ar", "he"]


@pytest.mark.parametrize("code", FORMS)
def test_no_sentence_is_missing_or_left_over_in_a_translation(code: str) -> None:
    assert set(languages()[code].sentences) == set(languages()["en"].sentences)


@pytest.mark.parametrize("code", FORMS)
def test_translations_fill_in_the_same_names_and_have_all_plural_forms(code: str) -> None:
    english = languages()["en"].sentences
    for key, forms in languages()[code].sentences.items():
        assert len(forms) == (FORMS[code] if len(english[key]) > 1 else 1), key
        wanted = fields(english[key][-1])
        for form in forms:
            assert form.strip(), key
            assert fields(form) == wanted or fields(form) == wanted - {"n"}, key  # one and two may be said in words
        assert fields(forms[-1]) == wanted, key


def test_every_key_that_code_asks_for_exists() -> None:
    asked = keys_in_code()
    assert len(asked) > 100
    assert asked - set(languages()["en"].sentences) == set()
    assert MADE_UP - set(languages()["en"].sentences) == set()


def test_plural_forms_follow_the_language() -> None:
    assert languages()["en"].count("pin.wrong", 0) == "That was not right. 0 tries left."
    assert languages()["en"].count("pin.wrong", 1) == "That was not right. 1 try left."
    assert languages()["fr"].count("timeout.seconds", 0) == "seconde"
    arabic = languages()["ar"]
    assert len({arabic.count("evacuation.people", number) for number in (0, 1, 2, 5, 11, 100)}) == 6
    assert languages()["hi"].count("evacuation.people", 0) == "0 व्यक्ति"


def test_a_name_with_braces_is_not_read_as_a_pattern() -> None:
    """C36: what a visitor types is data."""
    assert languages()["en"].say("evacuation.with", host="{0} {secret}") == "with {0} {secret}"


def test_an_unknown_key_is_an_error_that_names_language_and_key() -> None:
    with pytest.raises(CatalogueError, match=r"de\.po.*no\.such"):
        languages()["de"].say("no.such")


def test_a_line_that_is_not_gettext_is_named() -> None:
    with pytest.raises(CatalogueError, match="line 6"):
        read_catalogue(HEADER + "msgid unquoted\n", "xx")


def test_a_catalogue_without_its_own_name_is_refused() -> None:
    with pytest.raises(CatalogueError, match="X-Lodge-Name"):
        read_catalogue('msgid "a"\nmsgstr "b"\n', "xx")


def test_continued_lines_and_escapes_are_joined() -> None:
    words = read_catalogue(HEADER + 'msgid "a.b"\nmsgstr "one \\"two\\" "\n"three"\n', "xx")
    assert words.say("a.b") == 'one "two" three'
    assert words.direction == "ltr"
