"""Events as rows: where an epoch's events lie, how they are written, and how they are found again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from sync.device.database import DeviceDatabase
from sync.device.schema import SEQ_BITS, UNINDEXED
from sync.protocol.chain import Head
from sync.protocol.commitments import SALT_BYTES, SealedBody
from sync.protocol.events import Event, Header, decode_header, header_hash
from sync.protocol.hlc import Hlc
from sync.protocol.kinds import Kind

INSERT_EVENT = "insert into event (place, stay, kind, header, muster, full) values (?, ?, ?, ?, ?, ?)"
_COLUMNS = "header, muster, full"


@dataclass(frozen=True, slots=True)
class Chain:
    """One epoch's part of the log; the newest has the highest number, and only it is appended to."""

    number: int
    epoch: str

    @property
    def base(self) -> int:
        """The place before its first event."""
        return self.number << SEQ_BITS

    @property
    def top(self) -> int:
        """The last place that it could ever have."""
        return self.base + (1 << SEQ_BITS) - 1


class EventReader:
    """Finds events; any thread may ask."""

    def __init__(self, database: DeviceDatabase) -> None:
        self.database = database

    def chains(self) -> tuple[Chain, ...]:
        """Every chain, oldest first."""
        rows = self.database.read("select number, epoch from chain order by number")
        return tuple(Chain(row["number"], row["epoch"]) for row in rows)

    def chain_of(self, epoch: str) -> Chain | None:
        """The chain of an epoch, or ``None`` when this database has never heard of it."""
        rows = self.database.read("select number, epoch from chain where epoch = ?", (epoch,))
        return Chain(rows[0]["number"], epoch) if rows else None

    def newest_chain(self) -> Chain | None:
        """The chain that is appended to, or ``None`` before the first."""
        rows = self.database.read("select number, epoch from chain order by number desc limit 1")
        return Chain(rows[0]["number"], rows[0]["epoch"]) if rows else None

    def last_in(self, chain: Chain, *, above: int = 0) -> tuple[int, bytes] | None:
        """Seq and header of the last event of a chain, if its seq is ``above`` or more."""
        rows = self.database.read(
            "select place, header from event where place between ? and ? order by place desc limit 1",
            (chain.base + above, chain.top),
        )
        return (rows[0]["place"] - chain.base, bytes(rows[0]["header"])) if rows else None

    def head_of(self, epoch: str) -> Head:
        """Where an epoch stands in this database."""
        chain = self.chain_of(epoch)
        last = None if chain is None else self.last_in(chain)
        return Head.genesis(epoch) if last is None else Head(epoch, last[0], header_hash(last[1]))

    def count_in(self, epoch: str, *, above: int, up_to: int) -> int:
        """How many events an epoch has above a seq, up to another."""
        chain = self.chain_of(epoch)
        if chain is None:
            return 0
        bounds = (chain.base + above, chain.base + up_to)
        rows = self.database.read("select count(*) as held from event where place > ? and place <= ?", bounds)
        return int(rows[0]["held"])

    def latest_stamp(self) -> Hlc:
        """The stamp of what was recorded last. Earlier ones are higher only where a clock was far ahead (ADR 105)."""
        found = (self.last_in(chain) for chain in reversed(self.chains()))
        last = next((last for last in found if last is not None), None)
        return Hlc(0, 0) if last is None else Hlc.parse(decode_header(last[1]).hlc)

    def in_chain(self, chain: Chain, seq: int, *, limit: int) -> list[Event]:
        """The events of a chain after a seq, in order."""
        rows = self.database.read(
            f"select {_COLUMNS} from event where place > ? and place <= ? order by place limit ?",  # noqa: S608 -- constant columns
            (chain.base + seq, chain.top, limit),
        )
        return [read_event(row) for row in rows]

    def hash_in(self, chain: Chain, seq: int) -> str | None:
        """The hash of a chain's header at a seq, or ``None`` when there is no such event."""
        if not 0 < seq < 1 << SEQ_BITS:
            return None
        rows = self.database.read("select header from event where place = ?", (chain.base + seq,))
        return header_hash(bytes(rows[0]["header"])) if rows else None

    def of_kinds(self, kinds: Iterable[str]) -> list[Event]:
        """All events of these kinds, of every epoch, in the order of their clock."""
        wanted = tuple(str(kind) for kind in kinds)
        return self._matching(f"kind in ({', '.join('?' for _ in wanted)})", wanted)

    def of_kinds_after(self, kinds: Iterable[str], place: int) -> tuple[int, list[Event]]:
        """The events of these kinds that were recorded after a place, in that order, and up to which place that is.
        Other programs' too: places only grow.
        """
        wanted = tuple(str(kind) for kind in kinds)
        newest = self.database.read("select coalesce(max(place), 0) as place from event")[0]["place"]
        if newest <= place:
            return place, []
        rows = self.database.read(
            f"select {_COLUMNS} from event where place > ? and place <= ? "  # noqa: S608 -- constant
            f"and kind in ({', '.join('?' for _ in wanted)}) order by place",
            (place, newest, *wanted),
        )
        return newest, [read_event(row) for row in rows]

    def of_stay(self, stay: UUID | str) -> list[Event]:
        """All events of one stay, in the order of their clock."""
        return self._matching("stay = ?", (UUID(str(stay)).bytes,))

    def _matching(self, condition: str, values: tuple[object, ...]) -> list[Event]:
        rows = self.database.read(
            f"select {_COLUMNS} from event where place in (select place from event_index where {condition} "  # noqa: S608 -- constant
            f"union all select place from event where {UNINDEXED} and {condition}) order by place",
            (*values, *values),
        )
        return sorted((read_event(row) for row in rows), key=lambda event: event.header.hlc)


def read_event(row: dict[str, Any]) -> Event:
    """An event from its row."""
    raw = bytes(row["header"])
    return Event(raw, decode_header(raw), sealed_body(row["muster"]), sealed_body(row["full"]))


def event_row(chain: Chain, event: Event) -> tuple[object, ...]:
    """The values of ``INSERT_EVENT``."""
    header = event.header
    place = chain.base + header.seq
    return (place, stay_bytes(header), header.kind, event.raw_header, salted(event.muster), salted(event.full))


def stay_bytes(header: Header) -> bytes | None:
    """The stay that an event is kept under; an arrival without one under its own id."""
    if header.stay is not None:
        return header.stay.bytes
    return header.id.bytes if header.kind == Kind.VISITOR_ARRIVED else None


def salted(body: SealedBody | None) -> bytes | None:
    """A body as it is kept: its salt, then its bytes."""
    return None if body is None else bytes.fromhex(body.salt) + body.bytes()


def sealed_body(stored: bytes | None) -> SealedBody | None:
    """A kept body."""
    if stored is None:
        return None
    return SealedBody(salt=stored[:SALT_BYTES].hex(), body=msgspec.Raw(stored[SALT_BYTES:]))
