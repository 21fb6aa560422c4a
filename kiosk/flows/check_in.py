"""An arrival: one durable transaction, and only then anything else."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from kiosk.flows.directory import FeedDirectory
from kiosk.flows.local_time import LocalTime
from kiosk.flows.photo_keeping import PhotoKeeper
from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.flows.printing.badge_queue import BadgeQueue
from kiosk.ports import (
    ArrivalDraft,
    Arrived,
    ConsentGiven,
    HostTold,
    RefusalReason,
    Refused,
    StatusNow,
)
from kiosk.writing import tidy
from sync.device.errors import DiskFullError, StorageError, UnfitActError, WrongKeyError
from sync.device.event_log import EventLog
from sync.protocol.chain import Act
from sync.protocol.events import Event
from sync.protocol.hlc import ClockQuality
from sync.protocol.identifiers import Entropy, stay_id
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, BadgeRequestedFull, ConsentFull, Kind
from sync.protocol.objects import SealedObject

MAX_TEXT = 200
_EMPTY_SHA256 = "0" * 64


class CheckInDesk:
    """The kiosk's ``CheckIn``. ``recorded`` is called after each durable arrival, to wake the uploader."""

    def __init__(
        self,
        *,
        log: EventLog,
        badges: BadgeQueue,
        photos: PhotoKeeper,
        directory: FeedDirectory,
        time: LocalTime,
        status: Callable[[], StatusNow],
        recorded: Callable[[], None],
        entropy: Entropy,
    ) -> None:
        self._log = log
        self._badges = badges
        self._photos = photos
        self._directory = directory
        self._time = time
        self._status = status
        self._recorded = recorded
        self._entropy = entropy

    def arrive(self, draft: ArrivalDraft) -> Arrived | Refused:
        """Record the arrival, its consents, the sealed photo and signatures and the wish for a badge together, or
        nothing.

        Where the disk has no room for pictures, the rest is recorded without them (C03).
        """
        stay = stay_id(self._entropy)
        try:
            events = self._record(draft, stay, self._photos.seal(draft), self._photos.seal_signatures(draft))
        except DiskFullError:
            return Refused(RefusalReason.DISK_FULL)
        except WrongKeyError:
            return Refused(RefusalReason.DAMAGED)
        except (StorageError, UnfitActError):
            return Refused(RefusalReason.STORE_ERROR)
        arrived_at = self._time.at_stamp(events[0].header.hlc)
        dated = events[0].header.clock is not ClockQuality.UNSYNCED
        promise = self._badges.add(BadgeJob.from_draft(draft, stay, arrived_at, dated=dated))
        self._recorded()
        return Arrived(
            stay_id=str(stay),
            display_name=draft.display_name,
            host_name=draft.host_name,
            host_told=self._host_told(draft),
            badge=promise,
            arrived_at=arrived_at,
        )

    def _record(
        self, draft: ArrivalDraft, stay: UUID, photo: SealedObject | None, signed: Mapping[str, SealedObject]
    ) -> tuple[Event, ...]:
        sealed = (*((photo,) if photo else ()), *signed.values())
        consents = (_consent(consent, stay, signed.get(consent.document_id)) for consent in draft.consents)
        acts = [self._arrival(draft, stay, sealed), *consents]
        if self._badges.medium is not None:
            request = BadgeRequestedFull(medium=self._badges.medium, photo=draft.photo is not None)
            acts.append(Act(Kind.BADGE_REQUESTED, stay, full=request))
        if not sealed:
            return self._log.append(acts)
        try:
            return self._log.append(acts, beside=self._photos.beside(sealed))
        except DiskFullError:
            return self._record(draft, stay, None, {})

    def _arrival(self, draft: ArrivalDraft, stay: UUID, sealed: Iterable[SealedObject]) -> Act:
        place = self._directory.place()
        muster = ArrivedMuster(
            name=_bounded(draft.display_name),
            company=_bounded(draft.company),
            host=_bounded(draft.host_name),
            zone="" if place is None else place.name,
            assistance=draft.needs_assistance,
        )
        full = ArrivedFull(
            type=draft.visitor_type,
            language=draft.language,
            host_id=None if draft.host_id is None else UUID(draft.host_id),
            email=_bounded(draft.email),
            phone=_bounded(draft.phone),
            answers={field: _bounded(text) for field, text in draft.answers.items()},
            objects=tuple(each.reference() for each in sealed),
        )
        return Act(Kind.VISITOR_ARRIVED, stay, muster, full)

    def _host_told(self, draft: ArrivalDraft) -> HostTold:
        if draft.host_id is None:
            return HostTold.NO_HOST
        return HostTold.BEING_TOLD if self._status().offline_since is None else HostTold.WHEN_ONLINE


def _consent(consent: ConsentGiven, stay: UUID, signature: SealedObject | None) -> Act:
    full = ConsentFull(
        purpose=consent.purpose.value,
        document=consent.document_id,
        version=consent.document_version,
        sha256=consent.document_sha256 or _EMPTY_SHA256,
        language=consent.language,
        granted=True,
        signature=None if signature is None else signature.id,
        asked=consent.asked,
        right=consent.right,
    )
    return Act(Kind.CONSENT_RECORDED, stay, full=full)


def _bounded(text: str) -> str:
    """What somebody typed, on one line and without signs that steer a screen or a printer (C36, C37)."""
    return " ".join(tidy(text).split())[:MAX_TEXT]
