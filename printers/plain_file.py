"""Files that a person names: read whole, and no further than they can make sense."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_NOT_PLAIN = "it is a pipe or a device, not a file; save it first"


def check_plain(path: Path) -> None:
    """Refuse what may never end, or never begin: a FIFO without a writer would be waited for for ever.

    Raises:
        OSError: it is no plain file, or is not there; ``strerror`` says so in words.
    """
    if stat.S_ISDIR(path.stat().st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not path.is_file():
        raise OSError(errno.EINVAL, _NOT_PLAIN, str(path))


def read_at_most(path: Path, most: int) -> bytes:
    """Read a plain file, or one byte more than ``most`` of a longer one.

    Raises:
        OSError: as ``check_plain``, or it cannot be read.
    """
    check_plain(path)
    with path.open("rb") as file:
        return file.read(most + 1)
