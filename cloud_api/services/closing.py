"""Closing an organisation: exported, then destroyed with its keys (ADR 64).

Each step leaves either all or nothing: while the organisation is *closing* all of it is there, and closing can be taken
up again or given up; the transaction that destroys takes every key and row; files that a crash leaves behind are
ciphertext whose keys are gone, and the next run deletes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cloud_api.clock import Clock, unix_ms
from cloud_api.erasure_journal import CLOSED, GOES_ON, ErasureJournal, JournalEntry
from cloud_api.errors import ConfigurationError, StoreError
from cloud_api.keys.ring import KeyRing
from cloud_api.objects.port import Objects
from cloud_api.services.audit_export import AuditExport
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.operator_log import OperatorLog
from cloud_api.services.organisation_export import Exported, ExportWriting, require_new
from cloud_api.store import closed, keks, organisations, sessions
from cloud_api.store.db import Database
from cloud_api.store.destruction import Tombstone, open_destruction
from cloud_api.store.jobs import announce_change


@dataclass(frozen=True, slots=True)
class ClosingPorts:
    """What closing works with."""

    ring: KeyRing
    objects: Objects
    export: AuditExport
    trail: AuditTrail
    journal: ErasureJournal


@dataclass(frozen=True, slots=True)
class Gone:
    """What was destroyed: rows by table, and versions of its key and data keys that still opened something."""

    rows: Mapping[str, int]
    versions: int
    data_keys: int


class Closing:
    """Closes organisations."""

    def __init__(self, db: Database, ports: ClosingPorts, log: OperatorLog, clock: Clock) -> None:
        self._db = db
        self._ports = ports
        self._log = log
        self._clock = clock

    async def begin(self, tenant: UUID, name: str, actor: Actor) -> bool:
        """Let nobody in any more; whether it can be exported, which it cannot where its keys are gone already.

        Raises:
            ConfigurationError: it is called otherwise than ``name``, or there is no such organisation.
        """
        async with self._db.tenant(tenant) as tx:
            standing = await organisations.hold_standing(tx)
            known = await organisations.find_name(tx)
            if standing is None or known is None:
                raise ConfigurationError("there is no such organisation")
            if known != name:
                raise ConfigurationError(f'the organisation is called "{known}": type its name exactly so')
            if standing not in ("closing", "destroyed"):
                await organisations.put_standing(tx, "closing", self._clock.now())
                await sessions.end_everyone(tx)
                await self._ports.trail.record(tx, AdminAct("organisation.closing", actor))
                await announce_change(tx)
        await self._log.record("organisation.closing", tenant, actor)
        return standing != "destroyed"

    async def export(self, tenant: UUID, path: Path, actor: Actor) -> Exported:
        """Write all of it to a file that is not there yet, and read that again.

        Raises:
            ConfigurationError, CloudError, OSError: the file is not written; nothing was destroyed.
        """
        require_new(path)
        audit = await self._ports.export.make_if_any(tenant, actor)
        writing = ExportWriting(self._ports.ring, self._ports.objects, path)
        try:
            writing.begin(audit)
            async with self._db.tenant(tenant, snapshot=True) as tx:
                await writing.fill(tx, self._clock.now().isoformat())
            return writing.finish()
        finally:
            writing.drop()

    async def destroy(self, tenant: UUID, owner_url: str, exported: Exported | None, actor: Actor) -> Gone:
        """Destroy its keys and delete its rows, in one transaction; ``owner_url``: the login that migrates.

        Raises:
            ConfigurationError: this login may not.
            ErasureJournalError: a backup that is put back could bring it back unnoticed; nothing was destroyed.
            StoreError: something came in since the export, and nothing was destroyed; or the database failed at the
                very end, and it is to be run again, as the words say.
        """
        digest = None if exported is None else bytes.fromhex(exported.sha256)
        stone = Tombstone(tenant, self._clock.now(), digest)
        versions, data_keys = await self._count_keys(tenant)
        noted = False
        try:
            async with open_destruction(owner_url, stone) as destruction:
                rows = await destruction.delete_all(None if exported is None else exported.rows)
                # Last of all, as an erasure's line: what fails behind it is done by the next replay.
                await self._ports.journal.add([JournalEntry(tenant, CLOSED, unix_ms(stone.closed_at))])
                noted = True
        except StoreError as error:
            if not noted:
                raise
            raise StoreError(f"{error}; {GOES_ON}") from error
        self._ports.ring.forget(tenant)
        detail = {"rows": str(sum(rows.values())), "export": exported.sha256 if exported else "none"}
        await self._log.record("organisation.destroyed", tenant, actor, detail)
        return Gone(rows, versions, data_keys)

    async def delete_files(self, tenant: UUID, actor: Actor) -> int:
        """Delete the files of photos and signatures of an organisation that was destroyed; how many there were.

        Raises:
            ObjectStoreError: some may be left, which nobody can read; it can be run again.
        """
        count = await self._ports.objects.delete_all(tenant)
        await closed.note_files_gone(self._db, tenant, self._clock.now())
        await self._log.record("organisation.closed", tenant, actor, {"files": str(count)})
        return count

    async def list_closed(self) -> list[closed.Closed]:
        """What is left of those that were closed."""
        return await closed.list_all(self._db)

    async def _count_keys(self, tenant: UUID) -> tuple[int, int]:
        async with self._db.tenant(tenant) as tx:
            versions = [item for item in await keks.list_all(tx) if item.destroyed_at is None]
        return len(versions), sum(item.data_keys for item in versions)
