"""A second memory of the head, outside the database: a deleted WAL passes every check of SQLite's own.

Two slots of 256 bytes, written in turn by pwrite; each holds a counter, the head and a digest, so that a torn
write leaves the other slot. It may lag behind the database, never lead it. What was found of it when it was opened is
kept in ``found``: a witness that is gone must not pass for one that agrees (ADR 34).
"""

import os
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

import msgspec

from sync.device.errors import StorageError
from sync.device.private_files import create_private
from sync.protocol.chain import Head

_SLOT_BYTES = 256
_SLOTS = 2
_DIGEST_BYTES = 32
_BLANK = b"\x00" * _SLOT_BYTES * _SLOTS


class Found(StrEnum):
    """What was there when the witness was opened. One good slot of two is ``INTACT``: that is what two are for."""

    INTACT = "intact"
    MISSING = "missing"
    EMPTY = "empty"
    DAMAGED = "damaged"
    UNUSABLE = "unusable"


class _Slot(msgspec.Struct, frozen=True):
    counter: int
    epoch: str
    seq: int
    head: str


class Witness:
    """Remembers the last head: ``note`` writes; ``settle`` syncs, and stays off the hot path."""

    def __init__(self, path: Path) -> None:
        """Open, or make, the file. One that cannot be used is ``UNUSABLE``: the kiosk must open all the same."""
        self._last: _Slot | None = None
        self._descriptor = -1
        try:
            # Both slots exist from the start: noting a head must not need room on a disk that fills up.
            made = create_private(path, _BLANK)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            self._last, blank = self._read()
        except OSError:
            self.close()
            self.found = Found.UNUSABLE
            return
        if self._last is not None:
            self.found = Found.INTACT
        elif made:
            self.found = Found.MISSING
        else:
            self.found = Found.EMPTY if blank else Found.DAMAGED

    @property
    def head(self) -> Head | None:
        """The last head noted, or ``None`` when there is none."""
        return None if self._last is None else Head(self._last.epoch, self._last.seq, self._last.head)

    def note(self, head: Head) -> None:
        """Write a head that the database has already committed."""
        counter = 0 if self._last is None else self._last.counter + 1
        slot = _Slot(counter, head.epoch, head.seq, head.hash)
        payload = msgspec.json.encode(slot)
        record = (sha256(payload).digest() + payload).ljust(_SLOT_BYTES, b" ")
        try:
            written = os.pwrite(self._descriptor, record, counter % _SLOTS * _SLOT_BYTES)
        except (OSError, ValueError):
            # The witness may lag: a failing disk must not turn a committed check-in into a failure.
            return
        if written == len(record):
            # A slot half written is written again by the next note; the other one stays good meanwhile.
            self._last = slot

    def settle(self) -> None:
        """Sync what was noted; nothing where the file could not be used from the start.

        Raises:
            StorageError: the disk refused; the witness may lag after a power cut.
        """
        if self.found is Found.UNUSABLE:
            return
        try:
            os.fdatasync(self._descriptor)
        except (OSError, ValueError) as error:
            raise StorageError(f"The witness file cannot be synced: {error}.") from error

    def close(self) -> None:
        """Close the file; once is enough, more does no harm."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _read(self) -> tuple[_Slot | None, bool]:
        """The newest good slot, and whether nothing was ever written."""
        content = os.pread(self._descriptor, _SLOT_BYTES * _SLOTS, 0)
        found: list[_Slot] = []
        for index in range(_SLOTS):
            record = content[index * _SLOT_BYTES : (index + 1) * _SLOT_BYTES]
            digest, payload = record[:_DIGEST_BYTES], record[_DIGEST_BYTES:].rstrip(b" ")
            if len(record) == _SLOT_BYTES and sha256(payload).digest() == digest:
                try:
                    found.append(msgspec.json.decode(payload, type=_Slot))
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    # A sound digest over something else: not ours, as good as torn.
                    continue
        return max(found, key=lambda slot: slot.counter, default=None), content == _BLANK
