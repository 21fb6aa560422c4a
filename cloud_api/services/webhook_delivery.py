"""Sending messages to webhooks: at least once, each always under its own id, and given up only in the open (R24, R45).

A crash after the receiver took a message and before that is on record sends it again under the same id, by which the
receiver knows it.
"""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.notify.destinations import DestinationError
from cloud_api.notify.posting import SECONDS, Posted, Poster
from cloud_api.notify.webhook_signatures import signed_headers
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.store import data_keys, organisations, webhook_messages, webhooks
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import JobQueue
from cloud_api.store.webhook_messages import Message, MessageStanding
from cloud_api.store.webhooks import Webhook

_GONE = 410
_AT_ONCE = 8
_LONGEST_SECONDS = SECONDS + 2
_SLOW_SECONDS = 5.0
_RUN_SECONDS = 30.0

_log = logging.getLogger("lodge.webhooks")


@dataclass(frozen=True, slots=True)
class WebhookTerms:
    """When a message whose job is lost is taken up again, and one is given up; when a webhook that takes none is
    stopped, and after how long without a try that time begins anew. The queue itself tries again within five and a
    half hours.
    """

    again_after: timedelta = timedelta(hours=6)
    most_attempts: int = 10
    stopped_after: timedelta = timedelta(days=3)
    quiet_after: timedelta = timedelta(days=1)
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


@dataclass(slots=True)
class _Timing:
    answered: bool = False


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
        # Not those that mail and photos go by.
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="webhook")
        self._slow: set[UUID] = set()
        self._held: set[UUID] = set()

    async def deliver(self, tenant: UUID, message_ids: Sequence[UUID]) -> int:
        """Deliver these; how many still wait and should be tried again later.

        A webhook that gave no answer, or took its time, is left alone for the rest of the run; and of those that are
        known for it an organisation has one asked at a time: everybody's messages wait behind them.
        """
        async with self._db.tenant(tenant) as tx:
            waiting = await webhook_messages.list_waiting(tx, message_ids)
        left, spent = 0, dict[UUID, float]()
        for message_id in waiting:
            try:
                left += await self._deliver_one(tenant, message_id, spent)
            except Exception:  # noqa: BLE001 -- whatever it is, the messages behind it are to be sent
                _log.exception("a message to a webhook could not be delivered", extra={"message_id": str(message_id)})
                left += 1
        return left

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

    async def _deliver_one(self, tenant: UUID, message_id: UUID, spent: dict[UUID, float]) -> bool:
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
        elif spent.get(hook.id, 0) >= _RUN_SECONDS or (hook.id in self._slow and tenant in self._held):
            return True
        else:
            body = body_of(message, sites.get(message.site_id, "") if message.site_id else "")
            with self._timing(tenant, hook.id, spent) as timing:
                posted, final = await self._post(hook, message, body)
                timing.answered = bool(posted.status)
        async with self._db.tenant(tenant) as tx:
            return await self._settle(tx, hook, message, posted, final=final)

    @contextmanager
    def _timing(self, tenant: UUID, hook_id: UUID, spent: dict[UUID, float]) -> Iterator["_Timing"]:
        began, timing, holds = time.monotonic(), _Timing(), hook_id in self._slow
        if holds:
            self._held.add(tenant)
        try:
            yield timing
        finally:
            took = time.monotonic() - began
            slow = not timing.answered or took >= _SLOW_SECONDS
            (self._slow.add if slow else self._slow.discard)(hook_id)
            spent[hook_id] = spent.get(hook_id, 0) + (took if timing.answered else _RUN_SECONDS)
            if holds:
                self._held.discard(tenant)

    async def _post(self, hook: Webhook, message: Message, body: bytes) -> tuple[Posted, bool]:
        headers = {
            "content-type": "application/json",
            "user-agent": "Lodge",
            **_signatures(hook, str(message.id), self._clock.now(), body),
        }
        try:
            async with self._gate, asyncio.timeout(_LONGEST_SECONDS):
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._threads, self._poster.post, hook.url, body, headers), False
        except DestinationError as error:
            return Posted(0, str(error)), True
        except TimeoutError:  # a resolver that hangs, say: nothing bounds that from within
            return Posted(0, "no answer in time"), False

    async def _settle(self, tx: Tenant, hook: Webhook, message: Message, posted: Posted, *, final: bool) -> bool:
        now = self._clock.now()
        if posted.taken:
            await webhook_messages.settle(tx, message.id, "sent", status=posted.status, fault=None, now=now)
            await webhooks.note_taken(tx, hook.id)
            return False
        since = await webhooks.note_failure(tx, hook.id, now, tried_since=now - self._terms.quiet_after)
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
