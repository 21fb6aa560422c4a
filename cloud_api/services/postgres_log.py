"""The port of ``log_store`` on PostgreSQL: joins the tables of the audit log with its keys and administrative acts."""

import contextlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from cloud_api.errors import CloudError
from cloud_api.services.audit_trail import AdminAct, AuditTrail
from cloud_api.services.log_store import LogTransaction, Nodes
from cloud_api.services.signatures import Signatures
from cloud_api.store import audit_log, log_generations, log_witnesses, signing_keys
from cloud_api.store.audit_log import LogState, Source, StoredCheckpoint
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import announce_change
from cloud_api.store.log_generations import Generation
from cloud_api.store.log_witnesses import Contradiction, WitnessWord
from sync.protocol import exact_json
from sync.protocol.checkpoint import Checkpoint
from sync.protocol.jws import read_unverified_payload
from sync.protocol.keyspage import KeyEntry, KeysPage, KeyState, KeyUse


class PostgresLogStore:
    """Transactions on the database."""

    def __init__(self, db: Database, signatures: Signatures, trail: AuditTrail) -> None:
        self._db = db
        self._signatures = signatures
        self._trail = trail

    @contextlib.asynccontextmanager
    async def open(self, tenant: UUID, *, snapshot: bool = False) -> AsyncIterator[LogTransaction]:
        """A transaction of one organisation."""
        async with self._db.tenant(tenant, snapshot=snapshot) as tx:
            yield PostgresLog(tx, self._signatures, self._trail)

    async def backlogs(self) -> Sequence[UUID]:
        """The organisations for whose logs something waits."""
        async with self._db.lookup() as lookups:
            return await lookups.list_audit_backlogs()


class PostgresLogReading:
    """The trees as they stand. See ``LogReading`` for what each method promises."""

    def __init__(self, tx: Tenant) -> None:
        self._tx = tx

    async def generations(self) -> list[Generation]:
        """All generations, oldest first."""
        return await log_generations.list_all(self._tx)

    async def read_nodes(self, generation: int, wanted: Collection[tuple[int, int]]) -> Nodes:
        """Hashes by (level, position); level 0 are the leaves."""
        return await audit_log.read_nodes(self._tx, generation, wanted)


class PostgresLog(PostgresLogReading):
    """One transaction. See ``LogTransaction`` for what each method promises."""

    def __init__(self, tx: Tenant, signatures: Signatures, trail: AuditTrail) -> None:
        super().__init__(tx)
        self._signatures = signatures
        self._trail = trail

    async def own_page(self) -> KeysPage | None:
        """Our newest keys page, with every log key of ours to verify with; ``None`` before the first."""
        return await read_own_page(self._tx)

    async def read_word(self, kiosk_id: UUID) -> WitnessWord | None:
        """What a kiosk said last, or ``None``."""
        return await log_witnesses.read_word(self._tx, kiosk_id)

    async def put_word(self, kiosk_id: UUID, word: WitnessWord, now: datetime) -> None:
        """Keep what a kiosk says."""
        await log_witnesses.put_word(self._tx, kiosk_id, word, now)

    async def add_contradiction(self, found: Contradiction, now: datetime, *, answered_by: int | None) -> bool:
        """Keep a contradiction; ``False`` when it was known."""
        return await log_witnesses.add_contradiction(self._tx, found, now, answered_by=answered_by)

    async def list_unanswered(self) -> list[Contradiction]:
        """The contradictions that no generation answers yet, the farthest first."""
        return await log_witnesses.list_unanswered(self._tx)

    async def answer_all(self, generation: int) -> None:
        """A generation was opened that answers every contradiction so far."""
        await log_witnesses.answer_all(self._tx, generation)

    async def record(self, act: AdminAct) -> UUID:
        """Put an administrative act among what waits for the log; the id of its record."""
        return await self._trail.record(self._tx, act)

    async def lock_log(self) -> LogState | None:
        """The open generation, locked; ``None`` when another sequencer has it."""
        return await audit_log.lock_log(self._tx)

    async def open_next(self, state: LogState, number: int, *, cites: str, now: datetime) -> LogState:
        """Close the open generation and begin ``number`` with all its entries."""
        return await log_generations.open_next(self._tx, state, number, cites=cites, now=now)

    async def take_record(self, record_id: UUID) -> Source:
        """Take an administrative record off what waits, whatever waits before it."""
        return await log_generations.take_record(self._tx, record_id)

    async def take_pending(self, limit: int) -> list[Source]:
        """Take what waits, oldest first; the headers behind it, in order."""
        return await audit_log.read_sources(self._tx, await audit_log.take_pending(self._tx, limit))

    async def add_entries(self, state: LogState, sources: Sequence[Source], leaves: Sequence[bytes]) -> None:
        """Append entries after ``state.size``, and move the log on."""
        await audit_log.add_entries(self._tx, state, sources, leaves)

    async def add_nodes(self, generation: int, nodes: Mapping[tuple[int, int], bytes]) -> None:
        """Keep hashes of subtrees that became complete, by (level, position)."""
        await audit_log.add_nodes(self._tx, generation, nodes)

    async def log_name(self) -> str:
        """The name of the first generation, by our newest keys page."""
        page = await signing_keys.newest_page(self._tx)
        if page is None:
            raise CloudError("the organisation has no keys page: run lodge-cloud keys page")
        return _read_page(page.page).log

    async def sign_checkpoint(self, checkpoint: Checkpoint) -> str:
        """The signed note."""
        return await self._signatures.sign_checkpoint(self._tx, checkpoint)

    async def add_checkpoint(self, checkpoint: StoredCheckpoint, now: datetime) -> None:
        """Keep a signed checkpoint."""
        await audit_log.add_checkpoint(self._tx, checkpoint, now)

    async def announce(self) -> None:
        """Tell screens that they may look again."""
        await announce_change(self._tx)


async def read_own_page(tx: Tenant) -> KeysPage | None:
    """Our newest keys page, with every log key that we have and that has not leaked, as the keys to verify with.

    A restored server may hold keys that its newest page does not list, and the reverse is nobody's fault here.
    """
    stored = await signing_keys.newest_page(tx)
    if stored is None:
        return None
    page = _read_page(stored.page)
    listed = {entry.kid for entry in page.keys}
    ours = [
        KeyEntry(use=KeyUse.LOG, state=KeyState.RETIRED, kid=key.id, public=key.public_text)
        for key in await signing_keys.list_all(tx)
        if key.purpose == KeyUse.LOG.value and key.standing != "withdrawn" and key.id not in listed
    ]
    return msgspec.structs.replace(page, keys=(*page.keys, *ours))


def _read_page(signed: str) -> KeysPage:
    return exact_json.decode(
        read_unverified_payload(signed, what="our own keys page"), KeysPage, what="our own keys page"
    )
