"""The store of the audit log in memory, over the rows of the ingest store's twin. Nothing here ever awaits.

What waits for the log are the rows' own lists of events and acts; how far they were taken is kept beside them. Of an
administrative act the entry is made when it is taken, from its number, so that a seed makes the same log every time.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.services.audit_trail import AdminAct
from cloud_api.services.log_store import LogTransaction, Nodes
from cloud_api.store.audit_log import LogState, Source, StoredCheckpoint
from cloud_api.store.log_generations import Generation
from cloud_api.store.log_witnesses import Contradiction, WitnessWord
from sync.protocol.audit import AdminBody, make_admin_entry
from sync.protocol.checkpoint import Checkpoint, sign_checkpoint
from sync.protocol.identifiers import ZERO_SHA256
from sync.protocol.keyspage import KeysPage, KeyUse, key_entry
from tests.fakes.ingest_memory import MemoryIngestStore
from tests.fakes.memory_tables import Rows


@dataclass
class LogTerms:
    """The organisation's log key, and its keys page."""

    key: Ed25519PrivateKey
    page: Callable[[], KeysPage]


@dataclass
class MemoryLogStore:
    """Transactions on the rows."""

    store: MemoryIngestStore
    terms: LogTerms
    tenants: list[UUID] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def open(self, tenant: UUID, *, snapshot: bool = False) -> AsyncIterator[LogTransaction]:
        if snapshot:
            yield MemoryLog(self.store.rows(tenant), tenant, self.terms, self.store.step)
            return
        with self.store.changing(tenant) as rows:
            yield MemoryLog(rows, tenant, self.terms, self.store.step)

    async def backlogs(self) -> Sequence[UUID]:
        return self.tenants


class MemoryLog:
    """One transaction."""

    def __init__(self, rows: Rows, tenant: UUID, terms: LogTerms, step: Callable[[str], None]) -> None:
        self._rows = rows
        self._tenant = tenant
        self._terms = terms
        self._step = step

    async def generations(self) -> list[Generation]:
        return [self._rows.generations[number] for number in sorted(self._rows.generations)]

    async def read_nodes(self, generation: int, wanted: Collection[tuple[int, int]]) -> Nodes:
        nodes = self._rows.nodes
        return {place: nodes[generation, *place] for place in wanted if (generation, *place) in nodes}

    async def own_page(self) -> KeysPage | None:
        return self._terms.page()

    async def read_word(self, kiosk_id: UUID) -> WitnessWord | None:
        return self._rows.words_of_witnesses.get(kiosk_id)

    async def put_word(self, kiosk_id: UUID, word: WitnessWord, _now: datetime) -> None:
        self._step("put_word")
        self._rows.words_of_witnesses[kiosk_id] = word

    async def add_contradiction(self, found: Contradiction, now: datetime, *, answered_by: int | None) -> bool:
        self._step("add_contradiction")
        place = (found.generation, found.size, found.root)
        if place in self._rows.contradictions:
            return False
        self._rows.contradictions[place] = (found, answered_by)
        return True

    async def list_unanswered(self) -> list[Contradiction]:
        found = [item for item, answered in self._rows.contradictions.values() if answered is None]
        return sorted(found, key=lambda item: (-item.generation, -item.size, item.root))

    async def answer_all(self, generation: int) -> None:
        self._step("answer_all")
        for place, (found, answered) in list(self._rows.contradictions.items()):
            self._rows.contradictions[place] = (found, answered or generation)

    async def record(self, act: AdminAct) -> UUID:
        self._step("record")
        self._rows.acts.append(act)
        return _record_id(len(self._rows.acts) - 1)

    async def lock_log(self) -> LogState | None:
        newest = self._rows.generations[max(self._rows.generations)]
        return LogState(newest.number, newest.size)

    async def open_next(self, state: LogState, number: int, *, cites: str, now: datetime) -> LogState:
        self._step("open_next")
        rows = self._rows
        rows.generations[state.generation] = replace(rows.generations[state.generation], closed_at=now)
        rows.generations[number] = Generation(number, state.size, state.size, now, cites, None)
        copied = [(place, value) for place, value in rows.nodes.items() if place[0] == state.generation]
        rows.nodes.update({(number, level, at): value for (_, level, at), value in copied})
        return LogState(number, state.size)

    async def take_record(self, record_id: UUID) -> Source:
        self._rows.acts_taken[record_id.int] = True
        return self._source(record_id.int)

    async def take_pending(self, limit: int) -> list[Source]:
        self._step("take_pending")
        rows = self._rows
        acts = [number for number in range(len(rows.acts)) if number not in rows.acts_taken][:limit]
        rows.acts_taken.update(dict.fromkeys(acts, True))
        ranges = rows.audit[rows.audit_taken : rows.audit_taken + limit - len(acts)]
        rows.audit_taken += len(ranges)
        found = [self._source(number) for number in acts]
        for epoch, first, last in ranges:
            kiosk = rows.epochs[epoch].kiosk_id
            places = [(seq, rows.log[epoch, seq][0]) for seq in range(first, last + 1)]
            found += [Source(event.raw, None, kiosk, epoch, seq) for seq, event in places]
        return found

    async def add_entries(self, state: LogState, sources: Sequence[Source], leaves: Sequence[bytes]) -> None:
        self._step("add_entries")
        rows = self._rows
        for position, leaf in enumerate(leaves, start=state.size):
            if (state.generation, 0, position) in rows.nodes:
                raise AssertionError("the log has this entry already")
            rows.nodes[state.generation, 0, position] = leaf
        moved = replace(rows.generations[state.generation], size=state.size + len(sources))
        rows.generations[state.generation] = moved

    async def add_nodes(self, generation: int, nodes: Mapping[tuple[int, int], bytes]) -> None:
        self._rows.nodes.update({(generation, *place): value for place, value in nodes.items() if place[0] > 0})

    async def log_name(self) -> str:
        return self._terms.page().log

    async def sign_checkpoint(self, checkpoint: Checkpoint) -> str:
        return sign_checkpoint(checkpoint, self._terms.key)

    async def add_checkpoint(self, checkpoint: StoredCheckpoint, _now: datetime) -> None:
        self._step("add_checkpoint")
        self._rows.checkpoint = checkpoint.note

    async def announce(self) -> None:
        return None

    def _source(self, number: int) -> Source:
        act = self._rows.acts[number]
        body = AdminBody(
            actor=act.actor.name, address=act.actor.address, reason=act.actor.reason, detail=dict(act.detail)
        )
        raw, _ = make_admin_entry(
            act.kind, body, tenant=self._tenant, at_ms=number, entropy=lambda count: _bytes_of(number, count)
        )
        return Source(raw, _record_id(number), None, None, None)


def log_page(tenant: UUID, key: Ed25519PrivateKey) -> KeysPage:
    """A keys page that lists a log key and nothing else."""
    entry = key_entry(KeyUse.LOG, key.public_key())
    return KeysPage(
        v=1,
        tenant=tenant,
        version=1,
        issued_ms=1,
        previous=ZERO_SHA256,
        log="lodge.example.org/log/1",
        keys=(entry,),
        tls=(),
    )


def _record_id(number: int) -> UUID:
    return UUID(int=number)


def _bytes_of(number: int, count: int) -> bytes:
    return sha256(f"act {number}".encode()).digest()[:count]
