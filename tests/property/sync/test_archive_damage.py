"""Any byte of any member of an export changed, or of the file around them, is found and named (R26, R28)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sync.archive_file import read_archive, write_archive
from sync.protocol import archive
from sync.protocol.archive import ArchiveError, verify_archive
from sync.protocol.errors import ProtocolError
from sync.protocol.keyspage import KeysPage, KeyUse
from sync.verify_cli import main
from tests.vectors.sample import (
    NOW_MS,
    TENANT,
    device_leaf,
    key_of,
    log_root,
    make_archive,
    manifest_of,
    sample_archive,
    sample_leaves,
    sample_wire,
    three_events,
)

MEMBERS = sample_archive()


def changes_overlooked(verify: Callable[[Mapping[str, bytes]], object]) -> list[tuple[str, int]]:
    """Each byte of each member changed in turn: where nobody notices, or the wrong member is named."""
    overlooked = []
    for name, data in MEMBERS.items():
        for at in range(len(data)):
            changed = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]
            try:
                verify({**MEMBERS, name: changed})
            except ArchiveError as error:
                # The root statement and the keys page vouch for one another, whichever was changed.
                if error.member == name or {error.member, name} == {archive.ROOT, archive.KEYS}:
                    continue
            overlooked.append((name, at))
    return overlooked


def test_every_changed_byte_of_every_member_is_found_and_its_member_named() -> None:
    assert changes_overlooked(verify_archive) == []


def test_the_byte_test_notices_a_verifier_that_skips_the_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check of the check: without the signed digests, an erasable body could be exchanged for nothing."""
    leaves = sample_leaves()
    bare = b"".join(replace(leaf, body=None).line() for leaf in leaves)
    without_body = {**MEMBERS, archive.ENTRIES: bare}
    with pytest.raises(ArchiveError):
        verify_archive(without_body)

    def trusting(members: Mapping[str, bytes], page: KeysPage, tenant: object) -> object:
        return page.current(KeyUse.LOG)

    monkeypatch.setattr(archive, "_check_members", trusting)
    assert verify_archive(MEMBERS).bodies_shown == 1
    assert verify_archive(without_body).bodies_shown == 0


@given(st.data())
def test_a_lying_operator_who_signs_changed_entries_is_found_out(data: st.DataObject) -> None:
    """R26: the log key alone cannot change what the tree, the chains and the kiosks' signatures hold."""
    entries = bytearray(MEMBERS[archive.ENTRIES])
    at = data.draw(st.integers(0, len(entries) - 1))
    entries[at] ^= data.draw(st.integers(1, 255))
    members = {**MEMBERS, archive.ENTRIES: bytes(entries)}
    del members[archive.MANIFEST]
    signed = archive.sign_archive(members, tenant=TENANT, created_ms=NOW_MS, key=key_of("log"))
    with pytest.raises(ArchiveError):
        verify_archive({**members, archive.MANIFEST: signed})


@given(st.sets(st.integers(0, 2)), st.booleans())
def test_any_headers_of_the_sample_may_shrink(shrunk: set[int], admin: bool) -> None:
    first, *devices = sample_leaves()
    leaves = [device_leaf(event, shrunk=at in shrunk) for at, event in enumerate(three_events())]
    ordered = (first, *leaves) if admin else tuple(leaves)
    verified = verify_archive(make_archive(ordered, (manifest_of(sample_wire()),)))
    assert (verified.shrunk_headers, verified.device_events) == (len(shrunk), len(devices))
    assert verified.root_hash == log_root(ordered).hex()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample export as a file."""
    path = tmp_path_factory.mktemp("export") / "audit.zip"
    write_archive(path, MEMBERS)
    return path


def noticed(path: Path) -> bool:
    """Whether the file is refused; a file with the very same members is as good as the original."""
    try:
        members = read_archive(path)
        if members == MEMBERS:
            return True
        verify_archive(members)
    except ProtocolError as error:
        return str(error).isprintable()
    return False


def test_every_changed_byte_of_the_file_is_harmless_or_refused_in_one_line(sound: Path, tmp_path: Path) -> None:
    raw, path = sound.read_bytes(), tmp_path / "audit.zip"
    for at in range(len(raw)):
        for flip in (1 << at % 8, 0xFF):
            path.write_bytes(raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :])
            assert noticed(path), (at, flip)


def test_every_truncation_of_the_file_is_refused(sound: Path, tmp_path: Path) -> None:
    raw, path = sound.read_bytes(), tmp_path / "audit.zip"
    for size in range(len(raw)):
        path.write_bytes(raw[:size])
        with pytest.raises(ProtocolError):
            read_archive(path)


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_the_command_names_each_member_when_it_is_changed_or_missing(name: str, tmp_path: Path) -> None:
    """One line on stderr, exit 1, no traceback."""
    data = MEMBERS[name]
    changed = data[:40] + bytes([data[40] ^ 1]) + data[41:]
    others = {key: value for key, value in MEMBERS.items() if key != name}
    for members in ({**others, name: changed}, others):
        path = tmp_path / "audit.zip"
        write_archive(path, members)
        told = CliRunner().invoke(main, [str(path)])
        assert (told.exit_code, told.stderr.count("\n"), told.stdout) == (1, 1, "")
        assert name in told.stderr or name == archive.ROOT
        assert isinstance(told.exception, SystemExit)
