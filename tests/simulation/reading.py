"""Reading a card without running it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sync.device.database import DeviceDatabase
from sync.device.errors import StorageError
from sync.protocol.events import header_hash
from tests.simulation.card import DATABASE, Image
from tests.simulation.parts import DATABASE_KEY


@dataclass(frozen=True)
class Found:
    """Events by their hashes, and photos by their ids."""

    events: set[str]
    photos: set[UUID]

    def with_those_of(self, other: Found) -> Found:
        """What is found here or there."""
        return Found(self.events | other.events, self.photos | other.photos)


NOTHING = Found(set(), set())


def read_card(image: Image, scratch: Path) -> Found:
    """What can be read from a card."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    for name, content in image.files.items():
        (scratch / name).write_bytes(content)
    try:
        database = DeviceDatabase(scratch / DATABASE, DATABASE_KEY)
    except StorageError:
        return NOTHING
    try:
        return Found(
            {header_hash(bytes(row["header"])) for row in database.read("select header from event")},
            {UUID(row["id"]) for row in database.read("select id from object")},
        )
    except StorageError:
        return NOTHING
    finally:
        database.close()
