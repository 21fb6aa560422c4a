"""``lodge-kiosk``: the lobby application and its commands.

Usage::

    lodge-kiosk enrol 8K2QD-... --server https://lodge.example.org
    lodge-kiosk run --printer usb:04f9:209d
    lodge-kiosk roster --pdf evacuation.pdf
    lodge-kiosk reprint K7QF2M9D --why "fell into the river"
    lodge-kiosk roster --print --printer usb: --medium 62x100
    lodge-kiosk read-list scan-1.png scan-2.png
    lodge-kiosk salvage
"""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
import msgspec
from rich.console import Console

from kiosk import __version__
from kiosk.cli_badges import badges, reprint
from kiosk.command_line import DATA, JSON, failing_clearly, printing
from kiosk.composition.station import open_station, open_store
from kiosk.configuration import KioskConfiguration
from kiosk.data_folder import hold_data_folder, require_database
from kiosk.display_values import Contrast
from kiosk.errors import KioskError
from kiosk.evacuation_list.roster_export import list_as_csv, list_as_facts
from kiosk.evacuation_list.roster_table import print_list
from kiosk.flows.ending import RESTART_STATUS, Ending
from kiosk.log_report import evidence_bytes
from kiosk.printer_settings import NONE, find_printers
from kiosk.reading_copy import read_station, save_list
from kiosk.status_report import close_doubts, status_facts, status_lines
from sync.device.clock import SystemClock
from sync.protocol.keys import public_key, thumbprint

_STANDARD_OUTPUT = Path("-")
_OUTPUT = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
@click.version_option(__version__, prog_name="lodge-kiosk")
def main() -> None:
    """The lobby kiosk: check-in, badges and the evacuation list, with the network or without it."""


@main.command()
@DATA
@click.option("--camera", default="v4l2:0", show_default=True, help="v4l2:N, file:PATH or none.")
@click.option("--printer", help="usb:VENDOR:PRODUCT, tcp:HOST?model=..., or none. Instead of a file of printers.")
@click.option("--medium", default="", show_default="the printer's usual ones", help="The labels in that printer.")
@click.option(
    "--printers",
    "printers_file",
    type=click.Path(path_type=Path, dir_okay=False),
    show_default="printers.toml beside the data, where there is one",
    help="A file that describes several printers.",
)
@click.option(
    "--export", "export_folder", type=click.Path(path_type=Path, file_okay=False), help="For evacuation PDFs."
)
@click.option(
    "--theme",
    type=click.Choice([theme.value for theme in Contrast]),
    default=Contrast.LIGHT.value,
    show_default=True,
    help="What the screen begins with: dark for a dim lobby. Visitors may still choose high contrast.",
)
@click.option("--window", metavar="WxH", help="A window of this size instead of the full screen.")
def run(
    data_folder: Path,
    camera: str,
    *,
    printer: str | None,
    medium: str,
    printers_file: Path | None,
    export_folder: Path | None,
    window: str | None,
    theme: str,
) -> None:
    """Run the lobby screen. Ends with status 75 when it was told to be started anew."""
    from kiosk.composition.commanded import run_kiosk  # noqa: PLC0415 -- the others need no camera and no printer

    if printer is not None and printers_file is not None:
        raise click.UsageError("--printer and --printers exclude each other.")
    with failing_clearly():
        printers = find_printers(data_folder, printers_file) if printer is None else ()
    configuration = KioskConfiguration(
        data_folder=data_folder,
        camera=camera,
        printer=printer or NONE,
        medium=medium,
        printers=printers,
        export_folder=export_folder,
        window=None if window is None else _parse_size(window),
        fullscreen=window is None,
        theme=Contrast(theme),
    )
    with failing_clearly():
        ending = run_kiosk(configuration, rescue=lambda: save_list(configuration))
    if ending is Ending.WIPE:
        click.echo("This kiosk was wiped by a command of its organisation. To use it again, enrol it anew.", err=True)
    if ending is Ending.RESTART:
        sys.exit(RESTART_STATUS)


@main.command()
@click.argument("code")
@click.option("--server", required=True, metavar="URL", help="The cloud's address, https://...")
@click.option("--again", is_flag=True, help="Where the organisation's root key was lost: keep all records and go on.")
@DATA
def enrol(code: str, server: str, data_folder: Path, *, again: bool) -> None:
    """Enrol this kiosk with the CODE that an administrator made for it (valid for 15 minutes)."""
    from sync.device.enroller import enrol as enrol_kiosk  # noqa: PLC0415 -- status and roster need no network
    from sync.device.https_transport import HttpsTransport  # noqa: PLC0415 -- as above

    with failing_clearly(), _holding(data_folder, again=again):
        if not server.startswith("https://"):
            raise KioskError("The server's address must begin with https://")
        with open_store(KioskConfiguration(data_folder=data_folder)) as (_, settings):
            enrolment = enrol_kiosk(
                code,
                server=server,
                transport=HttpsTransport(trust_any=True),
                settings=settings,
                entropy=secrets.token_bytes,
                now_ms=SystemClock().wall_ms(),
                again=again,
            )
        pages = _fetch_pages(data_folder)
    click.echo(f"Enrolled as kiosk {enrolment.kiosk}.")
    click.echo(f"The organisation's root key is {thumbprint(public_key(enrolment.root))}.")
    if not pages:
        click.echo("Its settings, hosts and documents have not come yet; the kiosk fetches them when it runs.")


