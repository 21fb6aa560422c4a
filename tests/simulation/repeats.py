"""Acts that were recorded again behind a page that was lost (ADR 51): which event they repeat, and how often."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from cloud_api.services.presence import read_sealed
from cloud_api.store.events import NewEvent
from sync.device.recording_again import ENDINGS
from sync.protocol.events import Header, decode_header
from sync.protocol.kinds import Kind
from sync.protocol.repeats import repeated_from


class RecordedAct(NamedTuple):
    """Where an act was recorded first, and what it is: after a clone two acts have one place."""

    epoch: str
    seq: int
    stay: UUID | None
    kind: str


def act_of(header: Header) -> RecordedAct:
    """The act of an event that repeats no other."""
    return RecordedAct(header.epoch, header.seq, header.stay, str(header.kind))


@dataclass
class HeldActs:
    """What the cloud has: acts as they were recorded, counted, and for each that was recorded again in which epochs."""

    recorded: Counter[RecordedAct] = field(default_factory=Counter)
    again: dict[RecordedAct, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @classmethod
    def of(cls, held: Iterable[NewEvent]) -> HeldActs:
        """Read every event."""
        found = cls()
        for event in held:
            header, repeated = decode_header(event.raw), repeated_from(read_sealed(event.full))
            if repeated is None:
                found.recorded[act_of(header)] += 1
            else:
                act = RecordedAct(repeated.epoch, repeated.seq, event.stay_id, event.kind)
                found.again[act][header.epoch] += 1
        return found

    def repeats(self, act: RecordedAct, *, machines: int) -> int:
        """How often an act counts beside its first event. Of a card that was rolled back, on one machine or two, each
        may repeat it once in every epoch, for it cannot know; by their marks readers know them for one. ``machines``: 0
        for a card that never was.
        """
        epochs = self.again[act] if act in self.again else Counter[str]()
        if (
            self.recorded[act] == 1
            and self._ends_once_more(act)
            and max(epochs.values(), default=0) <= max(machines, 1)
        ):
            return 0
        if not machines or max(epochs.values(), default=0) > machines:
            return epochs.total()
        return 1 if epochs and not self.recorded[act] else 0

    def _ends_once_more(self, act: RecordedAct) -> bool:
        """Whether it ends a stay whose arrival was recorded again: its end is repeated behind that, where it counts."""
        arrived = any(other.stay == act.stay and other.kind == Kind.VISITOR_ARRIVED for other in self.again)
        return act.kind in ENDINGS and arrived

    def tally(self, *, machines: int) -> Counter[tuple[UUID | None, str]]:
        """How often each (stay, kind) is there."""
        found: Counter[tuple[UUID | None, str]] = Counter()
        for act, count in self.recorded.items():
            found[act.stay, act.kind] += count
        for act in self.again:
            found[act.stay, act.kind] += self.repeats(act, machines=machines)
        return found
