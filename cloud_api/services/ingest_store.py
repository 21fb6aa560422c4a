"""The port between deciding about a kiosk's log and keeping it.

``Ingest``, ``Branches``, ``Epochs`` and ``Hellos`` decide; a store keeps. Whatever is written inside one
``open`` happens altogether when the block ends, or not at all when it ends by an exception. Two adapters pass one
contract suite: PostgreSQL (``postgres_ingest``) and a twin in memory for the simulator.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from cloud_api.services.audit_trail import AdminAct
from cloud_api.services.call_readings import ReceptionCall
from cloud_api.store.batches import BatchName
from cloud_api.store.branches import Link
from cloud_api.store.events import NewEvent, StoredFact
from cloud_api.store.kiosks import Epoch, Greeting, Head, NewEpoch
from cloud_api.store.reception_calls import Ending
from cloud_api.store.stays import Stay
from sync.protocol.receipt import Receipt


@dataclass(frozen=True, slots=True)
class HeldEpoch:
    """An epoch whose head is locked to the end of the transaction: nobody else moves, freezes or confirms it."""

    record: Epoch
    head: Head


@dataclass(frozen=True, slots=True)
class HeldStays:
    """Stays that nobody else folds until the transaction ends. ``known``: those whose data may be kept; ``fresh``:
    those of them that are new here; ``erased``: the others, of which is kept whether somebody is there.
    """

    known: frozenset[UUID]
    fresh: frozenset[UUID]
    erased: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Answered:
    """A batch with the receipt that answers it, both exactly as they were signed."""

    name: BatchName
    manifest: str
    first: int
    last: int
    receipt: str


@dataclass(frozen=True, slots=True)
class LogAddition:
    """What taking a batch does to the log. ``events`` are the new ones (none for a batch of known events), and
    ``stays`` what the fold says of everybody they speak of; ``words`` are texts by which a stay is found.
    """

    batch: Answered
    events: Sequence[NewEvent]
    head: Head
    hlc: str
    stays: Sequence[Stay]
    words: Mapping[UUID, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ForkEvidence:
    """That a key signed a second history: the manifest of a batch that differs from the log at ``seq``. What the batch
    tells of people is not kept (ADR 81): the kiosk keeps it until it has a receipt, and sends it as a branch.
    """

    name: BatchName
    seq: int
    manifest: str


@dataclass(frozen=True, slots=True)
class BranchEnd:
    """A batch that ends a branch; ``covered``: it may be receipted as durable, and so may all before it."""

    manifest_hash: str
    covered: bool


@dataclass(frozen=True, slots=True)
class ArrivalAlert:
    """A host is to be told of an arrival; asked for twice, it is made once."""

    stay_id: UUID
    event_id: UUID
    host_id: UUID


@dataclass(frozen=True, slots=True)
class ToldConsent:
    """What an arrival by an invitation, which nobody doubts, said of a document. ``name``: of whoever arrived; ``at``:
    when, as the event says, and not later than it came.
    """

    invitation_id: UUID
    name: str
    stay_id: UUID
    document: str
    sha256: str
    at: datetime
    granted: bool
    signed: bool
    right: int


@dataclass(frozen=True, slots=True)
class WantedCopy:
    """Somebody wants a copy of what they agreed to at a visit; ``id`` is the copy's, ``signature`` what must be here
    before it can be made.
    """

    stay_id: UUID
    id: UUID
    signature: UUID | None


class EpochRecords(Protocol):
    """Keys of kiosks, and how far each is believed."""

    async def lock_epoch(self, kiosk_id: UUID, epoch: str) -> HeldEpoch | None:
        """An epoch, held; ``None`` where there is none such."""
        ...

    async def lock_kiosk(self, kiosk_id: UUID) -> list[HeldEpoch]:
        """All epochs of a kiosk, held, oldest first."""
        ...

    async def read_epochs(self, epochs: Collection[str]) -> dict[str, Epoch]:
        """Those of the epochs that exist, by thumbprint, as they stand at this point of the transaction."""
        ...

    async def add_epoch(self, epoch: NewEpoch, now: datetime) -> bool:
        """Record an epoch that a kiosk began by itself; ``False`` when anybody, anywhere, has this key already."""
        ...

    async def freeze(self, kiosk_id: UUID, epoch: str, now: datetime) -> None:
        """Take nothing more into this epoch's log."""
        ...

    async def mark_forked(self, kiosk_id: UUID, epoch: str, seq: int) -> None:
        """Two headers are known for this seq; the lowest such seq of an epoch is kept."""
        ...

    async def confirm(self, kiosk_id: UUID, epoch: str, now: datetime) -> None:
        """Believe an epoch that was unconfirmed."""
        ...

    async def set_clear(self, kiosk_id: UUID, epoch: str, clear: Head) -> None:
        """Of an epoch's histories, the one that ends in this header counts."""
        ...

    async def revoke(self, kiosk_id: UUID, now: datetime) -> bool:
        """Believe a kiosk and all its keys no more; ``False`` when there is none, or it was revoked before."""
        ...

    async def note_hello(self, kiosk_id: UUID, greeting: Greeting | None, now: datetime) -> None:
        """Remember that a kiosk was heard of, and what it said of itself."""
        ...


