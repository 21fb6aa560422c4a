"""The port between deciding about the audit log and keeping it.

``Sequencer``, ``LogProofs`` and ``LogWitnesses`` decide; a store keeps. Whatever is written inside one ``open`` happens
altogether when the block ends, or not at all when it ends by an exception. Two adapters pass one contract suite:
PostgreSQL (``postgres_log``) and a twin in memory for the simulator.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from cloud_api.services.audit_trail import AdminAct
from cloud_api.store.audit_log import LogState, Source, StoredCheckpoint
from cloud_api.store.log_generations import Generation
from cloud_api.store.log_witnesses import Contradiction, WitnessWord
from sync.protocol.checkpoint import Checkpoint
from sync.protocol.keyspage import KeysPage

Nodes = dict[tuple[int, int], bytes]


class LogReading(Protocol):
    """The trees of the log as they stand."""

    async def generations(self) -> list[Generation]:
        """All generations, oldest first."""
        ...

    async def read_nodes(self, generation: int, wanted: Collection[tuple[int, int]]) -> Nodes:
        """Hashes by (level, position); level 0 are the leaves. What the log does not hold is left out."""
        ...


class WitnessRecords(Protocol):
    """What kiosks hold of the log, and what it does not continue."""

    async def own_page(self) -> KeysPage | None:
        """Our newest keys page, with every log key of ours to verify with; ``None`` before the first."""
        ...

    async def read_word(self, kiosk_id: UUID) -> WitnessWord | None:
        """What a kiosk said last, or ``None``."""
        ...

    async def put_word(self, kiosk_id: UUID, word: WitnessWord, now: datetime) -> None:
        """Keep what a kiosk says."""
        ...

    async def add_contradiction(self, found: Contradiction, now: datetime, *, answered_by: int | None) -> bool:
        """Keep a contradiction; ``False`` when it was known."""
        ...

    async def list_unanswered(self) -> list[Contradiction]:
        """The contradictions that no generation answers yet, the farthest first."""
        ...

    async def answer_all(self, generation: int) -> None:
        """A generation was opened that answers every contradiction so far."""
        ...

    async def record(self, act: AdminAct) -> UUID:
        """Put an administrative act among what waits for the log; the id of its record."""
        ...


class AppendingRecords(Protocol):
    """What the one sequencer of a log reads and writes."""

    async def lock_log(self) -> LogState | None:
        """The open generation, locked; ``None`` when another sequencer has it."""
        ...

    async def open_next(self, state: LogState, number: int, *, cites: str, now: datetime) -> LogState:
        """Close the open generation and begin ``number`` with all its entries."""
        ...

    async def take_record(self, record_id: UUID) -> Source:
        """Take an administrative record off what waits, whatever waits before it."""
        ...

    async def take_pending(self, limit: int) -> list[Source]:
        """Take what waits, at most so many batches and records, oldest first; the headers behind it, in order."""
        ...

    async def add_entries(self, state: LogState, sources: Sequence[Source], leaves: Sequence[bytes]) -> None:
        """Append entries after ``state.size``, and move the log on."""
        ...

    async def add_nodes(self, generation: int, nodes: Mapping[tuple[int, int], bytes]) -> None:
        """Keep hashes of subtrees that became complete, by (level, position)."""
        ...

    async def log_name(self) -> str:
        """The name of the first generation, by our newest keys page.

        Raises:
            CloudError: there is no such page.
        """
        ...

    async def sign_checkpoint(self, checkpoint: Checkpoint) -> str:
        """The signed note."""
        ...

    async def add_checkpoint(self, checkpoint: StoredCheckpoint, now: datetime) -> None:
        """Keep a signed checkpoint."""
        ...

    async def announce(self) -> None:
        """Tell screens that they may look again."""
        ...


class LogTransaction(LogReading, WitnessRecords, AppendingRecords, Protocol):
    """All of it, for one organisation."""


class LogStore(Protocol):
    """Where transactions come from."""

    def open(self, tenant: UUID, *, snapshot: bool = False) -> AbstractAsyncContextManager[LogTransaction]:
        """A transaction of one organisation; with ``snapshot`` all it reads is of one moment, and it writes nothing.

        Raises:
            StoreError: the store is out of reach or broke off; nothing of the block was kept.
        """
        ...

    async def backlogs(self) -> Sequence[UUID]:
        """The organisations for whose logs something waits."""
        ...
