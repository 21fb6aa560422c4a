"""The erasure journal: which visits were erased, in a file outside the database (ADR 56).

A backup that is put back does not know of erasures that came after it. The journal does, and it is never part of a
backup that is put back. A line is ASCII, at most 200 bytes with its line feed, and says nothing of a person::

    lodge-erasure-v1 ORGANISATION VISIT MILLISECONDS SHA256

with one space between the fields; the last is of all that stands before its space, in hex. The visit of all zeros is no
visit: the organisation was closed (ADR 64).
"""

import asyncio
import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cloud_api.errors import ErasureJournalError

_NAME = "lodge-erasure-v1"
_LONGEST = 200
_FILE_MODE = 0o600
_LAST_MS = 253_402_300_799_999
"""The end of the year 9999."""
CLOSED = UUID(int=0)
"""In the place of a visit: all of the organisation."""
GOES_ON = (
    "the erasure journal names the organisation as closed by now, so a server that starts destroys its keys: "
    "run the same command again; org resume cannot bring it back"
)
"""What is so when the database fails behind the journal's line."""
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_LINE = re.compile(rf"({_NAME} ({_UUID}) ({_UUID}) (0|[1-9][0-9]{{0,15}})) ([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """That a visit was to be erased; ``at_ms``: milliseconds since 1970."""

    tenant: UUID
    stay: UUID
    at_ms: int

    def line(self) -> bytes:
        """Its line, with the line feed."""
        said = f"{_NAME} {self.tenant} {self.stay} {self.at_ms}"
        return f"{said} {sha256(said.encode('ascii')).hexdigest()}\n".encode("ascii")


@dataclass(frozen=True, slots=True)
class JournalReading:
    """What a journal says. ``damaged``: how many whole lines are not what was written."""

    entries: tuple[JournalEntry, ...]
    damaged: int


class ErasureJournal:
    """One file of this host. Several processes may add to it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def add(self, entries: Sequence[JournalEntry]) -> None:
        """Write entries at the end, synced when this returns.

        Raises:
            ErasureJournalError: they are not written.
        """
        await asyncio.to_thread(self._add, b"".join(entry.line() for entry in entries))

    async def read(self) -> JournalReading:
        """All of it; empty where nothing was ever erased. A last line without its end was never answered for.

        Raises:
            ErasureJournalError: it is there and cannot be read.
        """
        return await asyncio.to_thread(read_journal, self.path)

    async def has_closed(self, tenant: UUID) -> bool:
        """Whether it says that an organisation was closed.

        Raises:
            ErasureJournalError: it is there and cannot be read.
        """
        return any((entry.tenant, entry.stay) == (tenant, CLOSED) for entry in (await self.read()).entries)

    def _add(self, lines: bytes) -> None:
        try:
            fresh = not self.path.exists()
            with _opened(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, fcntl.LOCK_EX) as descriptor:
                end = _cut_torn_line(descriptor, self.path)
                try:
                    _write_synced(descriptor, lines)
                except OSError:
                    with suppress(OSError):
                        os.ftruncate(descriptor, end)
                    raise
            if fresh:
                _sync_folder(self.path.parent)
        except OSError as error:
            reason = error.strerror or "the system refused"
            raise ErasureJournalError(
                f"the erasure journal {self.path} cannot be written: {reason}. Without it a backup that is put back "
                "would bring the visit back, so nothing was erased: see to the file, then ask again"
            ) from error


def read_journal(path: Path, *, missing_ok: bool = True) -> JournalReading:
    """A journal of this or another host.

    Raises:
        ErasureJournalError: it cannot be read, or is not there and should be.
    """
    try:
        with _opened(path, os.O_RDONLY, fcntl.LOCK_SH) as descriptor, os.fdopen(os.dup(descriptor), "rb") as file:
            *lines, tail = file.read().split(b"\n")
    except FileNotFoundError as error:
        if missing_ok:
            return JournalReading((), 0)
        raise ErasureJournalError(f"there is no erasure journal {path}") from error
    except OSError as error:
        raise ErasureJournalError(f"the erasure journal {path} cannot be read: {error.strerror}") from error
    if tail and (_read_line(tail) is not None or not _is_torn(tail)):
        lines.append(tail)  # an editor may have taken its line feed; anything else is no line of ours
    entries = [_read_line(line) for line in lines]
    return JournalReading(tuple(entry for entry in entries if entry is not None), entries.count(None))


def _read_line(line: bytes) -> JournalEntry | None:
    match = _LINE.fullmatch(line.decode("ascii", "replace"))
    if match is None or sha256(match[1].encode("ascii")).hexdigest() != match[5] or int(match[4]) > _LAST_MS:
        return None
    return JournalEntry(UUID(match[2]), UUID(match[3]), int(match[4]))


@contextmanager
def _opened(path: Path, flags: int, lock: int) -> Iterator[int]:
    descriptor = os.open(path, flags | os.O_CLOEXEC, _FILE_MODE)
    try:
        fcntl.flock(descriptor, lock)
        yield descriptor
    finally:
        os.close(descriptor)


def _write_synced(descriptor: int, lines: bytes) -> None:
    if os.write(descriptor, lines) != len(lines):
        raise OSError(None, "the disk is full")
    os.fsync(descriptor)


def _cut_torn_line(descriptor: int, path: Path) -> int:
    """Drop a last line that a crash cut short: its erasure was refused, or never answered. One that lacks its line feed
    alone gets it. Where the file ends now.
    """
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, _LONGEST, max(size - _LONGEST, 0))
    torn = tail.rpartition(b"\n")[2]
    if not torn:
        return size
    if _read_line(torn) is not None:
        _write_synced(descriptor, b"\n")
        return size + 1
    if not _is_torn(torn):
        raise ErasureJournalError(
            f"{path} is no erasure journal, or its end is damaged: nothing was erased. "
            "Put an undamaged copy in its place, or move it away and run: lodge-cloud erasures replay --from FILE"
        )
    os.ftruncate(descriptor, size - len(torn))
    return size - len(torn)


def _is_torn(tail: bytes) -> bool:
    """Whether the end of a file can be a line of ours that was cut short."""
    start = f"{_NAME} ".encode("ascii")
    return len(tail) < _LONGEST and (tail.startswith(start) or start.startswith(tail))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
