"""Erasing a visit on request (R32): in the cloud at once, and on every kiosk by the feed (C39).

Headers, commitments and proofs stay as they are; who is on site stays true, without a name.
"""

from enum import Enum
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.feed import Feed
from cloud_api.services.object_intake import ObjectIntake
from cloud_api.store import erasures
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import announce_change
from sync.protocol.feed import PageKind


class Erased(Enum):
    """What became of a request to erase."""

    NOW = "now"
    BEFORE = "before"
    UNKNOWN = "unknown"


class Erasing:
    """Erases visits."""

    def __init__(self, db: Database, intake: ObjectIntake, feed: Feed, trail: AuditTrail, clock: Clock) -> None:
        self._db = db
        self._intake = intake
        self._feed = feed
        self._trail = trail
        self._clock = clock

    async def erase(self, tenant: UUID, stay_id: UUID, actor: Actor) -> Erased:
        """Erase one visit; ``UNKNOWN``: the organisation has none of this id. Asked for again, files that could not be
        deleted the first time are tried once more.

        Raises:
            ObjectStoreError: all is erased and cannot be read, but the file of a photo may still be there.
            ConfigurationError: the page that tells kiosks has outgrown what they take; nothing was erased.
        """
        async with self._db.tenant(tenant) as tx:
            outcome = await self.erase_within(tx, stay_id, actor)
            if outcome is Erased.NOW:
                await self._feed.refresh_all(tx, (PageKind.ERASURES,))
                await announce_change(tx)
        if outcome is not Erased.UNKNOWN:
            await self.delete_files(tenant, stay_id)
        return outcome

    async def erase_within(self, tx: Tenant, stay_id: UUID, actor: Actor) -> Erased:
        """The same within a transaction; the caller makes the page, and deletes the files after its end."""
        has_key = await erasures.hold(tx, stay_id)
        if has_key is None:
            return Erased.UNKNOWN
        if not has_key:
            return Erased.BEFORE
        await erasures.erase(tx, stay_id, self._clock.now())
        await self._trail.record(tx, AdminAct("visit.erased", actor, {"stay": str(stay_id)}))
        return Erased.NOW

    async def delete_files(self, tenant: UUID, stay_id: UUID) -> None:
        """Delete the files of an erased visit, which nobody can read any more.

        Raises:
            ObjectStoreError: the file of a photo may still be there.
        """
        await self._intake.erase_stay(tenant, stay_id)
