"""From what is known about a key to the standing of an event that it signed."""

from sync.protocol.feed import KeyStanding, RosterKey
from sync.protocol.fold import Standing

_BELIEVED = (KeyStanding.CURRENT, KeyStanding.FROZEN)


def standing_of(key: RosterKey | None, seq: int, *, on_clear_branch: bool) -> Standing:
    """The standing of the event at ``seq`` under ``key`` (``None``: a key that nobody has heard of).

    ``on_clear_branch``: the event is the header that ``key.clear`` names or one of its predecessors.
    """
    if key is None:
        return Standing.UNCONFIRMED
    if key.standing == KeyStanding.REVOKED:
        return Standing.REVOKED
    if key.standing not in _BELIEVED:
        return Standing.UNCONFIRMED
    disputed = 0 < key.forked <= seq
    return Standing.FORKED if disputed and not on_clear_branch else Standing.CLEAR
