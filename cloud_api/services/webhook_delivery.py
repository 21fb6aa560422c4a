"""Sending messages to webhooks: at least once, each always under its own id, and given up only in the open (R24, R45).

A crash after the receiver took a message and before that is on record sends it again under the same id, by which the
receiver knows it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.notify.destinations import DestinationError
from cloud_api.notify.posting import Posted, Poster
from cloud_api.notify.webhook_signatures import signed_headers
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.store import data_keys, organisations, webhook_messages, webhooks
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import JobQueue
from cloud_api.store.webhook_messages import Message, MessageStanding
from cloud_api.store.webhooks import Webhook

_GONE = 410
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class WebhookTerms:
    """When a message whose job is lost is taken up again, and one is given up; when a webhook that takes none is
    stopped. The queue itself tries again within five and a half hours.
    """

    again_after: timedelta = timedelta(hours=6)
    most_attempts: int = 10
    stopped_after: timedelta = timedelta(days=3)
    kept: timedelta = timedelta(days=30)


class WebhookData(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a message tells: ids, by which the API gives more to whoever may have it."""

    id: str
    site: str = ""


class WebhookBody(msgspec.Struct, frozen=True):
    """The body of a delivery; ``timestamp`` is when it happened (ISO 8601, UTC)."""

    type: str
    timestamp: str
    data: WebhookData


class WebhookDelivery:
    """Delivers messages, and takes up those that were left behind."""

    def __init__(
        self,
        db: Database,
        ring: KeyRing,
        poster: Poster,
        jobs: JobQueue,
        trail: AuditTrail,
        *,
        clock: Clock,
        terms: WebhookTerms | None = None,
    ) -> None:
        self._db = db
        self._ring = ring
        self._poster = poster
        self._jobs = jobs
        self._trail = trail
        self._clock = clock
        self._terms = terms or WebhookTerms()
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def deliver(self, tenant: UUID, message_ids: Sequence[UUID]) -> int:
        """Deliver these; how many still wait and should be tried again later."""
        return sum([await self._deliver_one(tenant, message_id) for message_id in message_ids])

    async def rescue(self) -> int:
        """Defer anew what waits too long; how many messages."""
        now, deferred = self._clock.now(), 0
        before = now - self._terms.again_after
        async with self._db.lookup() as lookups:
            tenants = await lookups.list_webhook_backlogs(before)
        for tenant in tenants:
            async with self._db.tenant(tenant) as tx:
                waiting = await webhook_messages.take_up_waiting(tx, before, now)
                await self._jobs.defer_webhooks(tx, waiting)
            deferred += len(waiting)
        return deferred

    async def purge(self) -> int:
        """Forget what was sent or given up long ago; how many messages."""
        async with self._db.lookup() as lookups:
            tenants = [tenant for tenant, _ in await lookups.list_organisations()]
        forgotten = 0
        for tenant in tenants:
            async with self._db.tenant(tenant) as tx:
                forgotten += await webhook_messages.purge(tx, self._clock.now() - self._terms.kept)
        return forgotten

    async def _deliver_one(self, tenant: UUID, message_id: UUID) -> bool:
        async with self._db.tenant(tenant) as tx:
            message = await webhook_messages.find(tx, message_id)
            if message is None or message.standing != "waiting":
                return False
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            hook = await webhooks.find(tx, cipher, message.webhook_id)
            sites = {site.id: site.key for site in await organisations.list_sites(tx, cipher)}
        if hook is None:
            return False
        if hook.stopped_at is not None:
            posted, final = Posted(0, "the webhook was stopped"), True
        else:
            body = body_of(message, sites.get(message.site_id, "") if message.site_id else "")
            posted, final = await self._post(hook, message, body)
        async with self._db.tenant(tenant) as tx:
            return await self._settle(tx, hook, message, posted, final=final)

    async def _post(self, hook: Webhook, message: Message, body: bytes) -> tuple[Posted, bool]:
        headers = {
            "content-type": "application/json",
            "user-agent": "Lodge",
            **_signatures(hook, str(message.id), self._clock.now(), body),
        }
        try:
            async with self._gate:
                return await asyncio.to_thread(self._poster.post, hook.url, body, headers), False
        except DestinationError as error:
            return Posted(0, str(error)), True

    async def _settle(self, tx: Tenant, hook: Webhook, message: Message, posted: Posted, *, final: bool) -> bool:
        now = self._clock.now()
        if posted.taken:
            await webhook_messages.settle(tx, message.id, "sent", status=posted.status, fault=None, now=now)
            await webhooks.note_taken(tx, hook.id)
            return False
        since = await webhooks.note_failure(tx, hook.id, now)
        gone = posted.status == _GONE or now - since >= self._terms.stopped_after
        if gone and await webhooks.stop(tx, hook.id, now):
            detail = {"webhook": str(hook.id), "name": hook.name, "why": posted.fault}
            await self._trail.record(tx, AdminAct("webhook.stopped", Actor("server"), detail))
        over = final or gone or message.attempts + 1 >= self._terms.most_attempts
        standing: MessageStanding = "failed" if over else "waiting"
        await webhook_messages.settle(tx, message.id, standing, status=posted.status, fault=posted.fault, now=now)
        return not over


def body_of(message: Message, site: str) -> bytes:
    """The exact bytes that are signed and sent. ``site``: its key."""
    at = message.happened_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return msgspec.json.encode(WebhookBody(message.kind, at, WebhookData(str(message.subject_id), site)))


def _signatures(hook: Webhook, message: str, now: datetime, body: bytes) -> dict[str, str]:
    """By the secret, and for a day after it was replaced by the former one as well."""
    headers = signed_headers(hook.secret, message, int(now.timestamp()), body)
    if hook.former_secret is not None and hook.former_until is not None and now < hook.former_until:
        former = signed_headers(hook.former_secret, message, int(now.timestamp()), body)
        headers["webhook-signature"] += f" {former['webhook-signature']}"
    return headers
