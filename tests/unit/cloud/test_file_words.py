"""F01, F21: whatever an organisation gives visitors to read can be read, wherever in its file it stands."""

import copy
from typing import Any

import msgspec
import pytest

from cloud_api.http.console.field_pages import FieldEditing
from cloud_api.http.console.filled_forms import Filled
from cloud_api.http.console.form_faults import wrong_with
from cloud_api.services.file_rules import rule_faults
from cloud_api.services.file_visits import FieldEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.part_edits import move_type, put_field
from cloud_api.services.settings_file import new_faults
from tests.unit.cloud.test_names import JAPANESE, PERSIAN
from tests.unit.cloud.test_organisation_file_rules import GOOD, fault_of, read

FIELD: dict[str, Any] = {
    "id": "why",
    "words": {"en": "Why?"},
    "kind": "choice",
    "purpose": "To know",
    "basis": "consent",
    "notices": {"en": "To know\nwhy"},
    "choices": [{"id": "a", "words": {"en": "A"}}],
}
TYPE = {"id": "t", "words": {"en": "T"}, "badge": "visitor", "hints": {"en": "Two"}, "fields": [FIELD]}
ELEMENTS = [{"kind": "name"}, {"kind": "text", "words": {"en": "Escort\nneeded"}}]
QUIZ = [{"id": "q", "words": {"en": "Two\nlines?"}, "choices": [{"words": {"en": "Yes"}, "right": True}]}]
Path = tuple[str | int, ...]
FIELD_AT, QUIZ_AT = ("visitor_types", 0, "fields", 0), ("document_rules", 0, "quiz", 0)
LABELS: tuple[Path, ...] = (("visitor_types", 0, "words"), (*FIELD_AT, "choices", 0, "words"))
NEEDED: tuple[Path, ...] = (*LABELS, (*FIELD_AT, "words"), (*QUIZ_AT, "words"), (*QUIZ_AT, "choices", 0, "words"))
NOTES: tuple[Path, ...] = (
    ("visitor_types", 0, "hints"),
    (*FIELD_AT, "notices"),
    ("badge_templates", 0, "footer"),
    ("badge_templates", 0, "elements", 1, "words"),
)


def file_of(path: Path = (), value: object = None) -> dict[str, Any]:
    """A file with words of every kind, and other ones at one place."""
    made: Any = {**GOOD, "visitor_types": [TYPE], "invitations": []}
    made["badge_templates"] = [{"id": "b", "name": "B", "elements": ELEMENTS, "footer": {"en": "Show\nit"}}]
    made["document_rules"] = [{**GOOD["document_rules"][0], "quiz": QUIZ, "pass_right": 1}]
    made = copy.deepcopy(made)
    place = made
    for step in path[:-1]:
        place = place[step]
    if path:
        place[path[-1]] = value
    found: dict[str, Any] = made
    return found


def written(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:]


@pytest.mark.parametrize("path", [*NEEDED, *NOTES], ids=written)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "must not be blank"),
        ("", "must not be blank"),
        ("a\u202eb", "holds a sign that cannot be seen, U+202E"),
        ("a\x00b", "holds a sign that cannot be seen, U+0000"),
        ("\u3164", "holds a sign that cannot be seen, U+3164"),
    ],
)
def test_f21_blank_words_and_unseen_signs_are_refused_in_every_map_of_words_by_its_path(
    path: Path, text: str, said: str
) -> None:
    assert f"{written(path)}.de: {said}" in fault_of(file_of(path, {"en": "Good", "de": text}))


@pytest.mark.parametrize("path", NEEDED, ids=written)
def test_f01_what_is_named_to_visitors_is_said_in_one_language_at_least(path: Path) -> None:
    """F01: a kiosk would show an id; an answer of a quiz has not even that."""
    assert fault_of(file_of(path, {})) == f"{written(path)}: say it in at least one language"


