"""What backups saw of one organisation, in memory; see ``ingest_memory``."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import UUID

import msgspec

from cloud_api.services.ingest_store import Answered, BranchEnd
from cloud_api.store.batches import BatchName
from cloud_api.store.kiosks import Head
from sync.protocol.batch import Manifest
from sync.protocol.jws import read_unverified_payload


@dataclass(frozen=True, slots=True)
class SeenByBackups:
    """``begun``: how many have begun; ``confirmed``: the newest that is confirmed."""

    expected: bool = False
    begun: int = 0
    confirmed: int = 0
    marks: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """How far an epoch's log had come when a backup began."""
    items: Mapping[BatchName | UUID, int] = field(default_factory=dict)
    """The first backup that saw a branch's batch, or a photo."""

    def begin(self, ends: Mapping[str, int], items: Collection[BatchName | UUID]) -> "SeenByBackups":
        number = self.begun + 1
        marks = {**self.marks, **{(epoch, number): seq for epoch, seq in ends.items()}}
        return replace(self, begun=number, marks=marks, items={**dict.fromkeys(items, number), **self.items})

    def confirm(self, number: int) -> "SeenByBackups":
        return replace(self, confirmed=max(self.confirmed, number))

    def covered(self, epoch: str) -> int | None:
        if not self.expected:
            return None
        seen = [seq for (owner, number), seq in self.marks.items() if owner == epoch and number <= self.confirmed]
        return max(seen, default=0)

    def covers(self, name: BatchName | UUID) -> bool:
        return not self.expected or self.items.get(name, self.confirmed + 1) <= self.confirmed


class AnsweredRows(Protocol):
    """Of the organisation's rows: what was answered, and what backups saw."""

    answers: dict[BatchName, Answered]
    branch_answers: dict[BatchName, Answered]
    backups: SeenByBackups


class BackupRecords:
    """The part of a transaction that is about backups."""

    _rows: AnsweredRows

    async def covered(self, _kiosk_id: UUID, epoch: str) -> int | None:
        return self._rows.backups.covered(epoch)

    async def find_log_end(self, _kiosk_id: UUID, epoch: str, seq: int) -> str | None:
        answers = self._rows.answers.items()
        return min((n.manifest_hash for n, batch in answers if n.epoch == epoch and batch.last == seq), default=None)

    async def find_branch_end(self, _kiosk_id: UUID, epoch: str, end: Head) -> BranchEnd | None:
        for name, batch in sorted(self._rows.branch_answers.items(), key=lambda item: item[0].manifest_hash):
            manifest = msgspec.json.decode(read_unverified_payload(batch.manifest, what="a manifest"), type=Manifest)
            if (name.epoch, manifest.last, manifest.head) == (epoch, end.seq, end.hash):
                return BranchEnd(name.manifest_hash, self._rows.backups.covers(name))
        return None
