"""After a restart: which badges are still owed, and which must be left to reception."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from kiosk.flows.local_time import LocalTime
from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.flows.printing.badge_ledger import INTERRUPTED, BadgeLedger, BadgeRecord, Outcome
from kiosk.flows.printing.badge_queue import BadgeQueue
from sync.device.event_log import EventLog
from sync.device.muster_roll import MusterRoll
from sync.protocol.errors import EncodingError
from sync.protocol.exact_json import read
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import ArrivedFull, Kind


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


@dataclass(frozen=True, slots=True)
class BadgeRebuilder:
    """Makes badges of what is on record."""

    log: EventLog
    roll: MusterRoll
    time: LocalTime

    def rebuild(self, record: BadgeRecord) -> BadgeJob | None:
        """The badge as the visit's arrival tells it, without a photo; ``None`` where that is erased. Of somebody who
        arrived at another kiosk the type and the language are not known here.

        Raises:
            StorageError: the disk refused.
        """
        stay, _ = record.key
        known = self.roll.find(stay)
        if known is None or known.arrived is None or known.muster is None:
            return None
        header = known.arrived.header
        at, dated = self.time.at_stamp(header.hlc), header.clock is not ClockQuality.UNSYNCED
        return BadgeJob.from_records(record.key, known.muster, self._full(stay), at, dated=dated)

    def _full(self, stay: UUID) -> ArrivedFull | None:
        for event in self.log.of_stay(stay):
            if event.header.kind == Kind.VISITOR_ARRIVED and event.full is not None:
                with suppress(EncodingError):
                    return read(event.full.bytes(), ArrivedFull, what="a full body")
        return None
