"""``keys rotate-master``: another key, or another key service, wraps what wraps everything (docs/operate/keys.md)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from cloud_api.cli.frame import Frame, clear_failures, json_option, tell, with_cloud
from cloud_api.cli.organisation_ends import acting
from cloud_api.clock import SystemClock
from cloud_api.composition import Cloud, database_addresses
from cloud_api.config import FILE_NAME, CloudSettings
from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError
from cloud_api.keys.local import LocalKeyService, add_key, drop_older, read_key_file, replace_key_file
from cloud_api.keys.settings import Provider
from cloud_api.services.audit_trail import Actor
from cloud_api.services.kek_rotation import MasterRotated

_SETTLED = timedelta(minutes=5)
"""A transaction that wrapped something by the key of before has ended by then, one way or the other (store/db.py)."""


@dataclass(frozen=True, slots=True)
class _Rewrapped:
    """What was wrapped anew, and by what."""

    done: MasterRotated
    roots: int
    service: str


@click.command("rotate-master")
@click.option(
    "--to", "to", type=click.Choice(["local", "aws"]), help="Move to this key service (default: the settings')."
)
@click.option("--drop-old", is_flag=True, help="Wrap nothing more by a new key: forget those of before, if unused.")
@click.option("--reason", default="", help="Why, for the logs.")
@json_option
@click.pass_obj
@clear_failures
def rotate_master(frame: Frame, *, to: Provider | None, drop_old: bool, reason: str, as_json: bool) -> None:
    """Have a new key wrap the keys of all organisations: one more in the key file, or AWS KMS's newest.

    The old one stays where it is until --drop-old, which refuses while anything depends on it.
    """
    settings = frame.settings()
    provider = to or settings.key_service.provider
    if provider == "aws" and settings.key_service.aws is None:
        raise ConfigurationError("the settings name no key of AWS KMS: add [kms] with key and region first")
    if drop_old:
        _require_settled(settings, provider)
    elif provider == "local":
        _add_local(settings.key_file)
    rewrapped = _rewrap(frame, settings, provider, acting(reason), drop_old=drop_old)
    kept = _kept(settings.key_file, provider, drop_old=drop_old)
    facts: dict[str, object] = {
        "provider": provider,
        "master": rewrapped.service.removeprefix("local:"),
        "keks": rewrapped.done.keks,
        "secrets": rewrapped.done.secrets,
        "roots": rewrapped.roots,
        "kept": kept,
    }
    tell(facts, _told(settings, provider, rewrapped, kept), as_json=as_json)


def _add_local(path: Path) -> None:
    if path.exists():
        replace_key_file(path, add_key(read_key_file(path)))
    else:
        LocalKeyService.create(path)


def _require_settled(settings: CloudSettings, provider: Provider) -> None:
    if provider != settings.key_service.provider:
        raise ConfigurationError(
            f"the settings still say that {settings.key_service.provider} wraps what is new: change [kms] provider on "
            "every server and restart it first"
        )
    path = settings.key_file if provider == "local" else settings.folder / FILE_NAME
    if SystemClock().now() - datetime.fromtimestamp(path.stat().st_mtime, UTC) < _SETTLED:
        raise ConfigurationError(
            "the key was replaced within the last five minutes: something may still use the old one"
        )


def _rewrap(frame: Frame, settings: CloudSettings, provider: Provider, actor: Actor, *, drop_old: bool) -> _Rewrapped:
    with database_addresses(settings) as addresses:
        owner = addresses.migrator

        async def run(cloud: Cloud) -> _Rewrapped:
            rotation, custody = cloud.operator.kek_rotation, cloud.operator.root_custody
            roots = await custody.rewrap(owner)
            done = await rotation.rewrap_all(actor, every=provider == "aws" and not drop_old)
            if drop_old:
                others = (await rotation.list_services() | await custody.list_services()) - {cloud.ring.service_name}
                if others:
                    raise ConfigurationError(
                        f"something is still protected by {', '.join(sorted(others))}: nothing dropped"
                    )
            detail = {"service": cloud.ring.service_name, "keks": str(done.keks), "secrets": str(done.secrets)}
            kind = "master.older_dropped" if drop_old else "master.rotated"
            await cloud.operator.log.record(kind, None, actor, detail | {"roots": str(roots)})
            return _Rewrapped(done, roots, cloud.ring.service_name)

        return with_cloud(frame, run, wraps=provider)


def _kept(path: Path, provider: Provider, *, drop_old: bool) -> int:
    """How many older keys the key file still holds; with ``drop_old`` they go, and with AWS KMS the file does."""
    if not path.exists():
        return 0
    if provider == "aws":
        content = read_key_file(path)
        if drop_old:
            path.unlink()
        return 0 if drop_old else len(content.keys)
    if drop_old:
        replace_key_file(path, drop_older(read_key_file(path)))
    return len(read_key_file(path).keys) - 1


def _told(settings: CloudSettings, provider: Provider, rewrapped: _Rewrapped, kept: int) -> str:
    done, path = rewrapped.done, settings.key_file
    things = [
        counted(done.keks, "key of an organisation", "keys of organisations"),
        counted(done.secrets, "secret of the server", "secrets of the server"),
    ]
    if rewrapped.roots:
        things.append(counted(rewrapped.roots, "root key"))
    text = f"{rewrapped.service} wraps now; wrapped anew: {', '.join(things)}."
    if provider != settings.key_service.provider:
        text += f' Now set provider = "{provider}" under [kms] on every server of this database, and restart it.'
    if provider == "local":
        text += f" Back {path} up anew."
    if kept:
        text += f" {path} is needed until: lodge-cloud keys rotate-master --drop-old"
        return text + (" (copy it to every other server of this database before)" if provider == "local" else "")
    return f"{text} Backups of the database from before need the older key."
