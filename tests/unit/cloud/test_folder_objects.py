"""The default object store: whole or not at all, on the disk when it says so, readable by its owner alone."""

import os
import stat
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from cloud_api.errors import ObjectStoreError
from cloud_api.objects.folder import FolderObjects
from sync.protocol.sealing import MAX_OBJECT_BYTES, ObjectName

pytestmark = pytest.mark.anyio
NAME = ObjectName(UUID(int=1, version=4), UUID(int=0xAB, version=4))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def kept(tmp_path: Path) -> FolderObjects:
    return FolderObjects(tmp_path / "objects")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_an_object_is_found_under_its_organisation_and_id_alone(kept: FolderObjects, tmp_path: Path) -> None:
    assert await kept.get(NAME) is None
    await kept.put(NAME, b"sealed")
    await kept.put(NAME, b"sealed")
    assert await kept.get(NAME) == b"sealed"
    assert await kept.get(ObjectName(uuid4(), NAME.id)) is None
    assert await kept.get(ObjectName(NAME.tenant, uuid4())) is None
    (path,) = files(tmp_path)
    assert path.relative_to(tmp_path / "objects").parts == (str(NAME.tenant), "ab", str(NAME.id))


async def test_nobody_else_on_the_machine_can_read_an_object(kept: FolderObjects, tmp_path: Path) -> None:
    await kept.put(NAME, b"sealed")
    for path in (tmp_path / "objects").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE((tmp_path / "objects").stat().st_mode) == 0o700


async def test_deleting_is_final_and_may_be_repeated(kept: FolderObjects, tmp_path: Path) -> None:
    await kept.delete(NAME)
    await kept.put(NAME, b"sealed")
    await kept.delete(NAME)
    await kept.delete(NAME)
    assert await kept.get(NAME) is None
    assert files(tmp_path) == []


async def test_r18_all_of_one_organisation_goes_and_nothing_of_another(kept: FolderObjects, tmp_path: Path) -> None:
    other = ObjectName(uuid4(), NAME.id)
    for name in (NAME, ObjectName(NAME.tenant, uuid4()), other):
        await kept.put(name, b"sealed")
    (tmp_path / "objects" / str(NAME.tenant) / "ab" / ".half.0011223344556677").write_bytes(b"of a crash")
    assert [await kept.delete_all(NAME.tenant) for _ in range(2)] == [2, 0]
    assert [path.parts[-3] for path in files(tmp_path)] == [str(other.tenant)]


@pytest.mark.parametrize("fails", ["write", "fsync", "replace"])
async def test_c03_a_disk_that_refuses_leaves_what_was_there_and_no_rest(
    kept: FolderObjects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """C03: a full disk at each step."""
    await kept.put(NAME, b"before")

    def full(*_args: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        if fails == "replace":
            patched.setattr(Path, "replace", full)
        else:
            patched.setattr(os, {"write": "fdopen", "fsync": "fsync"}[fails], full)
        with pytest.raises(ObjectStoreError, match="No space left"):
            await kept.put(NAME, b"after")
    assert await kept.get(NAME) == b"before"
    assert len(files(tmp_path)) == 1


async def test_file_and_folder_are_synced_before_put_returns(
    kept: FolderObjects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C01: a receipt is signed on the strength of this; every new folder and the file itself."""
    synced: list[str] = []
    original = os.fsync

    def note(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        original(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    await kept.put(NAME, b"sealed")
    folder = tmp_path / "objects" / str(NAME.tenant) / "ab"
    assert [str(tmp_path), str(folder.parent.parent), str(folder.parent)] == synced[:3]
    assert Path(synced[3]).parent == folder
    assert synced[4:] == [str(folder)]


async def test_a_folder_that_cannot_be_made_or_read_is_an_error_and_no_absence(tmp_path: Path) -> None:
    (tmp_path / "objects").write_bytes(b"in the way")
    kept = FolderObjects(tmp_path / "objects")
    with pytest.raises(ObjectStoreError):
        await kept.put(NAME, b"sealed")
    with pytest.raises(ObjectStoreError):
        await kept.get(NAME)


async def test_c25_a_file_that_has_grown_is_not_read_whole(kept: FolderObjects, tmp_path: Path) -> None:
    """C25."""
    await kept.put(NAME, b"sealed")
    (path,) = files(tmp_path)
    with path.open("r+b") as file:
        file.truncate(MAX_OBJECT_BYTES * 100)
    with pytest.raises(ObjectStoreError, match="larger"):
        await kept.get(NAME)
