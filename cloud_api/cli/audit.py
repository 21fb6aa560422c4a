"""``audit``: exports of the audit log, and proofs about it."""

import os
import re
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from cloud_api.cli.frame import (
    Frame,
    choose_organisation,
    clear_failures,
    json_option,
    org_option,
    tell,
    with_cloud,
)
from cloud_api.cli.organisation_ends import because, reason_option
from cloud_api.composition import Cloud
from cloud_api.console import build_audit_tables
from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError
from cloud_api.services.audit_export import Export
from cloud_api.services.audit_tables import Period, Table, TableFormat
from cloud_api.services.audit_trail import Actor
from cloud_api.services.log_proofs import Place
from sync.archive_file import write_archive
from sync.protocol import exact_json
from sync.protocol.keys import public_key, thumbprint
from sync.protocol.trust_files import CheckpointFile, ConsistencyFile, InclusionFile, TrustFile
from sync.verify_cli import main as verify_command

_PLACE = re.compile(r"(?:([1-9][0-9]{0,8}):)?([1-9][0-9]{0,14})")
_DAY = click.DateTime(("%Y-%m-%d",))
_out_option = click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write, else standard output."
)


class PlaceType(click.ParamType[Place]):
    """A checkpoint: the number of its entries, after its generation and a colon where that is not the first."""

    name = "place"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        """Read ``42`` or ``2:42``."""
        match = _PLACE.fullmatch(str(value))
        if match is None:
            self.fail(f"{value} is not a number of entries such as 42 or 2:42", param, ctx)
        return Place(int(match[1] or 1), int(match[2]))


@click.group()
def audit() -> None:
    """The audit log: export it, prove what is in it, verify what was exported."""


@audit.command()
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["archive", *(item.value for item in TableFormat)]),
    default="archive",
    show_default=True,
    help="An archive is verified by lodge-verify; tables are for reading on, and prove nothing.",
)
@click.option("--since", type=_DAY, help="The first day of a table, such as 2026-11-29.")
@click.option("--until", type=_DAY, help="The last day of a table.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@reason_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def export(  # noqa: PLR0913  one parameter an option
    frame: Frame,
    *,
    out: Path,
    form: str,
    since: datetime | None,
    until: datetime | None,
    force: bool,
    reason: str,
    org: str | None,
    as_json: bool,
) -> None:
    """Write the log to a file: with everything an outsider needs to verify it, or as a table of some days."""
    if not out.parent.is_dir():
        raise ConfigurationError(f"there is no folder {out.parent}")
    if out.exists() and not force:
        raise ConfigurationError(f"{out} exists already: name another file, or say --force")
    if since and until and since > until:
        raise ConfigurationError("--since is a later day than --until: no entry is of both")
    actor = because(reason)
    if form == "archive":
        if since or until:
            raise ConfigurationError(
                "an archive has the whole log, for a part of it would prove nothing: leave the days out"
            )
        _export_archive(frame, out, org, actor, as_json=as_json)
        return
    period = Period(*(day.date() if day else None for day in (since, until)))

    async def run(cloud: Cloud) -> Table:
        tables = build_audit_tables(cloud)
        table = await tables.begin(await choose_organisation(cloud, org), TableFormat(form), period, actor)
        with open(out, "wb", opener=_private) as file:  # noqa: ASYNC230  a command waits for its file
            async for piece in tables.write(table):
                file.write(piece)
        return table

    made = with_cloud(frame, run)
    held = max(0, made.last - made.first + 1)
    facts: dict[str, object] = {"file": str(out), "entries": held, "first": made.first, "last": made.last}
    tell(
        facts,
        f"{out} holds {counted(held, 'entry', 'entries')}. It proves nothing: that an archive does.",
        as_json=as_json,
    )


def _private(path: str, flags: int) -> int:
    """Names of staff are in it: whoever runs the command reads it, and nobody else."""
    return os.open(path, flags, 0o600)


def _export_archive(frame: Frame, out: Path, org: str | None, actor: Actor, *, as_json: bool) -> None:
    async def run(cloud: Cloud) -> Export:
        return await cloud.audit_export.make(await choose_organisation(cloud, org), actor)

    made = with_cloud(frame, run)
    write_archive(out, made.members)
    root = thumbprint(public_key(made.root_key))
    facts: dict[str, object] = {"file": str(out), "entries": made.entries, "root": root}
    held = counted(made.entries, "entry", "entries")
    text = f"{out} holds {held}.\nVerify it anywhere: lodge-verify {out} --root {root}"
    tell(facts, text, as_json=as_json)


@audit.command()
@_out_option
@org_option
@click.pass_obj
@clear_failures
def checkpoint(frame: Frame, *, out: Path | None, org: str | None) -> None:
    """Print the newest checkpoint, for lodge-verify."""

    async def run(cloud: Cloud) -> CheckpointFile:
        return await cloud.log_files.checkpoint(await choose_organisation(cloud, org))

    _write(with_cloud(frame, run), out)


@audit.command()
@click.argument("event", type=click.UUID)
@_out_option
@org_option
@click.pass_obj
@clear_failures
def prove(frame: Frame, event: UUID, *, out: Path | None, org: str | None) -> None:
    """Print the proof that EVENT (its id) is in the log, for lodge-verify."""

    async def run(cloud: Cloud) -> InclusionFile:
        return await cloud.log_files.inclusion(await choose_organisation(cloud, org), event)

    _write(with_cloud(frame, run), out)


@audit.command()
@click.argument("first", type=PlaceType())
@click.argument("second", type=PlaceType())
@_out_option
@org_option
@click.pass_obj
@clear_failures
def consistency(frame: Frame, first: Place, second: Place, *, out: Path | None, org: str | None) -> None:
    """Print the proof that the checkpoint over SECOND entries continues the one over FIRST, for lodge-verify."""

    async def run(cloud: Cloud) -> ConsistencyFile:
        return await cloud.log_files.consistency(await choose_organisation(cloud, org), first, second)

    _write(with_cloud(frame, run), out)


def _write(file: TrustFile, out: Path | None) -> None:
    raw = exact_json.encode(file)
    if out is None:
        click.echo(raw, nl=False)
    else:
        out.write_bytes(raw)


audit.add_command(verify_command, name="verify")
