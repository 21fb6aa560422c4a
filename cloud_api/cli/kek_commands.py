"""``keys rotate-kek|rotate-master|destroy-tenant``: keys that protect what is stored (docs/operate/server.md)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
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
from cloud_api.cli.organisation_ends import because, name_option, reason_option
from cloud_api.clock import SystemClock
from cloud_api.composition import Cloud
from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError
from cloud_api.keys.local import add_key, drop_older, read_key_file, replace_key_file
from cloud_api.services.kek_rotation import MasterRotated, Rotated
from cloud_api.store import organisations

_SETTLED = timedelta(minutes=5)
"""A transaction that wrapped something by the key of before has ended by then, one way or the other (store/db.py)."""


@click.command("rotate-kek")
@org_option
@json_option
@click.pass_obj
@clear_failures
def rotate_kek(frame: Frame, *, org: str | None, as_json: bool) -> None:
    """Give an organisation a new key for its data, and destroy the old one. Nothing stored is rewritten.

    The server may run meanwhile. Where it was interrupted, run it again: it goes on.
    """

    async def run(cloud: Cloud) -> tuple[UUID, Rotated]:
        tenant = await choose_organisation(cloud, org)
        return tenant, await cloud.operator.kek_rotation.rotate(tenant, operator())

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


@click.command("rotate-master")
@click.option("--drop-old", is_flag=True, help="Wrap nothing more by a new key: forget those of before, if unused.")
@json_option
@click.pass_obj
@clear_failures
def rotate_master(frame: Frame, *, drop_old: bool, as_json: bool) -> None:
    """Add a new key to the key file, and wrap the keys of all organisations by it.

    The old one stays in the file until --drop-old, which refuses while anything depends on it.
    """
    path = frame.settings().key_file
    if not drop_old:
        replace_key_file(path, add_key(read_key_file(path)))
    elif SystemClock().now() - datetime.fromtimestamp(path.stat().st_mtime, UTC) < _SETTLED:
        raise ConfigurationError(
            "the key was replaced within the last five minutes: something may still use the old one"
        )

    async def run(cloud: Cloud) -> MasterRotated:
        done = await cloud.operator.kek_rotation.rewrap_all(operator())
        if drop_old:
            others = await cloud.operator.kek_rotation.list_services() - {cloud.ring.service_name}
            if others:
                raise ConfigurationError(
                    f"something is still protected by {', '.join(sorted(others))}: nothing dropped"
                )
        return done

    done = with_cloud(frame, run)
    if drop_old:
        replace_key_file(path, drop_older(read_key_file(path)))
    content = read_key_file(path)
    facts: dict[str, object] = {
        "master": content.current,
        "keks": done.keks,
        "secrets": done.secrets,
        "kept": len(content.keys) - 1,
    }
    tell(facts, _told(path, content.current, done, len(content.keys) - 1), as_json=as_json)


def _told(path: Path, name: str, done: MasterRotated, kept: int) -> str:
    keks = counted(done.keks, "key of an organisation", "keys of organisations")
    secrets = counted(done.secrets, "secret of the server", "secrets of the server")
    text = f"{path} wraps by {name} now; wrapped anew: {keks} and {secrets}. Back the file up anew."
    if not kept:
        return f"{text} Backups of the database from before need the older file."
    return f"{text} Copy it to every other server of this database, then: lodge-cloud keys rotate-master --drop-old"


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
