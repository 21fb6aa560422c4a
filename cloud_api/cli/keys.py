"""``keys``: the organisation's keys and the page that names them to kiosks."""

import stat
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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
from cloud_api.services.audit_trail import AdminAct
from cloud_api.store import data_keys, signing_keys
from cloud_api.store.signing_keys import StoredKey, StoredPage
from sync.protocol.keys import base64url, from_base64url, private_key, public_key, thumbprint


@click.group()
def keys() -> None:
    """Signing keys and the keys page."""


@keys.command()
@org_option
@json_option
@click.pass_obj
@clear_failures
def status(frame: Frame, *, org: str | None, as_json: bool) -> None:
    """Show keys and the newest keys page."""

    async def run(cloud: Cloud) -> tuple[list[StoredKey], StoredPage | None]:
        async with cloud.db.tenant(await choose_organisation(cloud, org)) as tx:
            return await signing_keys.list_all(tx), await signing_keys.newest_page(tx)

    found, page = with_cloud(frame, run)
    root = thumbprint(public_key(base64url(page.root_key))) if page else None
    facts: dict[str, object] = {
        "page": page.version if page else None,
        "root": root,
        "keys": [{"id": key.id, "use": key.purpose, "state": key.standing} for key in found],
    }
    lines = [f"root     {root}", f"page     {page.version if page else 'none'}"]
    lines += [f"{key.purpose:8} {key.id}  {key.standing}" for key in found]
    tell(facts, "\n".join(lines), as_json=as_json)


@keys.command()
@click.option(
    "--root-key", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The root key."
)
@org_option
@json_option
@click.pass_obj
@clear_failures
def page(frame: Frame, *, root_key: Path, org: str | None, as_json: bool) -> None:
    """Sign and publish the next keys page, as after a change of keys or of the TLS certificate.

    Keys that this version uses and the organisation does not have yet are made first.
    """
    root = _read_root(root_key)

    async def run(cloud: Cloud) -> StoredPage:
        async with cloud.db.tenant(await choose_organisation(cloud, org)) as tx:
            await cloud.ceremony.make_keys(tx, await data_keys.open_organisation_key(tx, cloud.ring))
            published = await cloud.ceremony.publish_page(tx, root)
            detail = {"version": str(published.version)}
            await cloud.trail.record(tx, AdminAct("keys.published", operator(), detail))
            return published

    published = with_cloud(frame, run)
    tell({"page": published.version}, f"Keys page {published.version} is published.", as_json=as_json)


def _read_root(path: Path) -> Ed25519PrivateKey:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"{path} can be read by others: run chmod 600 {path}")
    raw = from_base64url(path.read_text("ascii", errors="replace").strip(), what="the root key's file")
    if len(raw) != 32:  # noqa: PLR2004  RFC 8032: a private key is 32 bytes
        raise ConfigurationError(f"{path} does not hold a root key")
    return private_key(raw)
