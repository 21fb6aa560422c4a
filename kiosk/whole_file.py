"""A file that somebody takes away is whole or not there: a stick may be full, or pulled out."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from glob import escape
from pathlib import Path

from sync.device.private_files import sync_folder

_PART = ".part"


def write_whole(target: Path, content: bytes) -> None:
    """Write a file, in the place of one of that name; it is on the medium once this returns.

    What is no file, such as a pipe, is written to as it is.

    Raises:
        OSError: the folder is missing, full or not writable. Then nothing is left, and what was there still is.
    """
    if target.exists() and not target.is_file():
        target.write_bytes(content)
        return
    place = _file_of(target)
    for left in place.parent.glob(f".{escape(place.name)}.*{_PART}"):  # of a loss of power
        left.unlink(missing_ok=True)
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}{_PART}")
    try:
        with draft.open("xb") as file:
            if place.exists():
                with suppress(OSError):  # not every medium can
                    os.fchmod(file.fileno(), stat.S_IMODE(place.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    with suppress(OSError):  # not every medium can
        sync_folder(place.parent)


def _file_of(target: Path) -> Path:
    """The file that a link leads to, not the link."""
    try:
        return target.resolve()
    except RuntimeError as error:  # a link that leads to itself
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(target)) from error
