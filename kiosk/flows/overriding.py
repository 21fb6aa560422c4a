"""The staff PIN with the scope ``override``: whoever has it may let in somebody who was held."""

from contextlib import suppress

from kiosk.flows.directory import FeedDirectory
from kiosk.flows.local_time import LocalTime
from kiosk.flows.pin_lock import PinLock
from kiosk.ports import PinRefused, Unlocked
from sync.device.errors import StorageError
from sync.device.event_log import EventLog
from sync.protocol.chain import Act
from sync.protocol.kinds import Kind

SCOPE = "override"


class OverrideDesk:
    """The kiosk's ``Overrides``. ``lock`` counts with the one of the evacuation list: tries here are tries there."""

    def __init__(self, *, log: EventLog, directory: FeedDirectory, lock: PinLock, time: LocalTime) -> None:
        self._log = log
        self._directory = directory
        self._lock = lock
        self._time = time

    def unlock(self, pin: str) -> Unlocked | PinRefused:
        """Check the PIN, and record where it was refused."""
        if self._lock.check(pin):
            known = self._directory.staff_pin(self._lock.matched)
            if known is not None:
                return Unlocked(by=known.id, scopes=frozenset(known.scopes))
        with suppress(StorageError):
            self._log.append([Act(Kind.STAFF_REFUSED, None)])
        until = self._lock.locked_until_ms()
        return PinRefused(
            tries_left=0 if until is not None else self._lock.tries_left(),
            locked_until=None if until is None else self._time.at_ms(until),
        )
