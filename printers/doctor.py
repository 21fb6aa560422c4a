"""Look a machine over: can it lay badges out, can it reach its printers, and what do these say of themselves?

>>> from printers.doctor import examine
>>> examine(["tcp:192.0.2.17?model=ZD421-300"])  # doctest: +SKIP
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import usb.backend
from PIL import features

from printers.clock import Clock
from printers.doctor_usb import UsbPlaces, look_at_usb
from printers.driver import PrinterState, PrinterStatus
from printers.drivers import open_printer
from printers.finding import Finding
from printers.layout.faces import font_files, font_records
from printers.media import MEDIA, Medium

__all__ = ["Finding", "ask_printer", "examine"]

_WELL = {PrinterState.READY, PrinterState.PRINTING}
_PASSES = {PrinterState.BUSY, PrinterState.COOLING}


def examine(
    addresses: Sequence[str] = (),
    medium: Medium | None = None,
    *,
    backend: usb.backend.IBackend | None = None,
    places: UsbPlaces | None = None,
    clock: Clock | None = None,
) -> list[Finding]:
    """Look at text shaping, fonts and USB, and ask printers how they are.

    Args:
        addresses: the printers to ask; none: every one whose model is known that is plugged in by USB.
        medium: what must be loaded; None: only tell what is.
        backend: another USB bus than the machine's.
        places: where the machine keeps its devices.
        clock: for time limits.

    Raises:
        PrinterError: an address cannot be understood.
    """
    findings = [_shaping(), _fonts()]
    asked = tuple(addresses)
    if not asked or any(address.startswith(("usb:", "file:/dev/")) for address in asked):
        look = look_at_usb(backend, places)
        findings += look.findings
        asked = asked or look.addresses
    return findings + [ask_printer(address, medium, backend=backend, clock=clock) for address in asked]


def ask_printer(
    address: str, medium: Medium | None, *, backend: usb.backend.IBackend | None = None, clock: Clock | None = None
) -> Finding:
    """Ask the printer at an address itself, over the way that badges take.

    Raises:
        PrinterError: the address cannot be understood.
    """
    printer = open_printer(address, backend=backend, clock=clock)
    try:
        status = printer.status(medium)
    finally:
        printer.close()
    return Finding(f"printer {address}", _verdict(status), _told(status))


def _verdict(status: PrinterStatus) -> bool | None:
    if status.state in _WELL:
        return True if status.confirmed else None
    return None if status.state in _PASSES else False


def _told(status: PrinterStatus) -> str:
    """The printer's own words, what is loaded, and the other way out of a wrong medium."""
    words = status.sentence
    if status.state in _WELL and status.loaded:
        return f"{words} Loaded: {status.loaded}."
    names = [paper.name for paper in MEDIA if paper.title == status.loaded]
    if status.state is PrinterState.WRONG_MEDIA and names and status.loaded != status.needed:
        return f"{words} Or keep it, and name it as the printer's medium: {names[0]}."
    return words


def _shaping() -> Finding:
    if features.check("raqm"):
        return Finding("text shaping", ok=True, words=f"raqm {features.version('raqm')}")
    return Finding("text shaping", ok=False, words="raqm is missing. Install the packages libraqm0 and libfribidi0.")


def _fonts() -> Finding:
    known = {str(record["file"]): record["sha256"] for record in font_records()}
    for path in font_files():
        if not path.is_file():
            return Finding("fonts", ok=False, words=f"{path.name} is missing. Install Lodge again.")
        if hashlib.sha256(path.read_bytes()).hexdigest() != known.get(path.name):
            return Finding("fonts", ok=False, words=f"{path.name} is damaged. Install Lodge again.")
    return Finding("fonts", ok=True, words=f"{len(known)} font files are whole")
