"""After a restart: which requested badges are still owed, and which must be left to reception."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from kiosk.flows.badge_job import BadgeJob
from kiosk.flows.badge_marks import BadgeMarks
from kiosk.flows.badge_queue import BadgeQueue
from kiosk.flows.local_time import LocalTime
from sync.device.errors import StorageError
from sync.device.event_log import EventLog
from sync.device.muster_roll import MusterRoll
from sync.protocol.chain import Act
from sync.protocol.errors import EncodingError
from sync.protocol.events import Event
from sync.protocol.exact_json import read
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, BadgeOutcomeFull, Kind

FRESH = timedelta(minutes=30)
_OUTCOMES = (Kind.BADGE_PRINTED, Kind.BADGE_SENT)


def recover_badges(*, log: EventLog, marks: BadgeMarks, queue: BadgeQueue, roll: MusterRoll, time: LocalTime) -> int:
    """Queue again what was never begun, and close what may have come out. Returns how many were queued.

    Only for people on site whose arrival is less than half an hour old: nobody waits for an older badge.
    """
    present = {stay.id for stay in roll.on_site()}
    settled, requested = _ledger(log)
    queued = 0
    for stay in requested:
        if stay in settled:
            continue
        if marks.is_set(stay):
            _close(log, marks, stay, "interrupted", unsure=True)
            continue
        job = _job(log, stay, time) if stay in present else None
        if job is None or time.now() - job.arrived_at > FRESH:
            _close(log, marks, stay, "abandoned", unsure=False)
            continue
        queue.add(job)
        queued += 1
    return queued


def _ledger(log: EventLog) -> tuple[set[UUID], list[UUID]]:
    settled: set[UUID] = set()
    requested: list[UUID] = []
    for event in log.of_kinds((Kind.BADGE_REQUESTED, *_OUTCOMES, Kind.BADGE_FAILED)):
        stay = event.header.stay
        if stay is None:
            continue
        if event.header.kind == Kind.BADGE_REQUESTED:
            requested.append(stay)
        elif event.header.kind in _OUTCOMES or _is_final(event):
            settled.add(stay)
    return settled, requested


def _is_final(failed: Event) -> bool:
    """A failure that held the badge (no paper, cover open) has another outcome to come; others are final."""
    if failed.full is None:
        return True
    try:
        outcome = read(failed.full.bytes(), BadgeOutcomeFull, what="a badge's outcome")
    except EncodingError:
        return True
    return outcome.unsure or outcome.reason == "abandoned" or outcome.reason.startswith("layout")


def _job(log: EventLog, stay: UUID, time: LocalTime) -> BadgeJob | None:
    for event in log.of_stay(str(stay)):
        if event.header.kind == Kind.VISITOR_ARRIVED and event.muster is not None:
            muster = read(event.muster.bytes(), ArrivedMuster, what="a muster body")
            full = None if event.full is None else read(event.full.bytes(), ArrivedFull, what="a full body")
            return BadgeJob.from_bodies(stay, muster, full, time.at_stamp(event.header.hlc))
    return None


def _close(log: EventLog, marks: BadgeMarks, stay: UUID, reason: str, *, unsure: bool) -> None:
    """A disk that refuses must not keep the lobby, and its evacuation list, closed; the next start closes it."""
    with suppress(StorageError):
        log.append([Act(Kind.BADGE_FAILED, stay, full=BadgeOutcomeFull(printer="", reason=reason, unsure=unsure))])
        marks.clear(stay)
