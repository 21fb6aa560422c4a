"""The kiosk's own state for its small honest line, from memory."""

from collections.abc import Callable

from kiosk.flows.local_time import LocalTime
from kiosk.flows.network import Network
from kiosk.flows.printing.badge_queue import BadgeQueue
from kiosk.ports import StatusNow


class KioskStatus:
    """The kiosk's ``Status``."""

    def __init__(
        self, *, network: Network, badges: BadgeQueue, time: LocalTime, stale_since_ms: Callable[[], int | None]
    ) -> None:
        self._network = network
        self._badges = badges
        self._time = time
        self._stale_since_ms = stale_since_ms

    def is_online(self) -> bool:
        """Whether the cloud answers, as far as is known."""
        return self._network.offline_since_ms is None

    def now(self) -> StatusNow:
        """The present state."""
        since, stale = self._network.offline_since_ms, self._stale_since_ms()
        return StatusNow(
            offline_since=None if since is None else self._time.at_ms(since),
            printer=self._badges.printer_state,
            waiting_to_send=self._network.waiting,
            stale_since=None if stale is None else self._time.at_ms(stale),
        )
