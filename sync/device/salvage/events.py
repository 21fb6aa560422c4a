"""Which of the events that could be read are good: each header holds by itself and in its chain, each body is the one
that its header commits to. What is not good is left out, and counted.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from sys import intern
from uuid import UUID

from sync.device.event_rows import Chain, read_event
from sync.device.salvage.tables import EVENT, Contents, Row
from sync.device.schema import SEQ_BITS
from sync.protocol.batch import OpenedBatch
from sync.protocol.chain import Head
from sync.protocol.commitments import SALT_BYTES, Part, SealedBody, matches
from sync.protocol.errors import ProtocolError
from sync.protocol.events import Event, genesis_hash
from sync.protocol.kinds import Kind

_BODIES = ("muster", "full")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose events they must be."""

    tenant: UUID
    site: UUID
    kiosk: UUID


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event as small as it can be kept, for a kiosk has years of them. ``lost`` names the bodies that could not be
    read, or are not the committed ones.
    """

    epoch: str
    seq: int
    prev: str
    hash: str
    header: bytes
    muster: bytes | None
    full: bytes | None
    lost: tuple[str, ...] = ()

    @classmethod
    def of(cls, event: Event, lost: tuple[str, ...] = ()) -> "KeptEvent":
        """What is kept of an event."""
        header, muster, full = event.header, _stored(event.muster), _stored(event.full)
        return cls(intern(header.epoch), header.seq, header.prev, event.hash, event.raw_header, muster, full, lost)

    @property
    def event(self) -> Event:
        """The event again."""
        return read_event({"header": self.header, "muster": self.muster, "full": self.full})


@dataclass
class GoodEvents:
    """``chains`` with their ``events``, in order. ``missing``: numbers below the last one of a chain that nothing was
    found for. ``refused``: rows that are not good. ``bodies_lost``: bodies that could not be read, or are not the ones
    committed to; ``unnamed``: how many of those named somebody who arrived.
    """

    chains: dict[int, Chain]
    events: dict[int, list[KeptEvent]] = field(default_factory=dict)
    missing: int = 0
    refused: int = 0
    bodies_lost: int = 0
    unnamed: int = 0

    def behind(self, seen: Head | None) -> int:
        """How many events somebody has seen beyond the last one of that epoch that is here."""
        if seen is None:
            return 0
        held = [self.events[number] for number, chain in self.chains.items() if chain.epoch == seen.epoch]
        return max(0, seen.seq - max((events[-1].seq for events in held if events), default=0))

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(map(len, self.events.values()))


def good_events(contents: Contents, owner: Owner, batches: Iterable[OpenedBatch]) -> GoodEvents:
    """Judge all that was read. A packed batch, whose signature was verified, is a second copy of its events."""
    places, refused = _read_all(contents, owner)
    good = GoodEvents(_chains(contents, places), refused=refused)
    numbers = {chain.epoch: chain.base for chain in good.chains.values()}
    for batch in batches:
        if batch.manifest.epoch not in numbers:
            continue
        for event in batch.events:
            place = numbers[batch.manifest.epoch] + event.header.seq
            places[place] = _better(places.get(place), event)
    for number, chain in good.chains.items():
        own = [places[place] for place in sorted(places) if place >> SEQ_BITS == number]
        linked = list(_linked(chain, own, good))
        for found in linked:
            good.bodies_lost += len(found.lost)
            good.unnamed += "muster" in found.lost and found.event.header.kind == Kind.VISITOR_ARRIVED
        good.events[number] = linked
        good.missing += linked[-1].seq - len(linked) if linked else 0
    return good


def _read_all(contents: Contents, owner: Owner) -> tuple[dict[int, KeptEvent], int]:
    places: dict[int, KeptEvent] = {}
    refused = 0
    rows = contents.rows.pop(EVENT, {})
    due = itertools.chain(contents.later[EVENT], (rows.popitem() for _ in range(len(rows))))  # no row is held twice
    for place, row in due:
        found = _read(place, row, owner)
        if found is None:
            refused += 1
        else:
            places[place] = found
    return places, refused


def _read(place: int, row: Row, owner: Owner) -> KeptEvent | None:
    """The event of a row, if its header is one of this kiosk's for this place."""
    lost = [name for name in _BODIES if name not in row or _is_short(row[name])]
    bodies = {name: None if name in lost else row[name] for name in _BODIES}
    try:
        event = read_event({"header": row["header"], **bodies})
    except ProtocolError:
        return None
    header = event.header
    if (header.tenant, header.site, header.kiosk) != (owner.tenant, owner.site, owner.kiosk):
        return None
    if header.seq != place & ((1 << SEQ_BITS) - 1):
        return None
    committed = {"muster": (Part.MUSTER, event.muster, header.muster), "full": (Part.FULL, event.full, header.full)}
    for name, (part, sealed, commitment) in committed.items():
        if sealed is not None and not matches(part, sealed, commitment):
            lost.append(name)
            event = _without(event, name)
    return KeptEvent.of(event, tuple(lost))


def _stored(body: SealedBody | None) -> bytes | None:
    return None if body is None else bytes.fromhex(body.salt) + body.bytes()


def _is_short(stored: object) -> bool:
    return isinstance(stored, bytes) and len(stored) < SALT_BYTES


def _without(event: Event, name: str) -> Event:
    gone: Mapping[str, SealedBody | None] = {"muster": event.muster, "full": event.full, name: None}
    return replace(event, muster=gone["muster"], full=gone["full"])


def _better(found: KeptEvent | None, copy: Event) -> KeptEvent:
    """Bodies that were erased stay so: a copy gives back only what was lost."""
    if found is None or (found.lost and found.hash == copy.hash):
        return KeptEvent.of(copy)
    return found


def _chains(contents: Contents, places: Mapping[int, KeptEvent]) -> dict[int, Chain]:
    """Every chain by number: as it was noted, else as its events say."""
    noted = {number: str(row["epoch"]) for number, row in contents.rows.get("chain", {}).items()}
    told: dict[int, Counter[str]] = {}
    for place, found in places.items():
        told.setdefault(place >> SEQ_BITS, Counter())[found.epoch] += 1
    named = {number: epochs.most_common(1)[0][0] for number, epochs in told.items()} | noted
    return {number: Chain(number, named[number]) for number in sorted(named)}


def _linked(chain: Chain, found: Iterable[KeptEvent], good: GoodEvents) -> Iterator[KeptEvent]:
    """What holds together. One that its successor contradicts is dropped if nothing before it vouches for it, else the
    successor is.
    """
    last: KeptEvent | None = None
    vouched = False
    for each in found:
        follows = last is not None and each.seq == last.seq + 1
        before = genesis_hash(chain.epoch) if each.seq == 1 else None
        if follows and last is not None:
            before = last.hash
        if each.epoch != chain.epoch or (before not in (None, each.prev) and (vouched or each.seq == 1)):
            good.refused += 1
            continue
        if last is not None and not (follows and before != each.prev):
            yield last
        elif last is not None:
            good.refused += 1
        vouched = before == each.prev
        last = each
    if last is not None:
        yield last
