"""``audit``: exports of the audit log, and proofs about it."""

import re
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
    tell,
    with_cloud,
)
from cloud_api.composition import Cloud
from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError
from cloud_api.services.audit_export import Export
from cloud_api.services.log_proofs import Place
from sync.archive_file import write_archive
from sync.protocol import exact_json
from sync.protocol.keys import public_key, thumbprint
from sync.protocol.trust_files import CheckpointFile, ConsistencyFile, InclusionFile, TrustFile
from sync.verify_cli import main as verify_command

_PLACE = re.compile(r"(?:([1-9][0-9]{0,8}):)?([1-9][0-9]{0,14})")
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
@org_option
@json_option
@click.pass_obj
@clear_failures
def export(frame: Frame, *, out: Path, org: str | None, as_json: bool) -> None:
    """Write everything an outsider needs to verify the log, as a ZIP file."""
    if not out.parent.is_dir():
        raise ConfigurationError(f"there is no folder {out.parent}")

    async def run(cloud: Cloud) -> Export:
        return await cloud.audit_export.make(await choose_organisation(cloud, org), operator())

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
