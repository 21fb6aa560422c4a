"""Durable marks for badges whose bytes have begun to go to a printer, and to which one."""

from collections.abc import Sequence

from kiosk.flows.printing.badge_job import BadgeKey
from sync.device.event_log import Beside
from sync.device.settings import Settings
from sync.device.tables import Tables
from sync.protocol.events import Event

_PREFIX = "badge-begun:"
_BY = b"printer:"


class BadgeMarks:
    """A mark says: from here on paper may have come out, and of which printer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def set(self, badge: BadgeKey, printer: str) -> None:
        """Mark, durably.

        Raises:
            StorageError: the disk refused; nothing may be printed then.
        """
        self._settings.put(_name(badge), _BY + printer.encode())

    def holder(self, badge: BadgeKey) -> str | None:
        """The printer that had begun, or ``None``; empty where an earlier version had not noted which."""
        value = self._settings.get(_name(badge))
        if value is None:
            return None
        return value[len(_BY) :].decode() if value.startswith(_BY) else ""

    def clear(self, badge: BadgeKey) -> None:
        """Nothing came out.

        Raises:
            StorageError: the disk refused.
        """
        self._settings.remove(_name(badge))

    def clearing(self, badge: BadgeKey) -> Beside:
        """Clears the mark in the very transaction that records the outcome: neither is ever without the other."""

        def clear(tables: Tables, events: Sequence[Event]) -> None:
            del events
            tables.execute("delete from setting where name = ?", (_name(badge),))

        return clear


def _name(badge: BadgeKey) -> str:
    stay, copy = badge
    return f"{_PREFIX}{stay}" if copy == 1 else f"{_PREFIX}{stay}:{copy}"
