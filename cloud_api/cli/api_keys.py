"""``api-key``: keys by which programs ask the API."""

from uuid import UUID

import click

from cloud_api.api import build_api_keys
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
from cloud_api.console import build_accounts
from cloud_api.errors import ConfigurationError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_keys import MOST_DAYS, CameOf, KeyFault, ListedKey, MadeKey, WantedKey


@click.group(name="api-key")
def api_key() -> None:
    """API keys: create, list, revoke."""


@api_key.command()
@click.argument("name")
@click.option("--for", "email", required=True, metavar="EMAIL", help="Whose: the key can never do more than they.")
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    required=True,
    type=click.Choice([item.value for item in Permission]),
    help="What it may do; may be given several times.",
)
@click.option("--site", "sites", multiple=True, metavar="NAME|KEY", help="Only at this location; else at all.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="When it ends; without it, never.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def create(
    frame: Frame,
    name: str,
    *,
    email: str,
    permissions: tuple[str, ...],
    sites: tuple[str, ...],
    days: int | None,
    org: str | None,
    as_json: bool,
) -> None:
    """Create a key, and show it this once."""
    allowed = frozenset(Permission(item) for item in permissions)

    async def run(cloud: Cloud) -> MadeKey:
        tenant, accounts = await choose_organisation(cloud, org), build_accounts(cloud)
        known = [item.user for item in await accounts.list(tenant) if item.user.email.lower() == email.lower()]
        if not known:
            raise ConfigurationError("nobody of this organisation has this address")
        places = frozenset(site.id for site in await accounts.choose_sites(tenant, sites)) or None
        wanted = WantedKey(name, allowed, places, days)
        made = await build_api_keys(cloud).make_for(tenant, known[0].id, wanted, operator())
        if isinstance(made, KeyFault):
            raise ConfigurationError(made.words)
        return made

    made = with_cloud(frame, run)
    facts: dict[str, object] = {**_facts(made), "secret": made.secret}
    tell(facts, f"{made.secret}\nThe key is shown this once: keep it where the program finds it.", as_json=as_json)


@api_key.command(name="list")
@org_option
@json_option
@click.pass_obj
@clear_failures
def list_all(frame: Frame, *, org: str | None, as_json: bool) -> None:
    """List keys; none is shown."""

    async def run(cloud: Cloud) -> list[ListedKey]:
        return await build_api_keys(cloud).list(await choose_organisation(cloud, org))

    found = with_cloud(frame, run)
    facts = [_facts(item) | {"good": item.good, "maker": item.maker} for item in found]
    lines = [_line(item) for item in found]
    tell(list(facts), "\n".join(lines) or "There is no API key.", as_json=as_json)


@api_key.command()
@click.argument("key_id", type=click.UUID)
@org_option
@json_option
@click.pass_obj
@clear_failures
def revoke(frame: Frame, key_id: UUID, *, org: str | None, as_json: bool) -> None:
    """End a key at once."""

    async def run(cloud: Cloud) -> CameOf:
        ended = await build_api_keys(cloud).revoke(await choose_organisation(cloud, org), key_id, operator())
        if ended is None:
            raise ConfigurationError("there is no such key, or it was revoked before")
        return ended

    ended = with_cloud(frame, run)
    facts = {"keys": ended.keys[1:], "invitations": ended.invitations, "webhooks": ended.webhooks}
    lines = ["The key opens nothing any more."]
    lines += [f"Its {what} ended with it: {', '.join(names)}" for what, names in facts.items() if names]
    tell({"id": str(key_id), "revoked": True, "ended": facts}, "\n".join(lines), as_json=as_json)


def _facts(item: MadeKey | ListedKey) -> dict[str, object]:
    key = item.key
    return {
        "id": str(key.id),
        "name": key.name,
        "permissions": list(key.permissions),
        "sites": None if key.sites is None else [str(site) for site in key.sites],
        "made_at": key.made_at.isoformat(),
        "ends_at": key.ends_at.isoformat() if key.ends_at else None,
        "used_at": key.used_at.isoformat() if key.used_at else None,
    }


def _line(item: ListedKey) -> str:
    key = item.key
    used = key.used_at.isoformat() if key.used_at else "never"
    end = "" if item.good else "  opens nothing any more"
    return f"{key.id}  {key.name}  {' '.join(key.permissions)}  last used: {used}{end}"
