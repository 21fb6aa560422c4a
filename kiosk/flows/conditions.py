"""How each part of the kiosk is, for staff: read from what is known here, never from the network."""

from collections.abc import Callable

from kiosk.flows.printing.badge_queue import BadgeQueue
from kiosk.ports import KioskCondition, Room, StatusNow
from sync.device.clock import DeviceClock
from sync.device.errors import StorageError
from sync.device.free_space import Room as DiskRoom
from sync.protocol.hlc import ClockQuality

_ROOMS = {DiskRoom.AMPLE: Room.AMPLE, DiskRoom.LOW: Room.LOW, DiskRoom.UNKNOWN: Room.UNKNOWN}


class ConditionDesk:
    """The kiosk's ``Conditions``. ``photos``: how many photos wait; ``silent``: the kiosks that were not heard lately;
    ``restart``: see ``AskedEnding``.
    """

    def __init__(
        self,
        *,
        version: str,
        badges: BadgeQueue,
        status: Callable[[], StatusNow],
        photos: Callable[[], int],
        silent: Callable[[], tuple[str, ...]],
        clock: DeviceClock,
        room: Callable[[], DiskRoom],
        restart: Callable[[], None],
    ) -> None:
        self._version = version
        self._badges = badges
        self._status = status
        self._photos = photos
        self._silent = silent
        self._clock = clock
        self._room = room
        self._restart = restart

    def read(self) -> KioskCondition:
        """The condition as of now."""
        now = self._status()
        return KioskCondition(
            version=self._version,
            printers=self._badges.printers(),
            offline_since=now.offline_since,
            waiting=now.waiting_to_send,
            photos_waiting=self._photos_waiting(),
            stale_since=now.stale_since,
            unsure_clock=self._clock.quality() is ClockQuality.UNSYNCED,
            room=_ROOMS[self._room()],
            kiosks_silent=self._silent(),
        )

    def _photos_waiting(self) -> int | None:
        try:
            return self._photos()
        except StorageError:
            return None

    def test_badges(self) -> None:
        """Have a test badge printed on each printer."""
        self._badges.print_tests()

    def restart(self) -> None:
        """Ask for an end and a new start."""
        self._restart()
