"""``lodge-kiosk roster`` and ``lodge-kiosk read-list``: who is on site, and a printed list read back."""

from functools import partial
from pathlib import Path

import click
import msgspec
from rich.console import Console

from kiosk.command_line import DATA, JSON, OUTPUT, failing_clearly, printing, write_text
from kiosk.configuration import KioskConfiguration
from kiosk.errors import KioskError
from kiosk.evacuation_list.roster_export import list_as_csv, list_as_facts
from kiosk.evacuation_list.roster_table import print_list
from kiosk.reading_copy import read_station

_STANDARD_OUTPUT = Path("-")
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@DATA
@JSON
@click.option("--pdf", metavar="FILE", type=OUTPUT, help="Write the list as PDF.")
@click.option("--csv", metavar="FILE", type=OUTPUT, help="Write the list as CSV; - is standard output.")
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
            write_text(csv, list_as_csv(listed))
            _tell_written(csv, listed.count)
    with failing_clearly(), printing():
        if as_json:
            click.echo(msgspec.json.encode(list_as_facts(listed)))
        elif csv_to_output:
            click.echo(list_as_csv(listed), nl=False)
        elif not (pdf or csv or on_paper):
            print_list(listed, Console())


@click.command("read-list")
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


def _tell_written(path: Path, people: int) -> None:
    click.echo(f"{people} {'person' if people == 1 else 'people'} on site written to {path}", err=True)
