"""Backups that the operator makes, as far as receipts must know of them (ADR 55).

``begin`` before a copy of the database and of the photos is made, ``confirm`` when it is complete and elsewhere. What a
confirmed backup covers is what was committed before its beginning ended, and never more.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.store import backups
from cloud_api.store.backups import Backup
from cloud_api.store.db import Database


class Confirmed(Enum):
    """What a confirmation brought about."""

    NOW = "now"
    BEFORE = "before"
    OVERTAKEN = "overtaken"  # a backup that began later is confirmed already: nothing rises
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BackupState:
    """Where backups stand. ``events`` and ``photos``: how many no confirmed backup holds. ``begun``: the newest, where
    it is not the one that was confirmed.
    """

    expected: bool
    confirmed: Backup | None
    begun: Backup | None
    events: int
    photos: int
    at: datetime


class Backups:
    """Notes what backups cover."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def expect(self, *, expected: bool) -> bool:
        """Let receipts wait for backups, or no more; ``False`` where it was so already."""
        async with self._db.server() as connection:
            return await backups.expect(connection, self._clock.now(), expected=expected)

    async def begin(self) -> Backup:
        """Note what is stored now. A copy that is started after this has returned holds all of it."""
        async with self._db.whole() as server:
            begun = await backups.begin(server.connection, uuid4(), self._clock.now())
            async for tx in server.organisations():
                await backups.mark(tx, begun.number)
        return begun

    async def confirm(self, backup_id: UUID) -> Confirmed:
        """The backup is complete and elsewhere: what it saw when it began is durable from now on."""
        async with self._db.server() as connection:
            before = await backups.newest(connection, confirmed=True)
            found = await backups.confirm(connection, backup_id, self._clock.now())
        if found is None:
            return Confirmed.UNKNOWN
        if found.confirmed_at is not None:
            return Confirmed.BEFORE
        return Confirmed.OVERTAKEN if before is not None and before.number > found.number else Confirmed.NOW

    async def state(self) -> BackupState:
        """Where backups stand now."""
        async with self._db.whole() as server:
            expected = await backups.is_expected(server.connection)
            confirmed = await backups.newest(server.connection, confirmed=True)
            begun = await backups.newest(server.connection, confirmed=False)
            waiting = [await backups.count_waiting(tx) async for tx in server.organisations()]
        return BackupState(
            expected=expected,
            confirmed=confirmed,
            begun=None if begun == confirmed else begun,
            events=sum(each.events for each in waiting),
            photos=sum(each.photos for each in waiting),
            at=self._clock.now(),
        )
