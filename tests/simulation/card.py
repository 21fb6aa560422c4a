"""A kiosk's storage card: what stands on it when the power goes, and copies of it that are put back later."""

from __future__ import annotations

import random
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

DATABASE, WAL, WITNESS = "lodge.db", "lodge.db-wal", "witness"
_SLOT_BYTES = 256
_WAL_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24
_PAGE_SIZE_AT, _CHECKPOINTED_AT = 8, 96
"""Where the WAL says how large a page is, and the shared memory how many frames were checkpointed
(sqlite.org/walformat.html).
"""


@dataclass(frozen=True)
class Image:
    """The files of a card, by name, and how many events stood on it (for the trace)."""

    files: dict[str, bytes]

    def without(self, name: str) -> Image:
        """The same card after a file was removed."""
        return Image({known: content for known, content in self.files.items() if known != name})

    def with_file(self, name: str, content: bytes) -> Image:
        """The same card with another content of a file."""
        return Image({**self.files, name: content})

    def put_down(self, folder: Path) -> None:
        """Write the files into a folder, which holds nothing else then."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


class Card:
    """A folder, and what of it has been synced. Shared memory (``-shm``) is no file of the card."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._synced_witness = b""
        self._first_wal = b""

    def image(self) -> Image:
        """A copy of all files."""
        found = sorted(path for path in self.folder.iterdir() if path.is_file() and not path.name.endswith("-shm"))
        return Image({path.name: path.read_bytes() for path in found})

    def synced_wal_bytes(self) -> int:
        """How much of the WAL, from its beginning, is synced for certain: what stood on the card when the machine was
        switched on, and what has been checkpointed since, for that is synced before it is moved into the database.
        """
        wal, shared = self.folder / WAL, self.folder / f"{DATABASE}-shm"
        if not wal.is_file() or not shared.is_file():
            return 0
        header = wal.read_bytes()[:_WAL_HEADER_BYTES]
        frames = int.from_bytes(shared.read_bytes()[_CHECKPOINTED_AT : _CHECKPOINTED_AT + 4], sys.byteorder)
        page = int.from_bytes(header[_PAGE_SIZE_AT : _PAGE_SIZE_AT + 4], "big")
        checkpointed = 0 if frames == 0 else _WAL_HEADER_BYTES + frames * (_FRAME_HEADER_BYTES + page)
        return max(checkpointed, len(self._first_wal) if self._first_wal[:_WAL_HEADER_BYTES] == header else 0)

    def restore(self, image: Image) -> None:
        """Put a copy back; nothing else stays. The machine must be off."""
        image.put_down(self.folder)
        self._synced_witness = image.files.get(WITNESS, b"")
        self._first_wal = image.files.get(WAL, b"")

    def note_sync(self) -> None:
        """The witness was synced just now: this much of it survives a loss of power."""
        self._synced_witness = (self.folder / WITNESS).read_bytes()

    def survive_power_cut(self, image: Image, stream: random.Random) -> Image:
        """What is left of an image: each slot of the witness as it was synced, as it was written, or torn."""
        written, synced = image.files.get(WITNESS, b""), self._synced_witness
        if len(written) != len(synced) or written == synced:
            return image
        left = b""
        for at in range(0, len(written), _SLOT_BYTES):
            old, new = synced[at : at + _SLOT_BYTES], written[at : at + _SLOT_BYTES]
            cut = stream.choice((0, _SLOT_BYTES, stream.randrange(_SLOT_BYTES)))
            left += new[:cut] + old[cut:]
        return image.with_file(WITNESS, left)
