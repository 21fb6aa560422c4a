"""What had its time goes, whether or not another of its kind comes: the worker's upkeep, of every organisation."""

from datetime import timedelta
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.services.announced import KEPT_AFTER_THE_LAST_DAY, over_at
from cloud_api.services.api_requests import KEPT
from cloud_api.services.file_people import InvitationEntry
from cloud_api.store import (
    agreements,
    api_keys,
    api_requests,
    data_keys,
    invitations,
    letters,
    mailed_codes,
    published,
    reception_calls,
    staff_links,
)
from cloud_api.store.db import Database, Tenant
from sync.protocol import exact_json

INVITATIONS_KEPT = timedelta(days=30)
"""After their end, so that whoever comes late is told that it is over, and can be invited anew."""
LETTERS_KEPT = timedelta(days=30)
CALLS_KEPT = timedelta(days=30)
KEYS_KEPT = timedelta(days=90)
"""After their end, so that a list tells of a key that was revoked."""
LINKS_KEPT = timedelta(hours=1)
"""After their end: so long they count for how many somebody may ask for."""
_DATED_AT_ONCE = 1000


class Retention:
    """Deletes it."""

    def __init__(self, db: Database, ring: KeyRing, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._clock = clock

    async def purge(self) -> int:
        """Delete; how many rows went.

        Raises:
            StoreError: some may be left, for the next time.
        """
        async with self._db.lookup() as lookups:
            tenants = [tenant for tenant, _ in await lookups.list_organisations()]
        return sum([await self._purge(tenant) for tenant in tenants])

    async def _purge(self, tenant: UUID) -> int:
        now = self._clock.now()
        async with self._db.tenant(tenant) as tx:
            await self._date_invitations(tx)
            return (
                await published.remove_over(tx, "invitations", now - KEPT_AFTER_THE_LAST_DAY)
                + await agreements.remove_left(tx)
                + await api_requests.remove_old(tx, now - KEPT)
                + await mailed_codes.remove_over(tx, now)
                + await invitations.remove_over(tx, now - INVITATIONS_KEPT)
                + await staff_links.remove_over(tx, now - LINKS_KEPT)
                + await letters.remove_old(tx, now - LETTERS_KEPT)
                + await reception_calls.remove_old(tx, now - CALLS_KEPT)
                + await api_keys.remove_over(tx, now - KEYS_KEPT)
            )

    async def _date_invitations(self, tx: Tenant) -> None:
        """Say when those end that the version before wrote."""
        undated = await published.list_undated(tx, "invitations", limit=_DATED_AT_ONCE)
        if undated:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            for item in await published.open_all(cipher, "invitations", undated):
                entry = exact_json.read(item.entry, InvitationEntry, what="a published entry")
                await published.put_end(tx, "invitations", item.id, over_at(entry))