class HistoryRecords(Protocol):
    """Headers, bodies, manifests and receipts: in the log, and in branches beside it."""

    async def find_receipt(self, name: BatchName) -> str | None:
        """The receipt that this batch was given before, by the log or by a branch."""
        ...

    async def log_hashes(self, kiosk_id: UUID, epoch: str, first: int, last: int) -> dict[int, str]:
        """The header hashes (hex) of a range of an epoch's log, by seq."""
        ...

    async def branch_links(self, kiosk_id: UUID, epoch: str) -> list[Link]:
        """Every header of an epoch that is kept beside its log, lowest seq first."""
        ...

    async def quarantined_ids(self, kiosk_id: UUID, epoch: str, heads: Sequence[Head]) -> list[UUID]:
        """Ids of those of the events whose bodies were not taken, in the log or a branch, in order."""
        ...

    async def newest_checkpoint(self) -> str | None:
        """The newest signed checkpoint of the organisation's audit log."""
        ...

    async def sign_receipt(self, receipt: Receipt) -> str:
        """The receipt, signed by the organisation's receipt key."""
        ...

    async def add_to_log(self, addition: LogAddition, now: datetime) -> None:
        """Store a batch with all that follows; its events wait for the audit log, in order."""
        ...

    async def add_to_branch(self, batch: Answered, events: Sequence[NewEvent], now: datetime) -> None:
        """Store a batch beside the log; ``events`` are those that neither has yet."""
        ...

    async def keep_fork(self, evidence: ForkEvidence, now: datetime) -> None:
        """Keep the manifest of a refused batch as evidence, once."""
        ...


class BackupRecords(Protocol):
    """What confirmed backups hold of a kiosk's history."""

    async def covered(self, kiosk_id: UUID, epoch: str) -> int | None:
        """The last seq of an epoch's log that a confirmed backup holds; ``None`` where receipts wait for no backup."""
        ...

    async def find_log_end(self, kiosk_id: UUID, epoch: str, seq: int) -> str | None:
        """The manifest hash of a batch of the log that ended with this seq."""
        ...

    async def find_branch_end(self, kiosk_id: UUID, epoch: str, end: Head) -> BranchEnd | None:
        """A batch of a branch that ended with this header."""
        ...


class PresenceRecords(Protocol):
    """Who is on site, as folded from the events, and whom that concerns."""

    async def lock_stays(self, stays: Collection[UUID], now: datetime) -> HeldStays:
        """Hold stays, so that what is folded from their events cannot be overtaken; new ones are made."""
        ...

    async def list_facts(self, stays: Collection[UUID]) -> list[StoredFact]:
        """The events that bear on the presence of these held stays, from logs and branches of all kiosks."""
        ...

    async def stays_from(self, kiosk_id: UUID, epoch: str, seq: int, since: datetime | None = None) -> set[UUID]:
        """The stays that an epoch's events from ``seq`` on speak of, as far as they bear on presence, in its log and
        branches; only of events received ``since`` then.
        """
        ...

    async def put_stays(self, stays: Sequence[Stay], words: Mapping[UUID, Sequence[str]], now: datetime) -> None:
        """Write held stays as the fold has them."""
        ...

    async def reachable_hosts(self, hosts: Collection[UUID]) -> set[UUID]:
        """Those of the hosts who can be told of an arrival."""
        ...

    async def add_alerts(self, alerts: Sequence[ArrivalAlert], now: datetime) -> None:
        """Have hosts told, once for each stay and host, after the transaction."""
        ...


class CallRecords(Protocol):
    """Who is wanted at a kiosk."""

    async def add_calls(self, calls: Sequence[ReceptionCall], now: datetime) -> None:
        """Have people told of these, once for each stay and occasion, after the transaction; nobody of what is over.
        Their stays are held.
        """
        ...

    async def end_calls(self, calls: Sequence[UUID], ending: Ending, now: datetime) -> None:
        """Those of these calls that are known are over."""
        ...


class AgreementRecords(Protocol):
    """What invited people agreed to (ADR 98)."""

    async def keep_consents(self, consents: Sequence[ToldConsent]) -> None:
        """Write down those that spare somebody a question, and have kiosks told a little later."""
        ...

    async def want_copies(self, copies: Sequence[WantedCopy], now: datetime) -> None:
        """Have these sent, once each, after the transaction or when the signature is here. Their stays are held."""
        ...


class IngestTransaction(
    AgreementRecords, EpochRecords, HistoryRecords, BackupRecords, PresenceRecords, CallRecords, Protocol
):
    """All that decisions about a kiosk's log read and write, for one organisation."""

    async def record_act(self, act: AdminAct) -> None:
        """Put an administrative act into the audit log."""
        ...

    async def publish(self, site_id: UUID) -> None:
        """Sign the site's pages anew where they changed, and tell screens that they may look."""
        ...


class IngestStore(Protocol):
    """Where transactions come from."""

    def open(self, tenant: UUID) -> AbstractAsyncContextManager[IngestTransaction]:
        """A transaction of one organisation.

        Raises:
            StoreError: the store is out of reach or broke off; nothing of the block was kept.
        """
        ...
