"""``org domains`` and ``org revoke-links``: who may be invited, and an end to every link that was sent."""

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
from cloud_api.services.invitation_domains import InvitationDomains


@click.command()
@click.option("--only", multiple=True, metavar="DOMAIN", help="Invite addresses of this domain; may be given again.")
@click.option("--any", "anybody", is_flag=True, help="Invite any address.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def domains(frame: Frame, *, only: tuple[str, ...], anybody: bool, org: str | None, as_json: bool) -> None:
    """Show whose addresses may be invited into the team, or set it."""
    if only and anybody:
        raise ConfigurationError("--only and --any say different things")

    async def run(cloud: Cloud) -> tuple[str, ...]:
        tenant, held = await choose_organisation(cloud, org), InvitationDomains(cloud.db, cloud.trail)
        if not only and not anybody:
            return await held.read(tenant)
        changed = await held.change(tenant, only, operator())
        await cloud.operator.log.record("organisation.domains_set", tenant, operator())
        return changed

    found = with_cloud(frame, run)
    shown = f"Addresses of {', '.join(found)} may be invited." if found else "Any address may be invited."
    tell({"domains": list(found)}, shown, as_json=as_json)


@click.command(name="revoke-links")
@org_option
@json_option
@click.pass_obj
@clear_failures
def revoke_links(frame: Frame, *, org: str | None, as_json: bool) -> None:
    """Let every link that was sent to somebody without an account (such as a host) open nothing any more."""

    async def run(cloud: Cloud) -> int:
        tenant = await choose_organisation(cloud, org)
        generation = await cloud.mailing.links.rotate(tenant, operator())
        await cloud.operator.log.record("links.revoked", tenant, operator())
        return generation

    generation = with_cloud(frame, run)
    tell({"generation": generation}, "No link that was sent until now opens anything any more.", as_json=as_json)
