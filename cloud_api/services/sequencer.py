"""The sequencer: takes what waits, gives every entry its place in the tree, and signs a checkpoint.

Ingest never waits for it. One organisation's log is worked on by one sequencer at a time (a locked row); the
entries, the nodes and the checkpoint over them are committed together, so a checkpoint always speaks of one
snapshot. When a witness holds a checkpoint that the log does not continue, it opens a new generation first, whose first
new entry says so (docs/protocol-log.md).
"""

from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.services.audit_trail import Actor, AdminAct
from cloud_api.services.log_store import LogStore, LogTransaction
from cloud_api.services.log_trees import read_root
from cloud_api.store.audit_log import LogState, Source, StoredCheckpoint
from sync.protocol.audit import EntryType, entry_hash, entry_leaf
from sync.protocol.checkpoint import Checkpoint
from sync.protocol.log_witness import GENERATION_OPENED, log_name
from sync.protocol.merkle import completed_nodes, root

_DETAIL = 1000
_PENDING_AT_ONCE = 32  # at most 32 batches of 256 events in one transaction


class Sequencer:
    """Integrates what waits into the logs."""

    def __init__(self, store: LogStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def run_once(self) -> int:
        """Work through every organisation's backlog; how many entries were integrated."""
        total = 0
        for tenant in await self._store.backlogs():
            while done := await self.integrate(tenant):
                total += done
        return total

    async def integrate(self, tenant: UUID) -> int:
        """Integrate some of one organisation's backlog; 0 when there is none or another sequencer has it."""
        async with self._store.open(tenant) as tx:
            state = await tx.lock_log()
            if state is None:
                return 0
            state, opening = await self._answer_witnesses(tx, state)
            sources = [*opening, *await tx.take_pending(_PENDING_AT_ONCE)]
            if not sources:
                return 0
            await self._append(tx, state, sources)
            await tx.announce()
            return len(sources)

    async def _answer_witnesses(self, tx: LogTransaction, state: LogState) -> tuple[LogState, list[Source]]:
        """Open a new generation where a witness holds what the log does not continue; its first new entry."""
        contradictions = await tx.list_unanswered()
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
        opened = await tx.open_next(state, number, cites=cited.note, now=self._clock.now())
        await tx.answer_all(number)
        record = await tx.record(AdminAct(GENERATION_OPENED, Actor("server"), detail))
        return opened, [await tx.take_record(record)]

    async def _append(self, tx: LogTransaction, state: LogState, sources: list[Source]) -> None:
        nodes = await tx.read_nodes(state.generation, peaks_of(state.size))
        fresh: dict[tuple[int, int], bytes] = {}
        leaves: list[bytes] = []
        for index, source in enumerate(sources, start=state.size):
            entry = EntryType.ADMIN if source.record_id is not None else EntryType.DEVICE
            leaf = entry_leaf(entry, entry_hash(entry, source.raw))
            leaves.append(leaf)
            for level, position, value in completed_nodes(index, leaf, lambda lv, at: nodes[lv, at]):
                nodes[level, position] = fresh[level, position] = value
        await tx.add_entries(state, sources, leaves)
        await tx.add_nodes(state.generation, fresh)
        size = state.size + len(leaves)
        name = log_name(await tx.log_name(), state.generation)
        note = await tx.sign_checkpoint(Checkpoint(name, size, root(size, lambda lv, at: nodes[lv, at])))
        stored = StoredCheckpoint(state.generation, size, note)
        await tx.add_checkpoint(stored, self._clock.now())


def peaks_of(size: int) -> list[tuple[int, int]]:
    """The complete subtrees that make up a tree of this size: all that appending needs (RFC 6962)."""
    found: list[tuple[int, int]] = []
    start = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found
