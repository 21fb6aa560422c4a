"""The port of ``muster_store`` on PostgreSQL."""

import contextlib
from collections.abc import AsyncIterator, Collection, Iterable
from datetime import datetime
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.services.muster_store import KeptBatch, MusterReading, chain_of
from cloud_api.services.readings import PRESENCE_KINDS
from cloud_api.store import epochs, events, musters
from cloud_api.store.db import Database, Tenant
from cloud_api.store.events import StoredFact
from cloud_api.store.kiosks import Epoch, Head
from cloud_api.store.musters import Manifest


class PostgresMusterStore:
    """Looks at the database."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring

    @contextlib.asynccontextmanager
    async def look(self, tenant: UUID) -> AsyncIterator[MusterReading]:
        """A look at one organisation's records."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            yield PostgresMusters(tx, self._ring)


class PostgresMusters:
    """One look."""

    def __init__(self, tx: Tenant, ring: KeyRing) -> None:
        self._tx = tx
        self._ring = ring

    async def epochs_of_site(self, site_id: UUID) -> list[Epoch]:
        """All keys of the kiosks of a site, oldest first."""
        return await epochs.list_of_site(self._tx, site_id)

    async def heads(self, wanted: Collection[Epoch]) -> dict[str, Head]:
        """Where each of these logs stands, by epoch."""
        return await epochs.read_heads(self._tx, {record.kiosk_id for record in wanted})

    async def hash_at(self, epoch: Epoch, seq: int) -> str | None:
        """The hash of the header that a log has at this seq (hex)."""
        return (await events.stored_hashes(self._tx, epoch.kiosk_id, epoch.epoch, seq, seq)).get(seq)

    async def following(self, epoch: Epoch, seq: int, limit: int) -> list[KeptBatch]:
        """The batches of a log that end after ``seq``, in order."""
        return _kept(await musters.list_following(self._tx, epoch.kiosk_id, epoch.epoch, seq, limit), beside=False)

    async def first_since(self, epoch: Epoch, since: datetime) -> int | None:
        """Where a log's first batch that came at or after ``since`` begins; ``None`` where none did."""
        return await musters.first_since(self._tx, epoch.kiosk_id, epoch.epoch, since)

    async def branches(self, epoch: Epoch, known: Collection[str], limit: int) -> list[KeptBatch]:
        """The batches beside a log, in order, without those whose manifests have these hashes."""
        return _kept(await musters.list_branches(self._tx, epoch.kiosk_id, epoch.epoch, known, limit), beside=True)

    async def batches_of_stays(self, site_id: UUID, stays: Collection[UUID], limit: int) -> list[KeptBatch]:
        """For each event that bears on the presence of one of these stays, the first batch of a log that has it."""
        return _kept(await musters.list_of_stays(self._tx, site_id, stays, PRESENCE_KINDS, limit), beside=False)

    async def events_of(self, batch: KeptBatch) -> list[StoredFact]:
        """The events of a batch in order; empty where they cannot be put together."""
        found = await musters.list_events(
            self._tx,
            self._ring,
            batch.kiosk_id,
            batch.epoch,
            first=batch.first,
            last=batch.last,
            beside=batch.beside,
        )
        return chain_of(batch, found)

    async def present(self, site_id: UUID) -> list[UUID]:
        """The stays that are listed as on site."""
        return await musters.list_present(self._tx, site_id)

    async def last_words(self, site_id: UUID) -> dict[UUID, datetime | None]:
        """When each kiosk of a site was last heard of, revoked ones left out."""
        return await musters.last_words(self._tx, site_id)


def _kept(found: Iterable[Manifest], *, beside: bool) -> list[KeptBatch]:
    return [KeptBatch(*manifest, beside=beside) for manifest in found]
