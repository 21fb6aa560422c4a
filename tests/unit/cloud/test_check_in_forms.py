"""Forms about check-in: what is opened and saved unchanged is what it was, and faults stand beside their inputs."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_api.http.console import agreed_forms, field_forms
from cloud_api.http.console.agreed_list_pages import NewDocument
from cloud_api.http.console.agreed_pages import DocumentEditing, QuestionEditing
from cloud_api.http.console.agreed_text_pages import TextEditing
from cloud_api.http.console.check_in_pages import direction, first_words, spoken
from cloud_api.http.console.editing import Editing, differing
from cloud_api.http.console.field_pages import FieldEditing
from cloud_api.http.console.filled_forms import Act, Filled
from cloud_api.http.console.form_faults import Wrong, labelled, wrong_with
from cloud_api.http.console.pages import STATIC_FOLDER, Pages
from cloud_api.http.console.type_forms import ICONS, LABELS, USUAL, read_type, write_type
from cloud_api.http.console.type_pages import TypeEditing
from cloud_api.http.problems import ProblemError
from cloud_api.services.file_visits import Asked, Basis, FieldEntry, VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.languages import LANGUAGES, language_name
from cloud_api.services.not_done import Faults
from cloud_api.services.organisation_file import read_organisation_file
from cloud_api.services.settings_edits import DocumentTextEntry, find_document
from kiosk.views.icons import ICONS as KIOSK_ICONS
from sync.protocol.feed import Choice, Condition, Rules
from tests.fakes.filled_page import sent_by
from workbench.demo import cloud as demo

SAMPLE = read_organisation_file(Path(demo.__file__).with_name("thistledown.json").read_bytes())
TODAY = date(2026, 11, 30)
CONTRACTOR = next(kind for kind in SAMPLE.visitor_types if kind.id == "contractor")
_REQUEST = SimpleNamespace(state=SimpleNamespace(), url=SimpleNamespace(path="/types"), headers={"hx-request": "true"})


def sent(editing: Editing[Any], whole: OrganisationFile, form: Filled | None = None, **more: object) -> Filled:
    """A form's page, drawn and sent as it is."""
    return Filled.of(sent_by(drawn(editing, whole, form, **more)))


def drawn(editing: Editing[Any], whole: OrganisationFile, form: Filled | None = None, **more: object) -> str:
    filled = form or editing.written()
    wrong = more.get("wrong", Wrong())
    assert isinstance(wrong, Wrong)
    facts: Mapping[str, Any] = {
        "form": filled,
        "seen": editing.seen,
        "wrong": wrong,
        "act": None,
        "stale": None,
        "done": "",
        "action": editing.action,
        "faults": labelled(wrong, editing.labels, filled),
        "spoken": spoken(whole),
        "all_languages": LANGUAGES,
        "tongue": language_name,
        "direction": direction,
        "first_words": first_words,
        **editing.facts(filled),
        **more,
    }
    return bytes(Pages().page(_REQUEST, editing.template, facts).body).decode()  # type: ignore[arg-type]  # what it reads


def every_form(whole: OrganisationFile) -> list[tuple[Editing[Any], object]]:
    """Every form of an organisation, with the entry that it is about."""
    found: list[tuple[Editing[Any], object]] = []
    for kind in whole.visitor_types:
        found.append((TypeEditing.find(whole, kind.id), kind))
        found += [(FieldEditing.find(whole, kind.id, field.id), field) for field in kind.fields]
    for key in dict.fromkeys(text.id for text in whole.documents):
        document = find_document(whole, key)
        assert document is not None
        found.append((DocumentEditing(whole, document), document))
        found += [(QuestionEditing.find(whole, key, one.id), one) for one in document.quiz]
        found += [(TextEditing.find(whole, key, text.language, TODAY), text) for text in document.texts]
    return found


