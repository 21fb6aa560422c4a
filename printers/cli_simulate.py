"""The commands of ``lodge-print`` for virtual printers: serve one, or give it an order.

lodge-print simulate ZD421-203 --out badges --tcp 127.0.0.1:9100 --control /tmp/lodge-printer.sock
lodge-print order /tmp/lodge-printer.sock '{"fault": "no-media"}'
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from pathlib import Path

import click

from printers.clock import SystemClock
from printers.drivers import VirtualSetup
from printers.errors import PrinterError
from printers.models import printer_model
from printers.plain_file import check_plain
from printers.simulator.control import ControlSocket, send_order
from printers.simulator.device import VirtualDevice
from printers.simulator.gadget import VirtualGadget
from printers.simulator.network import VirtualSocket
from printers.simulator.printer import VirtualPrinter

_FILE = click.Path(path_type=Path)
_PORTION_BYTES = 65_536


@click.command()
@click.argument("model")
@click.argument("stream", required=False, type=_FILE)
@click.option("--out", required=True, type=_FILE, help="Folder for badge-001.png, badge-002.png ...")
@click.option("--media", default="", help="Label medium that is loaded; else the model's usual one.")
@click.option("--control", default=None, type=_FILE, help="Unix socket that takes faults, one JSON object a line.")
@click.option("--device", default=None, type=_FILE, help="Path of the device file to serve until Ctrl-C.")
@click.option("--tcp", default=None, metavar="HOST:PORT", help="Address to serve raw TCP at until Ctrl-C; port 0: any.")
@click.option("--gadget", is_flag=True, help="Be a USB printer on this machine's USB device port until Ctrl-C (root).")
def simulate(
    *,
    model: str,
    stream: Path | None,
    out: Path,
    media: str,
    control: Path | None,
    device: Path | None,
    tcp: str | None,
    gadget: bool,
) -> None:
    """Be a printer of MODEL: print the bytes in STREAM ("-" is standard input), or serve a file, TCP or USB.

    With --device, any program can use the path as it would use /dev/usb/lp0, for instance:
    lodge-print send "file:PATH?model=MODEL" badge.json
    """
    if [stream, device, tcp, gadget or None].count(None) != 3:  # noqa: PLR2004 - all but one
        raise click.UsageError("Give a file with a printer's bytes, or --device PATH, --tcp HOST:PORT or --gadget.")
    printer = VirtualSetup(printer_model(model), media=media, out=out).printer(SystemClock())
    if device is not None:
        _serve(printer, VirtualDevice(printer, device), str(device), control, out)
    elif tcp is not None:
        served = VirtualSocket(printer, *_listening(tcp))
        _serve(printer, served, f"tcp:{served.host}:{served.port}", control, out)
    elif gadget:
        usb = VirtualGadget(printer)
        _serve(printer, usb, f"usb:{printer.model.usb_id}, beside {usb.node}", control, out)
    elif stream is not None:
        _feed(printer, stream)
        facts = printer.control({"status": True})
        if "trouble" in facts:
            raise PrinterError(f"{facts['printed']} printed, but not all of it was kept.")
        if not facts["printed"]:
            raise PrinterError(f"Nothing was printed: these bytes are not a whole job for {model} on {facts['media']}.")
        click.echo(f"{facts['printed']} printed into {out}.")


@click.command("order")
@click.argument("socket_path", metavar="SOCKET", type=_FILE)
@click.argument("words", metavar="ORDER")
def order(*, socket_path: Path, words: str) -> None:
    """Give a virtual printer an ORDER on its control SOCKET, such as '{"fault": "no-media"}', and print its answer."""
    answer = send_order(socket_path, words)
    click.echo(answer)
    if not json.loads(answer).get("ok"):
        raise PrinterError("The virtual printer did not obey.")


def _listening(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not (port.isascii() and port.isdigit()):
        raise click.UsageError(f"{address!r} is not HOST:PORT.")
    return host or "127.0.0.1", int(port)


def _serve(
    printer: VirtualPrinter,
    served: VirtualDevice | VirtualSocket | VirtualGadget,
    place: str,
    control: Path | None,
    out: Path,
) -> None:
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.closing(served))
        if control is not None:
            stack.enter_context(contextlib.closing(ControlSocket(printer, control)))
        click.echo(f"A virtual {printer.model.name} waits at {place}; badges go to {out}. Ctrl-C ends it.")
        sys.stdout.flush()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            served.wait()


def _feed(printer: VirtualPrinter, stream: Path) -> None:
    """Hand a file's bytes, or standard input's, to a printer as they come."""
    try:
        with contextlib.ExitStack() as stack:
            if str(stream) != "-":
                check_plain(stream)
            source = sys.stdin.buffer if str(stream) == "-" else stack.enter_context(stream.open("rb"))
            while portion := source.read(_PORTION_BYTES):
                printer.receive(portion)
    except OSError as error:
        raise PrinterError(f"{stream} cannot be read: {error.strerror}.") from error
