"""Webhooks as an administrator sees them: made, tested, given another secret, stopped, resumed, removed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.keys.ring import KeyRing
from cloud_api.notify.destinations import Destinations
from cloud_api.notify.webhook_signatures import new_secret
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.names import is_name
from cloud_api.services.not_done import NotDone
from cloud_api.services.webhook_kinds import TEST, WebhookKind
from cloud_api.store import api_keys, data_keys, organisations, webhook_messages, webhooks
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import JobQueue
from cloud_api.store.webhook_messages import Message, MessageStanding, NewMessage
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
    """What a webhook is to be. ``site``: key or id of the location whose visits it is told of, ``None`` for all. No
    ``kinds`` are all kinds.
    """

    name: str
    url: str
    kinds: Collection[str] = ()
    site: str | UUID | None = None


class NoSuchSiteError(ConfigurationError):
    """The organisation has no such location."""


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
        host, (name, kinds) = self._destinations.check(wanted.url), _checked(wanted)
        made = Made(uuid4(), new_secret())
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            if len(await webhooks.list_all(tx, cipher)) >= MOST:
                raise ConfigurationError(f"an organisation has {MOST} webhooks at most")
            site_id, now, key_id = await self._site(tx, wanted.site), self._clock.now(), await self._key(tx, actor)
            hook = Webhook(made.id, name, wanted.url, made.secret, None, None, site_id, kinds, now, key_id=key_id)
            await webhooks.add(tx, cipher, hook)
            await self._record(tx, "webhook.created", hook, actor, _detail(wanted, kinds, host))
        return made

    async def change(
        self,
        tenant: UUID,
        hook_id: UUID,
        wanted: Wanted,
        seen: Callable[[Webhook], bool],
        actor: Actor,
        *,
        paused: bool = False,
    ) -> Webhook | NotDone:
        """Another name, address, location, kinds, and whether it is told at all, if it is still as it was ``seen``.

        Raises:
            DestinationError, ConfigurationError: as for a new one.
        """
        host, (name, kinds) = self._destinations.check(wanted.url), _checked(wanted)
        async with self._db.tenant(tenant) as tx:
            await webhooks.hold(tx, hook_id)
            before = await self._find(tx, hook_id)
            if before is None:
                return NotDone.ABSENT
            if not seen(before):
                return NotDone.CHANGED
            site_id, cipher = await self._site(tx, wanted.site), await data_keys.open_organisation_key(tx, self._ring)
            after = replace(before, name=name, url=wanted.url, site_id=site_id, kinds=kinds)
            if wanted.url != before.url:
                after = replace(after, key_id=await self._key(tx, actor))
            after = self._told(after, paused=paused)
            if after != before:
                await webhooks.change(tx, cipher, after)
                detail = {**_detail(wanted, kinds, host), "paused": "yes" if paused else "no"}
                await self._record(tx, "webhook.changed", after, actor, detail)
        return after

    def _told(self, hook: Webhook, *, paused: bool) -> Webhook:
        if paused == (hook.stopped_at is not None):
            return hook
        return replace(hook, stopped_at=self._clock.now() if paused else None, failing_since=None)

    async def find(self, tenant: UUID, hook_id: UUID) -> Webhook | None:
        """One of them, its secret included."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await self._find(tx, hook_id)

    async def all(self, tenant: UUID) -> list[Webhook]:
        """All of them, by name, secrets included: whoever calls shows none."""
        async with self._db.tenant(tenant) as tx:
            return await webhooks.list_all(tx, await data_keys.open_organisation_key(tx, self._ring))

    async def messages(self, tenant: UUID, *, failed_only: bool = False, limit: int = 200) -> list[Message]:
        """What was sent, waits or was given up, newest first."""
        async with self._db.tenant(tenant) as tx:
            return await webhook_messages.list_newest(tx, failed_only=failed_only, limit=limit)

    async def messages_of(
        self,
        tenant: UUID,
        hook_id: UUID,
        *,
        standing: MessageStanding | None,
        after: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[Message] | None:
        """The messages to one, newest first, behind ``after``; ``None`` where there is no such webhook."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            if await self._find(tx, hook_id) is None:
                return None
            return await webhook_messages.list_of_hook(tx, hook_id, standing, after, limit)

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

    async def send_again(self, tenant: UUID, message_id: UUID, actor: Actor, hook_id: UUID | None = None) -> bool:
        """Send a message (of this webhook) that was given up again, under its own id; ``False`` where it was not."""
        async with self._db.tenant(tenant) as tx:
            if not await webhook_messages.send_again(tx, message_id, self._clock.now(), hook_id):
                return False
            await self._jobs.defer_webhooks(tx, [message_id])
            await self._trail.record(tx, AdminAct("webhook.message_sent_again", actor, {"message": str(message_id)}))
        return True

    async def _find(self, tx: Tenant, hook_id: UUID) -> Webhook | None:
        return await webhooks.find(tx, await data_keys.open_organisation_key(tx, self._ring), hook_id)

    async def _key(self, tx: Tenant, actor: Actor) -> UUID | None:
        """The key that acts, held: whoever revokes it meanwhile finds what it did."""
        if actor.key_id is None:
            return None
        key = await api_keys.hold(tx, await data_keys.open_organisation_key(tx, self._ring), actor.key_id)
        if key is None or not key.is_good(self._clock.now()):
            raise ConfigurationError("the key that asks was revoked")
        return key.id

    async def _site(self, tx: Tenant, named: str | UUID | None) -> UUID | None:
        if named is None:
            return None
        sites = await organisations.list_sites(tx, await data_keys.open_organisation_key(tx, self._ring))
        found = next((site.id for site in sites if named in (site.key, site.id)), None)
        if found is None:
            raise NoSuchSiteError(f"there is no site {str(named)!r}")
        return found

    async def _record(
        self, tx: Tenant, kind: str, hook: Webhook, actor: Actor, detail: dict[str, str] | None = None
    ) -> None:
        told = {"webhook": str(hook.id), "name": hook.name, **(detail or {})}
        await self._trail.record(tx, AdminAct(kind, actor, told))


def _checked(wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    """The name and the kinds that are kept."""
    kinds, name = tuple(sorted({*wanted.kinds} or set(WebhookKind))), wanted.name.strip()
    unknown = [kind for kind in kinds if kind not in set(WebhookKind)]
    if unknown:
        raise ConfigurationError(f"there is no {unknown[0]}; there are {', '.join(WebhookKind)}")
    if not is_name(name, _LONGEST_NAME):
        raise ConfigurationError(f"give the webhook a name of {_LONGEST_NAME} letters at most, and none unseen")
    return name, kinds


def _detail(wanted: Wanted, kinds: Collection[str], host: str) -> dict[str, str]:
    """For the audit log: of the address the host alone, for a path may hold a secret."""
    return {"kinds": " ".join(kinds), "site": str(wanted.site or ""), "host": host}
