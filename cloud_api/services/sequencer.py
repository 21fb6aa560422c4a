"""The sequencer: takes what waits, gives every entry its place in the tree, and signs a checkpoint.

Ingest never waits for it. One organisation's log is worked on by one sequencer at a time (a locked row); the
entries, the nodes and the checkpoint over them are committed together, so a checkpoint always speaks of one
snapshot. When a witness holds a checkpoint that the log does not continue, it opens a new generation first, whose first
new entry says so (docs/protocol-log.md).
"""

from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.errors import CloudError
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.log_trees import read_root
from cloud_api.services.signatures import Signatures
from cloud_api.store import audit_log, log_generations, log_witnesses, signing_keys
from cloud_api.store.audit_log import LogState, Source, StoredCheckpoint
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import announce_change
from sync.protocol import exact_json
from sync.protocol.audit import EntryType, entry_hash, entry_leaf
from sync.protocol.checkpoint import Checkpoint
from sync.protocol.jws import read_unverified_payload
from sync.protocol.keyspage import KeysPage
from sync.protocol.log_witness import GENERATION_OPENED, log_name
from sync.protocol.merkle import completed_nodes, root

_DETAIL = 1000
_PENDING_AT_ONCE = 32  # at most 32 batches of 256 events in one transaction


class Sequencer:
    """Integrates what waits into the logs."""

    def __init__(self, db: Database, signatures: Signatures, trail: AuditTrail, clock: Clock) -> None:
        self._db = db
        self._signatures = signatures
        self._trail = trail
        self._clock = clock

    async def run_once(self) -> int:
        """Work through every organisation's backlog; how many entries were integrated."""
        async with self._db.lookup() as lookups:
            waiting = await lookups.list_audit_backlogs()
        total = 0
        for tenant in waiting:
            while done := await self.integrate(tenant):
                total += done
        return total

    async def integrate(self, tenant: UUID) -> int:
        """Integrate some of one organisation's backlog; 0 when there is none or another sequencer has it."""
        async with self._db.tenant(tenant) as tx:
            state = await audit_log.lock_log(tx)
            if state is None:
                return 0
            state, opening = await self._answer_witnesses(tx, state)
            taken = await audit_log.take_pending(tx, _PENDING_AT_ONCE)
            sources = [*opening, *await audit_log.read_sources(tx, taken)]
            if not sources:
                return 0
            await self._append(tx, state, sources)
            await announce_change(tx)
            return len(sources)

    async def _answer_witnesses(self, tx: Tenant, state: LogState) -> tuple[LogState, list[Source]]:
        """Open a new generation where a witness holds what the log does not continue; its first new entry."""
        contradictions = await log_witnesses.list_unanswered(tx)
        if not contradictions:
            return state, []
        cited = contradictions[0]
        number = max(state.generation, cited.generation) + 1
        before = await read_root(tx, state.generation, state.size)
        detail = {
            "generation": str(number),
            "continues": f"{state.generation}:{state.size}",
            "root": before.hex(),
            "cites": cited.note[:_DETAIL],
            "kiosk": str(cited.kiosk_id),
        }
        opened = await log_generations.open_next(tx, state, number, cites=cited.note, now=self._clock.now())
        await log_witnesses.answer_all(tx, number)
        record = await self._trail.record(tx, AdminAct(GENERATION_OPENED, Actor("server"), detail))
        return opened, [await log_generations.take_record(tx, record)]

    async def _append(self, tx: Tenant, state: LogState, sources: list[Source]) -> None:
        nodes = await audit_log.read_nodes(tx, state.generation, peaks_of(state.size))
        fresh: dict[tuple[int, int], bytes] = {}
        leaves: list[bytes] = []
        for index, source in enumerate(sources, start=state.size):
            entry = EntryType.ADMIN if source.record_id is not None else EntryType.DEVICE
            leaf = entry_leaf(entry, entry_hash(entry, source.raw))
            leaves.append(leaf)
            for level, position, value in completed_nodes(index, leaf, lambda lv, at: nodes[lv, at]):
                nodes[level, position] = fresh[level, position] = value
        await audit_log.add_entries(tx, state, sources, leaves)
        await audit_log.add_nodes(tx, state.generation, fresh)
        size = state.size + len(leaves)
        note = await self._signatures.sign_checkpoint(
            tx, Checkpoint(await _log_name(tx, state.generation), size, root(size, lambda lv, at: nodes[lv, at]))
        )
        stored = StoredCheckpoint(state.generation, size, note)
        await audit_log.add_checkpoint(tx, stored, self._clock.now())


async def _log_name(tx: Tenant, generation: int) -> str:
    page = await signing_keys.newest_page(tx)
    if page is None:
        raise CloudError("the organisation has no keys page: run lodge-cloud keys page")
    payload = read_unverified_payload(page.page, what="our own keys page")
    return log_name(exact_json.decode(payload, KeysPage, what="our own keys page").log, generation)


def peaks_of(size: int) -> list[tuple[int, int]]:
    """The complete subtrees that make up a tree of this size: all that appending needs (RFC 6962)."""
    found: list[tuple[int, int]] = []
    start = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found
