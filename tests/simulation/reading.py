"""Reading a card without running it."""

from __future__ import annotations

import shutil
from pathlib import Path

from sync.device.database import DeviceDatabase
from sync.device.errors import StorageError
from sync.protocol.events import header_hash
from tests.simulation.card import DATABASE, Image
from tests.simulation.parts import DATABASE_KEY


def read_hashes(image: Image, scratch: Path) -> set[str]:
    """The hashes of all events that can be read from a card."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    for name, content in image.files.items():
        (scratch / name).write_bytes(content)
    try:
        database = DeviceDatabase(scratch / DATABASE, DATABASE_KEY)
    except StorageError:
        return set()
    try:
        return {header_hash(bytes(row["header"])) for row in database.read("select header from event")}
    except StorageError:
        return set()
    finally:
        database.close()
