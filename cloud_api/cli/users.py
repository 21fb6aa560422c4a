"""``user``: people who may sign in to the console."""

import sys
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
    suspended_note,
    tell,
    with_cloud,
)
from cloud_api.cli.organisation_ends import acting, because, reason_option
from cloud_api.composition import Cloud
from cloud_api.console import build_accounts
from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError
from cloud_api.people import build_invitations
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.invitations import Invited, InviteFault, Wanted
from cloud_api.services.languages import LETTER_LANGUAGES
from cloud_api.services.staff_accounts import Account, NewStaff
from cloud_api.store.users import User

_LONGEST_LINE = 4096

password_option = click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file whose first line is the password. Without it you are asked; where there is no terminal, the first"
    " line of standard input is taken.",
)

role_option = click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="What this person may do; may be given several times. The first account of an organisation is its owner.",
)
site_option = click.option(
    "--site",
    "sites",
    multiple=True,
    metavar="NAME|KEY",
    help="A location that the roles are for; may be given several times. Without it: all. Not for owner and admin.",
)


@click.group()
def user() -> None:
    """Staff accounts: create, invite, list, remove; other roles, another password, lost second factors taken away."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as colleagues read it.")
@role_option
@site_option
@password_option
@click.option("--hashed", is_flag=True, help="What is read is another system's bcrypt hash; it is replaced at sign-in.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def create(  # noqa: PLR0913  one parameter an option
    frame: Frame,
    email: str,
    *,
    name: str,
    roles: tuple[str, ...],
    sites: tuple[str, ...],
    password_file: Path | None,
    hashed: bool,
    org: str | None,
    as_json: bool,
) -> None:
    """Create an account that can sign in at once. Everybody but the first of an organisation needs a --role."""
    read = _password(password_file)

    async def run(cloud: Cloud) -> User:
        tenant = await choose_organisation(cloud, org)
        grants = await _grants(cloud, tenant, roles, sites)
        wanted = NewStaff(name, email, "" if hashed else read, grants, hashed=read if hashed else "")
        return await build_accounts(cloud).create(tenant, wanted, operator())

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

    async def run(cloud: Cloud) -> list[Account]:
        return await build_accounts(cloud).list(await choose_organisation(cloud, org))

    facts: list[dict[str, object]] = [
        {
            "id": str(found.user.id),
            "name": found.user.name,
            "email": found.user.email,
            "roles": [
                {"role": grant.role.value, "site": str(grant.site) if grant.site else None} for grant in found.grants
            ],
            "described": found.described(),
            "signed_in": found.user.signed_in_at.isoformat() if found.user.signed_in_at else None,
        }
        for found in with_cloud(frame, run)
    ]
    lines = [
        f"{item['email']}  {item['name']}  {item['described']}  last signed in: {item['signed_in'] or 'never'}"
        for item in facts
    ]
    tell(list(facts), "\n".join(lines) or "Nobody has an account yet: run lodge-cloud user create.", as_json=as_json)


@user.command(name="set-roles")
@click.argument("email")
@role_option
@site_option
@click.option("--reason", default="", help="Why, for the audit log; wanted where the ownership is given or taken.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def set_roles(
    frame: Frame,
    email: str,
    *,
    roles: tuple[str, ...],
    sites: tuple[str, ...],
    reason: str,
    org: str | None,
    as_json: bool,
) -> None:
    """Let somebody bear these roles and no others. An organisation keeps at least one owner."""

    async def run(cloud: Cloud) -> Account:
        tenant = await choose_organisation(cloud, org)
        grants = await _grants(cloud, tenant, roles, sites)
        return await build_accounts(cloud).set_roles(tenant, email, grants, acting(reason))

    made = with_cloud(frame, run)
    facts: dict[str, object] = {"id": str(made.user.id), "email": made.user.email, "described": made.described()}
    tell(facts, f"{made.user.name} is {made.described()} now.", as_json=as_json)


@user.command()
@click.argument("email")
@reason_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def remove(frame: Frame, email: str, *, reason: str, org: str | None, as_json: bool) -> None:
    """Remove an account; its sessions end, and its API keys open nothing any more. An organisation keeps an owner."""
    actor = because(reason)

    async def run(cloud: Cloud) -> int:
        return await build_accounts(cloud).remove(await choose_organisation(cloud, org), email, actor)

    ended = with_cloud(frame, run)
    told = f" {counted(ended, 'session')} ended." if ended else ""
    tell({"email": email, "sessions_ended": ended}, f"{email} has no account any more.{told}", as_json=as_json)


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


@user.command(name="reset-factors")
@click.argument("email")
@click.option("--reason", required=True, help="Why; it goes into the audit log.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def reset_factors(frame: Frame, email: str, *, reason: str, org: str | None, as_json: bool) -> None:
    """Take all second factors from an account, as when telephone, keys and recovery codes are lost. Make sure first
    that whoever asks is who they say. Sessions end; the password stays.
    """

    async def run(cloud: Cloud) -> int:
        tenant = await choose_organisation(cloud, org)
        return await build_accounts(cloud).reset_factors(tenant, email, acting(reason))

    ended = with_cloud(frame, run)
    facts: dict[str, object] = {"email": email, "sessions_ended": ended}
    told = f" {counted(ended, 'session')} ended." if ended else ""
    tell(facts, f"{email} has no second factor any more and signs in with the password.{told}", as_json=as_json)


@user.command()
@click.argument("email")
@role_option
@site_option
@click.option("--language", type=click.Choice(LETTER_LANGUAGES), default="en", help="Of the mail; English without it.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def invite(
    frame: Frame,
    email: str,
    *,
    roles: tuple[str, ...],
    sites: tuple[str, ...],
    language: str,
    org: str | None,
    as_json: bool,
) -> None:
    """Invite somebody, who chooses name and password by a link that is good for 7 days. Where the server sends no mail
    the link is shown, once.
    """

    async def run(cloud: Cloud) -> tuple[Invited | InviteFault, str]:
        tenant = await choose_organisation(cloud, org)
        wanted = Wanted(email, await _grants(cloud, tenant, roles, sites), language)
        said = await build_invitations(cloud).invite_as_operator(tenant, wanted, operator())
        return said, await suspended_note(cloud, tenant)

    said, note = with_cloud(frame, run)
    if isinstance(said, InviteFault):
        raise ConfigurationError(said.words)
    facts: dict[str, object] = {"id": str(said.id), "email": said.email, "link": said.link}
    told = f"This server sends no mail. Hand this link over; it is not shown again:\n{said.link}"
    tell(facts, (told if said.link else f"A mail to {said.email} is on its way.") + note, as_json=as_json)


async def _grants(cloud: Cloud, tenant: UUID, roles: tuple[str, ...], sites: tuple[str, ...]) -> tuple[Grant, ...]:
    wanted = tuple(Role(role) for role in roles)
    whole = [role.value for role in wanted if role.everywhere]
    if sites and whole:
        raise ConfigurationError(f"{whole[0]} is a role for the whole organisation: leave out --site")
    if sites and not wanted:
        raise ConfigurationError("--site says where a role is for: name it with --role")
    places: list[UUID | None] = [site.id for site in await build_accounts(cloud).choose_sites(tenant, sites)]
    return tuple(Grant(role, place) for role in wanted for place in places or [None])


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
