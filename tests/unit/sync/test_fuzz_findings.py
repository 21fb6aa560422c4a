"""What fuzzing has found, each kept from coming back."""

import zipfile
from pathlib import Path

import msgspec
import pytest

from sync.archive_file import FREE_BYTES, MAX_RATIO, read_archive, write_archive
from sync.protocol import merkle
from sync.protocol.archive import ENTRIES
from sync.protocol.chain_audit import ChainAudit
from sync.protocol.errors import ProofError, ProtocolError
from sync.protocol.events import encode_header, header_hash
from tests.vectors.sample import AUDIENCE, EPOCH_KEY, KIOSK, SITE, TENANT, sample_archive, three_events

LAST = 2**53 - 1


def test_a_chain_with_the_highest_number_there_is_costs_no_memory() -> None:
    """C25: an export names its own keys, so anybody can make one whose only event has that number."""
    audit = ChainAudit(TENANT)
    audit.trust(KIOSK, SITE, AUDIENCE, EPOCH_KEY.public_key())
    before = header_hash(b"something that has shrunk")
    header = msgspec.structs.replace(three_events()[0].header, seq=LAST, prev=before)
    audit.add_shrunk(before)
    audit.add(header, header_hash(encode_header(header)))
    assert (audit.uncovered(), audit.missing()) == (LAST, LAST - 2)


def test_an_export_that_unpacks_to_far_more_than_itself_is_refused(tmp_path: Path) -> None:
    """C25: two gibibytes of zeros fit into a file of two mebibytes, and an auditor's machine had to hold them."""
    path = tmp_path / "audit.zip"
    write_archive(path, {**sample_archive(), ENTRIES: bytes(FREE_BYTES + 1)})
    assert path.stat().st_size * MAX_RATIO < FREE_BYTES
    with pytest.raises(ProofError, match="unpacks to more"):
        read_archive(path)


def test_small_exports_may_pack_as_well_as_they_like(tmp_path: Path) -> None:
    path = tmp_path / "audit.zip"
    members = {**sample_archive(), ENTRIES: bytes(FREE_BYTES // 2)}
    write_archive(path, members)
    assert path.stat().st_size * MAX_RATIO < FREE_BYTES // 2
    assert read_archive(path) == members


def test_nothing_in_an_export_packs_nearly_that_well(tmp_path: Path) -> None:
    """The best case there is: entries of which nothing but their hashes is left."""
    entries = b"".join(
        b'{"type":"device","hash":"%s","header":null,"body":null}\n' % header_hash(bytes([n % 256, n // 256])).encode()
        for n in range(30_000)
    )
    path = tmp_path / "audit.zip"
    write_archive(path, {ENTRIES: entries})
    with zipfile.ZipFile(path) as archive:
        ratio = archive.getinfo(ENTRIES).file_size / path.stat().st_size
    assert ratio < MAX_RATIO / 10
    assert read_archive(path) == {ENTRIES: entries}


@pytest.mark.parametrize(("leaf", "root", "proof"), [(b"", b"", []), (b"a", b"a", []), (bytes(32), bytes(32), [b"x"])])
def test_what_is_no_hash_proves_nothing(leaf: bytes, root: bytes, proof: list[bytes]) -> None:
    """An empty leaf was in the tree of one empty leaf whose root is empty too."""
    with pytest.raises(ProofError):
        merkle.verify_inclusion(leaf=leaf, index=0, size=1 + len(proof), proof=proof, root=root)
    with pytest.raises(ProofError):
        merkle.verify_consistency(first=1, second=2, first_root=leaf, second_root=root, proof=[leaf])


@pytest.mark.parametrize("where", ["before", "behind", "between", "comment"])
def test_an_export_holds_nothing_but_its_members(tmp_path: Path, where: str) -> None:
    """Bytes that no reader shows would make two files of one export."""
    path = tmp_path / "audit.zip"
    write_archive(path, {"a": b"one" * 50, "b": b"two" * 50})
    whole = path.read_bytes()
    second = whole.index(b"PK\x03\x04", 4)
    path.write_bytes(
        {
            "before": b"xx" + whole,
            "behind": whole + b"xx",
            "between": whole[:second] + b"xx" + whole[second:],
            "comment": whole[:-2] + b"\x02\x00xx",
        }[where]
    )
    with pytest.raises(ProtocolError):
        read_archive(path)
