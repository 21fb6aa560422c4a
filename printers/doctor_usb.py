"""What is on the USB bus, and why this user may not print on it, if so."""

from __future__ import annotations

import getpass
import grp
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import usb.backend.libusb1
import usb.core

from printers.catalogue.brother import BROTHER_VENDOR
from printers.catalogue.dymo import DYMO_VENDOR
from printers.catalogue.zebra import ZEBRA_VENDOR
from printers.errors import PrinterPermissionError, TransportError
from printers.finding import Finding
from printers.models import MODELS, model_by_usb_id
from printers.transports.usb import UsbAddress, UsbPrinter, find_printers

_RULES = "70-lodge-printers.rules"
_APPLY = "sudo udevadm control --reload && sudo udevadm trigger"
_GROUP = "lp"
_EDITOR_LITE = "If it has an Editor Lite button, press it until its light goes out."
_ANOTHER_MODE = "If it is the badge printer, set its USB mode to printer, or switch it off and on."


@dataclass(frozen=True)
class UsbPlaces:
    """Where this machine shows its USB devices and keeps its rules for them.

    Attributes:
        nodes: a file for each device, ``BUS/DEVICE``.
        usblp: the kernel's own printer devices.
        rules: folders of udev rules.
    """

    nodes: Path = Path("/dev/bus/usb")
    usblp: Path = Path("/dev/usb")
    rules: tuple[Path, ...] = (Path("/etc/udev/rules.d"), Path("/usr/lib/udev/rules.d"), Path("/lib/udev/rules.d"))


@dataclass(frozen=True)
class UsbLook:
    """What was found: the findings, and the addresses of those printers that can be asked how they are."""

    findings: tuple[Finding, ...]
    addresses: tuple[str, ...] = ()


def look_at_usb(backend: usb.backend.IBackend | None = None, places: UsbPlaces | None = None) -> UsbLook:
    """Look at libusb, the bus, and the kernel's printer devices; nothing is sent to a printer."""
    where = places or UsbPlaces()
    if backend is None and usb.backend.libusb1.get_backend() is None:
        return UsbLook((Finding("USB", ok=False, words="libusb is missing. Install the package libusb-1.0-0."),))
    try:
        printers = find_printers(UsbAddress(), backend)
        silent = list(_without_printer_interface(printers, backend))
    except (TransportError, usb.core.USBError) as error:
        return UsbLook((Finding("USB", ok=False, words=str(error)),))
    findings, addresses = [Finding("USB", ok=True, words="libusb works")], []
    for printer in printers:
        found, address = _printer(printer, where)
        findings += found
        addresses += [address] if address else []
    findings += silent
    if not printers and not silent:
        findings.append(Finding("USB printer", ok=None, words="none is plugged in and switched on"))
    return UsbLook((*findings, *_kernel_devices(where)), tuple(addresses))


def _printer(printer: UsbPrinter, places: UsbPlaces) -> tuple[list[Finding], str]:
    usb_id = f"{printer.vendor:04x}:{printer.product:04x}"
    model = model_by_usb_id(printer.vendor, printer.product)
    try:
        serial = printer.serial_number()
    except PrinterPermissionError:
        return [Finding("USB printer", ok=False, words=f"{usb_id}: {_not_allowed(printer, places)}")], ""
    except TransportError as error:
        return [Finding("USB printer", ok=False, words=f"{usb_id}: {error}")], ""
    if model is None:
        words = f"{usb_id} is a printer whose model is not known. {_advice(printer)}"
        return [Finding("USB printer", ok=None, words=words)], ""
    address = f"usb:{usb_id}:{serial}".removesuffix(":")
    found = [Finding("USB printer", ok=True, words=f"{model.name}, {address}")]
    if printer.held_by_kernel():
        words = f"holds {address}, and is set aside for each badge: nothing to do"
        found.append(Finding("kernel's usblp", ok=None, words=words))
    return found, address


def _advice(printer: UsbPrinter) -> str:
    """How to use a printer that Lodge cannot tell by its USB ids."""
    of_maker = [model.name for model in MODELS if model.usb_vendor == printer.vendor]
    candidates = ", ".join(of_maker) or "ESCPOS-80, if it is a receipt printer"
    return f"Name it in its address, usb:?model=NAME, as one of: {candidates}."


def _not_allowed(printer: UsbPrinter, places: UsbPlaces) -> str:
    """Whether the rule is missing, was not applied, or the user is not in the group, and what to type."""
    user, node = getpass.getuser(), places.nodes / printer.node
    if node.exists() and _group_of(node) != _GROUP:
        installed = any((folder / _RULES).exists() for folder in places.rules)
        what = "The udev rule is installed and was not applied to it" if installed else "The udev rule is not installed"
        copy = "" if installed else f"sudo cp deploy/raspberrypi/{_RULES} {places.rules[0]}/ && "
        return f"This user may not use it. {what}: {copy}{_APPLY}, then plug it in again."
    if user in _members():
        return f"This user may not use it yet: {user} was added to the group '{_GROUP}' and must sign in again."
    return f"This user may not use it: sudo usermod -aG {_GROUP} {user}, then sign in again (group '{_GROUP}')."


def _group_of(node: Path) -> str:
    try:
        return node.group()
    except (KeyError, OSError):
        return ""


def _members() -> list[str]:
    try:
        return grp.getgrnam(_GROUP).gr_mem
    except KeyError:
        return []


def _without_printer_interface(printers: list[UsbPrinter], backend: usb.backend.IBackend | None) -> Iterator[Finding]:
    """Editor Lite turns a QL into a disk: then its product id is another and the printer interface is gone."""
    seen = {(printer.vendor, printer.product) for printer in printers}
    for device in usb.core.find(find_all=True, backend=backend) or ():
        vendor, product = int(device.idVendor), int(device.idProduct)
        maker = {BROTHER_VENDOR: "Brother", ZEBRA_VENDOR: "Zebra", DYMO_VENDOR: "DYMO"}.get(vendor)
        if maker is None or (vendor, product) in seen:
            continue
        brother = vendor == BROTHER_VENDOR
        what = f"{vendor:04x}:{product:04x} is a {maker} device that does not offer itself as a printer."
        advice = _EDITOR_LITE if brother else _ANOTHER_MODE
        yield Finding("USB printer", ok=False if brother else None, words=f"{what} {advice}")


def _kernel_devices(places: UsbPlaces) -> Iterator[Finding]:
    for path in sorted(places.usblp.glob("lp*")) if places.usblp.is_dir() else []:
        usable = os.access(path, os.R_OK | os.W_OK)
        words = f"{path} may be used" if usable else f"{path}: add this user to the group '{_GROUP}' and sign in again"
        yield Finding("device file", ok=usable, words=words)
