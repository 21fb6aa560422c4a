"""People whose departure was assumed (F13): what staff say of them goes to a kiosk, which records it (ADR 100)."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.permissions import Permission
from cloud_api.services.audit_trail import Actor
from cloud_api.services.closing_orders import BY_CONSOLE, read_asked
from cloud_api.services.commanding import Commanding, Order
from cloud_api.services.feed import Feed
from cloud_api.services.list_freshness import QUIET_AFTER
from cloud_api.services.presence import ASSUMED
from cloud_api.services.sign_in import Staff
from cloud_api.store import board, feed_pages, stays
from cloud_api.store.board import KioskContact
from cloud_api.store.db import Database
from cloud_api.store.jobs import announce_change
from sync.protocol.feed import PageKind
from sync.protocol.feed.orders import Found, KnownOrder

VALID_HOURS = 24


class Said(StrEnum):
    """What came of it. ``ASKED``: a kiosk is to record it, or was before; ``SETTLED``: nothing is in doubt any more."""

    ASKED = "asked"
    SETTLED = "settled"
    NO_VISIT = "no visit"
    NO_KIOSK = "no kiosk"


class Overstays:
    """Has it recorded that somebody left, or is still here."""

    def __init__(self, db: Database, ring: KeyRing, commanding: Commanding, feed: Feed, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._commanding = commanding
        self._feed = feed
        self._clock = clock

    async def say(self, staff: Staff, stay_id: UUID, found: Found, actor: Actor) -> Said:
        """Order a kiosk of the location to record it. Of one visit nothing more is asked before that was answered."""
        async with self._db.tenant(staff.tenant) as tx:
            stay = (await stays.find_many(tx, self._ring, [stay_id])).get(stay_id)
            reach = staff.reach(Permission.VISITS_RECORD)
            if stay is None or stay.site_id is None or not reach.holds(stay.site_id):
                return Said.NO_VISIT
            if not stay.present or ASSUMED not in stay.flags:
                return Said.SETTLED
            now = self._clock.now()
            await feed_pages.lock_site(tx, stay.site_id)  # of two who say so at once, one is asked
            if stay_id in await read_asked(tx, self._ring, now):
                return Said.ASKED
            contacts = await board.list_contacts(tx, [stay.site_id])
            kiosk = choose_kiosk(contacts, await board.arrival_kiosk(tx, stay_id), now)
            if kiosk is None:
                return Said.NO_KIOSK
            told = {"stay": str(stay_id), "found": found.value, "by": f"{BY_CONSOLE}{staff.user_id}"}
            order = Order(stay.site_id, kiosk, KnownOrder.CLOSE_STAY, VALID_HOURS, told)
            await self._commanding.give(tx, order, actor)
            await self._feed.refresh(tx, stay.site_id, (PageKind.COMMANDS,))
            await announce_change(tx)
        return Said.ASKED


def choose_kiosk(contacts: Iterable[KioskContact], arrival: UUID | None, now: datetime) -> UUID | None:
    """The kiosk of the arrival if it was heard of lately, else the one that was heard of last."""
    able = [each for each in contacts if each.enrolled and each.revoked_at is None and each.wipe_since is None]

    def rank(each: KioskContact) -> tuple[bool, float]:
        seen = each.last_seen_at
        lately = seen is not None and now - seen < QUIET_AFTER
        return lately and each.id == arrival, 0.0 if seen is None else seen.timestamp()

    return max(able, key=rank).id if able else None
