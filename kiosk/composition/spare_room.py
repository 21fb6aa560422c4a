"""A little room that a kiosk keeps for itself (C03).

On a full disk SQLite cannot even open a database that was closed in order, and then nobody could read the list.
"""

import contextlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kiosk.composition.station import Station, open_station
from kiosk.configuration import KioskConfiguration
from kiosk.data_folder import SPARE
from sync.device.errors import DiskFullError

SPARE_BYTES = 512 * 1024


@contextmanager
def open_on_full_disk(configuration: KioskConfiguration) -> Iterator[Station]:
    """The station as ``open_station`` gives it; where the disk is full, in the room that was kept for that.

    Raises:
        KioskError, DeviceError: as ``open_station``.
    """
    with ExitStack() as opened:
        try:
            station = opened.enter_context(open_station(configuration))
        except DiskFullError:
            if not _give_up(configuration.data_folder):
                raise
            station = opened.enter_context(open_station(configuration))
        _keep(configuration.data_folder)
        yield station


def _give_up(folder: Path) -> bool:
    """Free the room; ``False`` where there is none."""
    try:
        (folder / SPARE).unlink()
    except OSError:
        return False
    return True


def _keep(folder: Path) -> None:
    """Take the room, if the disk has it; without it the kiosk goes on all the same."""
    path = folder / SPARE
    if path.exists():
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, SPARE_BYTES)
        except OSError:
            path.unlink()
        finally:
            os.close(descriptor)
