"""Where an organisation's root key is: a file, or sealed by the key service (``kms``); read, or made anew."""

import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal, TypeVar
from uuid import UUID

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.cli.frame import Frame, choose_organisation, with_cloud
from cloud_api.cli.organisation_ends import acting, because
from cloud_api.composition import Cloud, database_addresses
from cloud_api.errors import ConfigurationError
from cloud_api.store import signing_keys
from cloud_api.store.db import Tenant
from sync.protocol.keys import base64url, from_base64url, private_key

T = TypeVar("T")
SEALED: Literal["kms"] = "kms"
RootPlace = Path | Literal["kms"]
_SEED_BYTES = 32  # RFC 8032: a private key is 32 bytes


class RootPlaceType(click.ParamType[RootPlace]):
    """A file, or ``kms``."""

    name = "FILE|kms"

    def __init__(self, *, exists: bool = True) -> None:
        self._file = click.Path(path_type=Path, exists=exists, dir_okay=False)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> RootPlace:
        """``./kms`` is a file."""
        if value == SEALED:
            return SEALED
        read: Path = self._file.convert(str(value), param, ctx)
        return read


def sign_with_root(
    frame: Frame,
    org: str | None,
    place: RootPlace,
    act: Callable[[Cloud, Tenant, Ed25519PrivateKey], Awaitable[T]],
    *,
    reason: str,
    kind: str,
    use: str,
) -> T:
    """Do something that the root key signs, in one transaction of the organisation meant. It goes into the operator's
    log as ``kind``, with its ``use``.

    Raises:
        ConfigurationError: the root key is sealed and no reason is given, or it cannot be had.
    """
    read = None if place == SEALED else read_root(place)
    actor = because(reason) if read is None else acting(reason)
    with database_addresses(frame.settings()) as addresses:
        owner = addresses.migrator

        async def run(cloud: Cloud) -> T:
            tenant = await choose_organisation(cloud, org)
            root = read
            if root is None:
                root = await cloud.operator.root_custody.open(owner, tenant, actor, use)
            async with cloud.db.tenant(tenant) as tx:
                done = await act(cloud, tx, root)
            await cloud.operator.log.record(kind, tenant, actor, {"use": use})
            return done

        return with_cloud(frame, run)


def with_new_root(
    frame: Frame,
    org: str | None,
    place: RootPlace,
    act: Callable[[Cloud, UUID, str, Ed25519PrivateKey], Awaitable[T]],
) -> T:
    """Do something by which another root key takes over; a sealed one is kept before, and the former one forgotten only
    afterwards. ``act`` also gets where the login that migrates connects.
    """
    new = Ed25519PrivateKey.generate() if place == SEALED else read_or_make_root(place)
    named = "the key service" if place == SEALED else str(place)
    with database_addresses(frame.settings()) as addresses:
        owner = addresses.migrator

        async def run(cloud: Cloud) -> T:
            custody, tenant = cloud.operator.root_custody, await choose_organisation(cloud, org)
            await _require_other_root(cloud, tenant, new, named)
            if place == SEALED:
                await custody.put(owner, tenant, new)
            was_sealed = place == SEALED or await custody.find(tenant) is not None
            done = await act(cloud, tenant, owner, new)
            if was_sealed:
                await custody.keep_only(owner, tenant, new)
            return done

        return with_cloud(frame, run)


def read_root(path: Path) -> Ed25519PrivateKey:
    """The root key in a file that nobody else may read.

    Raises:
        ConfigurationError: others can read it, or it holds no root key.
        ProtocolError: it holds something else.
    """
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"{path} can be read by others: run chmod 600 {path}")
    raw = from_base64url(path.read_text("ascii", errors="replace").strip(), what="the root key's file")
    if len(raw) != _SEED_BYTES:
        raise ConfigurationError(f"{path} does not hold a root key")
    return private_key(raw)


async def _require_other_root(cloud: Cloud, tenant: UUID, root: Ed25519PrivateKey, named: str) -> None:
    """Refuse a root key that is another organisation's, or this one's at present.

    Raises:
        ConfigurationError: says whose it is.
    """
    await require_new_root(cloud, root, named, but=tenant)
    async with cloud.db.tenant(tenant) as tx:
        page = await signing_keys.newest_page(tx)
    if page is not None and page.root_key == root.public_key().public_bytes_raw():
        raise ConfigurationError(f"{named} holds the present root key: name another file; keys init makes one")


async def require_new_root(
    cloud: Cloud, root: Ed25519PrivateKey, named: Path | str, *, but: UUID | None = None
) -> None:
    """Refuse a root key that is or was one of another organisation: who has it could speak for both.

    Raises:
        ConfigurationError: says whose it is.
    """
    public = root.public_key().public_bytes_raw()
    async with cloud.db.lookup() as lookups:
        known = await lookups.list_organisations()
    for tenant, name in known:
        if tenant == but:
            continue
        async with cloud.db.tenant(tenant) as tx:
            pages = await signing_keys.list_pages(tx)
        if any(page.root_key == public for page in pages):
            raise ConfigurationError(f"{named} holds the root key of {name}: name another file; keys init makes one")


def keep_root(path: Path, key: bytes) -> None:
    """Write a new root key (32 bytes) where there is nothing yet, on disk before this returns.

    Raises:
        ConfigurationError: its folder is not there. It is not made: where a stick is not in place, the key that is to
            be offline would be written to the server's own disk.
    """
    if not path.parent.is_dir():
        raise ConfigurationError(f"there is no folder {path.parent}: make it, or put in the medium that it is on")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64url(key) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_or_make_root(path: Path) -> Ed25519PrivateKey:
    """The root key in a file; a new one is made where there is none, so that it may come from another machine.

    Raises:
        ConfigurationError, ProtocolError: as ``read_root``.
    """
    if not path.exists():
        keep_root(path, Ed25519PrivateKey.generate().private_bytes_raw())
    return read_root(path)
