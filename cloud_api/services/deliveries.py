"""Deliveries (F15): recorded, told to their host at most once and once more as a reminder, collected, forgotten.

Messages go the way of letters: at most once, whatever crashes or races, and none to a host who wants none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from cloud_api.policy.reach import Reach
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.letters import LetterPorts, post
from cloud_api.services.not_done import NotDone
from cloud_api.store import data_keys, deliveries, hosts, letters, organisations
from cloud_api.store.alerts import AlertStanding
from cloud_api.store.db import Tenant
from cloud_api.store.deliveries import Delivery, Filter
from cloud_api.store.hosts import Host
from cloud_api.store.reaching import site_list

REMINDED_AFTER_HOURS = 24
MOST_HOURS = 24 * 30
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """For how long deliveries are kept: after somebody has them, and at all."""

    kept_collected: timedelta = timedelta(days=30)
    kept: timedelta = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class WantedDelivery:
    """What is recorded. ``recipient``: what the label says, where the host is not known by ``host_id``."""

    site_id: UUID
    host_id: UUID | None
    recipient: str
    items: int
    carrier: str
    note: str
    place: str
    remind_after_hours: int


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody, or more than one, that a label could mean: the first of them."""

    hosts: tuple[Host, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery, the name of its host, and what became of the newest message to them (``None``: there is none)."""

    delivery: Delivery
    host: str
    standing: AlertStanding | None


class Deliveries:
    """Keeps them."""

    def __init__(self, ports: LetterPorts, trail: AuditTrail, terms: DeliveryTerms | None = None) -> None:
        self._ports = ports
        self._db = ports.db
        self._trail = trail
        self._terms = terms or DeliveryTerms()

    async def record(
        self, tenant: UUID, reach: Reach, wanted: WantedDelivery, actor: Actor
    ) -> Told | NotDone | Unclear:
        """Keep a delivery and tell its host; ``ABSENT``: no such location within reach, or no such host."""
        async with self._db.tenant(tenant) as tx:
            if not reach.holds(wanted.site_id) or wanted.site_id not in await organisations.list_site_ids(tx):
                return NotDone.ABSENT
            found = await self._recipients(tx, wanted)
            if wanted.host_id is not None and not found:
                return NotDone.ABSENT
            if len(found) != 1:
                return Unclear(tuple(found[:_MOST_NAMED]))
            host, now = found[0], self._ports.clock.now()
            wait = timedelta(hours=wanted.remind_after_hours)
            item = Delivery(
                id=uuid4(),
                site_id=wanted.site_id,
                host_id=host.id,
                items=wanted.items,
                recorded_at=now,
                remind_at=now + wait if wait and host.email else None,
                carrier=wanted.carrier,
                note=wanted.note,
                place=wanted.place,
            )
            ciphers = await data_keys.open_keys(tx, self._ports.ring, [host.id])
            await deliveries.add(tx, ciphers[host.id], item)
            if host.email:
                await post(self._ports, tx, "delivery_here", item.id)
            await self._record(tx, "delivery.recorded", item, actor)
            return (await self._told(tx, [item]))[0]

    async def choose(self, tenant: UUID, reach: Reach, chosen: Filter, limit: int) -> list[Told]:
        """The newest within reach, newest first."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            found = await deliveries.list_newest(tx, self._ports.ring, chosen, site_list(reach), limit)
            return await self._told(tx, found)

    async def find(self, tenant: UUID, reach: Reach, delivery_id: UUID) -> Told | None:
        """One of them."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            found = await self._find(tx, reach, delivery_id)
            return None if found is None else (await self._told(tx, [found]))[0]

    async def collect(self, tenant: UUID, reach: Reach, delivery_id: UUID, by: str, actor: Actor) -> Told | NotDone:
        """Somebody has it, by name or by what they confirmed with; ``KNOWN``: somebody had it before."""
        async with self._db.tenant(tenant) as tx:
            found = await self._find(tx, reach, delivery_id, hold=True)
            if found is None:
                return NotDone.ABSENT
            cipher = (await data_keys.open_keys(tx, self._ports.ring, [found.host_id])).get(found.host_id)
            if cipher is None:
                return NotDone.ABSENT
            if not await deliveries.collect(tx, cipher, delivery_id, by, self._ports.clock.now()):
                return NotDone.KNOWN
            await self._record(tx, "delivery.collected", found, actor)
            after = await self._find(tx, reach, delivery_id)
            return NotDone.ABSENT if after is None else (await self._told(tx, [after]))[0]

    async def erase(self, tenant: UUID, reach: Reach, delivery_id: UUID, actor: Actor) -> bool:
        """Forget one whole; ``False`` when there is none such within reach."""
        async with self._db.tenant(tenant) as tx:
            found = await self._find(tx, reach, delivery_id, hold=True)
            if found is None or not await deliveries.remove(tx, delivery_id):
                return False
            await self._record(tx, "delivery.erased", found, actor)
        return True

    async def remind(self) -> int:
        """Write to the hosts of what waits too long; how many letters."""
        now, written = self._ports.clock.now(), 0
        async with self._db.lookup() as lookups:
            tenants = await lookups.list_delivery_reminders(now)
        for tenant in tenants:
            async with self._db.tenant(tenant) as tx:
                for delivery_id in await deliveries.take_due(tx, now):
                    await post(self._ports, tx, "delivery_waits", delivery_id)
                    written += 1
        return written

    async def purge(self) -> int:
        """Forget what was collected, or recorded, long ago; how many."""
        now, forgotten = self._ports.clock.now(), 0
        async with self._db.lookup() as lookups:
            tenants = [tenant for tenant, _ in await lookups.list_organisations()]
        for tenant in tenants:
            async with self._db.tenant(tenant) as tx:
                forgotten += await deliveries.purge(
                    tx, collected_before=now - self._terms.kept_collected, recorded_before=now - self._terms.kept
                )
        return forgotten

    async def _recipients(self, tx: Tenant, wanted: WantedDelivery) -> list[Host]:
        """Hosts of the location that are meant: by id, else by e-mail address, else by all words of the name."""
        here = [
            host
            for host in await hosts.list_all(tx, self._ports.ring)
            if host.active and host.site_id in (None, wanted.site_id)
        ]
        if wanted.host_id is not None:
            return [host for host in here if host.id == wanted.host_id]
        text = wanted.recipient.strip().casefold()
        exact = [host for host in here if text in (host.email.casefold(), host.name.casefold())]
        said = set(text.split())
        return exact or [host for host in here if set(host.name.casefold().split()) & said == said and said]

    async def _find(self, tx: Tenant, reach: Reach, delivery_id: UUID, *, hold: bool = False) -> Delivery | None:
        found = await deliveries.find(tx, self._ports.ring, delivery_id, hold=hold)
        return found if found is not None and reach.holds(found.site_id) else None

    async def _told(self, tx: Tenant, items: Sequence[Delivery]) -> list[Told]:
        names = await hosts.find_many(tx, self._ports.ring, {item.host_id for item in items})
        standings = await letters.standings_of(tx, [item.id for item in items])
        return [
            Told(item, names[item.host_id].name if item.host_id in names else "", standings.get(item.id))
            for item in items
        ]

    async def _record(self, tx: Tenant, kind: str, item: Delivery, actor: Actor) -> None:
        detail = {"delivery": str(item.id), "host": str(item.host_id), "site": str(item.site_id)}
        await self._trail.record(tx, AdminAct(kind, actor, detail))
