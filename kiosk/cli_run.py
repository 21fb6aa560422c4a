"""``lodge-kiosk run``: the lobby screen. Apart from the other commands, so that it loads nothing of theirs."""

import faulthandler
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.command_line import DATA, failing_clearly
from kiosk.configuration import KioskConfiguration
from kiosk.display_values import Contrast
from kiosk.flows.ending import RESTART_STATUS, Ending
from kiosk.printer_settings import NONE, find_printers
from kiosk.tidying import rest_while_loading

if TYPE_CHECKING:
    from kiosk.ports import EvacuationList


@click.command()
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
    # Should a library of the display or the camera crash, the log says where: a screen that goes black tells nobody.
    faulthandler.enable()
    rest_while_loading()
    from kiosk.composition.commanded import run_kiosk  # noqa: PLC0415 -- while the collector rests

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
        ending = run_kiosk(configuration, rescue=lambda: _save_list(configuration))
    if ending is Ending.WIPE:
        click.echo("This kiosk was wiped by a command of its organisation. To use it again, enrol it anew.", err=True)
    if ending is Ending.RESTART:
        sys.exit(RESTART_STATUS)


def _save_list(configuration: KioskConfiguration) -> "EvacuationList | None":
    from kiosk.reading_copy import save_list  # noqa: PLC0415 -- only where the database is damaged

    return save_list(configuration)


def _parse_size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise click.BadParameter(f"{text} is not a size such as 1080x1920", param_hint="--window")
    return int(width), int(height)
