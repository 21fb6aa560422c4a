"""By which invitations people have arrived, here and at kiosks that this one hears (F03).

An arrival names its invitation in the muster body, the one that other kiosks hear. A body that was pruned or erased
tells nothing any more: a use counts for as long as the kiosk may keep who it was.
"""

from uuid import UUID

from sync.device.event_log import EventLog
from sync.protocol.events import decode_header
from sync.protocol.feed import Window
from sync.protocol.hlc import Hlc
from sync.protocol.kinds import Kind


class UsedInvitations:
    """Counts in both tables of events. It reads every arrival that is kept: call it off the drawing thread."""

    def __init__(self, log: EventLog) -> None:
        self._database = log.database

    def count(self, invitation: UUID, window: Window) -> int:
        """How many arrivals name the invitation, stamped within the window.

        Raises:
            StorageError: the disk refused.
        """
        # Exact JSON escapes quotes, so that no name that somebody typed can hold these bytes.
        member = f'"invitation":"{invitation}"'.encode()
        kind = Kind.VISITOR_ARRIVED.value
        rows = self._database.read(
            "select header from event where kind = ? and instr(muster, ?) > 0 union all "
            "select header from heard_event where kind = ? and instr(muster, ?) > 0",
            (kind, member, kind, member),
        )
        stamps = (Hlc.parse(decode_header(bytes(row["header"])).hlc).wall_ms for row in rows)
        return sum(window.from_ms <= stamp < window.until_ms for stamp in stamps)
