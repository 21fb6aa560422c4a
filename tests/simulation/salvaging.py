"""What an administrator does to a kiosk whose database is damaged, with the code of ``lodge-kiosk salvage``."""

from __future__ import annotations

import random
from pathlib import Path

from sync.device.clock import DeviceClock
from sync.device.salvage.draft import Refusal
from sync.device.salvage.salvage import Means, Outcome, Place, Salvaged, salvage
from tests.simulation.card import DATABASE, WITNESS, Card, Image
from tests.simulation.parts import DATABASE_KEY, ROOM_BYTES
from tests.simulation.repeats import RecordedAct, act_of


def salvage_card(card: Card, clock: DeviceClock, stream: random.Random) -> Outcome:
    """Salvage the database of a machine that is off; the damaged files, which the command keeps, are thrown away."""
    means = Means(DATABASE_KEY, clock, stream.randbytes, 0, lambda: ROOM_BYTES, "simulated")
    outcome = salvage(Place(card.folder, DATABASE, WITNESS), means)
    card.restore(card.image())
    return outcome


def can_be_salvaged(image: Image, scratch: Path, clock: DeviceClock) -> bool:
    """Whether what is left tells who the kiosk is."""
    image.put_down(scratch)
    return not isinstance(salvage_card(Card(scratch), clock, random.Random(0)), Refusal)


def without_details(outcome: Outcome) -> set[RecordedAct]:
    """The acts of which the full body could not be saved."""
    if not isinstance(outcome, Salvaged):
        return set()
    chains = outcome.written.events.events.values()
    return {act_of(kept.event.header) for events in chains for kept in events if "full" in kept.lost}


def in_words(outcome: Outcome) -> str:
    """For the trace."""
    if not isinstance(outcome, Salvaged):
        return str(getattr(outcome, "value", type(outcome).__name__))
    begun = ", a new epoch" if outcome.new_epoch else ""
    return f"{outcome.written.events.count} events, {outcome.missing} known to be missing{begun}"
