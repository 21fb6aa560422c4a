"""What a person says in the console of somebody whose departure was assumed, as what this kiosk records (ADR 100)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sync.device.muster_roll import MusterRoll
from sync.protocol.chain import Act
from sync.protocol.feed.orders import Found
from sync.protocol.kinds import SEEN, DepartedFull, Kind, RevokedFull

_MOST_SIGNS = 400


def closing_acts(arguments: Mapping[str, str], roll: MusterRoll) -> Sequence[Act] | None:
    """What to record: of whoever is in doubt here alone, so that who holds the command key cannot sign out others, and
    nobody who has left is brought back. Nothing where the doubt is over; ``None`` where the arguments say nothing that
    this kiosk understands, or it has never heard of the visit. Hold the database's lock until it is recorded.

    Raises:
        StorageError: the disk refused.
    """
    by = arguments.get("by", "")
    try:
        stay, found = UUID(arguments.get("stay", "")), Found(arguments.get("found", ""))
    except ValueError:
        return None
    if len(by) > _MOST_SIGNS:
        return None
    known = roll.find(stay)
    if known is None:
        return None
    if known.verified or not known.present:
        return ()
    if found is Found.LEFT:
        return (Act(Kind.VISITOR_DEPARTED, stay, full=DepartedFull(method="desk", by=by)),)
    return (Act(Kind.DEPARTURE_REVOKED, stay, full=RevokedFull(reason=SEEN, by=by)),)
