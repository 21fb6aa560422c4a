"""The start of a second epoch, and a key that signed two histories, in the sample's small world."""

from typing import Any

from sync.protocol.chain import Head
from sync.protocol.epochs import EpochStart, begin_epoch
from sync.protocol.events import Event
from sync.protocol.fork_proof import Branch, ForkProof
from sync.protocol.keys import public_text
from tests.vectors import sample

NEXT_KEY = sample.key_of("kiosk epoch 2")


def sample_epoch_start(**changes: object) -> EpochStart:
    """The kiosk of the sample begins its second epoch after the third event."""
    last = sample.three_events()[-1]
    given: dict[str, Any] = {
        "identity": sample.IDENTITY,
        "audience": sample.AUDIENCE,
        "head": Head(sample.EPOCH, last.header.seq, last.hash),
        "reason": "rolled_back",
        "hlc": last.header.hlc,
        "preceding": sample.EPOCH_KEY,
        "key": NEXT_KEY,
        **changes,
    }
    return begin_epoch(**given)


def other_history() -> tuple[Event, ...]:
    """What the same key signed elsewhere: it parts from the sample's chain at seq 2."""
    first = sample.three_events()[0]
    head = Head(sample.EPOCH, 1, first.hash)
    return (first, *sample.make_chain(sample.DEPARTURE, sample.CONSENT, head=head, name="other"))


def manifest_over(events: tuple[Event, ...]) -> str:
    """A manifest that the key signed over these events; what the lines were, nobody asks."""
    headers = [event.header for event in events]
    wire = sample.sign_wire(
        b"lines",
        first=headers[0].seq,
        last=headers[-1].seq,
        count=len(headers),
        head=events[-1].hash,
        hlc=headers[-1].hlc,
    )
    return sample.manifest_of(wire)


def branch(manifest: str, events: tuple[Event, ...]) -> Branch:
    """One history for a proof."""
    return Branch(manifest=manifest, headers=tuple(event.raw_header.decode() for event in events))


def sample_fork_proof(wire: bytes) -> ForkProof:
    """The sample's batch beside the other history."""
    other = other_history()
    return ForkProof(
        v=1,
        aud=sample.AUDIENCE,
        public=public_text(sample.EPOCH_KEY.public_key()),
        seq=2,
        branches=(
            branch(sample.manifest_of(wire), sample.three_events()[1:]),
            branch(manifest_over(other), other[1:]),
        ),
    )
