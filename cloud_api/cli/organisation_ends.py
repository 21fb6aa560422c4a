"""``org suspend|resume|close|quotas|log``: what a server's operator does to organisations from outside of them."""

from dataclasses import replace
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
    plain,
    tell,
    with_cloud,
)
from cloud_api.composition import Cloud, database_addresses
from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError, StoreError
from cloud_api.services.audit_trail import Actor
from cloud_api.services.closing import Gone
from cloud_api.services.operator_log import OperatorAct
from cloud_api.services.organisation_export import Exported, require_new
from cloud_api.services.quotas import QuotaUse
from cloud_api.store.quotas import QUOTA_NAMES, QuotaName

reason_option = click.option("--reason", required=True, help="Why, for the logs.")
name_option = click.option("--yes", "name", required=True, metavar="NAME", help="The organisation's name, typed out.")
_MOST = 2**62


def because(reason: str) -> Actor:
    """Who runs the command, and why.

    Raises:
        ConfigurationError: no reason was given.
    """
    if not reason.strip():
        raise ConfigurationError("say why: --reason TEXT")
    return acting(reason)


def acting(reason: str) -> Actor:
    """Who runs the command, and why, where a reason was given.

    Raises:
        ConfigurationError: it is more than a line of letters: printed, one entry could look like two.
    """
    if not reason.strip().isprintable():
        raise ConfigurationError("--reason is one line, without control characters")
    return replace(operator(), reason=reason.strip())


@click.command()
@reason_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def suspend(frame: Frame, *, reason: str, org: str | None, as_json: bool) -> None:
    """Let nobody sign in; kiosks go on, keep what they record, and send it when it is over."""
    actor = because(reason)

    async def run(cloud: Cloud) -> tuple[UUID, int]:
        tenant = await choose_organisation(cloud, org)
        return tenant, await cloud.operator.standings.suspend(tenant, actor)

    tenant, ended = with_cloud(frame, run)
    text = f"Suspended. {counted(ended, 'session')} ended; kiosks go on, and send what they keep once it is resumed."
    tell({"organisation": str(tenant), "standing": "suspended", "sessions_ended": ended}, text, as_json=as_json)


@click.command()
@reason_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def resume(frame: Frame, *, reason: str, org: str | None, as_json: bool) -> None:
    """End a suspension, or give up a closing that has destroyed nothing yet."""
    actor = because(reason)

    async def run(cloud: Cloud) -> UUID:
        tenant = await choose_organisation(cloud, org)
        await cloud.operator.standings.resume(tenant, actor)
        return tenant

    tenant = with_cloud(frame, run)
    text = "Open again. Kiosks send what they kept within some minutes."
    tell({"organisation": str(tenant), "standing": "open"}, text, as_json=as_json)


class QuotaType(click.ParamType[tuple[QuotaName, int | None]]):
    """A quota and its number: ``kiosks=5``; ``kiosks=any`` for no bound."""

    name = "quota"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[QuotaName, int | None]:
        """Read one."""
        word, _, number = str(value).partition("=")
        known = next((name for name in QUOTA_NAMES if name == word), None)
        if known is None or not (number == "any" or (number.isascii() and number.isdigit() and int(number) <= _MOST)):
            self.fail(f"{value} is not such as kiosks=5 or staff=any ({', '.join(QUOTA_NAMES)})", param, ctx)
        return known, None if number == "any" else int(number)


@click.command()
@click.option("--set", "wanted", multiple=True, type=QuotaType(), help="Such as kiosks=5; kiosks=any for no bound.")
@click.option("--reason", default="", help="Why they are changed, for the log.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def quotas(
    frame: Frame, *, wanted: tuple[tuple[QuotaName, int | None], ...], reason: str, org: str | None, as_json: bool
) -> None:
    """Show what an organisation has and may have, or set it. Visitors are checked in whatever it says."""

    async def run(cloud: Cloud) -> list[QuotaUse]:
        tenant = await choose_organisation(cloud, org)
        if not wanted:
            return await cloud.operator.quotas.show(tenant)
        return await cloud.operator.quotas.put(tenant, dict(wanted), because(reason))

    found = with_cloud(frame, run)
    lines = [
        f"{item.name:13} {item.used} of {'any number' if item.allowed is None else item.allowed}" for item in found
    ]
    facts: dict[str, object] = {item.name: {"used": item.used, "allowed": item.allowed} for item in found}
    tell(facts, "\n".join(lines), as_json=as_json)


