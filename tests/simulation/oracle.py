"""Who is on site by the rules of docs/protocol.md sections 11 and 15, written a second time and plainly.

The simulator's own reading of the specification: what production says is held against it.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from cloud_api.clock import unix_ms
from cloud_api.store.events import NewEvent
from cloud_api.store.kiosks import Epoch
from sync.protocol.events import Header, decode_header, header_hash
from sync.protocol.hlc import Hlc
from sync.protocol.kinds import Kind
from tests.fakes.memory_tables import Rows

_TEN_MINUTES_MS = 600_000
Order = tuple[str, str, str, int, str]


class Read(NamedTuple):
    """A header, where it stands in the order of events, and its time by the kiosk's clock (ms since 1970)."""

    header: Header
    at: Order
    wall_ms: int


def expected_on_site(rows: Rows) -> set[UUID]:
    """Everybody with an arrival and without a departure that is to be believed."""
    stays: dict[UUID, list[tuple[Read, NewEvent, datetime, bool]]] = {}
    for source, in_log in ((rows.log, True), (rows.branch, False)):
        for event, received in source.values():
            if event.stay_id is not None:
                stays.setdefault(event.stay_id, []).append((_read(event.raw), event, received, in_log))
    return {stay for stay, events in stays.items() if _is_present(events, rows)}


@lru_cache(maxsize=2048)
def _read(raw: bytes) -> Read:
    header = decode_header(raw)
    at: Order = (header.hlc, str(header.kiosk), header.epoch, header.seq, header_hash(raw))
    return Read(header, at, Hlc.parse(header.hlc).wall_ms)


def _is_present(events: list[tuple[Read, NewEvent, datetime, bool]], rows: Rows) -> bool:
    arrivals: list[tuple[Order, bool]] = []
    departures: list[Order] = []
    revocations: list[Order] = []
    for (header, at, wall_ms), event, received, in_log in events:
        late = wall_ms > unix_ms(received) + _TEN_MINUTES_MS
        record = rows.epochs[header.epoch]
        if header.kind == Kind.VISITOR_ARRIVED:
            arrivals.append((at, not late and record.standing != "revoked"))
        elif header.kind == Kind.VISITOR_DEPARTED:
            if not late and event.fault is None and is_believed(record, header.seq, event.hash, rows, in_log=in_log):
                departures.append(at)
        elif header.kind == Kind.DEPARTURE_REVOKED:
            revocations.append(at)
    if not arrivals:
        return False
    sound = [at for at, believed in arrivals if believed]
    known = [at for at, _ in arrivals]
    for at in departures:
        after = all(_after(at, since) for since in sound) if sound else any(_after(at, since) for since in known)
        if after and not any(_after(taken, at) for taken in revocations):
            return False
    return True


def _after(later: Order, earlier: Order) -> bool:
    (_, kiosk, epoch, seq, digest), (_, other, its_epoch, its_seq, its_digest) = later, earlier
    if (kiosk, epoch) == (other, its_epoch):
        return (seq, digest) > (its_seq, its_digest)
    return later > earlier


def is_believed(record: Epoch, seq: int, event_hash: str, rows: Rows, *, in_log: bool) -> bool:
    """Whether the key of an event gives it the standing *clear*."""
    if record.standing not in ("current", "frozen"):
        return False
    if record.forked_seq == 0 or seq < record.forked_seq:
        return True
    if record.clear is None:
        return False
    return event_hash in _line(record, rows)


def _line(record: Epoch, rows: Rows) -> set[str]:
    """The hashes of the header that ``clear`` names and of all before it."""
    assert record.clear is not None
    by_hash = {event.hash: event for (epoch, _), (event, _) in rows.log.items() if epoch == record.epoch}
    by_hash |= {event.hash: event for (epoch, _), (event, _) in rows.branch.items() if epoch == record.epoch}
    line: set[str] = set()
    at = record.clear.hash
    while (event := by_hash.get(at)) is not None:
        line.add(at)
        at = event.prev
    return line
