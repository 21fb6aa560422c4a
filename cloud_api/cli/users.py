"""``user``: people who may sign in to the console."""

import sys
from pathlib import Path

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
from cloud_api.console import build_accounts
from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError
from cloud_api.services.staff_accounts import NewStaff
from cloud_api.store.users import User

_LONGEST_LINE = 4096

password_option = click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file whose first line is the password. Without it you are asked; where there is no terminal, the first"
    " line of standard input is taken.",
)


@click.group()
def user() -> None:
    """Staff accounts: create, list, give another password."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as colleagues read it.")
@password_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def create(frame: Frame, email: str, *, name: str, password_file: Path | None, org: str | None, as_json: bool) -> None:
    """Create an account that can sign in at once."""
    password = _password(password_file)

    async def run(cloud: Cloud) -> User:
        tenant = await choose_organisation(cloud, org)
        return await build_accounts(cloud).create(tenant, NewStaff(name, email, password), operator())

    made = with_cloud(frame, run)
    sign_in = f"{frame.settings().origin}/sign-in"
    facts: dict[str, object] = {"id": str(made.id), "email": made.email, "name": made.name, "sign_in": sign_in}
    tell(facts, f"{made.name} can sign in at {sign_in} as {made.email}.", as_json=as_json)


@user.command(name="list")
@org_option
@json_option
@click.pass_obj
@clear_failures
def list_all(frame: Frame, *, org: str | None, as_json: bool) -> None:
    """List accounts."""

    async def run(cloud: Cloud) -> list[User]:
        return await build_accounts(cloud).list(await choose_organisation(cloud, org))

    facts: list[dict[str, object]] = [
        {
            "id": str(found.id),
            "name": found.name,
            "email": found.email,
            "signed_in": found.signed_in_at.isoformat() if found.signed_in_at else None,
        }
        for found in with_cloud(frame, run)
    ]
    lines = [f"{item['email']}  {item['name']}  last signed in: {item['signed_in'] or 'never'}" for item in facts]
    tell(list(facts), "\n".join(lines) or "Nobody has an account yet: run lodge-cloud user create.", as_json=as_json)


@user.command(name="set-password")
@click.argument("email")
@password_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def set_password(frame: Frame, email: str, *, password_file: Path | None, org: str | None, as_json: bool) -> None:
    """Give an account another password; whoever is signed in with it is signed out."""
    password = _password(password_file)

    async def run(cloud: Cloud) -> int:
        tenant = await choose_organisation(cloud, org)
        return await build_accounts(cloud).set_password(tenant, email, password, operator())

    ended = with_cloud(frame, run)
    facts: dict[str, object] = {"email": email, "sessions_ended": ended}
    told = f" {counted(ended, 'session')} ended." if ended else " Nobody was signed in with the old one."
    tell(facts, f"The password is changed.{told}", as_json=as_json)


def _password(path: Path | None) -> str:
    """From a file, else typed twice at a terminal, else from a pipe: never from the command line, which every other
    user of the machine can read.
    """
    if path is not None:
        return _first_line(path.read_bytes(), str(path))
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    line = sys.stdin.buffer.readline(_LONGEST_LINE)
    if not line:
        raise ConfigurationError(
            "there is no terminal to ask for the password at: pipe it in as one line, or name a --password-file"
        )
    return _first_line(line, "standard input")


def _first_line(raw: bytes, where: str) -> str:
    try:
        lines = raw.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{where} is not text") from error
    if not lines:
        raise ConfigurationError(f"{where} is empty")
    return lines[0]