def test_f01_every_form_of_the_sample_that_is_saved_unchanged_changes_nothing() -> None:
    """F01: through the page's own HTML, as a browser sends it."""
    forms = every_form(SAMPLE)
    assert len(forms) > 30
    for editing, entry in forms:
        form = sent(editing, SAMPLE)
        assert editing.read(form) == entry, editing.action
        wanted = editing.read(form)
        assert editing.edit(wanted, form).apply(SAMPLE) == SAMPLE, editing.action
        assert differing(editing.written(), form, editing.labels) == ()


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\x0c"), min_size=1, max_size=12)
_SAID = _TEXT.filter(lambda text: bool(text.strip()))
_WORDS = st.dictionaries(st.sampled_from([*LANGUAGES, "zh-Hans"]), _SAID, min_size=1, max_size=3)
_KEY = st.from_regex(r"\A[a-z0-9][a-z0-9.-]{0,6}\Z")
_FIELD = st.builds(
    FieldEntry,
    id=_KEY,
    words=_WORDS,
    kind=st.sampled_from(get_args(Asked)),
    purpose=_SAID.filter(lambda text: "\n" not in text),
    basis=st.sampled_from(get_args(Basis)),
    required=st.booleans(),
    restricted=st.booleans(),
    keep_days=st.integers(0, 36500),
    choices=st.lists(st.builds(Choice, id=_KEY, words=_WORDS), max_size=3).map(tuple),
    when=st.one_of(
        st.just(msgspec.UNSET), st.builds(Condition, field=_KEY, answers=st.lists(_SAID, min_size=1).map(tuple))
    ),
    notices=st.one_of(st.just(msgspec.UNSET), _WORDS),
)
_TYPE = st.builds(
    VisitorTypeEntry,
    id=_KEY,
    words=_WORDS,
    badge=st.sampled_from(["visitor", "contractor", "escort"]),
    hints=_WORDS,
    icon=st.sampled_from(["", "truck-outline", "made-elsewhere"]),
    steps=st.permutations(["details", "fields", "host", "document", "photo"]).map(tuple),
    fields=st.lists(_FIELD, max_size=3, unique_by=lambda field: field.id).map(tuple),
    documents=st.lists(_KEY, max_size=3).map(tuple),
    template=st.one_of(st.none(), _KEY),
    badge_hours=st.one_of(st.none(), st.integers(1, 168)),
    rules=st.builds(
        Rules,
        approval=st.booleans(),
        screening=st.booleans(),
        attestations=st.lists(_KEY, max_size=2).map(tuple),
        longest_hours=st.integers(0, 8760),
    ),
)


@given(kind=_TYPE)
def test_any_type_and_field_that_is_saved_unchanged_is_what_it_was(kind: VisitorTypeEntry) -> None:
    """Whatever the API took: languages that no kiosk speaks, conditions that lead nowhere, lines within a text."""
    assert read_type(write_type(kind), kind, frozenset()) == kind
    for place, field in enumerate(kind.fields):
        earlier = kind.fields[:place]
        form = field_forms.write_field(field, earlier)
        assert field_forms.read_field(form, field, earlier, frozenset()) == field


def test_signs_that_steer_a_line_are_kept_within_inputs_and_shown_nowhere_else() -> None:
    """Isolates belong into a text that mixes directions; the page around it is not turned."""
    words = {"ar": "رقم \u2066A-7\u2069 هنا", "en": "One\nline and <b>another</b>"}
    kind = msgspec.structs.replace(CONTRACTOR, words=words)
    whole = msgspec.structs.replace(SAMPLE, visitor_types=(kind,))
    editing = TypeEditing.find(whole, kind.id)
    text = drawn(editing, whole)
    assert "\u2066" not in text
    assert "<b>another" not in text
    assert editing.read(sent(editing, whole)) == kind


def test_what_a_form_says_in_passing_is_shown_and_never_lost() -> None:
    """A condition on a field that does not stand above, an icon and a template that nobody has: kept, and told."""
    lost = Condition(field="gone", answers=("maybe",))
    field = msgspec.structs.replace(CONTRACTOR.fields[0], when=lost)
    kind = msgspec.structs.replace(CONTRACTOR, fields=(field,), icon="mdi-other", template="other", documents=("no",))
    whole = msgspec.structs.replace(SAMPLE, visitor_types=(kind,))
    for editing in (TypeEditing.find(whole, kind.id), FieldEditing.find(whole, kind.id, field.id)):
        assert editing.read(sent(editing, whole)) in (kind, field)
    assert "which does not stand above: maybe" in drawn(FieldEditing.find(whole, kind.id, field.id), whole)


def test_icons_kinds_and_bases_are_those_of_kiosks_and_of_the_file() -> None:
    drawn = (STATIC_FOLDER / "icons.svg").read_text()
    for name in (*ICONS, USUAL):
        assert name in KIOSK_ICONS
        assert f'id="kiosk-{name}"' in drawn
    assert set(field_forms.KINDS) == set(get_args(Asked))
    assert set(field_forms.BASES) == set(get_args(Basis))
    assert set(LABELS) == set(VisitorTypeEntry.__struct_fields__)
    assert set(agreed_forms.KINDS) == {"agreement", "rules", "induction"}


