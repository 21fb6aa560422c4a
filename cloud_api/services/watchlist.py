"""The watchlist, one entry at a time: what an organisation's file does for all of them at once.

The audit log has ids and what an entry does, never whom it names: it is read by more people than the list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.feed import Feed
from cloud_api.services.feed_entries import Naming
from cloud_api.services.file_people import WatchEntry
from cloud_api.services.file_rules import watch_faults
from cloud_api.services.not_done import Faults, NotDone
from cloud_api.store import data_keys, organisations, published
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import announce_change
from cloud_api.store.published import PublishedEntry
from sync.protocol import exact_json
from sync.protocol.feed import PageKind

_PAGE = "watchlist"


@dataclass(frozen=True, slots=True)
class Watched:
    """An entry of the watchlist."""

    id: UUID
    entry: WatchEntry


class Watchlist:
    """Reads and changes it."""

    def __init__(self, db: Database, ring: KeyRing, feed: Feed, trail: AuditTrail) -> None:
        self._db = db
        self._ring = ring
        self._feed = feed
        self._trail = trail

    async def list(self, tenant: UUID, *, after: UUID | None, limit: int) -> list[Watched]:
        """The watchlist, in the order of ids."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            found = await published.list_after(tx, cipher, _PAGE, after=after, sites=None, limit=limit)
        return [_watched(item) for item in found]

    async def find(self, tenant: UUID, entry_id: UUID) -> Watched | None:
        """One entry."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await self._find(tx, entry_id)

    async def add(self, tenant: UUID, wanted: WatchEntry, actor: Actor) -> Watched | NotDone | Faults:
        """A new entry, whose id is that of its key, as in the file. ``KNOWN``: the key is taken."""
        faults = tuple(watch_faults(_PAGE, wanted))
        if faults:
            return Faults(faults)
        async with self._db.tenant(tenant) as tx:
            await organisations.hold_settings(tx)
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            made = Watched(Naming.of(tx.id, cipher).entry(_PAGE, wanted.key), wanted)
            if not await published.add(tx, cipher, _PAGE, _stored(made)):
                return NotDone.KNOWN
            await self._publish(tx, "watchlist.added", made, actor)
        return made

    async def change(
        self, tenant: UUID, entry_id: UUID, wanted: WatchEntry, seen: Callable[[Watched], bool], actor: Actor
    ) -> Watched | NotDone | Faults:
        """Let an entry say something else, under its own key, if it is still as it was ``seen``."""
        faults = tuple(watch_faults(_PAGE, wanted))
        if faults:
            return Faults(faults)
        async with self._db.tenant(tenant) as tx:
            await organisations.hold_settings(tx)
            before = await self._find(tx, entry_id)
            if before is None or before.entry.key != wanted.key:
                return NotDone.ABSENT
            if not seen(before):
                return NotDone.CHANGED
            made = Watched(entry_id, wanted)
            if made != before:
                cipher = await data_keys.open_organisation_key(tx, self._ring)
                await published.change(tx, cipher, _PAGE, _stored(made))
                await self._publish(tx, "watchlist.changed", made, actor)
        return made

    async def remove(self, tenant: UUID, entry_id: UUID, actor: Actor) -> bool:
        """Take somebody off the list; ``False`` when there is no such entry."""
        async with self._db.tenant(tenant) as tx:
            await organisations.hold_settings(tx)
            found = await self._find(tx, entry_id)
            if found is None or not await published.remove(tx, _PAGE, entry_id):
                return False
            await self._publish(tx, "watchlist.removed", found, actor)
        return True

    async def _find(self, tx: Tenant, entry_id: UUID) -> Watched | None:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        found = await published.find(tx, cipher, _PAGE, entry_id)
        return None if found is None else _watched(found)

    async def _publish(self, tx: Tenant, kind: str, item: Watched, actor: Actor) -> None:
        await self._feed.refresh_all(tx, (PageKind.WATCHLIST,))
        await announce_change(tx)
        await self._trail.record(tx, AdminAct(kind, actor, {"entry": str(item.id), "action": item.entry.action}))


def _watched(item: PublishedEntry) -> Watched:
    return Watched(item.id, exact_json.read(item.entry, WatchEntry, what="a published entry"))


def _stored(item: Watched) -> PublishedEntry:
    return PublishedEntry(item.id, None, exact_json.encode(item.entry))
