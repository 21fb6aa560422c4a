"""Since when somebody is on site, in words: the time alone means today, else the day stands with it.

since_when(entry, words, people.as_of)     "08:52", "28 Nov, 08:52"
"""

from __future__ import annotations

from datetime import datetime

from kiosk.ports import PersonOnSite
from kiosk.words import moments
from kiosk.words.catalogue import Words


def other_day(entry: PersonOnSite, words: Words, now: datetime) -> str:
    """The day on which they came; empty where that is today. ``now`` is in the zone of the list."""
    return "" if entry.since.date() == now.date() else moments.short_day(words, entry.since)


def since_when(entry: PersonOnSite, words: Words, now: datetime) -> str:
    """The time, and the day where it is another."""
    if entry.since.date() == now.date():
        return moments.clock(words, entry.since)
    return moments.short_day_and_time(words, entry.since)


def here_since(entry: PersonOnSite, words: Words, now: datetime) -> str:
    """The same as a sentence."""
    return _said("on_site.since", entry, words, now)


def unnamed_since(entry: PersonOnSite, words: Words, now: datetime) -> str:
    """What is known of somebody whose details cannot be read."""
    return _said("evacuation.unnamed_second", entry, words, now)


def _said(key: str, entry: PersonOnSite, words: Words, now: datetime) -> str:
    when = since_when(entry, words, now)
    return words.say(f"{key}_day", when=when) if other_day(entry, words, now) else words.say(key, time=when)
