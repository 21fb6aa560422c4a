"""Why this kiosk's list of people may be wrong, in either direction."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sync.device.event_log import EventLog
from sync.device.feed_store import FeedStore
from sync.device.heard_times import HeardTimes
from sync.device.standing import OwnStanding


@dataclass(frozen=True, slots=True)
class ListDoubt:
    """``missing_since_ms``: since when records may be missing (milliseconds since 1970), ``None`` if nothing speaks for
    that; ``unconfirmed``: departures count only once an administrator has confirmed the kiosk's log. ``expired_ms``:
    since when a page of the feed has expired, ``None`` while none has: there may be kiosks that it does not name (C18).
    ``heard_ms``: when each other kiosk was last heard of.
    """

    missing_since_ms: int | None
    unconfirmed: bool
    expired_ms: int | None
    heard_ms: Mapping[UUID, int]


def read_list_doubt(
    log: EventLog, standing: OwnStanding, feed: FeedStore, times: HeardTimes, *, now_ms: int
) -> ListDoubt:
    """The doubt as of ``now_ms`` (milliseconds since 1970).

    Raises:
        StorageError: the disk refused.
    """
    reasons = (log.doubt.standing(), log.incomplete)
    since = min((reason.since_ms for reason in reasons if reason is not None), default=None)
    return ListDoubt(since, standing.unconfirmed, feed.stale_since_ms(now_ms), times.last())
