"""What lies in a kiosk's data folder, and one running kiosk a folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.errors import KioskError

DATABASE, KEY, WITNESS = "lodge.db", "lodge.key", "witness"
LOCK, SPARE = "run.lock", "spare"

NOT_ENROLLED = "This kiosk is not enrolled. Ask an administrator for a code, then: lodge-kiosk enrol CODE --server URL"
_GONE = (
    "This kiosk's database is gone, but its key and witness are here: it was enrolled, and visits may be lost with it. "
    "Do not enrol it anew before an administrator has looked; people may be in the building who are on no list."
)
_ASIDE = (
    "This kiosk's database is gone, and visits may be lost with it. If a damaged one was set aside on purpose (it is "
    "kept in {folder}), ask an administrator for a new code, then: lodge-kiosk enrol CODE --server URL. If not, do not "
    "enrol it anew before an administrator has looked; people may be in the building who are on no list."
)
_LOCKED_OUT = (
    f"This kiosk's key file {KEY} is gone, so its database cannot be opened: nobody can be checked in, and the list of "
    f"who is on site cannot be read here. Put {KEY} back into {{folder}} from its copy; if there is none, call an "
    "administrator: what was sent is in the cloud, what was not is lost."
)


def require_database(folder: Path) -> None:
    """Tell a kiosk that never was from one that has lost its data.

    Raises:
        KioskError: there is no database.
    """
    database = folder / DATABASE
    if database.exists() and database.stat().st_size > 0:
        return
    if not (folder / WITNESS).exists():
        raise KioskError(NOT_ENROLLED)
    aside = sorted(path.name for path in folder.glob("damaged-*"))
    raise KioskError(_ASIDE.format(folder=aside[-1]) if aside else _GONE)


def require_key(folder: Path) -> None:
    """Refuse to make a new key where a database needs the old one.

    Raises:
        KioskError: there is a database, and no key.
    """
    database = folder / DATABASE
    if not (folder / KEY).exists() and database.exists() and database.stat().st_size > 0:
        raise KioskError(_LOCKED_OUT.format(folder=folder))


@contextmanager
def hold_data_folder(folder: Path) -> Iterator[None]:
    """Refuse a second running kiosk on the same data: two would number their events alike.

    Raises:
        KioskError: another one runs.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise KioskError("A kiosk is running on this data folder already.") from error
        yield
    finally:
        os.close(descriptor)
