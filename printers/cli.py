"""``lodge-print``: badges without a kiosk.

lodge-print models
lodge-print preview --data badge.json -o badge.png --media 62x100
lodge-print preview contractor --data badge.json -o badge.png
lodge-print templates contractor > ours.json
lodge-print send usb: badge.json
lodge-print encode --model ZD421-300 --media 102x76-300dpi badge.png -o badge.zpl
lodge-print simulate QL-820NWB --out badges --device /tmp/lodge-printer
lodge-print simulate ZD421-300 --out badges --tcp 127.0.0.1:9100
lodge-print doctor "tcp:192.0.2.17?model=ZD421-300" --media 102x76-300dpi
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from printers.badge import render_badge
from printers.badge_file import read_badge, read_picture
from printers.bitmap import BadgeBitmap
from printers.cli_preview import preview, suitable_template, templates, write_file
from printers.cli_simulate import order, simulate
from printers.doctor import examine
from printers.driver import Failed, Printed, PrinterState, PrintOutcome
from printers.drivers import open_printer, usual_medium
from printers.errors import PrinterError
from printers.families.family import Family
from printers.families.known import FAMILIES
from printers.job import Cut, JobOptions
from printers.media import medium
from printers.models import MODELS, PrinterModel, family_of, printer_model
from printers.template import STANDARD

_FILE = click.Path(path_type=Path)
_NO_RED = "A {model} prints no red on {paper}: red needs two-colour paper, --media 62red on QL-800, 810W and 820NWB."


@click.group(help="Badges onto paper: preview, print, and virtual printers to try it with.")
def commands() -> None:
    """Group of all commands."""


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of a table.")
def models(*, as_json: bool) -> None:
    """List the printers that Lodge drives, and what each has been proven by."""
    if as_json:
        click.echo(json.dumps([_model_row(model) for model in MODELS], indent=2))
        return
    for family in FAMILIES:
        _print_family(family)


def _print_family(family: Family[Any]) -> None:
    """One table a family; what all of its models share stands in the title."""
    proven = ", ".join(dict.fromkeys(model.proven for model in family.models))
    console = Console()
    table = Table("model", "USB", "dpi", "colours", "tells", "media", title=f"{family.name} (proven by: {proven})")
    table.title_justify = "left"
    for model in family.models:
        colours = "black, red" if model.two_colour else "black"
        tells = {(True, True): "printed", (True, False): "faults"}.get((model.answers, model.confirms), "nothing")
        media = " ".join(paper.name for paper in model.media)
        table.add_row(model.name, model.usb_id, str(model.dpi), colours, tells, media)
    console.print(table)


def _model_row(model: PrinterModel) -> dict[str, object]:
    return {
        "model": model.name,
        "family": model.family,
        "usb": model.usb_id,
        "dpi": model.dpi,
        "media": [paper.name for paper in model.media],
        "colours": 2 if model.two_colour else 1,
        "status": model.answers,
        "proven": model.proven,
    }


@commands.command("encode")
@click.option("--model", required=True, help="Printer model, such as QL-820NWB.")
@click.option("--media", required=True, help="Label medium, such as 62x100.")
@click.option("--red", is_flag=True, help="Print red dots of the picture in red (two-colour paper).")
@click.option("--no-cut", is_flag=True, help="Leave the label on the roll: the same as --cut none.")
@click.option("--cut", type=click.Choice([cut.value for cut in Cut]), help="What the cutter does, where there is one.")
@click.option("--darkness", type=int, help="0 to 30, where the printer knows it.")
@click.option("--speed", type=int, help="Inches per second, where the printer knows it.")
@click.option("--compression", help="How dots are packed, where there is a choice (Zebra: z64, acs, hex).")
@click.option("-o", "--output", required=True, type=_FILE, help="File for the printer's bytes.")
@click.argument("picture", type=_FILE)
def encode_command(  # noqa: PLR0913 - one option each
    *,
    model: str,
    media: str,
    red: bool,
    no_cut: bool,
    cut: str | None,
    darkness: int | None,
    speed: int | None,
    compression: str | None,
    output: Path,
    picture: Path,
) -> None:
    """Turn PICTURE into the bytes that a printer takes.

    PICTURE is a PNG of the medium's printable size, or smaller: then it is put at the top left. Its dots are
    kept exactly; greys below the middle turn black.
    """
    paper, printer = medium(media), printer_model(model)
    if red and not paper.two_colour:
        raise PrinterError(_NO_RED.format(model=printer.name, paper=paper.title))
    bitmap = BadgeBitmap.of_picture(read_picture(picture), red=red)
    wanted = Cut.NONE if no_cut else None if cut is None else Cut(cut)
    options = JobOptions(cut=wanted, darkness=darkness, speed=speed, compression=compression)
    write_file(output, family_of(printer).job(bitmap, paper, printer, options))


commands.add_command(preview)
commands.add_command(templates)


@commands.command()
@click.argument("uri")
@click.argument("data", type=_FILE)
@click.option("--media", default=None, help="Label medium that is loaded; else the usual one of the model in URI.")
@click.option("--template", default=STANDARD.name, show_default=True, help="A JSON file, or a built-in template.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def send(*, uri: str, data: Path, media: str | None, template: str, as_json: bool) -> None:
    """Print the badge in DATA (JSON) on the printer at URI and say what became of it."""
    paper = usual_medium(uri) if media is None else medium(media)
    bitmap = render_badge(read_badge(data), paper, suitable_template(template, paper))
    printer = open_printer(uri)
    try:
        outcome = printer.print_badge(bitmap, paper)
    finally:
        printer.close()
    _tell(outcome, as_json=as_json)


def _tell(outcome: PrintOutcome, *, as_json: bool) -> None:
    words = "The badge was printed." if isinstance(outcome, Printed) else outcome.sentence
    if as_json:
        facts = {key: getattr(value, "value", value) for key, value in dataclasses.asdict(outcome).items()}
        kind = {"Printed": "printed", "SentUnconfirmed": "sent-unconfirmed", "Failed": "failed"}
        click.echo(json.dumps({"outcome": kind[type(outcome).__name__], **facts}))
    elif not isinstance(outcome, Failed):
        click.echo(words)
    if isinstance(outcome, Failed):
        raise PrinterError(words)


@commands.command()
@click.argument("uri")
@click.option("--media", default=None, help="Also say whether this medium is loaded.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def status(*, uri: str, media: str | None, as_json: bool) -> None:
    """Ask the printer at URI how it is. Exits 1 when it could not print."""
    printer = open_printer(uri)
    try:
        answer = printer.status(None if media is None else medium(media))
    finally:
        printer.close()
    if as_json:
        click.echo(json.dumps({**dataclasses.asdict(answer), "state": answer.state.value}))
    elif answer.state in {PrinterState.READY, PrinterState.PRINTING}:
        loaded = f" Loaded: {answer.loaded}." if answer.loaded else ""
        click.echo(f"{answer.sentence}{loaded}")
    if answer.state not in {PrinterState.READY, PrinterState.PRINTING}:
        raise PrinterError(answer.sentence)


commands.add_command(simulate)
commands.add_command(order)


@commands.command()
@click.argument("addresses", nargs=-1)
@click.option("--media", default=None, help="Also say whether this medium is loaded.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(*, addresses: tuple[str, ...], media: str | None, as_json: bool) -> None:
    """Look this machine over, and ask the printers at ADDRESSES how they are; without one, those on USB.

    Text shaping, fonts, USB, permissions; then paper, cover, and whether a printer answers. Nothing is printed. Exits 1
    when something must be done.
    """
    findings = examine(addresses, None if media is None else medium(media))
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(finding) for finding in findings], indent=2))
    else:
        marks = {True: "ok  ", False: "FIX ", None: "    "}
        for finding in findings:
            click.echo(f"{marks[finding.ok]}{finding.name}: {finding.words}")
    wrong = [finding.name for finding in findings if finding.ok is False]
    if wrong:
        raise PrinterError(f"Something must be done about: {', '.join(wrong)}.")


def main() -> None:
    """Run a command; every failure is one line on standard error and a non-zero exit."""
    try:
        commands.main(prog_name="lodge-print", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"lodge-print: {error.format_message()}", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except PrinterError as error:
        click.echo(f"lodge-print: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
