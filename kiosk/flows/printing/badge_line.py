"""The badges that wait, in order, and who holds which: memory alone, for the ledger can always tell it again.

First those whose visitors stand at the screen, in their order; then reprints, for which somebody of the staff stands
there; then those whose visitors were sent to reception, which hands them over whenever they come.
"""

import threading
from dataclasses import dataclass

from kiosk.flows.printing.badge_job import BadgeJob, BadgeKey


@dataclass(slots=True)
class Waiting:
    """A badge in line. ``since``: monotonic seconds; ``told``: nobody waits for it at the screen any more."""

    job: BadgeJob
    place: int
    since: float
    told: bool = False
    recorded: bool = False
    holder: str | None = None

    @property
    def order(self) -> tuple[int, int]:
        """What is printed first."""
        group = 2 if self.told else int(self.job.copy > 1)
        return group, self.place


class BadgeLine:
    """Each badge is in it once, and held by one printer at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[BadgeKey, Waiting] = {}
        self._last = 0

    def add(self, job: BadgeJob, *, since: float, told: bool = False) -> bool:
        """Put it at its place; ``False`` where it is in line already."""
        with self._lock:
            if job.key in self._waiting:
                return False
            self._last += 1
            self._waiting[job.key] = Waiting(job, self._last, since, told=told, recorded=told)
        return True

    @property
    def anybody(self) -> bool:
        """Whether a badge waits that nobody holds."""
        with self._lock:
            return any(waiting.holder is None for waiting in self._waiting.values())

    def waiting(self) -> list[Waiting]:
        """Those that nobody holds, in order."""
        with self._lock:
            free = [waiting for waiting in self._waiting.values() if waiting.holder is None]
        return sorted(free, key=lambda waiting: waiting.order)

    def claim(self, holder: str, badge: BadgeKey | None = None) -> BadgeJob | None:
        """Hold the first badge that nobody holds, or the one that is named; ``None`` where there is none."""
        with self._lock:
            free = [
                waiting for key, waiting in self._waiting.items() if waiting.holder is None and badge in {None, key}
            ]
            first = min(free, key=lambda waiting: waiting.order, default=None)
            if first is None:
                return None
            first.holder = holder
            return first.job

    def holders(self, stay: str) -> set[str | None]:
        """The printers that hold badges of a stay."""
        with self._lock:
            return {waiting.holder for (whose, _), waiting in self._waiting.items() if str(whose) == stay}

    def release(self, badge: BadgeKey) -> None:
        """Nothing came out: whoever comes first may have it."""
        with self._lock:
            if badge in self._waiting:
                self._waiting[badge].holder = None

    def remove(self, badge: BadgeKey) -> None:
        """It is done with."""
        with self._lock:
            self._waiting.pop(badge, None)
