"""The damaged files and the new one: what is kept, and how one takes the other's place.

A database and its WAL are two files, and no rename exchanges both at once: an old WAL beside a new database would be
folded into it. So the one rename that decides gives the new database its name ``lodge.db.salvaged``; from then on it is
the kiosk's database, and whoever opens the kiosk next finishes the exchange first.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sync.device.errors import StorageError
from sync.device.private_files import sync_folder
from sync.device.salt_copy import SALT_BYTES, keep_salt, read_salt

_WORK = ".salvage"
_SALVAGED = ".salvaged"
_LOCK = "salvage.lock"
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_IN_USE = "Another program has the kiosk's database open. End it, then try again."
_SALVAGING = "The kiosk's database is being salvaged just now. Wait until that has ended."


@dataclass(frozen=True, slots=True)
class DamagedFiles:
    """Descriptors of the damaged database and of its WAL, where there is one, while they are read; ``salt``: the copy
    of the database's.
    """

    database: int
    wal: int | None
    salt: bytes | None

    @property
    def size_bytes(self) -> int:
        """How much they hold together."""
        return sum(os.fstat(file).st_size for file in (self.database, self.wal) if file is not None)


@contextmanager
def open_damaged(path: Path) -> Iterator[DamagedFiles]:
    """Open a database and its WAL to be read, page by page. Nothing is written.

    Raises:
        StorageError: the disk refused.
    """
    descriptors: list[int] = []
    try:
        descriptors.append(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
        with suppress(FileNotFoundError):
            descriptors.append(os.open(_beside(path, "-wal"), os.O_RDONLY | os.O_CLOEXEC))
        yield DamagedFiles(descriptors[0], next(iter(descriptors[1:]), None), read_salt(path))
    except OSError as error:
        raise StorageError(f"The kiosk's database cannot be read: {error.strerror}.") from error
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


@contextmanager
def keep_away(folder: Path) -> Iterator[None]:
    """For a salvage: no other program has the kiosk's database open, and none opens it until the end of the block.

    Raises:
        StorageError: another program has it open, or the disk refused.
    """
    descriptor = _open_lock(folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StorageError(_IN_USE) from error
    finally:
        os.close(descriptor)


@contextmanager
def share_database(database: Path) -> Iterator[None]:
    """For everybody else who opens it: no salvage runs meanwhile, and one that was cut short is finished first.

    Raises:
        StorageError: a salvage is running, or the salvaged database cannot be put in its place.
    """
    try:
        descriptor = _open_lock(database.parent)
    except StorageError:
        if _beside(database, _SALVAGED).exists():
            raise
        yield  # a disk that is full or read-only must not hide the list, and nobody can salvage on it
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StorageError(_SALVAGING) from error
        _finish(database, descriptor)
        yield
    finally:
        os.close(descriptor)


def make_work_folder(folder: Path) -> Path:
    """An empty folder for the draft."""
    work = folder / _WORK
    work.mkdir(mode=_FOLDER_MODE)
    return work


def drop_work_folder(folder: Path) -> None:
    """The draft is in its place, or not wanted; nor is what an earlier try left of it and of its evidence."""
    for unfinished in (folder / _WORK, *folder.glob(".damaged-*")):
        shutil.rmtree(unfinished, ignore_errors=True)


def keep_evidence(database: Path, name: str, *, copied: tuple[str, ...] = ()) -> Path:
    """Keep the damaged files whole in a folder of their own: the same files under a second name, so it takes no room.

    ``copied``: small files beside the database, which the kiosk goes on writing to. The folder that an earlier try
    made for this very database serves again.

    Raises:
        OSError: the disk refused.
    """
    folder = database.parent
    for earlier in kept_evidence(folder):
        if (earlier / database.name).exists() and (earlier / database.name).samefile(database):
            return earlier
    draft = folder / f".{name}"
    draft.mkdir(mode=_FOLDER_MODE)
    for file in (database, _beside(database, "-wal")):
        if file.exists():
            os.link(file, draft / file.name)
    keep_salt(draft / database.name, read_salt(database))
    for small in copied:
        if (folder / small).is_file():
            shutil.copyfile(folder / small, draft / small)
            (draft / small).chmod(_FILE_MODE)
    sync_folder(draft)
    kept = _unused(folder / name)
    draft.rename(kept)
    sync_folder(folder)
    return kept


def put_in_place(draft: Path, database: Path) -> None:
    """From the rename in here on, the draft is the kiosk's database.

    Raises:
        OSError: the disk refused; nothing has changed.
    """
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.rename(_beside(database, _SALVAGED))
    sync_folder(database.parent)
    _exchange(database)


def kept_evidence(folder: Path) -> tuple[Path, ...]:
    """The folders of damaged files that earlier salvages have kept, oldest first."""
    return tuple(sorted(folder.glob("damaged-*")))


def drop_damaged(database: Path) -> None:
    """Take the damaged files' first names away; ``keep_evidence`` has given them others.

    Raises:
        OSError: the disk refused.
    """
    for ending in ("-wal", "-shm", ""):
        _beside(database, ending).unlink(missing_ok=True)
    sync_folder(database.parent)


def finish_earlier(database: Path) -> bool:
    """For a salvage: put in place what an earlier one had decided; ``False`` where there is nothing of the kind.

    Raises:
        OSError: the disk refused.
    """
    if not _beside(database, _SALVAGED).exists():
        return False
    _exchange(database)
    return True


def _finish(database: Path, lock: int) -> None:
    """Finish what a salvage that was cut short had decided; nothing where there is none."""
    if not _beside(database, _SALVAGED).exists():
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_UN)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _beside(database, _SALVAGED).exists():
            _exchange(database)
        fcntl.flock(lock, fcntl.LOCK_SH)
    except OSError as error:
        raise StorageError(f"The salvaged database cannot be put in its place: {error.strerror}.") from error


def _exchange(database: Path) -> None:
    for ending in ("-wal", "-shm"):
        _beside(database, ending).unlink(missing_ok=True)
    sync_folder(database.parent)
    _beside(database, _SALVAGED).rename(database)
    sync_folder(database.parent)
    with database.open("rb") as file:
        keep_salt(database, file.read(SALT_BYTES))  # nobody has the new one open


def _open_lock(folder: Path) -> int:
    try:
        return os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE)
    except OSError as error:
        raise StorageError(f"The kiosk's data folder cannot be used: {error.strerror}.") from error


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _unused(path: Path) -> Path:
    count = 2
    while path.exists():
        path, count = path.with_name(f"{path.name.partition('.')[0]}.{count}"), count + 1
    return path
