"""The kiosk's own log: one JSON object a line on standard error, for journald; nothing in it is personal data."""

import sys

import structlog

from sync.device.doubt import Doubt


def open_journal() -> None:
    """Write log lines as JSON to standard error: standard output belongs to what a command answers."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def tell_doubt(doubt: Doubt) -> None:
    """Write that the records could not be checked when they were opened."""
    structlog.get_logger("lodge.kiosk").warning(
        "records not checked", witness=doubt.found, recorded=doubt.recorded, times=doubt.times
    )


def tell_unused_template(template: str, reason: str) -> None:
    """Write that badges do not have a template that the organisation published for them."""
    structlog.get_logger("lodge.kiosk").warning("badge template not used", template=template, reason=reason)
