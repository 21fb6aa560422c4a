"""What must hold in every run. Each has a name, by which planted bugs are told apart."""

from __future__ import annotations


class InvariantBrokenError(AssertionError):
    """``name``: which one; the text says what was seen."""

    def __init__(self, name: str, seen: str) -> None:
        super().__init__(f"{name}: {seen}")
        self.name = name


ACKNOWLEDGED_ONCE = "what was acknowledged is there exactly once"
AT_MOST_ONCE = "what was not acknowledged is there at most once"
ONE_ALERT = "one alert for each arrival"
ONE_CALL = "one call for each visit and occasion"
EQUAL_ROSTERS = "equal rosters after healing"
EQUAL_LISTS = "each kiosk's list is the cloud's after healing"
EQUAL_PEOPLE = "each kiosk takes the same stays for one person's as the cloud"
NOBODY_MISSING = "nobody inside is missing from a list"
RECEIPTS_AGREE = "receipts never contradict one another"
LOG_IS_A_CHAIN = "each epoch's log at the cloud only grows, as a chain"
AUDITED_ONCE = "each accepted header waits for the audit log once"
DRAINS = "after healing everything drains"
EPOCH_HAS_CAUSE = "no epoch begins without a cause"
STARTS = "a healed kiosk starts"
NO_SURPRISE = "no step raises what nobody expects"
ONE_PAGE_IS_NO_END = "a card with one wrong byte can be salvaged"
NOTHING_DROPPED = "a kiosk keeps what it recorded"
PHOTO_THERE = "every photo that an accepted event names is on the cloud, whole, and shows what was taken"
PHOTO_BEHIND_EVENT = "no photo is taken before an accepted event names it"
PHOTO_LEAVES = "a photo leaves the kiosk once the cloud has it"
HONEST_LOG = "no kiosk raises an alarm at an honest server's log, restored or not, but where a generation says so"
WITNESSED = "everything is in the audit log, and the log continues what kiosks hold of it"
PHOTO_SEALED = "no card ever shows a photo"


def require(holds: object, name: str, seen: str) -> None:
    """State an invariant.

    Raises:
        InvariantBrokenError: it does not hold.
    """
    if not holds:
        raise InvariantBrokenError(name, seen)
