"""``erasures``: the journal of what was erased, which outlives a database that is put back."""

from dataclasses import asdict
from pathlib import Path

import click

from cloud_api.cli.frame import Frame, clear_failures, fail, json_option, tell, with_cloud
from cloud_api.counting import counted


@click.group()
def erasures() -> None:
    """Erasures: repeat them after a backup was put back."""


@erasures.command()
@click.option(
    "--from",
    "others",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The journal of another host, or a copy; can be given several times.",
)
@json_option
@click.pass_obj
@clear_failures
def replay(frame: Frame, others: tuple[Path, ...], *, as_json: bool) -> None:
    """Erase again whatever the journal names and the database does not know as erased.

    Server and worker do this whenever they start. What only the database knows is added to this host's journal.
    """
    replayed = with_cloud(frame, lambda cloud: cloud.operator.erasure_replay.run(others))
    lines = [
        f"erased again  {counted(replayed.erased, 'visit')}",
        f"journal       {counted(replayed.added, 'entry', 'entries')} added",
    ]
    if replayed.elsewhere:
        entries = counted(replayed.elsewhere, "entry", "entries")
        lines.append(f"elsewhere     {entries} of organisations that this database does not have")
    tell(asdict(replayed), "\n".join(lines), as_json=as_json)
    if replayed.faults:
        fail("; ".join(replayed.faults))
