"""Reading a card without running it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sync.device.clock import DeviceClock
from sync.device.database import DeviceDatabase
from sync.device.errors import StorageError
from sync.device.salvage.draft import Refusal
from sync.protocol.events import header_hash
from tests.simulation.card import DATABASE, Card, Image
from tests.simulation.parts import DATABASE_KEY
from tests.simulation.salvaging import salvage_card


@dataclass(frozen=True)
class Found:
    """Events by their hashes, and photos by their ids."""

    events: set[str]
    photos: set[UUID]

    def with_those_of(self, other: Found) -> Found:
        """What is found here or there."""
        return Found(self.events | other.events, self.photos | other.photos)


NOTHING = Found(set(), set())


def read_card(image: Image, scratch: Path, clock: DeviceClock) -> Found:
    """What can be read from a card; of a damaged one, what a salvage brings to light."""
    image.put_down(scratch)
    try:
        return _read(scratch)
    except StorageError:
        image.put_down(scratch)  # as it was before it was opened
        if isinstance(salvage_card(Card(scratch), clock, random.Random(0)), Refusal):
            return NOTHING
        return _read(scratch)


def _read(folder: Path) -> Found:
    database = DeviceDatabase(folder / DATABASE, DATABASE_KEY)
    try:
        events = {header_hash(bytes(row["header"])) for row in database.read("select header from event")}
        photos = {UUID(row["id"]) for row in database.read("select id, sealed from object")}
    finally:
        database.close()
    return Found(events, photos)
