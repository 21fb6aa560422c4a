"""``keys rotate-kek|destroy-tenant``: keys that protect what is stored (docs/operate/server.md)."""

from uuid import UUID

import click

from cloud_api.cli.frame import (
    Frame,
    choose_organisation,
    clear_failures,
    json_option,
    org_option,
    tell,
    with_cloud,
)
from cloud_api.cli.organisation_ends import acting, because, name_option, reason_option
from cloud_api.composition import Cloud
from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError
from cloud_api.services.kek_rotation import Rotated
from cloud_api.store import organisations


@click.command("rotate-kek")
@click.option("--reason", default="", help="Why, for the logs.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def rotate_kek(frame: Frame, *, reason: str, org: str | None, as_json: bool) -> None:
    """Give an organisation a new key for its data, and destroy the old one. Nothing stored is rewritten.

    The server may run meanwhile. Where it was interrupted, run it again: it goes on.
    """

    async def run(cloud: Cloud) -> tuple[UUID, Rotated]:
        tenant = await choose_organisation(cloud, org)
        return tenant, await cloud.operator.kek_rotation.rotate(tenant, acting(reason))

    tenant, done = with_cloud(frame, run)
    facts: dict[str, object] = {
        "organisation": str(tenant),
        "version": done.version,
        "wrapped": done.wrapped,
        "destroyed": done.destroyed,
    }
    text = (
        f"Version {done.version} protects the data: {counted(done.wrapped, 'data key')} wrapped anew, "
        f"{counted(done.destroyed, 'older version')} destroyed."
    )
    tell(facts, text, as_json=as_json)


@click.command("destroy-tenant")
@name_option
@reason_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def destroy_tenant(frame: Frame, *, name: str, reason: str, org: str | None, as_json: bool) -> None:
    """Destroy an organisation's keys at once, exporting nothing: nobody can read its data any more. No way back.

    Its rows stay, unreadable, until org close --without-export.
    """
    actor = because(reason)

    async def run(cloud: Cloud) -> tuple[UUID, tuple[int, int]]:
        tenant = await choose_organisation(cloud, org)
        async with cloud.db.tenant(tenant) as tx:
            known = await organisations.find_name(tx)
        if known != name:
            raise ConfigurationError(f'the organisation is called "{known}": type its name exactly so')
        return tenant, await cloud.operator.kek_rotation.destroy(tenant, actor)

    tenant, (versions, data_keys) = with_cloud(frame, run)
    facts: dict[str, object] = {
        "organisation": str(tenant),
        "standing": "destroyed",
        "keys_destroyed": versions,
        "data_keys_destroyed": data_keys,
    }
    text = (
        f"Destroyed: {counted(versions, 'key')} and {counted(data_keys, 'data key')} that they wrapped. Restart every "
        "server, which may remember them; backups hold them until they are gone."
    )
    tell(facts, text, as_json=as_json)
