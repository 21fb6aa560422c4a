"""``lodge-kiosk status`` and ``lodge-kiosk salvage``: how a kiosk's records stand, and what can be saved of them."""

from pathlib import Path

import click
import msgspec

from kiosk.command_line import DATA, JSON, OUTPUT, failing_clearly, printing, write_text
from kiosk.configuration import KioskConfiguration
from kiosk.errors import KioskError
from kiosk.log_report import evidence_bytes
from kiosk.reading_copy import read_station
from kiosk.status_report import close_doubts, status_facts, status_lines


@click.command()
@DATA
@JSON
@click.option("--reviewed", is_flag=True, help="A person has compared the list with the building: end all doubts.")
@click.option("--evidence", metavar="FILE", type=OUTPUT, help="Write what an alarm about the audit log rests on.")
def status(data_folder: Path, *, as_json: bool, reviewed: bool, evidence: Path | None) -> None:
    """Show how this kiosk stands: events recorded and waiting, pages held, whether its records and the cloud's audit
    log could be checked.
    """
    with failing_clearly(), read_station(KioskConfiguration(data_folder=data_folder)) as station:
        if evidence is not None:
            found = evidence_bytes(station)
            if found is None:
                raise KioskError("There is no alarm about the audit log, so there is no evidence to write.")
            write_text(evidence, found.decode("utf-8"))
        if reviewed and not close_doubts(station):
            click.echo("There was no doubt about this kiosk's records.", err=True)
        facts = status_facts(station)
    with failing_clearly(), printing():
        if as_json:
            click.echo(msgspec.json.encode(facts))
            return
        for line in status_lines(facts):
            click.echo(line)


@click.command()
@DATA
@JSON
@click.option("--set-aside", is_flag=True, help="If nothing can be salvaged: make room for enrolling the kiosk anew.")
def salvage(data_folder: Path, *, as_json: bool, set_aside: bool) -> None:
    """Make a new database out of a damaged one: all that can be read, verified. The kiosk must not run.

    The damaged files are kept whole, in a folder damaged-... beside the new one.
    """
    from kiosk.salvaging import salvage_facts, salvage_kiosk, salvage_lines  # noqa: PLC0415 -- for this command alone

    with failing_clearly():
        facts = salvage_facts(salvage_kiosk(data_folder, may_set_aside=set_aside))
    with failing_clearly(), printing():
        if as_json:
            click.echo(msgspec.json.encode(facts))
            return
        for line in salvage_lines(facts):
            click.echo(line)
