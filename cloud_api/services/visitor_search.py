"""Finding people by what their names, companies and hosts begin with, without the database reading any."""

from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.keys.tokens import TOKEN_PURPOSE, TokenMaker, begins
from cloud_api.policy.reach import Reach
from cloud_api.store import data_keys, stays
from cloud_api.store.db import Database
from cloud_api.store.stays import Stay

_CANDIDATES = 4
"""How many are decrypted for each one wanted: a long word is found by its first nine letters, and others share them."""


class VisitorSearch:
    """Searches stays."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring

    async def find(self, tenant: UUID, reach: Reach, query: str, *, limit: int = 200) -> list[Stay]:
        """Stays within reach that match every word of the query, latest first; none for a query without letters."""
        async with self._db.tenant(tenant) as tx:
            organisation = await data_keys.open_organisation_key(tx, self._ring)
            tokens = TokenMaker(organisation.derive(TOKEN_PURPOSE)).for_query(query)
            if not tokens:
                return []
            candidates = await stays.search(tx, self._ring, tokens, reach=reach, limit=_CANDIDATES * limit)
        return [stay for stay in candidates if _matches(stay, query)][:limit]


def _matches(stay: Stay, query: str) -> bool:
    person = stay.person
    return person is not None and begins(query, person.name, person.company, person.host)
