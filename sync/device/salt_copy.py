"""The database's salt a second time, in a file beside it (ADR 111).

It stands in the first 16 bytes of the database and is no secret; without it no page can be told from a damaged one.
Whatever lies in the copy's place, it keeps no kiosk from starting and no list from coming out.
"""

import os
from contextlib import suppress
from pathlib import Path

from sync.device.private_files import PRIVATE_MODE, sync_folder

SALT_BYTES = 16
_ENDING = "-salt"


def salt_file(database: Path) -> Path:
    """Where the copy is."""
    return database.with_name(database.name + _ENDING)


def read_salt(database: Path) -> bytes | None:
    """What the copy says, or ``None`` where there is none that can be read."""
    with suppress(OSError):
        descriptor = os.open(salt_file(database), os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            salt = os.read(descriptor, SALT_BYTES + 1)
        finally:
            os.close(descriptor)
        return salt if len(salt) == SALT_BYTES else None
    return None


def keep_salt(database: Path, salt: bytes | None) -> None:
    """Write the copy where it differs. Where the disk refuses, whoever opens the database next tries again.

    A power cut may leave none: it replaces one that was of no more use.
    """
    if salt is None or read_salt(database) == salt:
        return
    path = salt_file(database)
    with suppress(OSError):
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_MODE), "wb") as file:
            file.write(salt)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
