"""``keys seal-root|unseal-root``: the root key goes from a file into the key service's keeping, and back (ADR 77)."""

from pathlib import Path
from uuid import UUID

import click

from cloud_api.cli.frame import Frame, choose_organisation, clear_failures, json_option, org_option, tell, with_cloud
from cloud_api.cli.organisation_ends import because, reason_option
from cloud_api.cli.root_keys import keep_root, read_root
from cloud_api.composition import Cloud, database_addresses
from cloud_api.errors import ConfigurationError


@click.command("seal-root")
@click.option(
    "--root-key",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The root key's file.",
)
@reason_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def seal_root(frame: Frame, *, root_key: Path, reason: str, org: str | None, as_json: bool) -> None:
    """Keep an organisation's root key in the database, sealed by the key service, to be used with --root-key kms."""
    root, actor = read_root(root_key), because(reason)
    with database_addresses(frame.settings()) as addresses:
        owner = addresses.migrator

        async def run(cloud: Cloud) -> tuple[UUID, str]:
            tenant = await choose_organisation(cloud, org)
            return tenant, await cloud.operator.root_custody.seal(owner, tenant, root, actor)

        tenant, service = with_cloud(frame, run)
    text = f"Sealed by {service}, and opened again to be sure. {root_key} is still there: lock it up, or destroy it."
    tell({"organisation": str(tenant), "root_sealed_by": service}, text, as_json=as_json)


@click.command("unseal-root")
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file that it goes to."
)
@reason_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def unseal_root(frame: Frame, *, out: Path, reason: str, org: str | None, as_json: bool) -> None:
    """Write an organisation's root key to a file, and let the key service keep it no more."""
    actor = because(reason)
    if out.exists():
        raise ConfigurationError(f"{out} exists already: it is never overwritten")
    with database_addresses(frame.settings()) as addresses:
        owner = addresses.migrator

        async def run(cloud: Cloud) -> UUID:
            tenant = await choose_organisation(cloud, org)
            await cloud.operator.root_custody.release(owner, tenant, actor, lambda key: keep_root(out, key))
            return tenant

        tenant = with_cloud(frame, run)
    text = f"The root key is in {out} and nowhere else: move it offline; every new keys page needs it."
    tell({"organisation": str(tenant), "root_sealed_by": None}, text, as_json=as_json)
