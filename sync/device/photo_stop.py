"""Whether the organisation has told this kiosk to take no photos: kept in the database, beyond a restart."""

from sync.device.settings import Settings, put_setting
from sync.device.tables import Tables

_NAME = "photos-stopped"
_STOPPED, _ALLOWED = b"1", b"0"


class PhotoStop:
    """Answers from memory after the first time: an arrival asks while a visitor waits."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: bool | None = None

    @property
    def stands(self) -> bool:
        """Whether no photos are to be taken.

        Raises:
            StorageError: the disk refused.
        """
        if self._known is None:
            self._known = self._settings.get(_NAME) == _STOPPED
        return self._known

    def write(self, tables: Tables, *, stopped: bool) -> None:
        """Keep what was ordered, within a transaction that the caller holds; ``forget`` once it is committed."""
        put_setting(tables, _NAME, _STOPPED if stopped else _ALLOWED)

    def forget(self) -> None:
        """Read it anew when it is next asked for."""
        self._known = None
