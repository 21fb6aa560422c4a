"""Visits before today that a search finds, through blind tokens."""

from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.policy.reach import Reach
from cloud_api.services.board import BoardView
from cloud_api.services.board_rows import Row, rows_of
from cloud_api.services.visitor_search import VisitorSearch
from cloud_api.store.db import Database

_MOST = 50


class EarlierVisits:
    """Finds them."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring
        self._search = VisitorSearch(db, ring)

    async def find(self, tenant: UUID, reach: Reach, view: BoardView) -> tuple[Row, ...]:
        """Visits within reach that match the board's query and are not on the board, latest first."""
        shown = {row.id for row in (*view.on_site, *view.left_today)}
        shown |= {one.id for row in view.on_site for one in row.check_ins}
        found = await self._search.find(tenant, reach, view.query, limit=_MOST)
        others = [stay for stay in found if stay.id not in shown]
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return tuple(await rows_of(tx, self._ring, others, view.sites, view.now))
