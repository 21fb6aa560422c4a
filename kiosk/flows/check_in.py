"""An arrival: one durable transaction, and only then anything else."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from kiosk.admission_values import Held
from kiosk.flows.admission import Hold
from kiosk.flows.admitting import Door
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
)
from sync.device.errors import DiskFullError, StorageError, UnfitActError, WrongKeyError
from sync.device.event_log import EventLog
from sync.protocol.chain import Act
from sync.protocol.events import Event
from sync.protocol.hlc import ClockQuality
from sync.protocol.identifiers import Entropy, stay_id
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, BadgeRequestedFull, ConsentFull, HeldFull, Kind
from sync.protocol.objects import SealedObject
from sync.writing import tidy

MAX_TEXT = 200
MAX_EMAIL = 254
_EMPTY_SHA256 = "0" * 64


class CheckInDesk:
    """The kiosk's ``CheckIn``. ``recorded`` is called after each durable arrival, to wake the uploader."""

    def __init__(
        self,
        *,
        log: EventLog,
        badges: BadgeQueue,
        photos: PhotoKeeper,
        door: Door,
        time: LocalTime,
        is_online: Callable[[], bool],
        recorded: Callable[[], None],
        entropy: Entropy,
    ) -> None:
        self._log = log
        self._badges = badges
        self._photos = photos
        self._door = door
        self._time = time
        self._is_online = is_online
        self._recorded = recorded
        self._entropy = entropy

    def arrive(self, draft: ArrivalDraft) -> Arrived | Held | Refused:
        """Record the arrival, its consents, the sealed photo and signatures and the wish for a badge together, or
        nothing; or that a rule holds the visitor, unless a member of the staff lets them in.

        Where the disk has no room for pictures, the rest is recorded without them (C03).
        """
        stay = UUID(draft.stay_id) if draft.stay_id else stay_id(self._entropy)
        draft = self._door.with_known_host(draft)
        try:
            verdict = self._door.judge(draft)
            if isinstance(verdict, Hold) and not draft.admitted_by:
                return self._hold(draft, stay, verdict)
            sealed = self._photos.seal(draft), self._photos.seal_signatures(draft)
            events = self._record(draft, stay, verdict.watch, *sealed)
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

    def _hold(self, draft: ArrivalDraft, stay: UUID, hold: Hold) -> Held:
        full = HeldFull(
            reason=hold.reason.value,
            watch=hold.watch,
            name=_bounded(draft.display_name),
            company=_bounded(draft.company),
            host=_bounded(draft.host_name),
            assistance=draft.needs_assistance,
            type=draft.visitor_type,
            language=draft.language,
            host_id=_id(draft.host_id),
            email=_bounded(draft.email, MAX_EMAIL),
            phone=_bounded(draft.phone),
            answers={field: _bounded(text) for field, text in draft.answers.items()},
            invitation=_id(draft.invitation),
        )
        (event,) = self._log.append([Act(Kind.VISITOR_HELD, stay, full=full)])
        self._recorded()
        return Held(str(stay), draft.display_name, self._time.at_stamp(event.header.hlc))

    def _record(
        self,
        draft: ArrivalDraft,
        stay: UUID,
        watch: tuple[UUID, ...],
        photo: SealedObject | None,
        signed: Mapping[str, SealedObject],
    ) -> tuple[Event, ...]:
        sealed = (*((photo,) if photo else ()), *signed.values())
        consents = (_consent(consent, stay, signed.get(consent.document_id)) for consent in draft.consents)
        acts = [self._arrival(draft, stay, watch, sealed), *consents]
        if self._badges.medium is not None:
            request = BadgeRequestedFull(medium=self._badges.medium, photo=draft.photo is not None)
            acts.append(Act(Kind.BADGE_REQUESTED, stay, full=request))
        if not sealed:
            return self._log.append(acts)
        try:
            return self._log.append(acts, beside=self._photos.beside(sealed))
        except DiskFullError:
            return self._record(draft, stay, watch, None, {})

    def _arrival(self, draft: ArrivalDraft, stay: UUID, watch: tuple[UUID, ...], sealed: Iterable[SealedObject]) -> Act:
        place = self._door.place()
        muster = ArrivedMuster(
            name=_bounded(draft.display_name),
            company=_bounded(draft.company),
            host=_bounded(draft.host_name),
            zone="" if place is None else place.name,
            assistance=draft.needs_assistance,
            invitation=_id(draft.invitation),
        )
        full = ArrivedFull(
            type=draft.visitor_type,
            language=draft.language,
            host_id=_id(draft.host_id),
            email=_bounded(draft.email, MAX_EMAIL),
            phone=_bounded(draft.phone),
            answers={field: _bounded(text) for field, text in draft.answers.items()},
            objects=tuple(each.reference() for each in sealed),
            watch=watch,
            admitted_by=draft.admitted_by,
        )
        return Act(Kind.VISITOR_ARRIVED, stay, muster, full)

    def _host_told(self, draft: ArrivalDraft) -> HostTold:
        if draft.host_id is None:
            return HostTold.NO_HOST
        return HostTold.BEING_TOLD if self._is_online() else HostTold.WHEN_ONLINE


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
        copy=consent.copy,
    )
    return Act(Kind.CONSENT_RECORDED, stay, full=full)


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _bounded(text: str, most: int = MAX_TEXT) -> str:
    """What somebody typed, on one line and without signs that steer a screen or a printer (C36, C37)."""
    return " ".join(tidy(text).split())[:most]
