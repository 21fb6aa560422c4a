"""Erasing a visit on request (R32): in the cloud at once, and on every kiosk by the feed (C39).

Headers, commitments and proofs stay as they are; who is on site stays true, without a name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from cloud_api.clock import Clock, unix_ms
from cloud_api.erasure_journal import ErasureJournal, JournalEntry
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.feed import Feed
from cloud_api.services.file_texts import moment_at
from cloud_api.services.object_intake import ObjectIntake
from cloud_api.store import erasures
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import announce_change
from sync.protocol.feed import PageKind

_REPLAYED = "erased before, and brought back by a restore"


class Erased(Enum):
    """What became of a request to erase."""

    NOW = "now"
    BEFORE = "before"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ErasingPorts:
    """Where erasures reach to: photos, kiosks, the audit log, and the journal outside the database."""

    intake: ObjectIntake
    feed: Feed
    trail: AuditTrail
    journal: ErasureJournal


class Erasing:
    """Erases visits."""

    def __init__(self, db: Database, ports: ErasingPorts, clock: Clock) -> None:
        self._db = db
        self._intake = ports.intake
        self._feed = ports.feed
        self._trail = ports.trail
        self._journal = ports.journal
        self._clock = clock

    async def erase(self, tenant: UUID, stay_id: UUID, actor: Actor) -> Erased:
        """Erase one visit; ``UNKNOWN``: the organisation has none of this id. Asked for again, files that could not be
        deleted the first time are tried once more.

        The journal has it before the transaction commits. If that fails after all, the next replay erases the visit:
        that is what was asked for.

        Raises:
            ErasureJournalError: the journal cannot be written; nothing was erased.
            ObjectStoreError: all is erased and cannot be read, but the file of a photo may still be there.
            ConfigurationError: the page that tells kiosks has outgrown what they take; nothing was erased.
        """
        async with self._db.tenant(tenant) as tx:
            outcome = await self.erase_within(tx, stay_id, actor)
            if outcome is Erased.NOW:
                await self._feed.refresh_all(tx, (PageKind.ERASURES,))
                await announce_change(tx)
                await self.write_down(tx, [stay_id])
        if outcome is not Erased.UNKNOWN:
            await self.delete_files(tenant, stay_id)
        return outcome

    async def erase_within(self, tx: Tenant, stay_id: UUID, actor: Actor) -> Erased:
        """The same within a transaction; the caller makes the page, then ``write_down``, then deletes files."""
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

    async def write_down(self, tx: Tenant, stays: Sequence[UUID]) -> None:
        """Put erased visits into the journal, as the last of all before the transaction commits.

        Raises:
            ErasureJournalError: the journal cannot be written.
        """
        if stays:
            at_ms = unix_ms(self._clock.now())
            await self._journal.add([JournalEntry(tx.id, stay, at_ms) for stay in stays])

    async def repeat(self, tenant: UUID, due: Sequence[JournalEntry]) -> int:
        """Erase again what the journal names, also visits that the database has never heard of; how many that were.

        Raises:
            ObjectStoreError: all are erased and cannot be read, but the file of a photo may still be there.
        """
        erased = 0
        async with self._db.tenant(tenant) as tx:
            for entry in sorted(due, key=lambda entry: entry.stay):
                at = moment_at(entry.at_ms)
                await erasures.forestall(tx, entry.stay, at)
                is_stay = await erasures.hold(tx, entry.stay) is not None
                if is_stay and await erasures.find(tx, entry.stay) is None:  # else another process was faster
                    await erasures.erase(tx, entry.stay, at)
                    detail = {"stay": str(entry.stay), "erased_at": at.isoformat()}
                    replayed = Actor("erasure journal", reason=_REPLAYED)
                    await self._trail.record(tx, AdminAct("visit.erased", replayed, detail))
                    erased += 1
            await self._feed.refresh_all(tx, (PageKind.ERASURES,))
            await announce_change(tx)
        for entry in due:
            await self._intake.erase_stay(tenant, entry.stay)
        return erased