@main.command()
@DATA
@JSON
@click.option("--reviewed", is_flag=True, help="A person has compared the list with the building: end all doubts.")
@click.option("--evidence", metavar="FILE", type=_OUTPUT, help="Write what an alarm about the audit log rests on.")
def status(data_folder: Path, *, as_json: bool, reviewed: bool, evidence: Path | None) -> None:
    """Show how this kiosk stands: events recorded and waiting, pages held, whether its records and the cloud's audit
    log could be checked.
    """
    with failing_clearly(), read_station(KioskConfiguration(data_folder=data_folder)) as station:
        if evidence is not None:
            found = evidence_bytes(station)
            if found is None:
                raise KioskError("There is no alarm about the audit log, so there is no evidence to write.")
            _write_text(evidence, found.decode("utf-8"))
        if reviewed and not close_doubts(station):
            click.echo("There was no doubt about this kiosk's records.", err=True)
        facts = status_facts(station)
    with failing_clearly(), printing():
        if as_json:
            click.echo(msgspec.json.encode(facts))
            return
        for line in status_lines(facts):
            click.echo(line)


@main.command()
@DATA
@JSON
@click.option("--pdf", metavar="FILE", type=_OUTPUT, help="Write the list as PDF.")
@click.option("--csv", metavar="FILE", type=_OUTPUT, help="Write the list as CSV; - is standard output.")
@click.option("--print", "on_printer", is_flag=True, help="Print the list on badge paper; the lobby must not run.")
@click.option("--png", metavar="DIR", type=_FOLDER, help="Write the badge printer's pages as pictures.")
@click.option("--printer", default="usb:", show_default=True, help="For --print: as for run.")
@click.option("--medium", default=None, help="For --print and --png: the labels; else the printer's usual ones.")
def roster(
    data_folder: Path,
    pdf: Path | None,
    csv: Path | None,
    png: Path | None,
    printer: str,
    medium: str | None,
    *,
    on_printer: bool,
    as_json: bool,
) -> None:
    """List who is on site, from this kiosk's own data; no network is needed."""
    csv_to_output, on_paper = csv == _STANDARD_OUTPUT, on_printer or png is not None
    with failing_clearly():
        if pdf == _STANDARD_OUTPUT:
            raise KioskError("A PDF is not for the terminal: give --pdf the name of a file.")
        if as_json and csv_to_output:
            raise KioskError("--json and --csv - both want standard output: give one of them a file, or leave one out.")
        with read_station(KioskConfiguration(data_folder=data_folder), damaged_too=True) as station:
            listed = station.evacuation.on_site()
            if pdf is not None:
                if station.evacuation.write_pdf(pdf) is None:
                    raise KioskError(f"{pdf} could not be written. Check the folder and the space on it.")
                _tell_written(pdf, listed.count)
            if on_paper:
                from kiosk.list_onto_paper import PaperWish  # noqa: PLC0415 -- the list itself needs no printer

                PaperWish(png, on_printer, printer, medium).fulfil(station, listed, partial(click.echo, err=True))
        if csv is not None and not csv_to_output:
            _write_text(csv, list_as_csv(listed))
            _tell_written(csv, listed.count)
    with failing_clearly(), printing():
        if as_json:
            click.echo(msgspec.json.encode(list_as_facts(listed)))
        elif csv_to_output:
            click.echo(list_as_csv(listed), nl=False)
        elif not (pdf or csv or on_paper):
            print_list(listed, Console())


@main.command("read-list")
@DATA
@JSON
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
def read_list(files: tuple[Path, ...], data_folder: Path, *, as_json: bool) -> None:
    """Read an evacuation list back from its codes, verified: pictures of them, or text files with a code a line."""
    from kiosk.list_reading import read_listed, snapshot_facts, snapshot_lines  # noqa: PLC0415 -- for this command alone

    with failing_clearly(), read_station(KioskConfiguration(data_folder=data_folder)) as station:
        facts = snapshot_facts(read_listed(files, station), station.time)
    with failing_clearly(), printing():
        if as_json:
            click.echo(msgspec.json.encode(facts))
            return
        for line in snapshot_lines(facts):
            click.echo(line)


@main.command()
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


@contextmanager
def _holding(data_folder: Path, *, again: bool) -> Iterator[None]:
    """A kiosk that runs would go on in the epoch that it leaves."""
    if not again:
        yield
        return
    require_database(data_folder)
    with hold_data_folder(data_folder):
        yield


def _tell_written(path: Path, people: int) -> None:
    click.echo(f"{people} {'person' if people == 1 else 'people'} on site written to {path}", err=True)


def _fetch_pages(data_folder: Path) -> int:
    """Fetch what the organisation published, so that the kiosk can work offline from its first minute."""
    from kiosk.composition.desks import build_feed_reader  # noqa: PLC0415 -- only here does this command need them

    with open_station(KioskConfiguration(data_folder=data_folder)) as station:
        reader = build_feed_reader(station)
        reader.step()
        while reader.more:
            reader.step()
        return len(station.feed.held())


def _write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise KioskError(f"{path} could not be written: {error.strerror}.") from error


def _parse_size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise click.BadParameter(f"{text} is not a size such as 1080x1920", param_hint="--window")
    return int(width), int(height)


main.add_command(badges)
main.add_command(reprint)


if __name__ == "__main__":
    main(prog_name="lodge-kiosk")
