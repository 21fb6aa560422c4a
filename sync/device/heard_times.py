"""When each other kiosk was last heard of, as far as this one can know: by its own clock, never later than true."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sync.device.clock import DeviceClock
from sync.device.heard_events import HeardEvents
from sync.protocol.muster_exchange import HeardKiosk


class HeardTimes:
    """In memory, and on the card whenever something heard is written anyway, or a kiosk is heard of for the first time:
    an idle site wears out no card.
    """

    def __init__(self, heard: HeardEvents, clock: DeviceClock) -> None:
        self._heard = heard
        self._clock = clock
        self._at_ms: dict[UUID, int] | None = None

    def last(self) -> dict[UUID, int]:
        """Milliseconds since 1970 by this kiosk's clock, for each kiosk that was ever heard of.

        Raises:
            StorageError: the disk refused.
        """
        known = self._at_ms
        if known is None:
            known = self._at_ms = self._heard.heard_ms()
        return dict(known)

    def hear(self, now_ms: int, kiosks: Iterable[HeardKiosk], *, keep: bool) -> None:
        """Take in how long ago the server heard of each kiosk; ``now_ms`` is the server's time. ``keep``: something of
        them was written just now.

        Raises:
            StorageError: the disk refused; the times stay in memory.
        """
        known, wall_ms = self.last(), self._clock.wall_ms()
        fresh = {item.kiosk: wall_ms - max(now_ms - item.at_ms, 0) for item in kiosks if item.at_ms is not None}
        first = any(kiosk not in known for kiosk in fresh)
        self._at_ms = known | fresh
        if fresh and (keep or first):
            self._heard.note_heard(self._at_ms)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a kiosk keeps of the others of its site."""

    events: HeardEvents
    times: HeardTimes
