"""What staff must be told about the kiosk's records, in one value: for its status line, list and ``status`` command."""

from dataclasses import dataclass

from sync.device.event_log import EventLog
from sync.device.free_space import FreeSpace, Room
from sync.device.notices import Notice, NoticeKind
from sync.device.standing import OwnStanding


@dataclass(frozen=True, slots=True)
class Condition:
    """``incomplete``: people may be missing from the list. ``unconfirmed``: departures recorded here take nobody off it
    until an administrator confirms the kiosk's epoch. ``details_lost``: the cloud lost details that are gone here too.
    ``room``: how full the disk is.
    """

    incomplete: Notice | None
    unconfirmed: bool
    details_lost: Notice | None
    room: Room


def read_condition(log: EventLog, standing: OwnStanding, space: FreeSpace) -> Condition:
    """The condition as of now.

    Raises:
        StorageError: the disk refused.
    """
    return Condition(
        incomplete=log.incomplete,
        unconfirmed=standing.unconfirmed,
        details_lost=log.notices.standing(NoticeKind.DETAILS_LOST),
        room=space.room(),
    )
