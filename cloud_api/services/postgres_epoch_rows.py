"""The part of the ingest store's transactions on PostgreSQL that is about epochs, and how far backups hold them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from cloud_api.services.ingest_store import BranchEnd, HeldEpoch
from cloud_api.store import backups, batches, branches, epochs, kiosks
from cloud_api.store.db import Tenant
from cloud_api.store.kiosks import Epoch, Greeting, Head, NewEpoch
from sync.protocol import exact_json
from sync.protocol.batch import Manifest
from sync.protocol.jws import read_unverified_payload


class EpochRows:
    """The methods of ``EpochRecords`` and ``BackupRecords``."""

    def __init__(self, tx: Tenant) -> None:
        self._tx = tx

    async def lock_epoch(self, kiosk_id: UUID, epoch: str) -> HeldEpoch | None:
        """An epoch, held; ``None`` where there is none such."""
        head = await epochs.lock_head(self._tx, kiosk_id, epoch)
        record = await epochs.find(self._tx, epoch)
        return HeldEpoch(record, head) if head is not None and record is not None else None

    async def lock_kiosk(self, kiosk_id: UUID) -> list[HeldEpoch]:
        """All epochs of a kiosk, held, oldest first."""
        heads = await epochs.lock_heads(self._tx, kiosk_id)
        records = await epochs.list_of_kiosk(self._tx, kiosk_id)
        return [HeldEpoch(record, heads[record.epoch]) for record in records if record.epoch in heads]

    async def read_epochs(self, wanted: Collection[str]) -> dict[str, Epoch]:
        """Those of the epochs that exist, by thumbprint, as they stand at this point of the transaction."""
        return await epochs.find_many(self._tx, wanted)

    async def add_epoch(self, epoch: NewEpoch, now: datetime) -> bool:
        """Record an epoch that a kiosk began by itself; ``False`` when anybody, anywhere, has this key already."""
        return await epochs.add(self._tx, epoch, now)

    async def freeze(self, kiosk_id: UUID, epoch: str, now: datetime) -> None:
        """Take nothing more into this epoch's log."""
        await epochs.freeze(self._tx, kiosk_id, epoch, now)

    async def mark_forked(self, kiosk_id: UUID, epoch: str, seq: int) -> None:
        """Two headers are known for this seq; the lowest such seq of an epoch is kept."""
        await epochs.mark_forked(self._tx, kiosk_id, epoch, seq)

    async def confirm(self, kiosk_id: UUID, epoch: str, now: datetime) -> None:
        """Believe an epoch that was unconfirmed."""
        await epochs.confirm(self._tx, kiosk_id, epoch, now)

    async def set_clear(self, kiosk_id: UUID, epoch: str, clear: Head) -> None:
        """Of an epoch's histories, the one that ends in this header counts."""
        await epochs.set_clear(self._tx, kiosk_id, epoch, clear)

    async def revoke(self, kiosk_id: UUID, now: datetime) -> bool:
        """Believe a kiosk and all its keys no more; ``False`` when there is none, or it was revoked before."""
        return await kiosks.revoke(self._tx, kiosk_id, now)

    async def note_hello(self, kiosk_id: UUID, greeting: Greeting | None, now: datetime) -> None:
        """Remember that a kiosk was heard of, and what it said of itself."""
        if greeting is None:
            await kiosks.note_seen(self._tx, kiosk_id, now)
        else:
            await kiosks.note_hello(self._tx, kiosk_id, greeting, now)

    async def covered(self, kiosk_id: UUID, epoch: str) -> int | None:
        """The last seq of an epoch's log that a confirmed backup holds; ``None`` where receipts wait for no backup."""
        return await backups.covered(self._tx, kiosk_id, epoch)

    async def find_log_end(self, kiosk_id: UUID, epoch: str, seq: int) -> str | None:
        """The manifest hash of a batch of the log that ended with this seq."""
        return await batches.find_ending(self._tx, kiosk_id, epoch, seq)

    async def find_branch_end(self, kiosk_id: UUID, epoch: str, end: Head) -> BranchEnd | None:
        """A batch of a branch that ended with this header."""
        for manifest_hash, manifest in await branches.list_ending(self._tx, kiosk_id, epoch, end.seq):
            payload = read_unverified_payload(manifest, what="a manifest")  # verified before it was stored
            if exact_json.read(payload, Manifest, what="a manifest").head == end.hash:
                covered = await backups.covers_item(self._tx, bytes.fromhex(manifest_hash))
                return BranchEnd(manifest_hash, covered)
        return None
