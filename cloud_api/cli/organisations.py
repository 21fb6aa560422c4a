"""``org``: organisations."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import click

from cloud_api.cli.applied_words import detail_of, facts_of, words_of
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
from cloud_api.cli.invitation_codes import invitation_code
from cloud_api.cli.organisation_ends import close, log, quotas, resume, suspend
from cloud_api.cli.organisation_logo import logo
from cloud_api.cli.organisation_people import domains, revoke_links
from cloud_api.cli.root_keys import SEALED, RootPlace, RootPlaceType, keep_root, read_root, require_new_root
from cloud_api.composition import Cloud, database_addresses
from cloud_api.errors import ConfigurationError
from cloud_api.services.names import is_name
from cloud_api.services.organisation_file import read_organisation_file
from cloud_api.services.organisations import Applied, Created, Seed
from cloud_api.services.session_policies import SessionPolicies, minutes
from cloud_api.store.closed import Closed
from cloud_api.store.session_policies import SessionPolicy

_MOST_BYTES = 64 * 2**20
"""Of a file: more than all that one may hold."""


@click.group()
def org() -> None:
    """Organisations: created, brought in line with their file, bounded, suspended, closed; how long sessions last."""


@org.command()
@click.argument("name")
@click.option(
    "--root-key",
    "root_key",
    required=True,
    type=RootPlaceType(exists=False),
    help="The file of the root's private key: keep it offline. It is made, or was made by keys init. kms: the key"
    " service keeps it sealed.",
)
@click.option("--same-name", is_flag=True, help="Create it although there is one of this name.")
@json_option
@click.pass_obj
@clear_failures
def create(frame: Frame, name: str, *, root_key: RootPlace, same_name: bool, as_json: bool) -> None:
    """Create an organisation with keys of its own."""
    if not is_name(name, 200):  # the table's limit
        raise ConfigurationError("an organisation's name has 1 to 200 printable characters")
    created = (
        _create_sealed(frame, name, same_name) if root_key == SEALED else _create(frame, name, root_key, same_name)
    )
    facts: dict[str, object] = {"id": str(created.id), "name": name, "root": created.root_thumbprint}
    kept = "sealed by the key service" if root_key == SEALED else f"in {root_key}: move it offline"
    text = (
        f"{name} is {created.id}.\nIts root key is {kept}; every new keys page needs it.\n"
        f"Fingerprint of the root: {created.root_thumbprint}"
    )
    tell(facts, text, as_json=as_json)


def _create(frame: Frame, name: str, root_key: Path, same_name: bool) -> Created:  # noqa: FBT001  as the option
    held = read_root(root_key) if root_key.exists() else None

    async def run(cloud: Cloud) -> Created:
        if not same_name:
            await _require_new_name(cloud, name)
        if held is None:
            made = await cloud.organisations.create(name, operator(), lambda key: keep_root(root_key, key))
        else:
            await require_new_root(cloud, held, root_key)
            made = await cloud.organisations.create(name, operator(), lambda _: None, seed=Seed(root=held))
        await _record_created(cloud, made, "file")
        return made

    try:
        return with_cloud(frame, run)
    except BaseException:
        if held is None:
            root_key.unlink(missing_ok=True)  # it belongs to an organisation that was not made
        raise


def _create_sealed(frame: Frame, name: str, same_name: bool) -> Created:  # noqa: FBT001  as the option
    with database_addresses(frame.settings()) as addresses:
        owner = addresses.migrator

        async def run(cloud: Cloud) -> Created:
            custody, seed = cloud.operator.root_custody, Seed()
            if not same_name:
                await _require_new_name(cloud, name)
            await custody.put(owner, seed.tenant, seed.root)
            try:
                made = await cloud.organisations.create(name, operator(), lambda _: None, seed=seed)
            except BaseException:
                await custody.take_back(owner, seed.tenant, seed.root)
                raise
            await _record_created(cloud, made, cloud.ring.service_name)
            return made

        return with_cloud(frame, run)


@org.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--same-name", is_flag=True, help="Rename it although there is another organisation of this name.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def apply(frame: Frame, file: Path, *, same_name: bool, org: str | None, as_json: bool) -> None:
    """Bring an organisation in line with FILE (JSON): its name, sites, hosts, types of visitor, invitations and so on.

    What the file does not name is retired or taken back, also what was added in the console or by the API.
    """
    wanted = read_organisation_file(_read(file))

    async def run(cloud: Cloud) -> Applied:
        tenant = await choose_organisation(cloud, org)
        if not same_name:
            await _require_new_name(cloud, wanted.name, of=tenant)
        applied = await cloud.organisations.apply(tenant, wanted, operator())
        await cloud.operator.log.record("configuration.applied", tenant, operator(), detail_of(applied))
        return applied

    done = with_cloud(frame, run)
    tell(facts_of(done), words_of(done, wanted), as_json=as_json)


@org.command()
@click.option("--idle", type=int, metavar="MINUTES", help="A session ends after so long without use: 5 to 240.")
@click.option("--longest", type=int, metavar="MINUTES", help="A session ends after so long in any case: 30 to 1440.")
@click.option(
    "--second-factor",
    type=click.Choice(["everybody", "by-role"]),
    help="Who signs in with a second factor: everybody, or those whose role asks for one.",
)
@org_option
@json_option
@click.pass_obj
@clear_failures
def policy(
    frame: Frame,
    *,
    idle: int | None,
    longest: int | None,
    second_factor: str | None,
    org: str | None,
    as_json: bool,
) -> None:
    """Show how people sign in and how long sessions last, or set it; it holds at once, also for who is signed in."""

    async def run(cloud: Cloud) -> SessionPolicy:
        tenant, policies = await choose_organisation(cloud, org), SessionPolicies(cloud.db, cloud.trail, cloud.clock)
        if (idle, longest, second_factor) == (None, None, None):
            return await policies.read(tenant)
        for_all = None if second_factor is None else second_factor == "everybody"
        changed = await policies.change(tenant, operator(), idle=idle, longest=longest, factor_for_all=for_all)
        await cloud.operator.log.record("organisation.policy_set", tenant, operator())
        return changed

    held = with_cloud(frame, run)
    facts: dict[str, object] = {
        "idle_minutes": minutes(held.idle),
        "longest_minutes": minutes(held.longest),
        "second_factor": "everybody" if held.factor_for_all else "by-role",
    }
    who = "Everybody needs" if held.factor_for_all else "Owners, admins and location admins need"
    idle_words, longest_words = minutes(held.idle), minutes(held.longest)
    ends = f"Sessions end after {idle_words} minutes without use, and after {longest_words} in any case."
    tell(facts, f"{ends} {who} a second factor.", as_json=as_json)


@org.command(name="list")
@json_option
@click.pass_obj
@clear_failures
def list_all(frame: Frame, *, as_json: bool) -> None:
    """List organisations, and what is left of those that were closed: their ids."""

    async def run(cloud: Cloud) -> list[tuple[str, str, str]]:
        async with cloud.db.lookup() as lookups:
            found = [(str(tenant), name, standing) for tenant, name, standing in await lookups.list_standings()]
        return [
            *found,
            *((str(gone.id), "", _closed_standing(gone)) for gone in await cloud.operator.closing.list_closed()),
        ]

    found = with_cloud(frame, run)
    lines = [f"{tenant}  {name}{'' if standing == 'open' else f'  ({standing})'}" for tenant, name, standing in found]
    facts: list[Mapping[str, object]] = [
        {"id": tenant, "name": name, "standing": standing} for tenant, name, standing in found
    ]
    tell(facts, "\n".join(lines) or "There is no organisation yet.", as_json=as_json)


def _closed_standing(gone: Closed) -> str:
    return "closed" if gone.files_gone_at else "closed, but for files of photos: run org close again"


async def _record_created(cloud: Cloud, made: Created, kept: str) -> None:
    detail = {"root": made.root_thumbprint, "root_kept": kept}
    await cloud.operator.log.record("organisation.created", made.id, operator(), detail)


async def _require_new_name(cloud: Cloud, name: str, *, of: UUID | None = None) -> None:
    """Names need not be unique, but two of one name are most often one made twice, each with keys of its own, or the
    file of another one. ``of``: whose name it will be; what it is called already it may be called.
    """
    async with cloud.db.lookup() as lookups:
        known = await lookups.list_organisations()
    if (of, _plain(name)) in [(tenant, _plain(taken)) for tenant, taken in known]:
        return
    for tenant, taken in known:
        if _plain(taken) == _plain(name):
            raise ConfigurationError(
                f'there is an organisation "{taken}" already ({tenant}); for another of the same name add --same-name'
            )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


for command in (close, domains, invitation_code, log, logo, quotas, resume, revoke_links, suspend):
    org.add_command(command)


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        raw = opened.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise ConfigurationError(f"{file.name} is larger than such a file ever is ({_MOST_BYTES // 2**20} MiB)")
    return raw
