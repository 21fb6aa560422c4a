"""``keys``: the organisation's keys and the page that names them to kiosks (docs/protocol-keys.md)."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.cli.frame import (
    KEY_NAMES,
    Frame,
    choose_organisation,
    clear_failures,
    json_option,
    org_option,
    tell,
    with_cloud,
)
from cloud_api.cli.kek_commands import destroy_tenant, rotate_kek
from cloud_api.cli.key_pages import since_replacement
from cloud_api.cli.master_commands import rotate_master
from cloud_api.cli.organisation_ends import acting, because, reason_option
from cloud_api.cli.root_custody import seal_root, unseal_root
from cloud_api.cli.root_keys import SEALED, RootPlace, RootPlaceType, read_root, sign_with_root, with_new_root
from cloud_api.cli.root_making import init
from cloud_api.composition import Cloud
from cloud_api.errors import ConfigurationError
from cloud_api.services.audit_trail import AdminAct
from cloud_api.services.key_ceremony import PURPOSES, PageTerms
from cloud_api.store import data_keys, keks, root_moves, signing_keys
from cloud_api.store.db import Tenant
from cloud_api.store.keks import KekVersion
from cloud_api.store.sealed_roots import SealedRoot
from cloud_api.store.signing_keys import StoredKey, StoredPage
from cloud_api.tls import pin_of
from sync.protocol import exact_json
from sync.protocol.keys import base64url, public_key, thumbprint
from sync.protocol.trust_files import KeyPages

T = TypeVar("T")
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
MOST_ABOVE = 1_000_000
"""Versions go up by one, and kiosks never take a lower one: a slip of the hand must leave room above it."""
_root_option = click.option(
    "--root-key", required=True, type=RootPlaceType(), help="The root key's file; kms where the key service keeps it."
)
_new_root_option = click.option(
    "--new-root-key",
    required=True,
    type=RootPlaceType(exists=False),
    help="The new root key; made where there is no such file. kms: made, and sealed by the key service.",
)
_why_option = click.option("--reason", default="", help="Why, for the logs; needed where the root key is sealed.")


class _Status(NamedTuple):
    keys: list[StoredKey]
    page: StoredPage | None
    moves: int
    versions: list[KekVersion]
    sealed: SealedRoot | None


@click.group()
def keys() -> None:
    """Signing keys and the keys page, and the keys that protect what is stored."""


@keys.command()
@org_option
@json_option
@click.pass_obj
@clear_failures
def status(frame: Frame, *, org: str | None, as_json: bool) -> None:
    """Show keys and the newest keys page, and the versions of the key that protects the data."""

    async def run(cloud: Cloud, tx: Tenant) -> _Status:
        moves, sealed = len(await root_moves.list_after(tx)), await cloud.operator.root_custody.find(tx.id)
        return _Status(
            await signing_keys.list_all(tx), await signing_keys.newest_page(tx), moves, await keks.list_all(tx), sealed
        )

    found, page, moves, versions, sealed = _within(frame, org, run)
    kept = "in a file of yours" if sealed is None else f"sealed by {sealed.service}"
    root = thumbprint(public_key(base64url(page.root_key))) if page else None
    facts: dict[str, object] = {
        "page": page.version if page else None,
        "root": root,
        "root_sealed_by": None if sealed is None else sealed.service,
        "root_moves": moves,
        "keys": [{"id": key.id, "use": key.purpose, "state": key.standing} for key in found],
        "kek": [
            {
                "version": item.version,
                "state": _kek_state(item, versions),
                "wrapped_by": item.service,
                "data_keys": item.data_keys,
            }
            for item in versions
        ],
    }
    lines = [f"root     {root}  {kept}", f"page     {page.version if page else 'none'}"]
    lines += [f"{key.purpose:8} {key.id}  {key.standing}" for key in found]
    lines += [
        f"data     version {item.version}  {_kek_state(item, versions)}  {item.data_keys} data keys"
        for item in versions
    ]
    tell(facts, "\n".join(lines), as_json=as_json)


def _kek_state(item: KekVersion, versions: list[KekVersion]) -> str:
    if item.destroyed_at is not None:
        return "destroyed"
    return "current" if item.version == versions[0].version else "being replaced: run keys rotate-kek"


@keys.command()
@_root_option
@_why_option
@click.option("--next-tls", type=_FILE, help="The certificate that the server will use next: kiosks accept it already.")
@click.option(
    "--above", type=click.IntRange(0, MOST_ABOVE), default=0, help="After a restore: a version that kiosks hold."
)
@org_option
@json_option
@click.pass_obj
@clear_failures
def page(
    frame: Frame,
    *,
    root_key: RootPlace,
    reason: str,
    next_tls: Path | None,
    above: int,
    org: str | None,
    as_json: bool,
) -> None:
    """Sign and publish the next keys page, as before and after a change of the TLS certificate.

    Keys that this version uses and the organisation does not have yet are made first.
    """
    terms = PageTerms(next_pin=None if next_tls is None else pin_of(next_tls), above=above)

    async def run(cloud: Cloud, tx: Tenant, root: Ed25519PrivateKey) -> StoredPage:
        await cloud.ceremony.make_keys(tx, await data_keys.open_organisation_key(tx, cloud.ring))
        published = await cloud.ceremony.publish_page(tx, root, terms)
        await cloud.trail.record(tx, AdminAct("keys.published", acting(reason), {"version": str(published.version)}))
        return published

    _tell_page(
        sign_with_root(frame, org, root_key, run, reason=reason, kind="keys.published", use="page"), as_json=as_json
    )


@keys.command()
@click.argument("use", type=click.Choice(PURPOSES))
@_root_option
@_why_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def rotate(frame: Frame, use: str, *, root_key: RootPlace, reason: str, org: str | None, as_json: bool) -> None:
    """Let the next key of a USE sign from now on; also where the current one is lost."""
    purpose = next(purpose for purpose in PURPOSES if purpose == use)

    async def run(cloud: Cloud, tx: Tenant, root: Ed25519PrivateKey) -> StoredPage:
        cipher = await data_keys.open_organisation_key(tx, cloud.ring)
        current = await cloud.ceremony.rotate(tx, cipher, purpose)
        published = await cloud.ceremony.publish_page(tx, root)
        detail = {"use": use, "key": current.id, "version": str(published.version)}
        await cloud.trail.record(tx, AdminAct("key.rotated", acting(reason), detail))
        return published

    done = sign_with_root(frame, org, root_key, run, reason=reason, kind="key.rotated", use=f"rotate {use}")
    _tell_page(done, as_json=as_json)


@keys.command(context_settings=KEY_NAMES)
@click.argument("kid")
@_root_option
@reason_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def withdraw(frame: Frame, kid: str, *, root_key: RootPlace, reason: str, org: str | None, as_json: bool) -> None:
    """Believe the key KID no more, because it has leaked; where it was in use, another takes its place."""
    actor = because(reason)

    async def run(cloud: Cloud, tx: Tenant, root: Ed25519PrivateKey) -> StoredPage:
        cipher = await data_keys.open_organisation_key(tx, cloud.ring)
        gone = await cloud.ceremony.withdraw(tx, cipher, kid)
        published = await cloud.ceremony.publish_page(tx, root)
        detail = {"use": gone.purpose, "key": gone.id, "version": str(published.version)}
        await cloud.trail.record(tx, AdminAct("key.withdrawn", actor, detail))
        return published

    done = sign_with_root(frame, org, root_key, run, reason=reason, kind="key.withdrawn", use=f"withdraw {kid}")
    _tell_page(done, as_json=as_json)


@keys.command("move-root")
@_root_option
@_new_root_option
@_why_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def move_root(
    frame: Frame, *, root_key: RootPlace, new_root_key: RootPlace, reason: str, org: str | None, as_json: bool
) -> None:
    """Hand over from one root key to the next; kiosks follow by themselves."""
    read = None if root_key == SEALED else read_root(root_key)
    actor = because(reason) if read is None else acting(reason)

    async def run(cloud: Cloud, tenant: UUID, owner: str, new: Ed25519PrivateKey) -> StoredPage:
        old = read or await cloud.operator.root_custody.open(owner, tenant, actor, "move-root")
        async with cloud.db.tenant(tenant) as tx:
            published = await cloud.ceremony.move_root(tx, old, new)
            await cloud.trail.record(tx, AdminAct("root.moved", actor, _root_detail(published)))
        await cloud.operator.log.record("root.moved", tenant, actor, _root_detail(published))
        return published

    _tell_page(with_new_root(frame, org, new_root_key, run), as_json=as_json)


@keys.command("replace-root")
@_new_root_option
@click.option("--lost", is_flag=True, help="The root key is lost: every kiosk will be enrolled again on site.")
@reason_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def replace_root(
    frame: Frame, *, new_root_key: RootPlace, lost: bool, reason: str, org: str | None, as_json: bool
) -> None:
    """Begin with a new root key where the old one is lost. Kiosks refuse it until they are enrolled again."""
    if not lost:
        raise ConfigurationError(
            "every kiosk must be enrolled again on site after this: say --lost, or use lodge-cloud keys move-root"
        )
    actor = because(reason)

    async def run(cloud: Cloud, tenant: UUID, owner: str, new: Ed25519PrivateKey) -> StoredPage:
        del owner
        async with cloud.db.tenant(tenant) as tx:
            published = await cloud.ceremony.publish_page(tx, new, PageTerms(new_root=True))
            await cloud.trail.record(tx, AdminAct("root.replaced", actor, _root_detail(published)))
        await cloud.operator.log.record("root.replaced", tenant, actor, _root_detail(published))
        return published

    published = with_new_root(frame, org, new_root_key, run)
    text = (
        f"Keys page {published.version} is published by a new root key. Kiosks go on working and sending, and take no "
        "news; at each: lodge-kiosk enrol CODE --again"
    )
    tell({"page": published.version, "root": _fingerprint(published)}, text, as_json=as_json)


@keys.command()
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@org_option
@click.pass_obj
@clear_failures
def pages(frame: Frame, *, out: Path | None, org: str | None) -> None:
    """Print every keys page and every move of the root key, for lodge-verify.

    After a root key that was lost and replaced, they begin anew there.
    """

    async def run(cloud: Cloud, tx: Tenant) -> KeyPages:
        del cloud
        known = since_replacement(await signing_keys.list_pages(tx), await root_moves.list_versions(tx))
        if not known:
            raise ConfigurationError("the organisation has no keys page")
        return KeyPages(
            v=1,
            tenant=tx.id,
            root=base64url(known[0].root_key),
            moves=tuple(await root_moves.list_after(tx)),
            pages=tuple(item.page for item in known),
        )

    raw = exact_json.encode(_within(frame, org, run))
    if out is None:
        click.echo(raw, nl=False)
    else:
        out.write_bytes(raw)


def _within(frame: Frame, org: str | None, act: Callable[[Cloud, Tenant], Awaitable[T]]) -> T:
    """Do something in one transaction of the organisation meant."""

    async def run(cloud: Cloud) -> T:
        async with cloud.db.tenant(await choose_organisation(cloud, org)) as tx:
            return await act(cloud, tx)

    return with_cloud(frame, run)


def _tell_page(published: StoredPage, *, as_json: bool) -> None:
    facts: dict[str, object] = {"page": published.version, "root": _fingerprint(published)}
    tell(facts, f"Keys page {published.version} is published.", as_json=as_json)


def _fingerprint(published: StoredPage) -> str:
    return thumbprint(public_key(base64url(published.root_key)))


def _root_detail(published: StoredPage) -> dict[str, str]:
    return {"root": _fingerprint(published), "version": str(published.version)}


for command in (init, rotate_kek, rotate_master, destroy_tenant, seal_root, unseal_root):
    keys.add_command(command)
