"""Reading a kiosk's data where its disk refuses every write (full, or mounted read-only), or where it is damaged.

SQLite must write beside a database even to read it. So the files, encrypted as they are, are copied into memory and
read there: in a fire the list must come out of a broken kiosk too. A damaged copy is salvaged there, for the list.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from kiosk.composition.station import Station, open_station
from kiosk.configuration import KioskConfiguration
from kiosk.data_folder import DATABASE, KEY, WITNESS
from kiosk.errors import KioskError
from kiosk.ports import EvacuationList
from kiosk.salvaging import salvage_kiosk
from sync.device.errors import DeviceError, RolledBackError, StorageError, WrongKeyError
from sync.device.free_space import FreeSpace, statvfs_reading
from sync.device.salt_copy import keep_salt, read_salt

_MEMORY = Path("/dev/shm")  # noqa: S108 -- Linux's own memory file system; nothing of this may reach a disk
_FILES = (WITNESS, DATABASE, f"{DATABASE}-wal", KEY)
"""The witness first: one copied after the database of a kiosk that records meanwhile would have seen more than it."""


@contextmanager
def read_station(configuration: KioskConfiguration, *, damaged_too: bool = False) -> Iterator[Station]:
    """The station in its folder, or, where its disk refuses, a copy in memory that only reading makes sense of.

    ``damaged_too``: also where the database is damaged; the copy is salvaged then (C05), and says that it may lack
    somebody.

    Raises:
        KioskError, DeviceError: as ``open_station``.
    """
    with ExitStack() as opened:
        try:
            station = opened.enter_context(open_station(configuration))
            station.evacuation.on_site()
        except RolledBackError:
            raise
        except StorageError as fault:
            if not _MEMORY.is_dir() or (isinstance(fault, WrongKeyError) and not damaged_too):
                raise
            station = _copied(opened, configuration, fault, damaged_too=damaged_too)
        yield station


def _copied(opened: ExitStack, configuration: KioskConfiguration, fault: StorageError, *, damaged_too: bool) -> Station:
    """A copy in memory: as it is where only the disk refuses, salvaged where the database is damaged, or both."""
    if not isinstance(fault, WrongKeyError):
        try:
            station = opened.enter_context(_open_copy(configuration))
            station.evacuation.on_site()
        except WrongKeyError as damage:
            if not damaged_too:
                raise
            fault = damage
        else:
            return station
    try:
        return opened.enter_context(_open_copy(configuration, salvaging=True))
    except KioskError:
        raise fault from None


@contextmanager
def _open_copy(configuration: KioskConfiguration, *, salvaging: bool = False) -> Iterator[Station]:
    with tempfile.TemporaryDirectory(prefix="lodge-", dir=_MEMORY) as name:
        for file in _FILES:
            if (configuration.data_folder / file).exists():
                shutil.copy2(configuration.data_folder / file, Path(name) / file)
        keep_salt(Path(name) / DATABASE, read_salt(configuration.data_folder / DATABASE))
        if salvaging:
            salvage_kiosk(Path(name))
        with open_station(replace(configuration, data_folder=Path(name))) as station:
            station.evacuation.damaged = salvaging
            # The disk that is told of is the kiosk's own, not the memory that is read from.
            yield replace(station, space=FreeSpace(statvfs_reading(configuration.data_folder)))


def save_list(configuration: KioskConfiguration) -> EvacuationList | None:
    """What can be read of the list of a kiosk whose database is damaged; ``None`` if nothing can."""
    try:
        with _open_copy(configuration, salvaging=True) as station:
            return station.evacuation.on_site()
    except (KioskError, DeviceError, OSError):
        return None
