"""What a list says of a person beside who they are: that they have probably left, or checked in more than once."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.ports import PersonOnSite
from kiosk.words.catalogue import Words


def remarks(entry: PersonOnSite, words: Words, named: Callable[[str], str] = str) -> tuple[str, ...]:
    """What to say, each on a line of its own where there is room; of most people nothing. ``named``: how the name of a
    zone stands in a sentence.
    """
    presumed = words.say("evacuation.presumed") if entry.presumed_left else ""
    return tuple(said for said in (presumed, again(entry, words, named)) if said)


def again(entry: PersonOnSite, words: Words, named: Callable[[str], str] = str) -> str:
    """How often they checked in with one invitation, and where else; empty for most."""
    if not entry.again:
        return ""
    often = words.count("evacuation.again", entry.check_ins)
    others = words.listed(map(named, entry.other_zones))
    zones = words.say("evacuation.again_zones", zones=others) if others else ""
    return " · ".join(part for part in (often, zones) if part)
