"""``lodge-kiosk badges`` and ``lodge-kiosk reprint``: who has which badge, and a badge again.

All work beside a running lobby: a reprint is asked for in the log, a test badge in the settings, and the lobby prints
it within seconds.
"""

import getpass
from contextlib import ExitStack, suppress
from pathlib import Path
from uuid import UUID

import click
import msgspec
from rich.console import Console

from kiosk.badge_report import badge_facts, print_badges
from kiosk.badge_values import BadgeTestState
from kiosk.command_line import DATA, JSON, failing_clearly, printing
from kiosk.composition.station import Station, open_station
from kiosk.configuration import KioskConfiguration
from kiosk.data_folder import hold_data_folder
from kiosk.errors import KioskError
from kiosk.flows.printing.badge_ledger import BadgeLedger
from kiosk.flows.printing.badge_reprint import ReprintDesk
from kiosk.ports import ReprintRefused
from kiosk.printer_settings import single_printer
from kiosk.reading_copy import read_station
from sync.protocol import base32
from sync.protocol.errors import CodeError

_REFUSED = {
    ReprintRefused.NOT_ON_SITE: "Nobody on site has this code. See: lodge-kiosk badges",
    ReprintRefused.UNREADABLE: "Their details were erased, or cannot be read here: there is nothing to print.",
    ReprintRefused.STILL_TO_COME: (
        "This badge is still to come: it is printed as soon as a printer can, and a second one would be one too many."
    ),
    ReprintRefused.NO_REASON: "Say why: a reprint is recorded with its reason.",
    ReprintRefused.STORE_ERROR: "The disk refused: nothing was recorded, and no badge is printed.",
}


@click.group(invoke_without_command=True)
@DATA
@JSON
@click.pass_context
def badges(context: click.Context, data_folder: Path, *, as_json: bool) -> None:
    """List the badges of everybody on site: what became of each, on which printer, and who asked for it again."""
    if context.invoked_subcommand is not None:
        return
    with failing_clearly(), read_station(KioskConfiguration(data_folder=data_folder)) as station:
        people = badge_facts(station)
    with failing_clearly(), printing():
        if as_json:
            click.echo(msgspec.json.encode({"people": people}))
        else:
            print_badges(people, Console())


@badges.command("test")
@DATA
@click.option("--printer", help="Without a lobby: as for run. Else those of the lobby that ran last.")
@click.option("--medium", default="", show_default="the printer's usual ones", help="The labels in that printer.")
def badges_test(data_folder: Path, printer: str | None, medium: str) -> None:
    """Print a test badge on each printer, as every badge is printed, and say what became of it.

    A lobby that runs prints them itself. The badge says that it is a test; it is nobody's, and stands on no list.
    """
    from kiosk.badge_testing import run_tests  # noqa: PLC0415 -- they bring Pillow, which no other command here needs

    with failing_clearly(), open_station(KioskConfiguration(data_folder=data_folder)) as station:
        named = () if printer is None else single_printer(printer, medium)
        tests = run_tests(station, named, click.echo)
        failed = [test.printer for test in tests if test.state in {BadgeTestState.FAILED, BadgeTestState.UNSURE}]
        if failed:
            raise KioskError(f"Something must be done about: {', '.join(failed)}.")


@click.command()
@click.argument("badge")
@DATA
@click.option("--why", required=True, help="What became of the one before: lost, spoilt, never came out ...")
@click.option("--by", default=getpass.getuser, show_default="the user of this machine", help="Who asks for it.")
def reprint(badge: str, data_folder: Path, why: str, by: str) -> None:
    """Print a BADGE again, by its code (the eight characters on it) or the visit's id. By whom and why is recorded."""
    with failing_clearly(), open_station(KioskConfiguration(data_folder=data_folder)) as station:
        desk = ReprintDesk(BadgeLedger(station.log, station.settings), station.roll)
        asked = desk.reprint(str(_find(station, badge)), by=by, why=why)
        if isinstance(asked, ReprintRefused):
            raise KioskError(_REFUSED[asked])
    if _lobby_runs(data_folder):
        click.echo("Asked for. The lobby prints it within seconds; see: lodge-kiosk badges")
    else:
        click.echo("Asked for. No lobby runs here now; the next one that does prints it.")


def _find(station: Station, badge: str) -> UUID:
    with suppress(ValueError):
        return UUID(badge)
    found = None
    with suppress(CodeError):
        found = station.roll.find_readable(base32.normalise(badge))
    if found is None:
        raise KioskError(_REFUSED[ReprintRefused.NOT_ON_SITE])
    return found.id


def _lobby_runs(folder: Path) -> bool:
    with ExitStack() as held:
        try:
            held.enter_context(hold_data_folder(folder))
        except KioskError:
            return True
    return False
