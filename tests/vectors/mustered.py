"""The muster batch of the sample's batch, a question that it answers, and the digest of a list."""

from dataclasses import replace
from uuid import UUID

from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.events import Event, genesis_hash
from sync.protocol.kinds import Kind
from sync.protocol.muster import MusterSource, open_muster_batch, present_digest, seal_muster_batch
from sync.protocol.muster_exchange import HeardKiosk, HeardLog, MusterAnswer, MusterQuestion, ToldBatch
from tests.vectors import sample

SOURCE = MusterSource(sample.TENANT, sample.SITE, sample.KIOSK, sample.EPOCH_KEY.public_key())
OTHER_STAY = UUID("0f6a2b1c-3d4e-4f50-9a8b-7c6d5e4f3a2b")


def muster_events() -> tuple[Event, ...]:
    """The sample's events as a server tells of them: of arrivals the muster body, of others the header alone."""
    return tuple(
        replace(event, full=None, muster=event.muster if event.header.kind == Kind.VISITOR_ARRIVED else None)
        for event in sample.three_events()
    )


def muster_wire(batch: bytes, stored: bytes | None = None) -> bytes:
    """The sample's muster batch; one stored before is kept as long as it opens to the same."""
    made = seal_muster_batch(sample.manifest_of(batch), muster_events())
    try:
        if stored is not None and open_muster_batch(stored, SOURCE) == open_muster_batch(made, SOURCE):
            return stored
    except ProtocolError:
        return made
    return made


def muster_vector(batch: bytes, stored: bytes | None = None) -> dict[str, object]:
    """What is frozen."""
    wire, events = muster_wire(batch, stored), muster_events()
    listed = (sample.STAY, OTHER_STAY)
    beginning = HeardLog(epoch=sample.EPOCH, seq=0, head=genesis_hash(sample.EPOCH), beside=("ab" * 32,))
    question = MusterQuestion(v=1, logs=(beginning,), stays=(sample.STAY,), present=(present_digest(listed),))
    told = ToldBatch(wire=wire, quarantined=(2,), flagged=(3,))
    answer = MusterAnswer(
        v=1,
        at_ms=sample.NOW_MS,
        batches=(told,),
        beside=(),
        wanted=(),
        heard=(HeardKiosk(kiosk=sample.KIOSK, at_ms=sample.NOW_MS - 5000),),
        more=False,
        present=(sample.STAY,),
    )
    return {
        "lines": [line for event in events for line in event.line().decode().split("\n")[:2]],
        "wire_hex": wire.hex(),
        "stays": [str(stay) for stay in listed],
        "present_digest": present_digest(listed),
        "question": exact_json.encode(question).decode(),
        "answer": exact_json.encode(answer).decode(),
    }
