"""How long the operator's log is kept, by class (R27): a year, and the security class for as long as the server is."""

from collections.abc import Mapping
from datetime import timedelta

from cloud_api.clock import Clock
from cloud_api.store import system_log
from cloud_api.store.db import Database
from cloud_api.store.system_log import LogClass

KEPT: Mapping[LogClass, timedelta | None] = {"operation": timedelta(days=365), "security": None}
"""``None``: no entry ever goes, and the database refuses to let one go."""
_AT_ONCE = 1000


class SystemLogRetention:
    """Deletes what is too old."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def purge(self) -> int:
        """Delete; how many went.

        Raises:
            StoreError: some may be left, for the next time.
        """
        total = 0
        for log_class, kept in KEPT.items():
            if kept is None:
                continue
            before = self._clock.now() - kept
            while done := await system_log.purge(self._db, log_class, before=before, limit=_AT_ONCE):
                total += done
        return total
