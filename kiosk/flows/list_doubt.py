"""Why this kiosk's own list of people may be wrong, in either direction."""

from dataclasses import dataclass

from sync.device.event_log import EventLog
from sync.device.standing import OwnStanding


@dataclass(frozen=True, slots=True)
class ListDoubt:
    """``missing_since_ms``: since when records may be missing (milliseconds since 1970), ``None`` if nothing speaks for
    that; ``unconfirmed``: departures count only once an administrator has confirmed the kiosk's log.
    """

    missing_since_ms: int | None
    unconfirmed: bool


def read_list_doubt(log: EventLog, standing: OwnStanding) -> ListDoubt:
    """The doubt as of now.

    Raises:
        StorageError: the disk refused.
    """
    reasons = (log.doubt.standing(), log.incomplete)
    since = min((reason.since_ms for reason in reasons if reason is not None), default=None)
    return ListDoubt(since, standing.unconfirmed)
