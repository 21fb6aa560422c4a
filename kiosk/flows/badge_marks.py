"""Durable marks for badges whose bytes have begun to go to a printer."""

from uuid import UUID

from sync.device.settings import Settings

_PREFIX = "badge-begun:"


class BadgeMarks:
    """A mark says: from here on paper may have come out."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def set(self, stay: UUID) -> None:
        """Mark, durably.

        Raises:
            StorageError: the disk refused; nothing may be printed then.
        """
        self._settings.put(_PREFIX + str(stay), b"1")

    def is_set(self, stay: UUID) -> bool:
        """Whether printing had begun."""
        return self._settings.get(_PREFIX + str(stay)) is not None

    def clear(self, stay: UUID) -> None:
        """The outcome is known and recorded."""
        self._settings.remove(_PREFIX + str(stay))
