"""After a restart: which badges are still owed, and which must be left to reception."""

from collections.abc import Callable
from uuid import UUID

from kiosk.flows.badge_job import BadgeJob
from kiosk.flows.badge_ledger import INTERRUPTED, BadgeLedger, BadgeRecord, Outcome
from kiosk.flows.badge_queue import BadgeQueue
from kiosk.flows.local_time import LocalTime
from sync.device.event_log import EventLog
from sync.protocol.kinds import Kind


def recover_badges(ledger: BadgeLedger, queue: BadgeQueue, *, gone: Callable[[UUID], str]) -> int:
    """Queue again what was never begun, and close what may have come out. Returns how many were queued.

    Who has left by now, or is erased (``gone``), gets none. A disk that refuses must not keep the lobby, and its
    evacuation list, closed: what it refuses now is closed at the next start, and not printed before.

    Raises:
        StorageError: the ledger cannot be read.
    """
    queued = 0
    for record in ledger.owed():
        printer = ledger.marks.holder(record.key)
        if printer is not None:
            ledger.settle(record.key, Outcome(Kind.BADGE_FAILED, printer, INTERRUPTED, unsure=True))
            continue
        reason = gone(record.key[0])
        if reason:
            ledger.settle(record.key, Outcome(Kind.BADGE_FAILED, reason=reason, abandoned=True))
            continue
        queued += queue.owe(record)
    return queued


def rebuild_job(log: EventLog, time: LocalTime, record: BadgeRecord) -> BadgeJob | None:
    """The badge as the visit's arrival tells it, without a photo; ``None`` where that is erased.

    Raises:
        StorageError: the disk refused.
    """
    stay, _ = record.key
    arrived = (event for event in log.of_stay(stay) if event.header.kind == Kind.VISITOR_ARRIVED)
    arrival = next(arrived, None)
    return None if arrival is None else BadgeJob.from_records(record.key, arrival, time.at_stamp(arrival.header.hlc))
