"""Look a machine over: can it lay badges out, and can it reach a printer?"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import usb.backend.libusb1
import usb.core
from PIL import features

from printers.catalogue.brother import BROTHER_VENDOR
from printers.errors import TransportError
from printers.layout.faces import font_files, font_records
from printers.models import MODELS, model_by_usb_id
from printers.transports.usb import UsbAddress, UsbPrinter, find_printers


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what.
        ok: False when something must be done; None for a plain fact.
        words: what was found and what to do.
    """

    name: str
    ok: bool | None
    words: str


def examine(backend: usb.backend.IBackend | None = None) -> list[Finding]:
    """Look at text shaping, fonts, USB and each printer that is plugged in."""
    return [_shaping(), _fonts(), *_usb(backend)]


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


def _usb(backend: usb.backend.IBackend | None) -> list[Finding]:
    if backend is None and usb.backend.libusb1.get_backend() is None:
        return [Finding("USB", ok=False, words="libusb is missing. Install the package libusb-1.0-0.")]
    try:
        printers = find_printers(UsbAddress(), backend)
        silent = _brother_without_printer_interface(printers, backend)
    except (TransportError, usb.core.USBError) as error:
        return [Finding("USB", ok=False, words=str(error))]
    found = [Finding("USB", ok=True, words="libusb works")]
    found += [_printer(printer) for printer in printers]
    found += [Finding("USB printer", ok=False, words=words) for words in silent]
    if not printers and not silent:
        found.append(Finding("USB printer", ok=None, words="none is plugged in and switched on"))
    return found + _kernel_devices()


def _printer(printer: UsbPrinter) -> Finding:
    usb_id = f"{printer.vendor:04x}:{printer.product:04x}"
    model = model_by_usb_id(printer.vendor, printer.product)
    try:
        serial = printer.serial_number()
    except TransportError as error:
        return Finding("USB printer", ok=False, words=f"{usb_id}: {error}")
    if model is None:
        return Finding(
            "USB printer", ok=None, words=f"{usb_id} is a printer whose model is not known. {_advice(printer)}"
        )
    return Finding("USB printer", ok=True, words=f"{model.name}, usb:{usb_id}:{serial}")


def _advice(printer: UsbPrinter) -> str:
    """How to use a printer that Lodge cannot tell by its USB ids."""
    of_maker = [model.name for model in MODELS if model.usb_vendor == printer.vendor]
    candidates = ", ".join(of_maker) or "ESCPOS-80, if it is a receipt printer"
    return f"Name it in its address, usb:?model=NAME, as one of: {candidates}."


def _brother_without_printer_interface(printers: list[UsbPrinter], backend: usb.backend.IBackend | None) -> list[str]:
    """Editor Lite turns a QL into a disk: then its product id is another and the printer interface is gone."""
    seen = {(printer.vendor, printer.product) for printer in printers}
    devices = usb.core.find(find_all=True, idVendor=BROTHER_VENDOR, backend=backend) or ()
    return [
        f"{device.idVendor:04x}:{device.idProduct:04x} is a Brother device that does not offer itself as a printer. "
        "If it has an Editor Lite button, press it until its light goes out."
        for device in devices
        if (int(device.idVendor), int(device.idProduct)) not in seen
    ]


def _kernel_devices() -> list[Finding]:
    findings = []
    for path in sorted(Path("/dev/usb").glob("lp*")) if Path("/dev/usb").is_dir() else []:
        usable = os.access(path, os.R_OK | os.W_OK)
        words = f"{path} may be used" if usable else f"{path}: add this user to the group 'lp' and sign in again"
        findings.append(Finding("device file", ok=usable, words=words))
    return findings
