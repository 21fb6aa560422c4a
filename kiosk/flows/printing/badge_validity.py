"""For how long a badge is valid, and when none is printed any more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from kiosk.flows.local_time import LocalTime
from kiosk.flows.printing.badge_job import BadgeJob
from sync.device.muster_roll import MusterRoll
from sync.protocol.feed import Configuration, VisitorType

DEFAULT_HOURS = 12
LEFT, EXPIRED, ERASED = "left", "expired", "erased"


def valid_until(
    arrived_at: datetime, visitor_type: str, configuration: Configuration | None, types: tuple[VisitorType, ...]
) -> datetime:
    """The end of a badge's time: the type's hours, else the site's."""
    kind = next((kind for kind in types if kind.id == visitor_type), None)
    hours = DEFAULT_HOURS if configuration is None else configuration.badge_hours
    return arrived_at + timedelta(hours=(kind.badge_hours if kind is not None else 0) or hours)


class BadgeValidity:
    """Says why a badge is not to be printed any more. ``believed``: whether the clock can be, now; by one that cannot,
    or for an arrival that was dated by one, no badge's time is ever over.
    """

    def __init__(
        self,
        *,
        roll: MusterRoll,
        time: LocalTime,
        configuration: Callable[[], Configuration | None],
        types: Callable[[], tuple[VisitorType, ...]],
        believed: Callable[[], bool],
    ) -> None:
        self._roll = roll
        self._time = time
        self._configuration = configuration
        self._types = types
        self._believed = believed

    def lapsed(self, job: BadgeJob) -> str:
        """``left``, ``erased``, ``expired``, or empty: the badge is wanted. One of whom nothing is known is wanted.

        Raises:
            StorageError: the disk refused.
        """
        gone = self.gone(job.stay)
        if gone or not (job.dated and self._believed()):
            return gone
        until = valid_until(job.arrived_at, job.visitor_type, self._configuration(), self._types())
        return EXPIRED if self._time.now() >= until else ""

    def gone(self, stay: UUID) -> str:
        """``left`` or ``erased``, or empty.

        Raises:
            StorageError: the disk refused.
        """
        known = self._roll.find(stay)
        if known is None:
            return ""
        if not known.present:
            return LEFT
        return ERASED if known.muster is None else ""
