"""What is read aloud of a person on a list of the staff: never who it is, for somebody else may stand by.

Not the name, nor the company and the host, by which they are known as well: where on the list they stand, whether they
need assistance, what is uncertain of them, since when and in which zone they are.
"""

from __future__ import annotations

from datetime import datetime

from kiosk.evacuation_list.remarks import remarks
from kiosk.evacuation_list.since import here_since
from kiosk.ports import PersonOnSite
from kiosk.words.catalogue import Words


def place_aloud(entry: PersonOnSite, words: Words, now: datetime, *, here: int, of: int) -> tuple[str, ...]:
    """A row, the first of which is number 1; each part is a sentence."""
    return (words.say("spoken.place", here=here, of=of), *person_aloud(entry, words, now))


def person_aloud(entry: PersonOnSite, words: Words, now: datetime) -> tuple[str, ...]:
    """The same of a person whose place is known."""
    said = (
        words.say("evacuation.assistance") if entry.needs_assistance else "",
        words.say("evacuation.unnamed") if entry.unnamed else "",
        *(remark.replace(" · ", ", ") for remark in remarks(entry, words, words.whole)),
        here_since(entry, words, now),
        words.whole(entry.zone),
    )
    return tuple(part for part in said if part)
