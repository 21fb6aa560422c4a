"""What stands behind a gap of an older epoch and never reached the cloud is recorded again in the newest one (ADR 51).

A chain with a gap cannot be continued at the cloud, and its lost numbers cannot be filled. The visits behind the gap
are still known here: the same acts of the same stays are recorded under the newest key. The old rows stay as evidence.
"""

from collections.abc import Sequence

from sync.device.event_log import EventLog
from sync.device.event_rows import Chain
from sync.device.muster_roll import DEPARTURES
from sync.device.outbox import Outbox
from sync.device.tables import Tables
from sync.protocol.events import Event
from sync.protocol.kinds import Kind
from sync.protocol.repeats import act_again

_PAGE = 500
ENDINGS = (*DEPARTURES, Kind.DEPARTURE_REVOKED)
"""What is repeated behind an arrival that is recorded again."""


def lies_behind_gap(log: EventLog, epoch: str, seq: int) -> bool:
    """Whether an older epoch has lost the event before a seq."""
    return epoch != log.head.epoch and seq > 1 and log.hash_at(seq - 1, epoch=epoch) is None


def record_again(log: EventLog, outbox: Outbox, epoch: str) -> int:
    """Record again whatever of an older epoch no receipt covers, in one transaction; returns how many acts that made.

    What such a stay saw in later epochs of its end is repeated behind it: a departure counts only after every arrival.

    Raises:
        StorageError: the disk refused; nothing was recorded.
    """
    chain = log.chain_of(epoch)
    if chain is None or epoch == log.head.epoch:
        return 0
    with log.database.lock:
        after = outbox.accepted_in(epoch)
        lost = _unsent(log, chain, after)

        def leave(tables: Tables, events: Sequence[Event]) -> None:
            tables.execute("delete from batch where epoch = ?", (epoch,))
            log.epochs.mark_recorded_again(tables, epoch, after=after)
            moved = [
                (new.header.epoch, new.header.seq, epoch, old.header.seq)
                for old, new in zip(lost, events, strict=False)
            ]
            tables.execute_many("update object set epoch = ?, seq = ? where epoch = ? and seq = ?", moved)

        repeated = [*lost, *_later_endings(log, chain, lost)]
        if repeated:
            log.append([act_again(event) for event in repeated], beside=leave)
        else:
            with log.database.transaction() as tables:
                leave(tables, ())
    return len(repeated)


def _unsent(log: EventLog, chain: Chain, after: int) -> list[Event]:
    end = log.epochs.recorded_again_after(chain.epoch)
    found: list[Event] = []
    while page := log.in_chain(chain, after, limit=_PAGE):
        found += [each for each in page if each.header.seq <= end and each.header.kind != Kind.EPOCH_STARTED]
        after = page[-1].header.seq
    return found


def _later_endings(log: EventLog, chain: Chain, lost: Sequence[Event]) -> list[Event]:
    """What was recorded since of how the stays that arrive again ended."""
    numbers = {each.epoch: each.number for each in log.chains()}
    stays = dict.fromkeys(event.header.stay for event in lost if event.header.kind == Kind.VISITOR_ARRIVED)
    return [
        event
        for stay in stays
        if stay is not None
        for event in log.of_stay(stay)
        if event.header.kind in ENDINGS and numbers.get(event.header.epoch, 0) > chain.number
    ]
