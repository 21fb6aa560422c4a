"""What all commands share: the data folder, the organisation meant, one clear line on failure, JSON."""

import asyncio
import functools
import getpass
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar
from uuid import UUID

import click
import msgspec

from cloud_api.composition import Cloud, database_addresses, open_cloud
from cloud_api.config import CloudSettings, load_settings
from cloud_api.errors import CloudError, ConfigurationError
from cloud_api.keys.settings import Provider
from cloud_api.services.audit_trail import Actor
from sync.protocol.errors import ProtocolError

P = ParamSpec("P")
R = TypeVar("R")
_MOST_NAMED = 10
KEY_NAMES = {"ignore_unknown_options": True}
"""Settings of a command that takes the name of a key: one in sixty-four begins with a hyphen, as options do."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The options before the command."""

    folder: Path

    def settings(self) -> CloudSettings:
        """The server's settings."""
        return load_settings(self.folder)


def with_cloud(frame: Frame, use: Callable[[Cloud], Awaitable[R]], *, wraps: Provider | None = None) -> R:
    """Open the server's services, do something, and close them again. ``wraps``: as ``open_cloud``."""
    settings = frame.settings()

    async def run() -> R:
        async with open_cloud(settings, addresses, wraps=wraps) as cloud:
            return await use(cloud)

    with database_addresses(settings) as addresses:
        return asyncio.run(run())


async def choose_organisation(cloud: Cloud, wanted: str | None, *, destroyed: bool = False) -> UUID:
    """The organisation of an id or a name; the only one where none is named. ``destroyed``: also without its keys.

    Raises:
        ConfigurationError: there is none such, or it is not clear which.
    """
    async with cloud.db.lookup() as lookups:
        standings = await lookups.list_standings()
    known = [(tenant, name) for tenant, name, standing in standings if destroyed or standing != "destroyed"]
    if not known:
        raise ConfigurationError("there is no organisation yet: run lodge-cloud org create NAME --root-key FILE")
    matching = [item for item in known if wanted is None or wanted.lower() == str(item[0]) or wanted == item[1]]
    if len(matching) == 1:
        return matching[0][0]
    if wanted is None:
        raise ConfigurationError(f"there are {len(known)} organisations: name one with --org: {_named(known)}")
    if matching:
        ids = ", ".join(str(tenant) for tenant, _ in matching)
        raise ConfigurationError(f'{len(matching)} organisations are called "{wanted}": name one by its id: {ids}')
    raise ConfigurationError(f'there is no organisation "{wanted}" on this server, but {_named(known)}')


def _named(known: Sequence[tuple[UUID, str]]) -> str:
    shown = ", ".join(f"{name} ({tenant})" for tenant, name in known[:_MOST_NAMED])
    return shown if len(known) <= _MOST_NAMED else f"{shown} and {len(known) - _MOST_NAMED} more"


def plain(text: str) -> str:
    """What somebody else wrote, for a terminal, which some signs would command (C37)."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


async def suspended_note(cloud: Cloud, tenant: UUID) -> str:
    """A sentence to go with what an organisation can make no use of while it is suspended; else nothing."""
    async with cloud.db.lookup() as lookups:
        standings = await lookups.list_standings()
    if (tenant, "suspended") not in [(known, standing) for known, _, standing in standings]:
        return ""
    return "\nThe organisation is suspended: this is of no use until lodge-cloud org resume."


def operator() -> Actor:
    """Who runs a command on the server, for the audit log."""
    try:
        name = os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    return Actor(f"operator:{name}")


def tell(facts: Mapping[str, object] | list[Mapping[str, object]], text: str, *, as_json: bool) -> None:
    """Print facts for programs or text for people."""
    click.echo(msgspec.json.encode(facts).decode("utf-8") if as_json else text)


def fail(reason: str) -> NoReturn:
    """End with one line on stderr."""
    line = " ".join(reason.split())
    click.echo(f"lodge-cloud: {line}", err=True)
    sys.exit(1)


def clear_failures(command: Callable[P, R]) -> Callable[P, R]:
    """Turn every failure that has a clear reason into one line; anything else keeps its traceback."""

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (CloudError, ProtocolError) as error:
            fail(str(error))
        except OSError as error:
            fail(f"{error.filename or 'the system'}: {error.strerror or error}")

    return guarded


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--json`` of a command that prints facts."""
    return click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")(command)


def org_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--org`` of a command about one organisation."""
    return click.option("--org", metavar="NAME|ID", help="The organisation, where there are several.")(command)
