"""The kiosk's own log: one JSON object a line on standard error, for journald; nothing in it is personal data.
Standard output belongs to what a command answers.

By the standard library: what does more loads as much as all of the kiosk's screens.
"""

import logging
import sys
from datetime import UTC, datetime

import msgspec

from sync.device.doubt import Doubt

_LOG = logging.getLogger("lodge.kiosk")
_LOG.propagate = False


class _JsonLines(logging.Handler):
    """Writes the facts of an event, then what it was, how grave, and when (UTC)."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        facts: dict[str, object] = getattr(record, "facts", {})
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        line = {**facts, "event": record.getMessage(), "level": record.levelname.lower(), "timestamp": when}
        sys.stderr.write(msgspec.json.encode(line).decode() + "\n")
        sys.stderr.flush()


_LOG.addHandler(_JsonLines())


def tell(event: str, **facts: str | int) -> None:
    """Write something that an administrator should look at."""
    _LOG.warning("%s", event, extra={"facts": facts})


def tell_failure(event: str, **facts: str | int) -> None:
    """Write that something did not work."""
    _LOG.error("%s", event, extra={"facts": facts})


def tell_doubt(doubt: Doubt) -> None:
    """Write that the records could not be checked when they were opened."""
    tell("records not checked", witness=doubt.found, recorded=doubt.recorded, times=doubt.times)


def tell_unused_template(template: str, reason: str) -> None:
    """Write that badges do not have a template that the organisation published for them."""
    tell("badge template not used", template=template, reason=reason)
