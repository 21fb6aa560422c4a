"""The words of alerts: plain text, and nothing in a name can become a header, a line or an order to a screen."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DELAY_WORTH_TELLING = timedelta(seconds=30)
_MAX_NAME = 120
_HOUR = 60
_JOINERS = "\u200c\u200d"  # many scripts need them inside words


@dataclass(frozen=True, slots=True)
class ArrivalWords:
    """What an alert about an arrival tells. Times are aware; ``time_zone`` is the site's; ``heard_at``: when the
    kiosk's report of it came; ``preferences``: the address of the page where the host chooses.
    """

    host: str
    visitor: str
    company: str
    organisation: str
    site: str
    zone: str
    time_zone: str
    arrived_at: datetime | None
    departed_at: datetime | None
    clock_unsure: bool
    heard_at: datetime
    now: datetime
    preferences: str = ""


def subject(words: ArrivalWords) -> str:
    """One line: who, and where."""
    return f"{_visitor(words)} has arrived at {one_line(words.site)}"


def text(words: ArrivalWords) -> str:
    """The message: who, where, since when; and how long ago, where that is more than half a minute."""
    place = ", ".join(part for part in (one_line(words.zone), one_line(words.site)) if part)
    company = one_line(words.company)
    lines = [
        f"{_visitor(words)}{f' of {company}' if company else ''} has arrived to see you.",
        "",
        f"Where: {place}",
        f"Since: {_when(words)}",
    ]
    delay = _delay(words)
    if delay:
        lines += ["", delay]
    if words.departed_at is not None:
        lines += ["", f"They left again at {_clock(words.departed_at, words)}."]
    lines += ["", "-- ", f"Lodge, for {one_line(words.host)} at {one_line(words.organisation)}", ""]
    if words.preferences:
        lines[-1:] = ["No such mails for a while? This page is yours alone:", words.preferences, ""]
    return "\n".join(lines)


def ago(age: timedelta) -> str:
    """A length of time as people say it: ``40 seconds``, ``12 minutes``, ``3 hours 5 minutes``, ``2 days 4 hours``."""
    if age < timedelta(minutes=1):
        return _count(int(age.total_seconds()), "second")
    minutes = int(age.total_seconds() // 60)
    days, hours = divmod(minutes // _HOUR, 24)
    if days:
        return " ".join(part for part in (_count(days, "day"), _count(hours, "hour")) if part)
    return " ".join(part for part in (_count(hours, "hour"), _count(minutes % _HOUR, "minute")) if part)


def one_line(value: str) -> str:
    """A value on one line without control, formatting or bidirectional signs (C36, C37), and not too long."""
    kept = "".join(sign if sign in _JOINERS or unicodedata.category(sign)[0] not in "CZ" else " " for sign in value)
    plain = " ".join(kept.split())
    return plain if len(plain) <= _MAX_NAME else plain[: _MAX_NAME - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _visitor(words: ArrivalWords) -> str:
    return one_line(words.visitor) or "A visitor without a readable name"


def _when(words: ArrivalWords) -> str:
    if words.arrived_at is None or words.clock_unsure:
        return "not known exactly: the kiosk's clock was not set"
    return _clock(words.arrived_at, words)


def _delay(words: ArrivalWords) -> str:
    if words.arrived_at is None or words.clock_unsure:
        return ""
    age = words.now - words.arrived_at
    if age <= DELAY_WORTH_TELLING:
        return ""
    return f"This message is late: the arrival was {ago(age)} ago. {_reason(words, words.arrived_at)}"


def _reason(words: ArrivalWords, arrived_at: datetime) -> str:
    heard_late = words.heard_at - arrived_at > DELAY_WORTH_TELLING
    sent_late = words.now - words.heard_at > DELAY_WORTH_TELLING
    if heard_late and sent_late:
        return "The kiosk had no connection, and after that no message could be sent until now."
    return "The kiosk had no connection until now." if heard_late else "No message could be sent until now."


def _clock(moment: datetime, words: ArrivalWords) -> str:
    local = moment.astimezone(ZoneInfo(words.time_zone))
    # As kiosk and console write it: the hour without a nought before it.
    return f"{local:%-H:%M}, {local:%A} {local.day} {local:%B %Y} ({words.time_zone})"


def _count(number: int, unit: str) -> str:
    return "" if number == 0 else f"{number} {unit}{'' if number == 1 else 's'}"
