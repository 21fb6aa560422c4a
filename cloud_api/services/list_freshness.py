"""How complete a list of people is: which kiosks it may be missing something of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cloud_api.store.board import KioskContact

QUIET_AFTER = timedelta(minutes=3)  # kiosks that are well ask every half minute at least


@dataclass(frozen=True, slots=True)
class QuietKiosk:
    """A kiosk that was not heard of lately, is to wipe itself (``wiped``), was ``revoked`` and nobody has compared the
    list since, or said that it still has entries to send (``waiting``; ``behind``: though it is heard of): some of what
    happened there may be missing.
    """

    name: str
    last_seen: datetime | None
    wiped: bool = False
    revoked: bool = False
    waiting: int = 0
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Freshness:
    """How complete the list is: as of ``as_of``, save for the quiet kiosks. ``kiosks``: how many should report."""

    as_of: datetime | None
    quiet: tuple[QuietKiosk, ...]
    kiosks: int


def freshness_of(contacts: Iterable[KioskContact], now: datetime) -> Freshness:
    """As the kiosks were heard of by ``now``, in the time zone of ``now``."""
    reporting = [item for item in contacts if item.enrolled and (item.revoked_at is None or item.wipe_since)]
    quiet = [item for item in reporting if _is_quiet(item, now)]
    fresh = [item.last_seen_at for item in reporting if item not in quiet and item.last_seen_at]
    return Freshness(
        as_of=min(fresh).astimezone(now.tzinfo) if fresh else None,
        quiet=tuple(_quiet(item, now) for item in quiet),
        kiosks=len(reporting),
    )


def _is_quiet(item: KioskContact, now: datetime) -> bool:
    return item.wipe_since is not None or not _is_heard(item, now) or item.waiting > 0


def _is_heard(item: KioskContact, now: datetime) -> bool:
    return item.last_seen_at is not None and now - item.last_seen_at < QUIET_AFTER


def _quiet(item: KioskContact, now: datetime) -> QuietKiosk:
    since = item.wipe_since or item.last_seen_at
    return QuietKiosk(
        item.name,
        since.astimezone(now.tzinfo) if since else None,
        wiped=item.wipe_since is not None and item.revoked_at is None,
        revoked=item.revoked_at is not None,
        waiting=item.waiting,
        behind=item.waiting > 0 and item.wipe_since is None and _is_heard(item, now),
    )
