"""What happened on a visit, a line each; and what became of the messages to its host."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from cloud_api.services.board_rows import is_overdue
from cloud_api.store.alerts import Alert


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: an icon's name, a line, and what else there is to say."""

    at: datetime
    icon: str
    title: str
    more: str = ""
    wrong: bool = False


def alert_steps(told: Iterable[Alert], host: str, zone: tzinfo, now: datetime) -> Iterable[Step]:
    """How the messages of an arrival fared, at the times of its place."""
    who = host or "The host"
    for alert in told:
        at = alert.changed_at.astimezone(zone)
        match alert.standing:
            case "sent":
                yield Step(at, "message", f"{who} was told", "By e-mail")
            case "failed" if alert.muted:
                more = "They want no mail of arrivals at present"
                yield Step(at, "message-failed", f"{who} was not told", more, wrong=True)
            case "failed":
                yield Step(at, "message-failed", f"{who} could not be told", "The e-mail was not taken", wrong=True)
            case "unsure":
                more = "The server was cut off while sending the e-mail"
                yield Step(at, "message-failed", f"{who} may not have been told", more, wrong=True)
            case _ if is_overdue(alert, now):
                more = "The mail server does not take the e-mail; it is tried again"
                yield Step(at, "message-failed", f"{who} is not told yet", more, wrong=True)
            case _:
                yield Step(at, "message-waiting", f"{who} is being told", "By e-mail")
