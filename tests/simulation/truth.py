"""What really happened, as only the simulator knows it: what kiosks acknowledged, and who is in the building."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sync.protocol.events import Event
from sync.protocol.kinds import Kind
from tests.simulation.repeats import RecordedAct


@dataclass(frozen=True)
class Acknowledged:
    """An event for which somebody was told "done"."""

    event: Event
    machine: str
    hash: str

    @property
    def name(self) -> str:
        header = self.event.header
        return f"{header.kind} {header.seq} of {header.epoch[:6]} by {self.machine}"


@dataclass
class Truth:
    """Everything that was tried and what came of it."""

    acknowledged: dict[str, Acknowledged] = field(default_factory=dict)
    attempts: dict[tuple[UUID, str], int] = field(default_factory=dict)
    """How often each (stay, kind) was tried, acknowledged or not."""
    destroyed: set[str] = field(default_factory=set)
    """Hashes of acknowledged events of which a fault destroyed the last copy: nobody can have them."""
    spoilt: dict[str, set[UUID]] = field(default_factory=dict)
    """Stays with a body that went bad on a card, by lineage: what went up before is sound, and the card cannot know."""

    faceless: set[RecordedAct] = field(default_factory=set)
    """Acts whose details a salvage could not save, or that went bad on a card: nobody knows whom to tell, and what is
    recorded of them again bears no mark.
    """

    def try_act(self, stay: UUID | None, kind: str) -> None:
        """Somebody touched the screen; whether it will be acknowledged is open."""
        if stay is not None:
            self.attempts[stay, kind] = self.attempts.get((stay, kind), 0) + 1

    def acknowledge(self, events: Sequence[Event], machine: str) -> None:
        """The screen said "done"."""
        for event in events:
            self.acknowledged[event.hash] = Acknowledged(event, machine, event.hash)

    def spoil(self, act: RecordedAct, lineage: str, *, full: bool) -> None:
        """On this card a body of this act is not what was committed."""
        if act.stay is not None:
            self.spoilt.setdefault(lineage, set()).add(act.stay)
        if full:
            self.faceless.add(act)

    def destroy(self, before: set[str], after: set[str]) -> set[str]:
        """Of these hashes no copy is left; those of them that had been acknowledged."""
        gone = {found for found in before - after if found in self.acknowledged}
        self.destroyed |= gone
        return gone

    def revive(self, found: set[str]) -> None:
        """A copy turned up after all: a request had been on its way."""
        self.destroyed -= found

    def inside(self) -> dict[UUID, Acknowledged]:
        """The arrivals of those who are certainly inside: nobody ever tried to note their departure."""
        return {
            told.event.header.stay: told
            for told in self.acknowledged.values()
            if told.event.header.kind == Kind.VISITOR_ARRIVED
            and told.event.header.stay is not None
            and (told.event.header.stay, str(Kind.VISITOR_DEPARTED)) not in self.attempts
        }
