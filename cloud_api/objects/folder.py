"""The default object store: a folder of this server, one file an object, written whole and synced."""

import asyncio
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from cloud_api.errors import ObjectStoreError
from sync.protocol.sealing import MAX_OBJECT_BYTES, ObjectName

_FILE_MODE, _FOLDER_MODE = 0o600, 0o700


class FolderObjects:
    """Objects in ``folder/TENANT/AB/OBJECT``; ``AB`` are the last two digits of the id, which are random."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, name: ObjectName, data: bytes) -> None:
        """Keep an object: written beside its place, synced, renamed, and the folder synced."""
        await asyncio.to_thread(self._put, self._path(name), data)

    async def get(self, name: ObjectName) -> bytes | None:
        """An object, or ``None`` where there is none."""
        return await asyncio.to_thread(_get, self._path(name))

    async def delete(self, name: ObjectName) -> None:
        """Delete an object; one that is not there is no fault."""
        await asyncio.to_thread(_delete, self._path(name))

    async def delete_all(self, tenant: UUID) -> int:
        """Delete every object of an organisation; how many there were."""
        return await asyncio.to_thread(_delete_all, self._folder / str(tenant))

    def _path(self, name: ObjectName) -> Path:
        shown = str(name.id)
        return self._folder / str(name.tenant) / shown[-2:] / shown

    def _put(self, path: Path, data: bytes) -> None:
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            self._make_folder(path.parent)
            try:
                _write_synced(draft, data)
                draft.replace(path)
            finally:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)
            _sync_folder(path.parent)
        except OSError as error:
            raise ObjectStoreError(f"an object cannot be kept in {self._folder}: {error.strerror}") from error

    def _make_folder(self, folder: Path) -> None:
        for each in (self._folder, folder.parent, folder):
            if not each.is_dir():
                each.mkdir(mode=_FOLDER_MODE, exist_ok=True)
                _sync_folder(each.parent)


def _write_synced(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _get(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_OBJECT_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ObjectStoreError(f"an object cannot be read: {error.strerror}") from error
    if len(data) > MAX_OBJECT_BYTES:
        raise ObjectStoreError("an object is larger than objects are")
    return data


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            _sync_folder(path.parent)
    except OSError as error:
        raise ObjectStoreError(f"an object cannot be deleted: {error.strerror}") from error


def _delete_all(folder: Path) -> int:
    try:
        if not folder.is_dir():
            return 0
        count = sum(1 for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        shutil.rmtree(folder)
        _sync_folder(folder.parent)
    except OSError as error:
        raise ObjectStoreError(f"objects cannot be deleted: {error.strerror}") from error
    return count


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
