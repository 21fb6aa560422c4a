"""What the erasure journal names and the database does not know as erased is erased again (C39).

A database that was put back to yesterday knows nothing of today's erasures. Server and worker replay the journal when
they start, before anything is served. What only the database knows (of another host, or of a time before there was a
journal) is added to the journal, so that each host's becomes whole with every start.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cloud_api.clock import Clock, unix_ms
from cloud_api.erasure_journal import CLOSED, ErasureJournal, JournalEntry, JournalReading, read_journal
from cloud_api.errors import ErasureJournalError, ObjectStoreError
from cloud_api.services.erasing import Erasing
from cloud_api.services.kek_rotation import destroy_keys
from cloud_api.store import erasures
from cloud_api.store.db import Database

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a replay: how many visits were ``erased`` again, how many ``added`` to the journal; how many entries
    are of organisations that this database does not have (``elsewhere``), and how many lines cannot be read
    (``damaged``). ``faults``: what is left to do, in words. ``closed``: how many closed organisations had come back.
    """

    erased: int
    added: int
    elsewhere: int
    damaged: int
    faults: tuple[str, ...]
    closed: int = 0


class ErasureReplay:
    """Brings journal and database in line."""

    def __init__(self, db: Database, erasing: Erasing, journal: ErasureJournal, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._erasing = erasing
        self._journal = journal

    async def run(self, others: Sequence[Path] = ()) -> Replayed:
        """Replay this host's journal, and those of ``others``.

        Raises:
            ErasureJournalError: a journal cannot be read.
            StoreError: the database is out of reach; some may have been erased again.
        """
        own = await self._journal.read()
        readings = [own, *(read_journal(path, missing_ok=False) for path in others)]
        wanted, shut = _by_tenant(readings), _closed(readings)
        back = await self._destroy_again(shut)
        async with self._db.lookup() as lookups:
            tenants = [tenant for tenant, _ in await lookups.list_organisations()]
        erased, faults, missing = 0, [*_unreadable(readings), *back], list[JournalEntry]()
        noted = {(entry.tenant, entry.stay) for entry in own.entries}
        for tenant in tenants:
            async with self._db.tenant(tenant) as tx:
                known = {item.stay_id: unix_ms(item.erased_at) for item in await erasures.list_all(tx)}
            due = [entry for entry in wanted.get(tenant, []) if entry.stay not in known]
            erased += await self._erase(tenant, due, faults)
            both = {**known, **{entry.stay: entry.at_ms for entry in due}}
            missing += [JournalEntry(tenant, stay, at) for stay, at in both.items() if (tenant, stay) not in noted]
        added = await self._complete(missing, faults)
        elsewhere = sum(len(entries) for tenant, entries in wanted.items() if tenant not in {*tenants, *shut})
        damaged = sum(reading.damaged for reading in readings)
        return Replayed(erased, added, elsewhere, damaged, tuple(faults), closed=len(back))

    async def _destroy_again(self, shut: Collection[UUID]) -> list[str]:
        """Destroy the keys of organisations that were closed and came back with a database that was put back."""
        async with self._db.lookup() as lookups:
            known = await lookups.list_standings()
        back = [item for item in known if item[0] in shut and item[2] != "destroyed"]
        for tenant, _, _ in back:
            async with self._db.tenant(tenant) as tx:
                await destroy_keys(tx, self._clock)
        return [
            f"the organisation {tenant} was closed and came back: its keys are destroyed again; "
            f"lodge-cloud org close --org {tenant} deletes its rows"
            for tenant, _, _ in back
        ]

    async def _erase(self, tenant: UUID, due: Sequence[JournalEntry], faults: list[str]) -> int:
        erased = 0
        for start in range(0, len(due), _AT_ONCE):
            try:
                erased += await self._erasing.repeat(tenant, due[start : start + _AT_ONCE])
            except ObjectStoreError as error:
                faults.append(
                    f"visits are erased again, but a photo's file may be left, which nobody can read: {error}"
                )
        return erased

    async def _complete(self, missing: Sequence[JournalEntry], faults: list[str]) -> int:
        if not missing:
            return 0
        try:
            await self._journal.add(missing)
        except ErasureJournalError as error:
            faults.append(f"until this is mended nobody can be erased: {error}")
            return 0
        return len(missing)


def _by_tenant(readings: Sequence[JournalReading]) -> dict[UUID, list[JournalEntry]]:
    first: dict[tuple[UUID, UUID], JournalEntry] = {}
    for reading in readings:
        for entry in (entry for entry in reading.entries if entry.stay != CLOSED):
            first.setdefault((entry.tenant, entry.stay), entry)
    found: dict[UUID, list[JournalEntry]] = {}
    for entry in first.values():
        found.setdefault(entry.tenant, []).append(entry)
    return found


def _closed(readings: Sequence[JournalReading]) -> set[UUID]:
    return {entry.tenant for reading in readings for entry in reading.entries if entry.stay == CLOSED}


def _unreadable(readings: Sequence[JournalReading]) -> list[str]:
    damaged = sum(reading.damaged for reading in readings)
    if not damaged:
        return []
    return [f"lines of the erasure journal that cannot be read: {damaged}; visits that they named may have come back"]
