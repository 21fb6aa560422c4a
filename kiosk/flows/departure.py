"""A departure by the code on a badge: scanned whole, or its eight readable characters."""

from collections.abc import Callable, Iterable
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.flows.kiosk_keys import find_kiosk_key
from kiosk.flows.local_time import LocalTime
from kiosk.flows.shown_codes import read_shown
from kiosk.ports import Departed, DepartureProblem, DepartureRefused
from sync.device.clock import DeviceClock
from sync.device.errors import StorageError, UnfitActError, WrongKeyError
from sync.device.event_log import EventLog
from sync.device.muster_roll import MusterRoll
from sync.device.settings import Enrolment
from sync.protocol.chain import Act
from sync.protocol.codes import Code, Purpose, check_code
from sync.protocol.errors import CodeError
from sync.protocol.feed import Roster
from sync.protocol.fold import Stay
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import SEEN, DepartedFull, Kind, RevokedFull

BY_BADGE = DepartedFull(method="badge")


class DepartureDesk:
    """The kiosk's ``Departure``. ``recorded`` is called after each durable departure; ``is_invitation`` tells the eight
    characters of an invitation, to say what they are.
    """

    def __init__(
        self,
        *,
        log: EventLog,
        roll: MusterRoll,
        enrolment: Enrolment,
        own_keys: Callable[[], Iterable[Ed25519PublicKey]],
        roster: Callable[[], Roster | None],
        clock: DeviceClock,
        time: LocalTime,
        recorded: Callable[[], None],
    ) -> None:
        self._log = log
        self._roll = roll
        self._enrolment = enrolment
        self._own_keys = own_keys
        self._roster = roster
        self._clock = clock
        self._time = time
        self._recorded = recorded
        self.is_invitation: Callable[[str], bool] = lambda _typed: False

    def by_code(self, text: str) -> Departed | DepartureRefused:
        """Record the departure of whoever this code stands for."""
        try:
            shown = read_shown(text)
            return self._by_readable(shown) if isinstance(shown, str) else self._by_signed(shown)
        except CodeError:
            return DepartureRefused(DepartureProblem.UNKNOWN_CODE)
        except WrongKeyError:
            return DepartureRefused(DepartureProblem.DAMAGED)
        except (StorageError, UnfitActError):
            return DepartureRefused(DepartureProblem.STORE_ERROR)

    def by_staff(self, stay_id: str, *, by: str) -> Departed | DepartureRefused:
        """Record the departure of somebody on the list, as a member of the staff says; ``by``: the id of the PIN."""
        try:
            known = self._roll.find(UUID(stay_id))
            if known is None or not known.present:
                return DepartureRefused(DepartureProblem.NOT_ON_SITE)
            name = "" if known.muster is None else known.muster.name
            return self._record(known.id, name, DepartedFull(method="desk", by=by))
        except WrongKeyError:
            return DepartureRefused(DepartureProblem.DAMAGED)
        except (StorageError, UnfitActError):
            return DepartureRefused(DepartureProblem.STORE_ERROR)

    def still_here(self, stay_id: str, *, by: str) -> bool:
        """Take back a departure that was assumed; where none is in question, nothing is recorded."""
        try:
            with self._log.database.lock:
                known = self._roll.find(UUID(stay_id))
                if known is not None and known.present and not known.verified:
                    self._log.append([Act(Kind.DEPARTURE_REVOKED, known.id, full=RevokedFull(reason=SEEN, by=by))])
        except (StorageError, UnfitActError):
            return False
        self._recorded()
        return True

    def _by_readable(self, typed: str) -> Departed | DepartureRefused:
        known = self._roll.find_readable(typed)
        if known is not None:
            return self._depart(known)
        invited = self.is_invitation(typed)
        return DepartureRefused(DepartureProblem.INVITATION if invited else DepartureProblem.UNKNOWN_CODE)

    def _by_signed(self, code: Code) -> Departed | DepartureRefused:
        if code.purpose is not Purpose.DEPARTURE:
            return DepartureRefused(DepartureProblem.INVITATION)
        key = find_kiosk_key(code.key_id, self._own_keys(), self._roster())
        if key is None:
            return DepartureRefused(DepartureProblem.OTHER_PLACE)
        try:
            check_code(code, key=key, tenant=self._enrolment.tenant)
        except CodeError:
            return DepartureRefused(DepartureProblem.OTHER_PLACE)
        known = self._roll.find(code.subject)
        if known is not None:
            return self._depart(known)
        if self._expired(code):
            return DepartureRefused(DepartureProblem.EXPIRED)
        return self._record(code.subject, "", BY_BADGE)

    def _depart(self, stay: Stay) -> Departed | DepartureRefused:
        """Somebody who is here may leave, whatever has expired; who has left is told so."""
        if not stay.present:
            return DepartureRefused(DepartureProblem.NOT_ON_SITE)
        return self._record(stay.id, "" if stay.muster is None else stay.muster.name, BY_BADGE)

    def _record(self, stay: UUID, name: str, full: DepartedFull) -> Departed:
        (event,) = self._log.append([Act(Kind.VISITOR_DEPARTED, stay, full=full)])
        self._recorded()
        return Departed(name, self._time.at_stamp(event.header.hlc))

    def _expired(self, code: Code) -> bool:
        if self._clock.quality() is ClockQuality.UNSYNCED:
            return False
        return code.expires_s * 1000 < self._clock.wall_ms()
