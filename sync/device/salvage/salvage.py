"""Salvage: out of a damaged database into a new one, under the same key, and the damaged files kept whole.

outcome = salvage(Place(folder, "lodge.db", "witness"), means)
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sync.device.clock import DeviceClock
from sync.device.database import DeviceDatabase
from sync.device.epochs import ROLLED_BACK
from sync.device.errors import DiskFullError, StorageError, WrongKeyError
from sync.device.event_log import EventLog
from sync.device.salvage.draft import Refusal, Written, write_draft
from sync.device.salvage.files import (
    drop_damaged,
    drop_work_folder,
    finish_earlier,
    keep_away,
    keep_evidence,
    make_work_folder,
    open_damaged,
    put_in_place,
)
from sync.device.salvage.pages import Pages
from sync.device.salvage.tables import EVENT, Contents, read_contents
from sync.device.witness import Witness
from sync.protocol.identifiers import Entropy

_SPARE_BYTES = 8 * 1024 * 1024
"""Beside the draft, which is never larger than what it is made from: its WAL, and what the file system itself takes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files are: names within ``folder``."""

    folder: Path
    database: str
    witness: str


@dataclass(frozen=True, slots=True)
class Means:
    """What a salvage needs besides. ``free_bytes``: how much may be written in the folder; ``stamp``: names the folder
    of the damaged files.
    """

    key: bytes
    clock: DeviceClock
    entropy: Entropy
    build_floor_ms: int
    free_bytes: Callable[[], int]
    stamp: str


@dataclass(frozen=True, slots=True)
class Salvaged:
    """``evidence``: the folder of the damaged files. ``new_epoch``: events may be missing, so the kiosk goes on in a
    new log and says so. ``missing``: how many are known to be, by the gaps and by the second witness.
    """

    contents: Contents
    written: Written
    evidence: Path
    new_epoch: bool
    missing: int


class NothingWrong:
    """Every page is authentic and SQLite finds the whole in order; nothing was done."""


class Finished:
    """A salvage that was cut short had decided already; its database is in place now."""


class NoRoomError(DiskFullError):
    """The disk has too little room; nothing was changed."""

    def __init__(self, needed: int, free: int) -> None:
        super().__init__(f"salvage needs {needed} bytes and the disk has {free}")
        self.needed, self.free = needed, free


Outcome = Salvaged | NothingWrong | Finished | Refusal


def salvage(place: Place, means: Means) -> Outcome:
    """Salvage the database of a kiosk that does not run.

    Until the new database is in place the damaged one is, and after a kill at any moment it can be done again.

    Raises:
        NoRoomError, DiskFullError: too little room; nothing was changed.
        StorageError: another program has the database open, or the disk refused; nothing was changed.
    """
    database = place.folder / place.database
    try:
        with keep_away(place.folder):
            drop_work_folder(place.folder)
            if finish_earlier(database):
                return Finished()
            with open_damaged(database) as files:
                pages = Pages(means.key, database=files.database, wal=files.wal, salt=files.salt)
                if not pages.opens:
                    return Refusal.KEY
                contents = read_contents(pages)
                if not contents.unreadable and not pages.broken_wal:
                    if _is_in_order(database, means.key):
                        return NothingWrong()
                    contents.whole.discard(EVENT)  # authentic pages of different times: a write was lost
                _require_room(files.size_bytes, means.free_bytes())
                return _replace(place, means, contents)
    except OSError as error:
        raise StorageError(f"The kiosk's disk refused the salvage: {error.strerror}. Nothing was changed.") from error


def set_aside(place: Place, stamp: str) -> Path:
    """Keep the damaged files whole and make room for a new enrolment; returns the folder that they lie in now.

    The second witness stays too, so that the new log knows that it does not begin at the beginning.

    Raises:
        StorageError: another program has the database open, or the disk refused.
    """
    database = place.folder / place.database
    try:
        with keep_away(place.folder):
            evidence = keep_evidence(database, f"damaged-{stamp}", copied=(place.witness,))
            drop_damaged(database)
            return evidence
    except OSError as error:
        raise StorageError(f"The kiosk's disk refused: {error.strerror}.") from error


def _replace(place: Place, means: Means, contents: Contents) -> Salvaged | Refusal:
    work = make_work_folder(place.folder)
    try:
        written = _draft(place, means, contents, work)
        if isinstance(written, Refusal):
            return written
        new_epoch, beyond = _go_on(place, means, contents, written, work)
        evidence = keep_evidence(place.folder / place.database, f"damaged-{means.stamp}", copied=(place.witness,))
        put_in_place(work / place.database, place.folder / place.database)
    finally:
        drop_work_folder(place.folder)
    return Salvaged(contents, written, evidence, new_epoch, written.events.missing + beyond)


def _draft(place: Place, means: Means, contents: Contents, work: Path) -> Written | Refusal:
    database = DeviceDatabase(work / place.database, means.key)
    try:
        return write_draft(database, contents)
    finally:
        database.close()


def _go_on(place: Place, means: Means, contents: Contents, written: Written, work: Path) -> tuple[bool, int]:
    """Open the new log as the kiosk will: it begins a new epoch if events are missing, or may be. Says whether it did,
    and how many events the second witness has seen beyond the last one that is here.
    """
    if (place.folder / place.witness).is_file():
        shutil.copyfile(place.folder / place.witness, work / place.witness)
    database = DeviceDatabase(work / place.database, means.key)
    witness = Witness(work / place.witness)
    beyond = written.events.behind(witness.head)
    try:
        log = EventLog(
            database,
            identity=written.enrolment.identity,
            clock=means.clock,
            witness=witness,
            entropy=means.entropy,
            build_floor_ms=means.build_floor_ms,
        )
        if _may_lack_events(contents, written) and log.head.epoch in written.epochs:
            log.begin_epoch(ROLLED_BACK, after=log.head.epoch)
        log.settle()
        return log.epochs.current not in written.epochs, beyond
    finally:
        witness.close()
        database.close()


def _may_lack_events(contents: Contents, written: Written) -> bool:
    events = written.events
    return EVENT not in contents.whole or events.missing > 0 or events.refused > 0


def _is_in_order(path: Path, key: bytes) -> bool:
    """Whether SQLite itself finds nothing; opening it is what the kiosk does at each start."""
    try:
        database = DeviceDatabase(path, key)
        try:
            return database.read("pragma integrity_check") == [{"integrity_check": "ok"}]
        finally:
            database.close()
    except WrongKeyError:
        return False


def _require_room(size: int, free: int) -> None:
    needed = size + _SPARE_BYTES
    if free < needed:
        raise NoRoomError(needed, free)
