"""Files that only the kiosk's user can read, made so that a power cut cannot half-make them."""

import os
import secrets
from pathlib import Path

PRIVATE_MODE = 0o600


def create_private(path: Path, content: bytes) -> bool:
    """Make a file with its whole content, synced; ``False`` when there is one already, which is left alone.

    Two programs may do this at once: a link, unlike a rename, never replaces what the other has made.

    Raises:
        OSError: the folder is missing, full or not writable.
    """
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make a rename or a new file in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
