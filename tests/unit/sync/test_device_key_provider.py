"""The file with the database's key: made once, private, and never replaced."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from sync.device.errors import StorageError, WrongKeyError
from sync.device.key_provider import FileKeyProvider
from sync.device.private_files import create_private


def test_the_key_is_made_once_and_only_its_user_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "key"
    first = FileKeyProvider(path).load_or_create()
    assert len(first) == 32
    assert FileKeyProvider(path).load_or_create() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_two_programs_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    """A key that replaced another would lock the database for ever."""
    for round_ in range(10):
        path, keys, gate = tmp_path / f"key{round_}", set[bytes](), threading.Barrier(4)

        def work(path: Path = path, keys: set[bytes] = keys, gate: threading.Barrier = gate) -> None:
            gate.wait()
            keys.add(FileKeyProvider(path).load_or_create())

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(keys) == 1


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert create_private(path, b"first")
    assert not create_private(path, b"second")
    assert path.read_bytes() == b"first"


@pytest.mark.parametrize("content", [b"", b"zz" * 32, b"ab" * 31, b"ab" * 33, b"\xff" * 64])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(WrongKeyError, match="does not hold a key"):
        FileKeyProvider(path).load_or_create()
    assert path.read_bytes() == content


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    FileKeyProvider(path).load_or_create()
    path.chmod(0o640)
    with pytest.raises(WrongKeyError, match="chmod 600"):
        FileKeyProvider(path).load_or_create()


def test_a_missing_folder_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be used"):
        FileKeyProvider(tmp_path / "absent" / "key").load_or_create()
