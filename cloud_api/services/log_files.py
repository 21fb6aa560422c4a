"""Files about the audit log for auditors: a checkpoint, that an entry is in it, that it continues an earlier one."""

from uuid import UUID

import msgspec

from cloud_api.errors import ConfigurationError
from cloud_api.keys.ring import KeyRing
from cloud_api.services.log_proofs import Place, prove_between
from cloud_api.services.log_trees import prove_inclusion
from cloud_api.services.postgres_log import PostgresLogReading
from cloud_api.store import audit_log, data_keys, log_entries, signing_keys
from cloud_api.store.audit_log import LogEntry, StoredCheckpoint
from cloud_api.store.db import Database, Tenant
from sync.protocol import exact_json
from sync.protocol.audit import EntryLine, EntryType, entry_hash
from sync.protocol.commitments import SealedBody
from sync.protocol.keys import base64url
from sync.protocol.trust_files import CheckpointFile, ConsistencyFile, InclusionFile, Trust


class LogFiles:
    """Makes them from one snapshot."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring

    async def checkpoint(self, tenant: UUID) -> CheckpointFile:
        """The newest checkpoint.

        Raises:
            ConfigurationError: the log is empty.
        """
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return CheckpointFile(v=1, trust=await _trust(tx), checkpoint=(await _newest(tx)).note)

    async def inclusion(self, tenant: UUID, event: UUID) -> InclusionFile:
        """That an event of a kiosk, or an administrative act, is in the newest checkpoint's tree.

        Raises:
            ConfigurationError: the log does not have it (yet).
        """
        async with self._db.tenant(tenant, snapshot=True) as tx:
            newest = await _newest(tx)
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            found = await log_entries.find(tx, cipher, newest.generation, event)
            if found is None or found.position >= newest.size:
                raise ConfigurationError(f"the log has no entry {event}, or it waits to be taken in")
            return await prove_entry(tx, newest, found)

    async def inclusion_at(self, tenant: UUID, number: int) -> InclusionFile | None:
        """The same of the entry of a number (from 1); ``None`` where no checkpoint covers such a one."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            newest = await audit_log.newest_checkpoint(tx)
            if newest is None or number > newest.size:
                return None
            found = await log_entries.at_position(tx, cipher, newest.generation, number - 1)
            return None if found is None else await prove_entry(tx, newest, found)

    async def consistency(self, tenant: UUID, first: Place, second: Place) -> ConsistencyFile:
        """That one checkpoint continues another; both must have been signed at these very places.

        Raises:
            ConfigurationError: there is no such checkpoint, or they are not one history.
        """
        async with self._db.tenant(tenant, snapshot=True) as tx:
            notes = [await _note_at(tx, place) for place in (first, second)]
            hashes = await prove_between(PostgresLogReading(tx), first, second)
            if hashes is None:
                raise ConfigurationError("these two checkpoints are not one history, or the first is the newer one")
            return ConsistencyFile(v=1, trust=await _trust(tx), first=notes[0], second=notes[1], hashes=hashes)


async def prove_entry(tx: Tenant, newest: StoredCheckpoint, found: LogEntry) -> InclusionFile:
    """An entry with its audit path in the tree of a checkpoint that covers it."""
    hashes = await prove_inclusion(PostgresLogReading(tx), newest.generation, found.position, newest.size)
    kind = EntryType.DEVICE if found.is_device else EntryType.ADMIN
    body = None if found.body is None else exact_json.read(found.body, SealedBody, what="a stored body")
    return InclusionFile(
        v=1,
        trust=await _trust(tx),
        checkpoint=newest.note,
        index=found.position,
        entry=EntryLine(type=kind, hash=entry_hash(kind, found.raw), header=msgspec.Raw(found.raw), body=body),
        hashes=tuple(value.hex() for value in hashes),
    )


async def _newest(tx: Tenant) -> StoredCheckpoint:
    newest = await audit_log.newest_checkpoint(tx)
    if newest is None:
        raise ConfigurationError("the organisation's log has no checkpoint yet: does lodge-cloud worker run?")
    return newest


async def _note_at(tx: Tenant, place: Place) -> str:
    note = await log_entries.checkpoint_at(tx, place.generation, place.size)
    if note is None:
        near = await log_entries.nearest_checkpoint(tx, place.generation, place.size)
        hint = "" if near is None else f"; the nearest is {place.generation}:{near}"
        raise ConfigurationError(f"no checkpoint was signed at {place.generation}:{place.size}{hint}")
    return note


async def _trust(tx: Tenant) -> Trust:
    page = await signing_keys.newest_page(tx)
    if page is None:
        raise ConfigurationError("the organisation has no keys page")
    return Trust(tenant=tx.id, root=base64url(page.root_key), keys=page.page)
