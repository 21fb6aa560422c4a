"""What a run asked of the cloud and what it decided, so that the same can be asked of another store."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from cloud_api.services.batch_outcomes import Accepted
from sync.protocol import exact_json, jws
from sync.protocol.exchange import HelloAnswer
from sync.protocol.receipt import Receipt


@dataclass(frozen=True)
class Asked:
    """One decision. ``outcome`` is ``None`` where the transaction was committed and the answer was lost."""

    at_ms: int
    what: str
    epoch: str
    body: bytes
    kiosk: UUID
    outcome: object


@dataclass(frozen=True)
class Enrolled:
    """A kiosk and its first key."""

    at_ms: int
    name: str
    kiosk: UUID
    public: bytes
    audience: str


@dataclass
class Tape:
    """Everything in order. ``whole`` is ``False`` once the server was restored: that is not asked of another store."""

    steps: list[Asked | Enrolled] = field(default_factory=list)
    whole: bool = True


def plain(outcome: object) -> object:
    """An outcome without what differs from store to store: who signed a receipt."""
    if isinstance(outcome, HelloAnswer) and outcome.receipt is not None:
        return (msgspec.structs.replace(outcome, receipt=None), *_words(outcome.receipt))
    if not isinstance(outcome, Accepted):
        return outcome
    return (*_words(outcome.receipt), outcome.fresh)


def _words(signed: str) -> tuple[object, ...]:
    receipt = exact_json.decode(jws.read_unverified_payload(signed, what="a receipt"), Receipt, what="a receipt")
    said = (receipt.epoch, receipt.accepted, receipt.durable, receipt.head, receipt.manifest, receipt.quarantined)
    return (*said, receipt.at_ms)