@pytest.mark.parametrize(
    ("name", "before", "act", "after"),
    [
        ("up", "a b c", Act("steps", "up", "b"), "b a c"),
        ("up at the top", "a b c", Act("steps", "up", "a"), "a b c"),
        ("down", "a b c", Act("steps", "down", "b"), "a c b"),
        ("down at the end", "a b c", Act("steps", "down", "c"), "a b c"),
        ("away", "a b c", Act("steps", "remove", "b"), "a c"),
        ("another", "a", Act("steps", "add", "b"), "a b"),
        ("the same again", "a", Act("steps", "add", "a"), "a"),
        ("a fresh one", "0 7", Act("steps", "add", ""), "0 7 8"),
        ("what is not there", "a", Act("steps", "up", "z"), "a"),
    ],
)
def test_a_button_changes_its_list_and_nothing_else(name: str, before: str, act: Act, after: str) -> None:
    form = Filled((("words.en", "x"), *(("steps", one) for one in before.split()), ("rules.escort", "on")))
    changed, done = form.after(act)
    assert changed.all("steps") == tuple(after.split()), name
    assert (changed.text("words.en"), changed.on("rules.escort"), done.way) == ("x", True, act.way)
    assert changed.all("gone.steps") == (("b",) if act.way == "remove" else ())


def test_a_button_that_no_page_has_is_refused() -> None:
    assert Filled((("do", "save"),)).act(("steps",)) is None
    assert Filled((("do", "steps:up:a"),)).act(("steps",)) == Act("steps", "up", "a")
    for value in ("rules:up:a", "steps:burn:a", "x"):
        with pytest.raises(ProblemError):
            Filled((("do", value),)).act(("steps",))


def test_faults_stand_beside_their_inputs_with_what_was_typed() -> None:
    form = write_type(CONTRACTOR).replaced("badge_hours", ["soon"]).replaced("words.de", ["x" * 401])
    wanted = read_type(form, CONTRACTOR, frozenset())
    assert isinstance(wanted, Faults)
    wrong = wrong_with(wanted.said, form)
    assert wrong.at("badge_hours") == "Must be a whole number."
    assert wrong.at("words.de") == "Is longer than 400 characters."
    listed = wrong_with(['documents[1]: there is no document "induction"; there is none'], form)
    assert listed.at("documents.induction") == 'There is no document "induction"; there is none.'
    deep = wrong_with(["fields[2].when.field: there is no earlier field"], form)
    assert deep.under("fields.vehicle") == "There is no earlier field."
    text = drawn(TypeEditing.find(SAMPLE, "contractor"), SAMPLE, form, wrong=wrong)
    assert 'value="soon"' in text
    assert '<a href="#badge_hours">Badge hours</a>: Must be a whole number.' in text
    assert 'aria-describedby="badge_hours-help badge_hours-wrong"' in text
    assert "no name" not in text
    bare = read_type(form.replaced("words.en", []).replaced("id", []), None, frozenset())
    assert isinstance(bare, Faults)


def test_another_text_is_another_version_and_the_same_text_keeps_its_own() -> None:
    """F05: visits name the version that was agreed to."""
    text = DocumentTextEntry(language="en", version="7", title="Rules", paragraphs=("One\ntwo", "Three\n\nfour"))
    form = agreed_forms.write_text(text, agreed_forms.next_version(text.version, TODAY))
    assert form.text("version") == "8"
    assert agreed_forms.read_text(form, "en", text) == text, "even where a paragraph has an empty line"
    other = agreed_forms.read_text(form.replaced("paragraphs", ["One\n\n \nTwo\n"]), "en", text)
    assert other == msgspec.structs.replace(text, version="8", paragraphs=("One", "Two"))
    assert agreed_forms.next_version("spring", TODAY) == "2026-11-30"
    assert agreed_forms.next_version("2026-11-30", TODAY) == "2026-11-30.2"
    empty = agreed_forms.read_text(form.replaced("paragraphs", [" \n\n"]), "en", text)
    assert isinstance(empty, Faults)
    (said,) = empty.said
    assert said == "paragraphs: needs at least one"


def test_a_new_document_has_the_first_language_of_the_kiosks_and_a_key_of_its_title() -> None:
    editing = NewDocument(SAMPLE)
    form = sent(editing, SAMPLE).replaced("title", ["Clean-room rules"]).replaced("paragraphs", ["Wear a coat."])
    made = editing.read(form)
    assert not isinstance(made, Faults)
    assert (made.id, made.texts[0].language, made.texts[0].version) == ("clean-room-rules", "en", "1")
    wrong = editing.inside(made, "document_rules[9].pass_right: there are only 0 questions")
    assert wrong == "pass_right: there are only 0 questions"
    assert editing.inside(made, "documents: the text of x changed without a new version; so").startswith("version: “1”")
    assert isinstance(editing.read(form.replaced("language", ["tlh"])), Faults)
