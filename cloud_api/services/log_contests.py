"""Who contests the audit log, for every page of those who may read it (C40): kiosks whose alarm stands, and a
checkpoint that the log does not continue and that no generation answers yet.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.services.place_zones import place_zone
from cloud_api.store import data_keys, log_witnesses, organisations
from cloud_api.store.db import Database

FINDINGS = {
    "reopened": "the server was restored, and entries that it had seen are missing",
    "rewritten": "it was shown two histories that do not continue one another",
    "shrunk": "it was shown fewer entries than before",
    "unsigned": "it was shown a log that the server’s key had not signed",
    "withheld": "the server did not prove that the log goes on as it was",
}
UNREAD_WORDS = "its program is newer than the server’s and says more at the kiosk"


@dataclass(frozen=True, slots=True)
class Contest:
    """A kiosk that contests the log, what it found, and when this server heard of it."""

    kiosk: str
    finding: str
    heard_at: datetime

    @property
    def words(self) -> str:
        """What it found."""
        return FINDINGS.get(self.finding, UNREAD_WORDS)


class LogContests:
    """Reads them."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring

    async def read(self, tenant: UUID) -> tuple[Contest, ...]:
        """Who contests the organisation's log now; in the ordinary case one short question."""
        async with self._db.tenant(tenant) as tx:
            found = await log_witnesses.list_contests(tx)
            if not found:
                return ()
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            zone = place_zone(await organisations.list_sites(tx, cipher), None)
        return tuple(Contest(kiosk, finding, at.astimezone(zone)) for kiosk, finding, at in found)