def test_f01_labels_are_one_short_line_and_what_is_read_at_leisure_may_have_lines_and_be_longer() -> None:
    assert read(file_of()).visitor_types[0].fields[0].notices == {"en": "To know\nwhy"}
    for path in LABELS:
        assert read(file_of(path, {"en": "W" * 200}))
        said = fault_of(file_of(path, {"en": "W" * 201}))
        assert said == f"{written(path)}.en: is longer than 200 characters"
    for path in (*LABELS, (*FIELD_AT, "words"), (*QUIZ_AT, "choices", 0, "words")):
        assert fault_of(file_of(path, {"en": "a\r\nb"})) == f"{written(path)}.en: must be one line"
    for path in ((*FIELD_AT, "words"), (*QUIZ_AT, "words"), (*QUIZ_AT, "choices", 0, "words"), *NOTES[:2]):
        assert read(file_of(path, {"en": "W" * 400}))
    for path in NOTES[:3]:
        assert read(file_of(path, {}))


def test_f01_a_purpose_and_a_title_show_something_too() -> None:
    said = fault_of(file_of((*FIELD_AT, "purpose"), " \n "))
    assert said == "visitor_types[0].fields[0].purpose: must not be blank"
    assert fault_of(file_of(("documents", 0, "title"), "\u200b")).startswith("documents[0].title: holds a sign that")


def test_words_of_every_script_are_taken() -> None:
    words = {"ar": PERSIAN, "zh": JAPANESE, "hi": "\u0915\u094d\u200d\u0937", "fr": "Nom\u202f:"}
    assert read(file_of(LABELS[0], words)).visitor_types[0].words == words
    for path in (*NOTES, (*QUIZ_AT, "words")):
        assert read(file_of(path, {"he": "\u05d0 C++\u200e.", "de": "Sicher\u00adheit"}))


def stored() -> OrganisationFile:
    """From before: a field without words, and a type with an unseen sign, that no file would be taken with today."""
    whole = read(file_of())
    kind = whole.visitor_types[0]
    silent = msgspec.structs.replace(kind.fields[0], words={}, notices={"en": " "})
    old = msgspec.structs.replace(kind, id="old", words={"en": "T\u200b"}, fields=(silent,))
    return msgspec.structs.replace(whole, visitor_types=(kind, old))


def test_what_is_stored_from_before_keeps_nobody_from_moving_or_changing_it_and_nothing_worse_is_entered() -> None:
    whole = stored()
    first = whole.visitor_types[0]
    assert len(list(rule_faults(whole))) == 3
    moved = move_type("old", up=True, order=["t", "old"]).apply(whole)
    assert isinstance(moved, OrganisationFile)
    assert new_faults(whole, moved) == ()
    field = msgspec.structs.replace(first.fields[0], id="more", words={"en": "\u200b"})
    worse = put_field("t", field, "").apply(whole)
    assert isinstance(worse, OrganisationFile)
    where = "visitor_types[0].fields[1].words.en"
    assert new_faults(whole, worse) == (f"{where}: holds a sign that cannot be seen, U+200B",)


def test_f01_the_console_says_at_its_input_which_choice_has_no_words() -> None:
    """F01: through the same rules; the form leaves out what is blank."""
    whole = read(file_of())
    form = Filled(
        (
            ("words.en", "Why?"),
            ("kind", "choice"),
            ("purpose", "To know"),
            ("basis", "consent"),
            *(("choices", place) for place in "01"),
            *((f"choices.{place}.words.en", text) for place, text in (("0", "Yes"), ("1", " "))),
        )
    )
    editing = FieldEditing.find(whole, "t", "why")
    wanted = editing.read(form)
    assert isinstance(wanted, FieldEntry)
    after = msgspec.structs.replace(
        whole, visitor_types=(msgspec.structs.replace(whole.visitor_types[0], fields=(wanted,)),)
    )
    wrong = wrong_with([editing.inside(wanted, fault) for fault in new_faults(whole, after)], form)
    assert wrong.said == (("choices.1.words", "Say it in at least one language."),)
