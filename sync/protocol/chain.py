"""The kiosk's side of making events: each header names the one before it, under one epoch key."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec

from sync.protocol.commitments import Part, commitment, seal_body
from sync.protocol.errors import ChainError
from sync.protocol.events import Event, Header, decode_header, encode_header, genesis_hash, header_hash
from sync.protocol.hlc import ClockQuality, Hlc
from sync.protocol.identifiers import Entropy, event_id
from sync.protocol.kinds import BODIES, NOTHING


@dataclass(frozen=True, slots=True)
class Identity:
    """Who makes the events: organisation, site, kiosk, and the thumbprint of its epoch key."""

    tenant: UUID
    site: UUID
    kiosk: UUID
    epoch: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands: the last seq (0 before the first event) and the hash of its header."""

    epoch: str
    seq: int
    hash: str

    @classmethod
    def genesis(cls, epoch: str) -> "Head":
        """The head of an epoch without events."""
        return cls(epoch, 0, genesis_hash(epoch))


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something happened, as well as the kiosk can know. ``mono_ms`` counts since the machine's boot."""

    hlc: Hlc
    quality: ClockQuality
    boot: UUID
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Act:
    """Something to be recorded: its kind and the content of its bodies; ``None`` for one that is erased already."""

    kind: str
    stay: UUID | None
    muster: msgspec.Struct | Mapping[str, object] | None = NOTHING
    full: msgspec.Struct | Mapping[str, object] | None = NOTHING


def link(act: Act, *, identity: Identity, head: Head, stamp: Stamp, entropy: Entropy) -> tuple[Event, Head]:
    """Make the next event of a chain and the head that it leads to.

    Raises:
        ChainError: the head is of another epoch.
        EncodingError: a header that no reader would take (its kind, say), or a body that cannot be written.
        LimitError: a body is too large.
    """
    if head.epoch != identity.epoch:
        raise ChainError("the head belongs to another epoch")
    # What is erased is committed to all the same: nobody has that salt, so nobody will ever show such a body.
    muster, full = (seal_body(NOTHING if body is None else body, entropy) for body in (act.muster, act.full))
    header = Header(
        v=1,
        tenant=identity.tenant,
        site=identity.site,
        kiosk=identity.kiosk,
        epoch=identity.epoch,
        seq=head.seq + 1,
        prev=head.hash,
        id=event_id(stamp.hlc.wall_ms, entropy),
        kind=str(act.kind),
        stay=act.stay,
        muster=commitment(Part.MUSTER, muster),
        full=commitment(Part.FULL, full),
        hlc=str(stamp.hlc),
        clock=stamp.quality,
        boot=stamp.boot,
        mono=stamp.mono_ms,
    )
    raw = encode_header(header)
    if header.kind not in BODIES:
        decode_header(raw)  # every other member is made from a typed value; on the kiosk's hot path
    event = Event(raw, header, None if act.muster is None else muster, None if act.full is None else full)
    return event, Head(identity.epoch, header.seq, header_hash(raw))


def follow(head: Head, event: Event) -> Head:
    """The head after this event, if it continues the chain.

    Raises:
        ChainError: another epoch, a gap, or another predecessor.
    """
    header = event.header
    if header.epoch != head.epoch:
        raise ChainError("a header belongs to another epoch")
    if header.seq != head.seq + 1:
        raise ChainError("a header's number does not follow")
    if header.prev != head.hash:
        raise ChainError("a header does not name its predecessor")
    return Head(head.epoch, header.seq, event.hash)
