"""``audit``: exports of the audit log."""

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
from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError
from cloud_api.services.audit_export import Export
from sync.archive_file import write_archive
from sync.protocol.keys import public_key, thumbprint
from sync.verify_cli import main as verify_command


@click.group()
def audit() -> None:
    """The audit log: export it, verify an export."""


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


audit.add_command(verify_command, name="verify")
