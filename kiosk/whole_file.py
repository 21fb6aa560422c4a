"""A file that somebody takes away is whole or not there: a stick may be full, or pulled out."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from sync.device.private_files import sync_folder


def write_whole(target: Path, content: bytes) -> None:
    """Write a file, in the place of one of that name; it is on the medium once this returns.

    What is no file, such as a pipe, is written to as it is.

    Raises:
        OSError: the folder is missing, full or not writable. Then nothing is left, and what was there still is.
    """
    if target.exists() and not target.is_file():
        target.write_bytes(content)
        return
    place = target.resolve()  # the file that a link leads to, not the link
    draft = place.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    with suppress(OSError):  # not every medium can
        sync_folder(place.parent)
