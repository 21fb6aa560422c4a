"""Photos go after their time, as visitors were told (R31). Signatures, part of a consent, go with their visit."""

from datetime import timedelta
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.objects.port import Objects
from cloud_api.store import objects
from cloud_api.store.db import Database
from sync.protocol.sealing import ObjectName

KEEP = timedelta(days=14)
_AT_ONCE = 100


class ObjectRetention:
    """Deletes what is too old, of every organisation."""

    def __init__(self, db: Database, kept: Objects, clock: Clock, *, keep: timedelta = KEEP) -> None:
        self._db = db
        self._kept = kept
        self._clock = clock
        self._keep = keep

    async def purge(self) -> int:
        """Delete, bytes first, so that a failure leaves a row to find them by; returns how many went.

        Raises:
            ObjectStoreError, StoreError: some may be left, for the next time.
        """
        async with self._db.lookup() as lookups:
            tenants = [tenant for tenant, _ in await lookups.list_organisations()]
        return sum([await self._purge_tenant(tenant) for tenant in tenants])

    async def _purge_tenant(self, tenant: UUID) -> int:
        gone = 0
        while True:
            async with self._db.tenant(tenant) as tx:
                old = await objects.list_old(tx, self._clock.now() - self._keep, limit=_AT_ONCE)
                for object_id in old:
                    await self._kept.delete(ObjectName(tenant, object_id))
                    await objects.expire(tx, object_id)
            gone += len(old)
            if len(old) < _AT_ONCE:
                return gone
