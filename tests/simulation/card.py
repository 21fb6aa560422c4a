"""A kiosk's storage card: what stands on it when the power goes, and copies of it that are put back later."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

DATABASE, WAL, WITNESS = "lodge.db", "lodge.db-wal", "witness"
_SLOT_BYTES = 256


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


class Card:
    """A folder, and what of it has been synced. Shared memory (``-shm``) is no file of the card."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._synced_witness = b""

    def image(self) -> Image:
        """A copy of all files."""
        found = sorted(path for path in self.folder.iterdir() if path.is_file() and not path.name.endswith("-shm"))
        return Image({path.name: path.read_bytes() for path in found})

    def restore(self, image: Image) -> None:
        """Put a copy back; nothing else stays. The machine must be off."""
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        for name, content in image.files.items():
            (self.folder / name).write_bytes(content)
        self._synced_witness = image.files.get(WITNESS, b"")

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