@click.command()
@name_option
@reason_option
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file for all of its data.")
@click.option("--without-export", is_flag=True, help="Its keys are gone already: there is nothing to write down.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def close(
    frame: Frame, *, name: str, reason: str, out: Path | None, without_export: bool, org: str | None, as_json: bool
) -> None:
    """Write all of an organisation's data to a file, then destroy it with its keys. There is no way back.

    Where it was interrupted, it can be run again.
    """
    actor = because(reason)
    settings = frame.settings()
    with database_addresses(settings) as addresses:
        owner = addresses.migrator

        async def run(cloud: Cloud) -> tuple[UUID, Exported | None, Gone | None, int]:
            left = await _files_left(cloud, org)
            if left is not None:
                return left, None, None, await cloud.operator.closing.delete_files(left, actor)
            tenant = await choose_organisation(cloud, org, destroyed=True)
            exported = await _export(cloud, tenant, name, actor, out=out, without=without_export)
            gone = await _destroy(cloud, tenant, owner, exported, actor, out)
            return tenant, exported, gone, await cloud.operator.closing.delete_files(tenant, actor)

        tenant, exported, gone, files = with_cloud(frame, run)
    tell(_facts(tenant, exported, gone, files, out), _text(exported, gone, files, out), as_json=as_json)


async def _destroy(
    cloud: Cloud, tenant: UUID, owner: str, exported: Exported | None, actor: Actor, out: Path | None
) -> Gone:
    try:
        return await cloud.operator.closing.destroy(tenant, owner, exported, actor)
    except StoreError as error:
        if exported is None:
            raise
        raise StoreError(f"{error}; all of its data is in {out}: keep that file, or delete it") from error


async def _files_left(cloud: Cloud, org: str | None) -> UUID | None:
    """A closed organisation of this id whose files may still be there."""
    found = next(
        (gone for gone in await cloud.operator.closing.list_closed() if str(gone.id) == (org or "").lower()), None
    )
    if found is not None and found.files_gone_at is not None:
        raise ConfigurationError(
            f"this organisation was closed at {found.closed_at.isoformat()}: nothing is left of it"
        )
    return None if found is None else found.id


async def _export(
    cloud: Cloud, tenant: UUID, name: str, actor: Actor, *, out: Path | None, without: bool
) -> Exported | None:
    if out is not None:
        require_new(out)
    elif not without:
        raise ConfigurationError("name the file that all of its data goes to: --out FILE")
    if not await cloud.operator.closing.begin(tenant, name, actor):
        if not without:
            raise ConfigurationError("its keys are gone, nothing of it can be read: say --without-export")
        return None
    if out is None:
        raise ConfigurationError("its data can be exported, and is not destroyed unless it was: --out FILE")
    return await cloud.operator.closing.export(tenant, out, actor)


def _facts(
    tenant: UUID, exported: Exported | None, gone: Gone | None, files: int, out: Path | None
) -> dict[str, object]:
    return {
        "organisation": str(tenant),
        "standing": "closed",
        "file": str(out) if exported else None,
        "sha256": exported.sha256 if exported else None,
        "objects_exported": exported.objects if exported else 0,
        "unreadable": list(exported.unreadable) if exported else [],
        "rows_deleted": dict(sorted(gone.rows.items())) if gone else {},
        "keys_destroyed": gone.versions if gone else 0,
        "data_keys_destroyed": gone.data_keys if gone else 0,
        "files_deleted": files,
    }


def _text(exported: Exported | None, gone: Gone | None, files: int, out: Path | None) -> str:
    lines = []
    if exported is not None:
        lines.append(f"{out} holds all of it, readable: keep it as such. SHA-256 {exported.sha256}")
        lines += [f"not readable, and not in it: {what}" for what in exported.unreadable]
    if gone is not None:
        rows = counted(sum(gone.rows.values()), "row")
        lines.append(f"{rows} deleted; keys destroyed: {gone.versions}, and {gone.data_keys} that they wrapped.")
    lines.append(f"{counted(files, 'file')} of photos and signatures deleted. The organisation is closed.")
    lines.append("Backups hold it until they are gone; whoever puts one back destroys it again by the erasure journal.")
    return "\n".join(lines)


@click.command()
@json_option
@click.pass_obj
@clear_failures
def log(frame: Frame, *, as_json: bool) -> None:
    """What operators did to organisations, newest first; also to those that are gone."""

    async def run(cloud: Cloud) -> list[OperatorAct]:
        return await cloud.operator.log.list_newest()

    found = with_cloud(frame, run)
    facts: list[object] = [
        {
            "at": act.at.isoformat(),
            "kind": act.kind,
            "organisation": act.detail.organisation,
            "actor": act.detail.actor,
            "reason": act.detail.reason,
            "detail": act.detail.detail,
        }
        for act in found
    ]
    lines = [
        f"{act.at:%Y-%m-%d %H:%M:%S}  {act.kind:28} {act.detail.organisation or 'server'}"
        f"  {plain(act.detail.actor)}  {plain(act.detail.reason)}"
        for act in found
    ]
    tell(facts, "\n".join(lines) or "Nothing was done yet.", as_json=as_json)  # type: ignore[arg-type]  # plain facts
