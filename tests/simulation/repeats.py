"""Acts that were recorded again behind a page that was lost (ADR 51): which event they repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from cloud_api.services.presence import read_sealed
from cloud_api.store.events import NewEvent
from sync.protocol.events import Header, decode_header
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


def acts_of(held: Iterable[NewEvent]) -> tuple[set[RecordedAct], Counter[RecordedAct]]:
    """The acts that are there as they were recorded, and how often each act is there again."""
    recorded: set[RecordedAct] = set()
    again: Counter[RecordedAct] = Counter()
    for event in held:
        repeated = repeated_from(read_sealed(event.full))
        if repeated is None:
            recorded.add(act_of(decode_header(event.raw)))
        else:
            again[RecordedAct(repeated.epoch, repeated.seq, event.stay_id, event.kind)] += 1
    return recorded, again
