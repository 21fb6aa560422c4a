"""``lodge-verify`` and the file around an export: one line for each damage, exit 1, no traceback (R28, C25, C37)."""

import json
import warnings
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sync.archive_file import read_archive, write_archive
from sync.protocol import archive
from sync.protocol.archive import ArchiveError
from sync.protocol.errors import ProofError
from sync.protocol.keys import thumbprint
from sync.verify_cli import main
from tests.vectors.sample import ROOT_KEY, sample_archive

ROOT_KID = thumbprint(ROOT_KEY.public_key())


def verify(path: Path, *options: str) -> Result:
    return CliRunner().invoke(main, [str(path), *options])


def test_the_command_accounts_for_a_sound_export(tmp_path: Path) -> None:
    """R28."""
    path = tmp_path / "audit.zip"
    write_archive(path, sample_archive())
    told = verify(path)
    assert told.exit_code == 0
    assert "4 entries" in told.output
    assert ROOT_KID in told.output
    facts = json.loads(verify(path, "--json", "--root", ROOT_KID).output)
    assert (facts["ok"], facts["entries"]) == (True, 4)


def test_equal_exports_are_equal_files(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_archive(tmp_path / name, sample_archive())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_the_command_names_damage_in_one_line_and_exits_1(tmp_path: Path, options: tuple[str, ...]) -> None:
    path = tmp_path / "audit.zip"
    members = sample_archive()
    members[archive.ENTRIES] = members[archive.ENTRIES].replace(b"Front", b"Brown")
    write_archive(path, members)
    told = verify(path, *options)
    assert told.exit_code == 1
    assert told.stderr == "audit.zip: not verified: entries.jsonl: has been changed\n"
    assert not options or json.loads(told.stdout) == {"ok": False, "error": "entries.jsonl: has been changed"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "is empty"),
        (b"PK", "the file is not a ZIP file, or its directory is damaged"),
        (b"[]", "is neither an audit export (a ZIP file) nor anything else that lodge-verify knows"),
        (b"PK\x05\x06" + bytes(18), "manifest.jws: is missing"),
    ],
)
def test_the_command_says_so_when_there_is_no_export(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "alarm.json"
    if content is not None:
        path.write_bytes(content)
    told = verify(path)
    assert (told.exit_code, told.stderr.count("\n"), told.stdout) == (1, 1, "")
    assert told.stderr.startswith(f"alarm.json: not verified: {words}")
    assert verify(tmp_path).exit_code == 1


def zip_with(path: Path, *entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A ZIP file with these members, the same name twice if so asked."""
    with zipfile.ZipFile(path, "w", method) as file, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name")
        for name, data in entries:
            file.writestr(name, data)
    return path


def test_a_doubled_member_is_named(tmp_path: Path) -> None:
    entries = (*sample_archive().items(), (archive.EPOCHS, b"{}"))
    told = verify(zip_with(tmp_path / "a.zip", *entries))
    assert (told.exit_code, told.stderr) == (1, "a.zip: not verified: epochs.json: is there twice\n")


@pytest.mark.parametrize("name", ["/etc/passwd", "../../x", "a\nb", "\x1b[31mred", "dir/"])
def test_foreign_names_in_the_file_are_harmless(tmp_path: Path, name: str) -> None:
    told = verify(zip_with(tmp_path / "a.zip", *sample_archive().items(), (name, b"x")))
    assert (told.exit_code, told.stderr.count("\n")) == (1, 1)
    assert told.stderr[:-1].isprintable()


def test_a_file_name_with_control_characters_is_escaped(tmp_path: Path) -> None:
    """C37."""
    path = tmp_path / "a\x1b[2J\nb.zip"
    write_archive(path, {})
    told = verify(path)
    assert (told.exit_code, told.stderr.count("\n"), "\x1b" in told.stderr) == (1, 1, False)


def test_other_packings_too_many_members_and_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C25."""
    packed = zip_with(tmp_path / "bz2.zip", ("root.json", b"x"), method=zipfile.ZIP_BZIP2)
    with pytest.raises(ArchiveError, match="unknown way"):
        read_archive(packed)
    many = zip_with(tmp_path / "many.zip", *((str(n), b"") for n in range(17)))
    with pytest.raises(ProofError, match="more members"):
        read_archive(many)
    monkeypatch.setattr("sync.archive_file.MAX_TOTAL_BYTES", 1000)
    bomb = zip_with(tmp_path / "bomb.zip", ("a", bytes(600)), ("b", bytes(600)))
    with pytest.raises(ProofError, match="unpacks to more"):
        read_archive(bomb)
