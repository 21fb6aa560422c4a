"""What every command of ``lodge-kiosk`` takes, and how it fails: one clear line on standard error."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kiosk.configuration import default_data_folder
from kiosk.errors import KioskError
from printers.errors import PrinterError
from sync.device.errors import DeviceError

DATA = click.option(
    "--data",
    "data_folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=default_data_folder,
    show_default="$LODGE_KIOSK_DATA or the user's data folder",
    help="Where this kiosk keeps its encrypted data.",
)
OUTPUT = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
JSON = click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")


@contextmanager
def printing() -> Iterator[None]:
    """Say so where standard output leads to a full disk: a list that is cut short must not pass for the whole."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is still in the buffer would be tried again when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise KioskError(f"Standard output could not be written: {error.strerror}.") from error


@contextmanager
def failing_clearly() -> Iterator[None]:
    """One line and a status of 1 for what can be expected to fail."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"lodge-kiosk: {where}{error.strerror or error}.", err=True)
        sys.exit(1)
    except (KioskError, DeviceError, PrinterError) as error:
        click.echo(f"lodge-kiosk: {error}", err=True)
        sys.exit(1)


def write_text(path: Path, text: str) -> None:
    """Write a file that was asked for.

    Raises:
        KioskError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise KioskError(f"{path} could not be written: {error.strerror}.") from error
