"""Calling reception: recorded like everything else, and said to be heard only when the cloud has said so (ADR 97)."""

from collections.abc import Callable
from uuid import UUID

import msgspec

from kiosk.calling_values import Called, CallRefused, CallWish
from kiosk.flows.directory import FeedDirectory
from sync.device.clock import DeviceClock
from sync.device.errors import StorageError, UnfitActError
from sync.device.event_log import EventLog
from sync.device.outbox import Outbox
from sync.protocol.chain import Act
from sync.protocol.feed import Reception
from sync.protocol.hlc import Hlc
from sync.protocol.identifiers import Entropy, stay_id
from sync.protocol.kinds import CalledFull, Kind

MOST_AN_HOUR = 12
_HOUR_MS = 3_600_000
_WANTED = (Kind.RECEPTION_CALLED, Kind.VISITOR_HELD)


class CallDesk:
    """The kiosk's ``Bell``. ``recorded`` is called after each call that was recorded, to wake the uploader."""

    def __init__(
        self,
        *,
        log: EventLog,
        outbox: Outbox,
        directory: FeedDirectory,
        clock: DeviceClock,
        recorded: Callable[[], None],
        entropy: Entropy,
    ) -> None:
        self._log = log
        self._outbox = outbox
        self._directory = directory
        self._clock = clock
        self._recorded = recorded
        self._entropy = entropy

    def is_offered(self) -> bool:
        """Whether the server tells reception: one of the version before keeps a call, and tells nobody."""
        return self._reception() is not None

    def phone(self) -> str:
        """The number of reception, where the site has set one."""
        reception = self._reception()
        return "" if reception is None else reception.phone

    def call(self, wish: CallWish) -> Called | CallRefused:
        """Record a call, unless this visit has one or the last hour had too many."""
        stay = UUID(wish.stay_id) if wish.stay_id else stay_id(self._entropy)
        try:
            with self._log.database.lock:
                if any(event.header.kind == Kind.RECEPTION_CALLED for event in self._log.of_stay(stay)):
                    return Called(str(stay))
                if self._count_lately() >= MOST_AN_HOUR:
                    return CallRefused.TOO_MANY
                place = self._directory.place()
                full = CalledFull(
                    zone="" if place is None else place.name, language=wish.language, assistance=wish.assistance
                )
                self._log.append([Act(Kind.RECEPTION_CALLED, stay, full=full)])
        except (StorageError, UnfitActError):
            return CallRefused.STORE_ERROR
        self._recorded()
        return Called(str(stay))

    def is_told(self, stay: str) -> bool:
        """Whether a receipt covers what was recorded of this visit that somebody is to be told of."""
        try:
            wanted = [event.header for event in self._log.of_stay(stay) if event.header.kind in _WANTED]
            return bool(wanted) and all(self._outbox.accepted_in(each.epoch) >= each.seq for each in wanted)
        except StorageError:
            return False

    def _count_lately(self) -> int:
        # By the latest time that anything here speaks for: a clock that fell back must not keep the bell still.
        since = max(self._clock.wall_ms(), self._log.hlc.wall_ms) - _HOUR_MS
        stamps = (Hlc.parse(event.header.hlc).wall_ms for event in self._log.of_kinds([Kind.RECEPTION_CALLED]))
        return sum(stamp >= since for stamp in stamps)

    def _reception(self) -> Reception | None:
        configuration = self._directory.configuration()
        told = msgspec.UNSET if configuration is None else configuration.reception
        return None if isinstance(told, msgspec.UnsetType) else told
