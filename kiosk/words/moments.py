"""Days and times of day as the readers of a language write them, by Unicode's CLDR.

day(words, moment)     "28 November 2026", "28. November 2026", "2026年11月28日"

Babel is loaded with the first day: its data is some megabytes, and the screen that stands all day writes a time alone.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

    from kiosk.words.catalogue import Words

_OF_REGION = {"en": "en_GB"}
"""English has no way of its own without a region. The day before the month, and 24 hours, is understood in all."""

_HOURS = {"de": "02", "en": "02", "es": "", "fr": "02", "he": "", "zh": "02"}
"""How hours from 0 to 23 are written: with two digits, or as they are. From CLDR, as Babel has it."""

_NOON = 12
_HALVES = {"ar": ("ص", "م"), "hi": ("am", "pm")}
"""Where hours run to 12: the halves of the day. From the same."""

_BETWEEN = {"ar": "، ", "zh": " "}
"""What stands between a day and a time, where it is no comma."""

_NARROW, _UNBROKEN = "\u202f", "\u00a0"
"""Not every font has the narrow space; the other is as unbroken."""


def clock(words: Words, moment: datetime) -> str:
    """A time of day, to the minute."""
    return _clock(words.code, moment.hour, moment.minute)


def time_and_day(words: Words, moment: datetime) -> str:
    """A time of day and the day that it is of."""
    return f"{clock(words, moment)}{_BETWEEN.get(words.code, ', ')}{day(words, moment)}"


def day_and_time(words: Words, moment: datetime) -> str:
    """A day and a time of it."""
    return f"{day(words, moment)}{_BETWEEN.get(words.code, ', ')}{clock(words, moment)}"


def day(words: Words, moment: date) -> str:
    """A day with its month in words and its year."""
    from babel.dates import format_date  # noqa: PLC0415 -- see the top

    return _plain(format_date(moment, "long", locale=_locale(words.code)))


def short_day(words: Words, moment: date) -> str:
    """A day with its month in few letters, without the year."""
    return _short_day(words.code, moment.month, moment.day)


def short_day_and_time(words: Words, moment: datetime) -> str:
    """Such a day and a time of it."""
    return f"{short_day(words, moment)}{_BETWEEN.get(words.code, ', ')}{clock(words, moment)}"


@cache
def _clock(code: str, hour: int, minute: int) -> str:
    """Of the minutes of a day there are few, and lists have thousands of rows."""
    if code in _HALVES:
        return f"{hour % 12 or 12}:{minute:02}{_UNBROKEN}{_HALVES[code][hour >= _NOON]}"
    if code in _HOURS:
        return f"{hour:{_HOURS[code]}}:{minute:02}"
    from babel.dates import format_time  # noqa: PLC0415 -- see the top

    return _plain(format_time(time(hour, minute), "short", locale=_locale(code))).replace(" ", _UNBROKEN)


@cache
def _short_day(code: str, month: int, number: int) -> str:
    """As few as those of a year; a leap year has all of them."""
    from babel.dates import format_skeleton  # noqa: PLC0415 -- see the top

    return _plain(format_skeleton("MMMd", date(2028, month, number), locale=_locale(code)))


@cache
def _locale(code: str) -> Locale:
    from babel import Locale  # noqa: PLC0415 -- see the top

    return Locale.parse(_OF_REGION.get(code, code), sep="-" if "-" in code else "_")


def _plain(text: str) -> str:
    return text.replace(_NARROW, _UNBROKEN)
