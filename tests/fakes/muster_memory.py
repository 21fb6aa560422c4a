"""The muster store in memory, over the rows of the ingest store's twin; held to PostgreSQL's by one contract suite."""

import contextlib
from collections.abc import AsyncIterator, Collection
from datetime import datetime
from uuid import UUID

from cloud_api.services.ingest_store import Answered
from cloud_api.services.muster_store import KeptBatch, MusterReading, chain_of
from cloud_api.services.readings import PRESENCE_KINDS
from cloud_api.store.batches import BatchName
from cloud_api.store.events import NewEvent, StoredFact
from cloud_api.store.kiosks import Epoch, Head
from sync.protocol.kinds import Kind
from tests.fakes.ingest_memory import MemoryIngestStore
from tests.fakes.memory_tables import Rows


class MemoryMusterStore:
    """Looks at the rows."""

    def __init__(self, store: MemoryIngestStore) -> None:
        self._store = store

    @contextlib.asynccontextmanager
    async def look(self, tenant: UUID) -> AsyncIterator[MusterReading]:
        yield MemoryMusters(self._store.rows(tenant))


class MemoryMusters:
    """One look."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def epochs_of_site(self, site_id: UUID) -> list[Epoch]:
        found = [record for record in self._rows.epochs.values() if record.site_id == site_id]
        return sorted(found, key=lambda record: (record.started_at, record.epoch))

    async def heads(self, epochs: Collection[Epoch]) -> dict[str, Head]:
        return {record.epoch: self._rows.heads[record.epoch] for record in epochs}

    async def hash_at(self, epoch: Epoch, seq: int) -> str | None:
        found = self._rows.log.get((epoch.epoch, seq))
        return None if found is None else found[0].hash

    async def following(self, epoch: Epoch, seq: int, limit: int) -> list[KeptBatch]:
        return [batch for batch in self._logged(epoch.epoch) if batch.last > seq][:limit]

    async def first_since(self, epoch: Epoch, since: datetime) -> int | None:
        recent = [batch for batch in self._logged(epoch.epoch) if self._received(batch) >= since]
        return min((batch.first for batch in recent), default=None)

    async def branches(self, epoch: Epoch, known: Collection[str], limit: int) -> list[KeptBatch]:
        kept = _in_order(self._rows.branch_answers, epoch.epoch, beside=True)
        return [batch for batch in kept if batch.hash not in known][:limit]

    async def batches_of_stays(self, site_id: UUID, stays: Collection[UUID], limit: int) -> list[KeptBatch]:
        found: dict[str, KeptBatch] = {}
        for (epoch, seq), (row, _) in sorted(self._rows.log.items()):
            if self._rows.epochs[epoch].site_id == site_id and row.stay_id in stays and row.kind in PRESENCE_KINDS:
                batch = next(batch for batch in self._logged(epoch) if batch.last >= seq)
                found[batch.hash] = batch
        return list(found.values())[:limit]

    async def events_of(self, batch: KeptBatch) -> list[StoredFact]:
        log = [(pair, True) for seq in range(batch.first, batch.last + 1) if (pair := self._at(batch.epoch, seq))]
        beside = [
            (pair, False)
            for (epoch, _), pair in self._rows.branch.items()
            if batch.beside and epoch == batch.epoch and batch.first <= pair[0].seq <= batch.last
        ]
        return chain_of(batch, [self._fact(*pair, in_log) for pair, in_log in (*log, *beside)])

    async def present(self, site_id: UUID) -> list[UUID]:
        return [stay for stay, row in self._rows.stays.items() if row.present and row.site_id == site_id]

    async def last_words(self, site_id: UUID) -> dict[UUID, datetime | None]:
        return {
            kiosk.id: self._rows.seen.get(kiosk.id)
            for kiosk in self._rows.kiosks.values()
            if kiosk.site_id == site_id and (kiosk.revoked_at is None or self._rows.seen.get(kiosk.id) is not None)
        }

    def _at(self, epoch: str, seq: int) -> tuple[NewEvent, datetime] | None:
        return self._rows.log.get((epoch, seq))

    def _logged(self, epoch: str) -> list[KeptBatch]:
        return _in_order(self._rows.answers, epoch, beside=False)

    def _received(self, batch: KeptBatch) -> datetime:
        return self._rows.log[batch.epoch, batch.last][1]

    def _fact(self, row: NewEvent, received: datetime, in_log: bool) -> StoredFact:
        readable = row.kind == Kind.VISITOR_ARRIVED and (row.stay_id is None or self._rows.keys.get(row.stay_id))
        return StoredFact(row.raw, row.hash, row.muster if readable else None, row.fault is not None, in_log, received)


def _in_order(answers: dict[BatchName, Answered], epoch: str, *, beside: bool) -> list[KeptBatch]:
    found = [
        KeptBatch(name.kiosk_id, epoch, name.manifest_hash, item.first, item.last, item.manifest, beside)
        for name, item in answers.items()
        if name.epoch == epoch
    ]
    return sorted(found, key=lambda batch: (batch.last, batch.hash))
