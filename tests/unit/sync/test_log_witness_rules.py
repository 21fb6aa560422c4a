"""What two checkpoints of a log prove, and the names of its generations (C40)."""

import json
from pathlib import Path

import msgspec
import pytest

from sync.protocol import exact_json, exchange
from sync.protocol.errors import EncodingError, ProofError, ProtocolError, SignatureError
from sync.protocol.exchange import ConsistencyAnswer
from sync.protocol.keyspage import KeyEntry, KeyState, KeyUse, key_entry
from sync.protocol.log_witness import (
    AlarmKind,
    UnknownKeyError,
    WitnessEvidence,
    check_continues,
    contradict,
    generation_of,
    log_name,
    open_log_checkpoint,
    read_place,
)
from tests.vectors import sample, witnessed
from tests.vectors.stored import FOLDER

DOCUMENT = (Path(__file__).parents[3] / "docs" / "protocol-log.md").read_text(encoding="utf-8")
PAGE = sample.sample_keys_page()


def with_log_keys(*entries: KeyEntry) -> object:
    others = tuple(entry for entry in PAGE.keys if entry.use != KeyUse.LOG)
    return msgspec.structs.replace(PAGE, keys=(*others, *entries))


def test_c40_generations_are_named_after_the_first() -> None:
    assert log_name("lodge.example.org/x/1", 1) == "lodge.example.org/x/1"
    assert log_name("lodge.example.org/x/1", 12) == "lodge.example.org/x/12"
    assert generation_of("lodge.example.org/x/1", "lodge.example.org/x/12") == 12
    assert generation_of("any.name", "any.name") == 1


@pytest.mark.parametrize(
    "name",
    ["lodge.example.org/x/0", "lodge.example.org/x/02", "lodge.example.org/y/2", "lodge.example.org/x/2/1", "", "2"],
)
def test_c40_another_name_is_another_log(name: str) -> None:
    with pytest.raises(SignatureError):
        generation_of("lodge.example.org/x/1", name)


@pytest.mark.parametrize("first", ["name", "lodge.example.org/x/3", "/1"])
def test_c40_a_name_without_room_has_one_generation(first: str) -> None:
    with pytest.raises(EncodingError):
        log_name(first, 2)


@pytest.mark.parametrize("state", list(KeyState))
def test_c46_a_checkpoint_is_believed_by_any_log_key_of_the_page(state: KeyState) -> None:
    """C46: rotation needs no instant at which all change."""
    listed = key_entry(KeyUse.LOG, sample.key_of("log").public_key(), state)
    another = key_entry(KeyUse.LOG, sample.key_of("another log").public_key(), KeyState.RETIRED)
    page = with_log_keys(another, listed)
    assert open_log_checkpoint(witnessed.note_over(3), page).place == "1:3"  # type: ignore[arg-type]  # a page


def test_c46_a_checkpoint_by_a_withdrawn_log_key_is_by_no_key_of_the_page() -> None:
    page = with_log_keys(key_entry(KeyUse.LOG, sample.key_of("another log").public_key()))
    with pytest.raises(UnknownKeyError):
        open_log_checkpoint(witnessed.note_over(3), page)  # type: ignore[arg-type]  # a page


def test_c40_one_proof_spans_generations() -> None:
    hashes = witnessed.consistency_hashes(2, 4)
    first, second = (read_place(witnessed.note_over(size), log=sample.LOG) for size in (2, 4))
    later = read_place(witnessed.note_over(4, generation=2), log=sample.LOG)
    check_continues(first, second, hashes)
    check_continues(first, later, hashes)
    with pytest.raises(ProofError):
        check_continues(later, second, ())
    with pytest.raises(ProofError):
        check_continues(first, second, hashes[1:])


def test_c40_two_notes_of_one_size_and_two_roots_prove_two_histories() -> None:
    one, other = (read_place(note, log=sample.LOG) for note in (witnessed.note_over(3), witnessed.other_note(3)))
    elsewhere = read_place(witnessed.note_over(3, generation=2), log=sample.LOG)
    assert contradict(one, other)
    assert not contradict(one, one)
    assert not contradict(one, elsewhere)


def test_c40_the_frozen_vector_still_holds() -> None:
    stored = json.loads((FOLDER / "log-witness.json").read_bytes())
    first, second = (open_log_checkpoint(stored[name], PAGE) for name in ("held", "offered"))
    check_continues(first, second, stored["hashes"])
    assert open_log_checkpoint(stored["generation_2"], PAGE).generation == 2
    raw = stored["evidence"].encode()
    assert exact_json.decode(raw, WitnessEvidence, what="evidence") == witnessed.sample_evidence()


def test_c25_a_proof_longer_than_any_tree_is_refused() -> None:
    """C25."""
    raw = exact_json.encode(ConsistencyAnswer(v=1, hashes=("0" * 64,) * 65))
    with pytest.raises(ProtocolError):
        exact_json.read(raw, ConsistencyAnswer, what="a proof")


@pytest.mark.parametrize("struct", [WitnessEvidence, ConsistencyAnswer])
def test_every_member_is_described(struct: type[msgspec.Struct]) -> None:
    assert [name for name in struct.__struct_fields__ if f"`{name}`" not in DOCUMENT] == []


@pytest.mark.parametrize("text", [*AlarmKind, exchange.NO_PROOF, "generation.opened", "log.contradicted"])
def test_every_alarm_and_name_is_described(text: str) -> None:
    assert f"`{text}`" in DOCUMENT


def test_the_route_is_described() -> None:
    assert exchange.CONSISTENCY_PATH in DOCUMENT
