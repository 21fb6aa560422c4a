"""``lodge-verify`` on every kind of file but an export: what holds is accounted for, what does not is one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from sync.archive_file import write_archive
from sync.protocol import exact_json
from sync.protocol.audit import EntryLine
from sync.protocol.batch import seal_batch
from sync.protocol.events import Event
from sync.protocol.keys import thumbprint
from sync.protocol.log_witness import AlarmKind
from sync.protocol.receipt import sign_receipt
from sync.protocol.trust_files import InclusionFile
from sync.verify_cli import main
from tests.vectors import forked, rotated, sample, witnessed
from tests.vectors.make_vectors import sample_receipt
from tests.vectors.sample import ROOT_KEY, sample_archive

ROOT = thumbprint(ROOT_KEY.public_key())
NEXT = thumbprint(rotated.NEXT_ROOT.public_key())
WIRE = sample.sample_wire(None)
MANIFEST = WIRE.partition(b"\n")[0]
RECEIPT = sign_receipt(sample_receipt(WIRE), sample.key_of("receipt")).encode()
EVIDENCE = exact_json.encode(witnessed.sample_evidence())
FILES = {name: exact_json.encode(file) for name, file in rotated.sample_files().items()}
KEYED = {
    "batch": WIRE,
    "manifest": MANIFEST,
    "receipt": RECEIPT,
    "keys page": rotated.sample_signed_pages()[0].encode(),
    "checkpoint": witnessed.note_over(3).encode(),
    "witness evidence": EVIDENCE,
}
ALONE = {
    "keys pages": FILES["keys"],
    "checkpoint": FILES["checkpoint"],
    "inclusion proof": FILES["inclusion"],
    "consistency proof": FILES["consistency"],
    "fork proof": exact_json.encode(forked.sample_fork_proof(WIRE)),
}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "audit.zip"
    write_archive(path, sample_archive())
    return path


def verify(path: Path, content: bytes, *options: object) -> Result:
    file = path / "file"
    file.write_bytes(content)
    return CliRunner().invoke(main, [str(file), *map(str, options)])


def facts(path: Path, content: bytes, *options: object) -> dict[str, object]:
    told = verify(path, content, "--json", *options)
    assert told.exit_code == 0, told.output
    found: dict[str, object] = json.loads(told.output)
    return found


def damage(path: Path, content: bytes, *options: object) -> str:
    told = verify(path, content, *options)
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.exception is None or isinstance(told.exception, SystemExit)
    assert told.stderr.count("\n") == 1
    assert told.stderr.startswith("file: not verified: ")
    return told.stderr.removeprefix("file: not verified: ").rstrip("\n")


@pytest.mark.parametrize("what", ALONE)
def test_a_file_that_brings_its_keys_says_what_it_is(tmp_path: Path, what: str) -> None:
    """R28."""
    told = verify(tmp_path, ALONE[what])
    assert told.exit_code == 0, told.output
    assert told.output.startswith(f"file: verified: {what}.\n")
    assert facts(tmp_path, ALONE[what])["what"] == what


@pytest.mark.parametrize("what", KEYED)
def test_a_file_without_keys_is_verified_by_those_of_an_export(tmp_path: Path, export: Path, what: str) -> None:
    """R28."""
    told = verify(tmp_path, KEYED[what], "--trust", export, "--root", ROOT)
    assert told.exit_code == 0, told.output
    assert told.output.startswith(f"file: verified: {what}.\n")
    assert "brings no keys along" in damage(tmp_path, KEYED[what])


@pytest.mark.parametrize("what", [*ALONE, *KEYED])
def test_c25_every_cut_and_every_changed_byte_is_one_line(tmp_path: Path, export: Path, what: str) -> None:
    """C25: of a witness's evidence the two checkpoints alone are signed; its own words are its own."""
    content = ALONE.get(what) or KEYED[what]
    trust = () if what in ALONE else ("--trust", export)
    step = max(1, len(content) // 40)
    for at in range(0, len(content), step):
        damage(tmp_path, content[:at], *trust)
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        if what != "witness evidence" or content.index(b'"held"') < at < content.index(b'"hashes"'):
            damage(tmp_path, changed, *trust)


@pytest.mark.parametrize(
    "content",
    [b"{}", b"[]", b'{"what":"nothing"}', b"eyJ", b"eyJhbGciOiJub25lIn0.e30.", b"text", b"{" * 100_000, b"\xff"],
)
def test_c25_what_is_nothing_of_ours_is_one_line(tmp_path: Path, export: Path, content: bytes) -> None:
    damage(tmp_path, content)
    damage(tmp_path, content, "--trust", export)


def test_another_root_is_refused_whatever_the_file_says(tmp_path: Path, export: Path) -> None:
    stranger = thumbprint(sample.key_of("stranger").public_key())
    for content in ALONE.values():
        if content is not ALONE["fork proof"]:
            assert "another root key" in damage(tmp_path, content, "--root", stranger)
    told = verify(tmp_path, RECEIPT, "--trust", export, "--root", stranger)
    assert (told.exit_code, told.stderr) == (
        1,
        "audit.zip: not verified: root.json: is another root key than the one given\n",
    )


def test_c46_keys_pages_lead_from_the_first_root_to_the_newest(tmp_path: Path) -> None:
    """C46: whichever of the two the auditor knows."""
    for root in (ROOT, NEXT):
        found = facts(tmp_path, FILES["keys"], "--root", root)
        assert (found["roots"], found["pages"]) == ([ROOT, NEXT], "1 to 3")
    assert found["withdrawn"] == [f"{thumbprint(sample.key_of('receipt').public_key())} after page 2"]


def test_c46_a_root_that_no_move_leads_to_is_named_by_its_page(tmp_path: Path) -> None:
    pages = msgspec.structs.replace(rotated.sample_key_pages(), moves=())
    assert damage(tmp_path, exact_json.encode(pages)) == (
        "keys page number 3 is signed by a root that no move leads to"
    )


def test_c46_pages_that_do_not_follow_one_another_are_named(tmp_path: Path) -> None:
    one, two, three = rotated.sample_signed_pages()
    for pages in ((two, one), (one, one), (one, three)):
        broken = msgspec.structs.replace(rotated.sample_key_pages(), pages=pages)
        assert damage(tmp_path, exact_json.encode(broken)) == "keys page number 2 does not follow the one before it"


def test_c46_what_a_withdrawn_key_signed_is_not_believed(tmp_path: Path) -> None:
    """C46: a receipt says itself when it was signed; a thief can write any time into it."""
    keys = tmp_path / "keys.json"
    keys.write_bytes(FILES["keys"])
    assert damage(tmp_path, RECEIPT, "--trust", keys) == (
        "is signed by a receipt key that was withdrawn after keys page 2"
    )
    before = tmp_path / "before.json"
    pages = msgspec.structs.replace(rotated.sample_key_pages(), pages=rotated.sample_signed_pages()[:2])
    before.write_bytes(exact_json.encode(pages))
    assert facts(tmp_path, RECEIPT, "--trust", before)["accepted"] == 3


def test_a_batchs_erased_bodies_are_erased_with_their_commitment_intact(tmp_path: Path, export: Path) -> None:
    """R29."""
    first, *others = sample.three_events()
    erased = Event(first.raw_header, first.header, None, None)
    wire = seal_batch([erased, *others], key=sample.EPOCH_KEY, audience=sample.AUDIENCE, hlc=others[-1].header.hlc)
    found = facts(tmp_path, wire, "--trust", export)
    assert found["bodies"] == {"erased, commitment intact": 2, "shown": 4}
    assert (found["events"], found["quarantined"]) == ("1 to 3", [])
    assert "bodies          erased, commitment intact: 2\n" in verify(tmp_path, wire, "--trust", export).output


def erase(file: InclusionFile) -> InclusionFile:
    return msgspec.structs.replace(file, entry=msgspec.structs.replace(file.entry, body=None))


def shrink(file: InclusionFile) -> InclusionFile:
    entry = EntryLine(type=file.entry.type, hash=file.entry.hash, header=msgspec.Raw(b"null"), body=None)
    return msgspec.structs.replace(file, entry=entry)


@pytest.mark.parametrize(
    ("change", "member", "words"),
    [(erase, "content", "erased, commitment intact"), (shrink, "header", "erased, hash intact")],
)
def test_an_entry_is_proved_to_be_in_the_log_after_its_content_is_gone(
    tmp_path: Path, change: Callable[[InclusionFile], InclusionFile], member: str, words: str
) -> None:
    """R29: erasure leaves the proof."""
    file = rotated.sample_files()["inclusion"]
    assert isinstance(file, InclusionFile)
    assert facts(tmp_path, exact_json.encode(change(file)))[member] == words


def test_c40_two_trees_of_one_size_convict_the_log(tmp_path: Path, export: Path) -> None:
    """C40."""
    assert "two histories" in str(facts(tmp_path, EVIDENCE, "--trust", export)["verdict"])
    offered = witnessed.note_over(4)
    failing = msgspec.structs.replace(
        witnessed.sample_evidence(), offered=offered, hashes=witnessed.consistency_hashes(2, 4)
    )
    assert "does not hold" in str(facts(tmp_path, exact_json.encode(failing), "--trust", export)["verdict"])
    asked = msgspec.structs.replace(failing, kind=AlarmKind.WITHHELD, hashes=None)
    assert "ask it for" in str(facts(tmp_path, exact_json.encode(asked), "--trust", export)["verdict"])


def test_c40_evidence_whose_proof_holds_is_evidence_of_nothing(tmp_path: Path, export: Path) -> None:
    """A kiosk cannot accuse an honest log."""
    invented = msgspec.structs.replace(
        witnessed.sample_evidence(), offered=witnessed.note_over(4), hashes=witnessed.consistency_hashes(3, 4)
    )
    assert "evidence of nothing" in damage(tmp_path, exact_json.encode(invented), "--trust", export)


def test_c37_nothing_in_a_file_reaches_the_terminal_as_a_command(tmp_path: Path) -> None:
    """C37."""
    told = verify(tmp_path, FILES["inclusion"])
    assert all(line.isprintable() for line in told.output.split("\n"))
