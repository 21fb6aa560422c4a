"""Telling hosts of arrivals: at most one message an arrival, whatever crashes, repeats or races.

A claim is committed at the last moment before the message's bytes go out. Before it, trying again is safe;
after it, only a definite answer changes anything. A sender that vanishes in between leaves the alert
``unsure``: it is shown to the people at the desk and not sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.notify.mailer import Delivery, Mail, Mailer
from cloud_api.notify.words import ArrivalWords, subject, text
from cloud_api.services.signed_links import LinkPurpose, SignedLinks
from cloud_api.store import alerts, hosts, organisations, stays
from cloud_api.store.alerts import Alert, AlertStanding
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import JobQueue, announce_change


@dataclass(frozen=True, slots=True)
class AlertTerms:
    """After how long a sender counts as lost, a waiting alert is taken up again, and one is given up."""

    lost_after_seconds: int = 120
    again_after_seconds: int = 300
    given_up_after_hours: int = 24


@dataclass(frozen=True, slots=True)
class AlertFoot:
    """What the foot of each message needs: the link by which its host chooses, and where that leads."""

    links: SignedLinks
    origin: str


SETTLED: dict[Delivery, tuple[AlertStanding, str | None]] = {
    Delivery.SENT: ("sent", None),
    Delivery.REFUSED: ("failed", "the mail server refuses this message or address"),
    Delivery.UNSURE: ("unsure", "the connection broke off; the message may or may not have arrived"),
    Delivery.NOT_SENT: ("waiting", "the mail server did not take the message; it will be tried again"),
}


class ArrivalAlerts:
    """Delivers alerts, and takes up those that were left behind."""

    def __init__(
        self,
        db: Database,
        ring: KeyRing,
        mailer: Mailer | None,
        jobs: JobQueue,
        clock: Clock,
        terms: AlertTerms,
        *,
        foot: AlertFoot,
    ) -> None:
        self._db = db
        self._ring = ring
        self._mailer = mailer
        self._jobs = jobs
        self._clock = clock
        self._terms = terms
        self._foot = foot

    async def deliver(self, tenant: UUID, alert_ids: Sequence[UUID]) -> int:
        """Deliver these alerts; how many still wait and should be tried again later."""
        waiting = 0
        for alert_id in alert_ids:
            standing = await self._deliver_one(tenant, alert_id)
            waiting += standing == "waiting"
        async with self._db.tenant(tenant) as tx:
            await announce_change(tx)
        return waiting

    async def rescue(self) -> int:
        """Give up on lost senders, and defer anew what waits too long; how many alerts were deferred."""
        now = self._clock.now()
        lost = now - timedelta(seconds=self._terms.lost_after_seconds)
        again = now - timedelta(seconds=self._terms.again_after_seconds)
        async with self._db.lookup() as lookups:
            tenants = await lookups.list_alert_backlogs(max(lost, again))
        deferred = 0
        for tenant in tenants:
            async with self._db.tenant(tenant) as tx:
                await alerts.give_up_on_lost(tx, lost, now)
                given_up = now - timedelta(hours=self._terms.given_up_after_hours)
                await alerts.expire(tx, given_up, now)
                waiting = await alerts.take_up_waiting(tx, again, now)
                await self._jobs.defer_alerts(tx, waiting)
                await announce_change(tx)
            deferred += len(waiting)
        return deferred

    async def _deliver_one(self, tenant: UUID, alert_id: UUID) -> AlertStanding | None:
        async with self._db.tenant(tenant) as tx:
            alert = await alerts.find(tx, alert_id)
            if alert is None or alert.standing != "waiting":
                return None
            if await self._is_muted(tx, alert):
                await alerts.mute(tx, alert_id, self._clock.now())
                return "failed"
            mail = await self._compose(tx, alert)
            if mail is None or self._mailer is None:
                reason = "no mail server is configured" if mail else "the host has no address, or was erased"
                await alerts.refuse(tx, alert_id, fault=reason, now=self._clock.now())
                return "failed"

        async def claim() -> bool:
            async with self._db.tenant(tenant) as tx:
                return await alerts.claim(tx, alert_id, self._clock.now())

        delivery = await self._mailer.deliver(mail, claim)
        if delivery is Delivery.NOT_OURS:
            return None
        standing, fault = SETTLED[delivery]
        async with self._db.tenant(tenant) as tx:
            await alerts.settle(tx, alert_id, standing, fault=fault, now=self._clock.now())
        return standing

    async def _is_muted(self, tx: Tenant, alert: Alert) -> bool:
        until = await hosts.find_muted(tx, alert.host_id)
        return until is not None and until > self._clock.now()

    async def _compose(self, tx: Tenant, alert: Alert) -> Mail | None:
        host = (await hosts.find_many(tx, self._ring, [alert.host_id])).get(alert.host_id)
        stay = (await stays.find_many(tx, self._ring, [alert.stay_id])).get(alert.stay_id)
        if host is None or not host.email or stay is None:
            return None
        sites = {site.id: site for site in await organisations.list_sites(tx, None)}
        site = sites.get(stay.site_id) if stay.site_id else None
        person = stay.person
        link = await self._foot.links.make(tx, LinkPurpose.HOST_MAIL, host.id)
        preferences = f"{self._foot.origin}/mail/{link}"
        words = ArrivalWords(
            host=host.name,
            visitor=person.name if person else "",
            company=person.company if person else "",
            organisation=await organisations.find_name(tx) or "",
            site=site.name if site else "",
            zone=person.zone if person else "",
            time_zone=site.time_zone if site else "UTC",
            arrived_at=stay.arrived_at,
            departed_at=stay.departed_at,
            clock_unsure=bool({"clock-unsure", "clock-ahead"} & set(stay.flags)),
            heard_at=alert.created_at,
            now=self._clock.now(),
            preferences=preferences,
        )
        return Mail(alert.id, host.email, subject(words), text(words), f"{preferences}/unsubscribe")
