"""``webhook create|list|test|messages|again|secret|resume|remove``: where an organisation wants to be told."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import click

from cloud_api.cli.frame import (
    Frame,
    choose_organisation,
    clear_failures,
    json_option,
    operator,
    org_option,
    tell,
    with_cloud,
)
from cloud_api.composition import Cloud
from cloud_api.errors import ConfigurationError
from cloud_api.services.webhook_kinds import WebhookKind
from cloud_api.services.webhooks import Made, Wanted
from cloud_api.store.webhook_messages import Message
from cloud_api.store.webhooks import Webhook

_ONCE = "Its secret, shown this once: {secret}"
_KINDS = [kind.value for kind in WebhookKind]
_NONE = "there is no such webhook: lodge-cloud webhook list"


@click.group()
def webhook() -> None:
    """Webhooks: tell a program of arrivals and departures, signed (docs/operate/webhooks.md)."""


@webhook.command()
@click.argument("name")
@click.argument("url")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="Without it, all of them.")
@click.option("--site", metavar="KEY", help="Visits of this site alone.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def create(
    frame: Frame, name: str, url: str, *, kinds: tuple[str, ...], site: str | None, org: str | None, as_json: bool
) -> None:
    """Tell URL (https) of what happens from now on."""

    async def run(cloud: Cloud) -> Made:
        return await cloud.telling.webhooks.create(
            await choose_organisation(cloud, org), Wanted(name, url, kinds, site), operator()
        )

    made = with_cloud(frame, run)
    facts: dict[str, object] = {"webhook": str(made.id), "secret": made.secret}
    tell(facts, f"{made.id}: {name}\n{_ONCE.format(secret=made.secret)}", as_json=as_json)


@webhook.command(name="list")
@org_option
@json_option
@click.pass_obj
@clear_failures
def list_webhooks(frame: Frame, *, org: str | None, as_json: bool) -> None:
    """List webhooks, and how they are."""

    async def run(cloud: Cloud) -> list[Webhook]:
        return await cloud.telling.webhooks.all(await choose_organisation(cloud, org))

    found = with_cloud(frame, run)
    facts: list[Mapping[str, object]] = [
        {
            "webhook": str(hook.id),
            "name": hook.name,
            "url": hook.url,
            "kinds": list(hook.kinds),
            "failing_since": hook.failing_since.isoformat() if hook.failing_since else None,
            "stopped_at": hook.stopped_at.isoformat() if hook.stopped_at else None,
        }
        for hook in found
    ]
    lines = [f"{hook.id}  {hook.name}  {hook.url}  {', '.join(hook.kinds)}  {_health(hook)}" for hook in found]
    tell(facts, "\n".join(lines) or "There is no webhook.", as_json=as_json)


@webhook.command()
@click.option("--failed", is_flag=True, help="Those that were given up alone.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def messages(frame: Frame, *, failed: bool, org: str | None, as_json: bool) -> None:
    """List the newest 200 messages, and what became of them."""

    async def run(cloud: Cloud) -> list[Message]:
        return await cloud.telling.webhooks.messages(await choose_organisation(cloud, org), failed_only=failed)

    found = with_cloud(frame, run)
    facts: list[Mapping[str, object]] = [
        {
            "message": str(item.id),
            "webhook": str(item.webhook_id),
            "kind": item.kind,
            "subject": str(item.subject_id),
            "standing": item.standing,
            "attempts": item.attempts,
            "status": item.status,
            "fault": item.fault,
            "changed": item.changed_at.isoformat(),
        }
        for item in found
    ]
    lines = [
        f"{item.id}  {item.changed_at:%Y-%m-%d %H:%M}  {item.kind:15} {item.standing:8} tried {item.attempts} times"
        + (f": {item.fault}" if item.fault else "")
        for item in found
    ]
    tell(facts, "\n".join(lines) or "There is no message.", as_json=as_json)


@webhook.command()
@click.argument("hook_id", metavar="WEBHOOK", type=click.UUID)
@org_option
@json_option
@click.pass_obj
@clear_failures
def secret(frame: Frame, hook_id: UUID, *, org: str | None, as_json: bool) -> None:
    """Give WEBHOOK another secret; for a day messages bear a signature by each."""

    async def run(cloud: Cloud) -> Made | None:
        return await cloud.telling.webhooks.replace_secret(await choose_organisation(cloud, org), hook_id, operator())

    made = with_cloud(frame, run)
    if made is None:
        raise ConfigurationError(_NONE)
    tell({"webhook": str(made.id), "secret": made.secret}, _ONCE.format(secret=made.secret), as_json=as_json)


@webhook.command()
@click.argument("hook_id", metavar="WEBHOOK", type=click.UUID)
@org_option
@json_option
@click.pass_obj
@clear_failures
def test(frame: Frame, hook_id: UUID, *, org: str | None, as_json: bool) -> None:
    """Send WEBHOOK a message that tells of nothing; what became of it: webhook messages."""

    async def run(cloud: Cloud) -> UUID | None:
        return await cloud.telling.webhooks.test(await choose_organisation(cloud, org), hook_id)

    found = with_cloud(frame, run)
    if found is None:
        raise ConfigurationError(_NONE)
    tell({"message": str(found)}, f"{found} is on its way.", as_json=as_json)


@webhook.command()
@click.argument("hook_id", metavar="WEBHOOK", type=click.UUID)
@org_option
@click.pass_obj
@clear_failures
def resume(frame: Frame, hook_id: UUID, *, org: str | None) -> None:
    """Send to WEBHOOK again, which was stopped; what was given up: webhook again."""
    _do(frame, org, lambda cloud, tenant: cloud.telling.webhooks.resume(tenant, hook_id, operator()), _NONE)
    click.echo(f"{hook_id} is told again.")


@webhook.command()
@click.argument("hook_id", metavar="WEBHOOK", type=click.UUID)
@org_option
@click.pass_obj
@clear_failures
def remove(frame: Frame, hook_id: UUID, *, org: str | None) -> None:
    """Forget WEBHOOK and its messages."""
    _do(frame, org, lambda cloud, tenant: cloud.telling.webhooks.remove(tenant, hook_id, operator()), _NONE)
    click.echo(f"{hook_id} is removed.")


@webhook.command()
@click.argument("message_id", metavar="MESSAGE", type=click.UUID)
@org_option
@click.pass_obj
@clear_failures
def again(frame: Frame, message_id: UUID, *, org: str | None) -> None:
    """Send MESSAGE again, which was given up; its id stays."""
    none = "there is no such message, or it was not given up: lodge-cloud webhook messages --failed"
    _do(frame, org, lambda cloud, tenant: cloud.telling.webhooks.send_again(tenant, message_id, operator()), none)
    click.echo(f"{message_id} is on its way.")


def _do(frame: Frame, org: str | None, act: Callable[[Cloud, UUID], Awaitable[bool]], none: str) -> None:
    async def run(cloud: Cloud) -> bool:
        return await act(cloud, await choose_organisation(cloud, org))

    if not with_cloud(frame, run):
        raise ConfigurationError(none)


def _health(hook: Webhook) -> str:
    if hook.stopped_at is not None:
        return f"stopped since {hook.stopped_at:%Y-%m-%d %H:%M}"
    return f"takes nothing since {hook.failing_since:%Y-%m-%d %H:%M}" if hook.failing_since else "well"
