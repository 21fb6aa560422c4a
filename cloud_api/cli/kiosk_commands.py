"""``kiosk command|commands|reviewed``: what kiosks are to do, what they said, and a list compared after a wipe."""

from uuid import UUID

import click

from cloud_api.cli.frame import (
    Frame,
    choose_organisation,
    clear_failures,
    json_option,
    org_option,
    plain,
    tell,
    with_cloud,
)
from cloud_api.cli.kiosk_choice import choose_kiosk, kiosk_argument
from cloud_api.cli.organisation_ends import acting
from cloud_api.composition import Cloud
from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError
from cloud_api.services.commanding import MOST_HOURS, CommandFacts
from cloud_api.services.file_rules import NO_WIPE_FOR_ALL
from cloud_api.store.commands import StoredCommand
from sync.protocol.feed.orders import KnownOrder

_WIPING = (
    "What this kiosk has not sent is lost, and the lists of its site say that people may be missing until you say that "
    "they were compared. Wipe it?"
)


@click.command()
@click.argument("order", type=click.Choice([order.value for order in KnownOrder if order != KnownOrder.CLOSE_STAY]))
@click.option("--kiosk", metavar="NAME|ID", help="Which kiosk; without it all of the site.")
@click.option("--site", metavar="KEY", help="The site, where there are several.")
@click.option(
    "--hours", type=click.IntRange(1, MOST_HOURS), default=24, show_default=True, help="How long it is valid."
)
@click.option("--reason", required=True, help="Why, for the audit log.")
@click.option("--yes", is_flag=True, help="Wipe without asking.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def command(  # noqa: PLR0913 -- click gives each option a name of its own
    frame: Frame,
    order: str,
    *,
    kiosk: str | None,
    site: str | None,
    hours: int,
    reason: str,
    yes: bool,
    org: str | None,
    as_json: bool,
) -> None:
    """Have a kiosk do something: ORDER. Each kiosk obeys once, and says so (kiosk commands)."""
    if order == KnownOrder.WIPE and not yes:
        if kiosk is None:
            raise ConfigurationError(NO_WIPE_FOR_ALL)
        click.confirm(_WIPING, abort=True)

    async def run(cloud: Cloud) -> StoredCommand:
        tenant, actor = await choose_organisation(cloud, org), acting(reason)
        return await cloud.commanding.command(tenant, order, site=site, kiosk=kiosk, hours=hours, actor=actor)

    given = with_cloud(frame, run)
    until = given.expires_at
    facts: dict[str, object] = {"command": str(given.id), "order": order, "until": until.isoformat()}
    whom = kiosk or "every kiosk of the site"
    tell(facts, f"{given.id}: {order} for {whom}, until {until:%Y-%m-%d %H:%M} UTC.", as_json=as_json)


@click.command(name="commands")
@org_option
@json_option
@click.pass_obj
@clear_failures
def list_commands(frame: Frame, *, org: str | None, as_json: bool) -> None:
    """List what kiosks were told to do, newest first, and what they said of it."""

    async def run(cloud: Cloud) -> list[CommandFacts]:
        return await cloud.commanding.list(await choose_organisation(cloud, org))

    found = with_cloud(frame, run)
    text = "\n".join(map(_line, found)) or "No kiosk was told to do anything yet."
    tell([_facts(item) for item in found], text, as_json=as_json)


@click.command()
@kiosk_argument
@click.option("--reason", required=True, help="Who compared the list with the building, for the audit log.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def reviewed(frame: Frame, kiosk: str, *, reason: str, org: str | None, as_json: bool) -> None:
    """Say that a person has compared the list with the building, after this kiosk was told to wipe itself."""

    async def run(cloud: Cloud) -> tuple[UUID, bool]:
        tenant, actor = await choose_organisation(cloud, org), acting(reason)
        chosen = await choose_kiosk(cloud, tenant, kiosk)
        return chosen, await cloud.commanding.reviewed(tenant, chosen, actor)

    kiosk_id, done = with_cloud(frame, run)
    if not done:
        raise ConfigurationError("there is no such kiosk, or nothing of it was open")
    tell(
        {"kiosk": str(kiosk_id), "reviewed": True},
        f"{kiosk_id}: the list was compared, and the wipe is closed.",
        as_json=as_json,
    )


def _facts(item: CommandFacts) -> dict[str, object]:
    given = item.command
    return {
        "command": str(given.id),
        "name": given.name,
        "order": given.order,
        "site": item.site,
        "kiosk": item.kiosk or None,
        "given": given.issued_at.isoformat(),
        "until": given.expires_at.isoformat(),
        "expired": item.expired,
        "answers": [
            {
                "kiosk": reply.kiosk,
                "outcome": reply.outcome,
                "at": reply.at.isoformat(),
                "entry": reply.seq,
                "head": reply.head,
            }
            for reply in item.replies
        ],
    }


def _line(item: CommandFacts) -> str:
    given, whom = item.command, item.kiosk or f"all of {item.site}"
    said = [
        f"{reply.kiosk} {plain(reply.outcome)} {reply.at:%Y-%m-%d %H:%M}, entry {reply.seq}" for reply in item.replies
    ]
    if not said:
        hours = counted(int((given.expires_at - given.issued_at).total_seconds() // 3600), "hour")
        said = [f"no answer within {hours}" if item.expired else "no answer yet"]
    return f"{given.id}  {given.issued_at:%Y-%m-%d %H:%M}  {given.order:12}  {whom}: {'; '.join(said)}"


KIOSK_COMMANDS = (command, list_commands, reviewed)
