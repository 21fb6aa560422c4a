"""Webhooks as an administrator sees them: made, tested, given another secret, stopped, resumed, removed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.keys.ring import KeyRing
from cloud_api.notify.destinations import Destinations
from cloud_api.notify.webhook_signatures import new_secret
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.webhook_kinds import TEST, WebhookKind
from cloud_api.store import data_keys, organisations, webhook_messages, webhooks
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import JobQueue
from cloud_api.store.webhook_messages import Message, NewMessage
from cloud_api.store.webhooks import Webhook

MOST = 20
BOTH_SECRETS = timedelta(days=1)
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Made:
    """A new webhook or secret; ``secret`` is shown once and never again."""

    id: UUID
    secret: str


@dataclass(frozen=True, slots=True)
class WebhookPorts:
    """What webhooks work with."""

    db: Database
    ring: KeyRing
    destinations: Destinations
    jobs: JobQueue
    trail: AuditTrail
    clock: Clock


@dataclass(frozen=True, slots=True)
class Wanted:
    """A webhook to be made. ``site``: the key of the one whose visits it is told of, ``None`` for all. No ``kinds`` are
    all kinds.
    """

    name: str
    url: str
    kinds: Collection[str] = ()
    site: str | None = None


class Webhooks:
    """Looks after an organisation's webhooks."""

    def __init__(self, ports: WebhookPorts) -> None:
        self._db = ports.db
        self._ring = ports.ring
        self._destinations = ports.destinations
        self._jobs = ports.jobs
        self._trail = ports.trail
        self._clock = ports.clock

    async def create(self, tenant: UUID, wanted: Wanted, actor: Actor) -> Made:
        """Make one.

        Raises:
            DestinationError: the server does not connect there.
            ConfigurationError: no such kind or site, no name, or too many webhooks.
        """
        host = self._destinations.check(wanted.url)  # alone: a path may hold a secret, and the audit log keeps it
        kinds, name = tuple(sorted({*wanted.kinds} or set(WebhookKind))), wanted.name.strip()
        unknown = [kind for kind in kinds if kind not in set(WebhookKind)]
        if unknown:
            raise ConfigurationError(f"there is no {unknown[0]}; there are {', '.join(WebhookKind)}")
        if not 1 <= len(name) <= _LONGEST_NAME:
            raise ConfigurationError(f"give the webhook a name of {_LONGEST_NAME} letters at most")
        made = Made(uuid4(), new_secret())
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            if len(await webhooks.list_all(tx, cipher)) >= MOST:
                raise ConfigurationError(f"an organisation has {MOST} webhooks at most")
            site_id, now = await self._site(tx, wanted.site), self._clock.now()
            hook = Webhook(made.id, name, wanted.url, made.secret, None, None, site_id, kinds, now)
            await webhooks.add(tx, cipher, hook)
            detail = {"kinds": " ".join(kinds), "site": wanted.site or "", "host": host}
            await self._record(tx, "webhook.created", hook, actor, detail)
        return made

    async def all(self, tenant: UUID) -> list[Webhook]:
        """All of them, by name, secrets included: whoever calls shows none."""
        async with self._db.tenant(tenant) as tx:
            return await webhooks.list_all(tx, await data_keys.open_organisation_key(tx, self._ring))

    async def messages(self, tenant: UUID, *, failed_only: bool = False, limit: int = 200) -> list[Message]:
        """What was sent, waits or was given up, newest first."""
        async with self._db.tenant(tenant) as tx:
            return await webhook_messages.list_newest(tx, failed_only=failed_only, limit=limit)

    async def remove(self, tenant: UUID, hook_id: UUID, actor: Actor) -> bool:
        """Forget one, and its messages; ``False`` where there is none such."""
        async with self._db.tenant(tenant) as tx:
            hook = await self._find(tx, hook_id)
            if hook is None:
                return False
            await webhooks.remove(tx, hook_id)
            await self._record(tx, "webhook.removed", hook, actor)
        return True

    async def replace_secret(self, tenant: UUID, hook_id: UUID, actor: Actor) -> Made | None:
        """Another secret; for a day messages bear a signature by each."""
        made = Made(hook_id, new_secret())
        async with self._db.tenant(tenant) as tx:
            hook = await self._find(tx, hook_id)
            if hook is None:
                return None
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            await webhooks.replace_secret(tx, cipher, hook, made.secret, self._clock.now() + BOTH_SECRETS)
            await self._record(tx, "webhook.secret_replaced", hook, actor)
        return made

    async def resume(self, tenant: UUID, hook_id: UUID, actor: Actor) -> bool:
        """Send to one that was stopped again; ``False`` where there is none such."""
        async with self._db.tenant(tenant) as tx:
            hook = await self._find(tx, hook_id)
            if hook is None:
                return False
            await webhooks.resume(tx, hook_id)
            await self._record(tx, "webhook.resumed", hook, actor)
        return True

    async def test(self, tenant: UUID, hook_id: UUID) -> UUID | None:
        """Send a message that tells of nothing; its id."""
        now = self._clock.now()
        async with self._db.tenant(tenant) as tx:
            hook = await self._find(tx, hook_id)
            if hook is None:
                return None
            message = NewMessage(uuid4(), hook_id, TEST, uuid4(), hook.site_id, now)
            await self._jobs.defer_webhooks(tx, await webhook_messages.add(tx, [message], now))
        return message.id

    async def send_again(self, tenant: UUID, message_id: UUID, actor: Actor) -> bool:
        """Send a message that was given up again, under its own id; ``False`` where it was not."""
        async with self._db.tenant(tenant) as tx:
            if not await webhook_messages.send_again(tx, message_id, self._clock.now()):
                return False
            await self._jobs.defer_webhooks(tx, [message_id])
            await self._trail.record(tx, AdminAct("webhook.message_sent_again", actor, {"message": str(message_id)}))
        return True

    async def _find(self, tx: Tenant, hook_id: UUID) -> Webhook | None:
        return await webhooks.find(tx, await data_keys.open_organisation_key(tx, self._ring), hook_id)

    async def _site(self, tx: Tenant, key: str | None) -> UUID | None:
        if key is None:
            return None
        sites = await organisations.list_sites(tx, await data_keys.open_organisation_key(tx, self._ring))
        found = next((site.id for site in sites if site.key == key), None)
        if found is None:
            raise ConfigurationError(f"there is no site {key!r}")
        return found

    async def _record(
        self, tx: Tenant, kind: str, hook: Webhook, actor: Actor, detail: dict[str, str] | None = None
    ) -> None:
        told = {"webhook": str(hook.id), "name": hook.name, **(detail or {})}
        await self._trail.record(tx, AdminAct(kind, actor, told))
