"""Changes of a part of a type or document: held to the version that somebody saw of that part."""

from pathlib import Path

import msgspec

from cloud_api.http.console.editing import differing
from cloud_api.http.console.type_forms import LABELS, write_type
from cloud_api.services.entry_reading import free_key, version_of
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.not_done import NotDone
from cloud_api.services.organisation_file import read_organisation_file
from cloud_api.services.part_edits import (
    change_type,
    in_order,
    move_type,
    put_field,
    put_text,
    remove_text,
    sketch_of_type,
)
from cloud_api.services.settings_edits import DocumentTextEntry
from tests.fakes.cloud_server import sample_file
from workbench.demo import cloud as demo

SAMPLE = read_organisation_file(Path(demo.__file__).with_name("thistledown.json").read_bytes())
CONTRACTOR = next(kind for kind in SAMPLE.visitor_types if kind.id == "contractor")


def test_what_somebody_else_saved_meanwhile_is_told_and_what_they_added_is_kept() -> None:
    seen = version_of(sketch_of_type(CONTRACTOR))
    order, gone = ["vehicle", "order"], ["car"]
    wanted = msgspec.structs.replace(CONTRACTOR, badge_hours=3)
    made = change_type(wanted, order, gone, seen).apply(SAMPLE)
    assert isinstance(made, OrganisationFile)
    kind = next(kind for kind in made.visitor_types if kind.id == "contractor")
    assert ([field.id for field in kind.fields], kind.badge_hours) == (order, 3)
    assert change_type(wanted, order, gone, seen).apply(made) is NotDone.CHANGED
    assert in_order(["b"], [], CONTRACTOR.fields) == CONTRACTOR.fields
    later = msgspec.structs.replace(CONTRACTOR.fields[0], required=True)
    version = version_of(CONTRACTOR.fields[0])
    beside = put_field("contractor", later, version).apply(made)
    assert isinstance(beside, OrganisationFile), "another part of the same type"
    assert put_field("contractor", later, version).apply(beside) is NotDone.CHANGED
    assert put_field("contractor", later, "").apply(beside) is NotDone.KNOWN
    assert put_field("contractor", CONTRACTOR.fields[1], version).apply(made) is NotDone.ABSENT
    assert put_field("nobody", later, version).apply(made) is NotDone.ABSENT
    now = write_type(wanted)
    form = now.replaced("steps", reversed(now.all("steps"))).replaced("rules.escort", ["on"])
    assert differing(now, form, LABELS) == ("Steps", "Rules")


def test_a_type_moves_by_one_place_in_the_order_that_was_seen() -> None:
    keys = [kind.id for kind in SAMPLE.visitor_types]
    made = move_type(keys[1], up=True, order=keys).apply(SAMPLE)
    assert isinstance(made, OrganisationFile)
    assert [kind.id for kind in made.visitor_types] == [keys[1], keys[0], *keys[2:]]
    assert move_type(keys[0], up=True, order=keys).apply(SAMPLE) == SAMPLE
    assert move_type(keys[1], up=True, order=keys).apply(made) is NotDone.CHANGED
    assert move_type("nobody", up=True, order=keys).apply(SAMPLE) is NotDone.ABSENT


def test_texts_come_and_go_by_language_and_one_stays() -> None:
    whole = sample_file()
    german = DocumentTextEntry(language="de", version="1", title="Regeln", paragraphs=("Seid nett.",))
    made = put_text("rules", german, "").apply(whole)
    assert isinstance(made, OrganisationFile)
    assert put_text("rules", german, "").apply(made) is NotDone.KNOWN
    again = put_text("rules", german, version_of(german)).apply(made)
    assert again == made
    left = remove_text("rules", "en").apply(made)
    assert isinstance(left, OrganisationFile)
    assert [text.language for text in left.documents] == ["de"]
    assert remove_text("rules", "de").apply(left) is NotDone.NEEDED
    assert remove_text("rules", "fr").apply(left) is NotDone.ABSENT


def test_keys_are_made_of_names_in_letters_that_a_key_may_have() -> None:
    assert free_key({"de": "Führung", "en": "Café & tour"}, [], "type") == "cafe-tour"
    assert free_key({"en": "Driver"}, ["driver", "driver-2"], "type") == "driver-3"
    assert free_key({"ar": "زائر"}, [], "type") == "type-1"
    assert free_key({"ar": "زائر"}, ["type-1"], "type") == "type-2"
