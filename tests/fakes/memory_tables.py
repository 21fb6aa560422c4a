"""What one organisation's tables hold, in memory; ``ingest_memory`` and its like work on them."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import UUID

from cloud_api.services.audit_trail import AdminAct
from cloud_api.services.call_readings import ReceptionCall
from cloud_api.services.ingest_store import Answered, ArrivalAlert, ForkEvidence
from cloud_api.store.batches import BatchName
from cloud_api.store.events import NewEvent
from cloud_api.store.kiosks import Epoch, Greeting, Head, Kiosk
from cloud_api.store.log_generations import Generation
from cloud_api.store.log_witnesses import Contradiction, WitnessWord
from cloud_api.store.objects import StoredObject
from cloud_api.store.stays import Stay
from tests.fakes.ingest_memory_backups import SeenByBackups

Epochs = dict[str, Epoch]
EventKey = tuple[str, int]
BranchKey = tuple[str, str]


@dataclass
class Rows:
    """What one organisation's tables hold; values are never changed, only replaced."""

    kiosks: dict[UUID, Kiosk] = field(default_factory=dict)
    epochs: Epochs = field(default_factory=dict)
    heads: dict[str, Head] = field(default_factory=dict)
    log: dict[EventKey, tuple[NewEvent, datetime]] = field(default_factory=dict)
    branch: dict[BranchKey, tuple[NewEvent, datetime]] = field(default_factory=dict)
    answers: dict[BatchName, Answered] = field(default_factory=dict)
    branch_answers: dict[BatchName, Answered] = field(default_factory=dict)
    forks: dict[BatchName, ForkEvidence] = field(default_factory=dict)
    keys: dict[UUID, bool] = field(default_factory=dict)
    """Stays that were heard of; ``False`` once erased."""
    stays: dict[UUID, Stay] = field(default_factory=dict)
    words: dict[UUID, frozenset[str]] = field(default_factory=dict)
    hosts: dict[UUID, bool] = field(default_factory=dict)
    """Hosts; ``True`` for those who can be told."""
    alerts: dict[tuple[UUID, UUID], ArrivalAlert] = field(default_factory=dict)
    calls: dict[UUID, ReceptionCall] = field(default_factory=dict)
    acts: list[AdminAct] = field(default_factory=list)
    audit: list[tuple[str, int, int]] = field(default_factory=list)
    """Epoch, first and last seq of what waits for the audit log."""
    greetings: dict[UUID, Greeting] = field(default_factory=dict)
    seen: dict[UUID, datetime] = field(default_factory=dict)
    published: list[UUID] = field(default_factory=list)
    checkpoint: str | None = None
    backups: SeenByBackups = field(default_factory=SeenByBackups)
    objects: dict[UUID, StoredObject] = field(default_factory=dict)
    parts: dict[UUID, dict[int, bytes]] = field(default_factory=dict)
    """What has arrived of each object that is not whole, by where it begins."""
    object_bytes_allowed: int | None = None
    sealing: dict[str, bytes] = field(default_factory=dict)
    """Private halves of sealing keys, by their names."""
    generations: dict[int, Generation] = field(default_factory=lambda: {1: Generation(1, 0, 0, None, None, None)})
    nodes: dict[tuple[int, int, int], bytes] = field(default_factory=dict)
    """The audit log's hashes, by (generation, level, position)."""
    audit_taken: int = 0
    acts_taken: dict[int, bool] = field(default_factory=dict)
    """Which of ``audit`` (how many) and of ``acts`` (their numbers) are in the log."""
    words_of_witnesses: dict[UUID, WitnessWord] = field(default_factory=dict)
    contradictions: dict[tuple[int, int, bytes], tuple[Contradiction, int | None]] = field(default_factory=dict)

    def copy(self) -> "Rows":
        """The same rows in containers of their own."""
        made = Rows()
        for item in fields(self):
            value = getattr(self, item.name)
            setattr(made, item.name, value.copy() if isinstance(value, dict | list) else value)
        return made
