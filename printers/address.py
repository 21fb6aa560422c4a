"""The parts of a printer's address, read and refused with the right forms."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from printers.errors import EncodingError, PrinterAddressError
from printers.hardware import PrinterModel
from printers.job import Cut, JobOptions
from printers.models import model_by_usb_id
from printers.transports.tcp import RAW_PORT
from printers.transports.usb import UsbAddress

_LAST_PORT = 65_535


@dataclass(frozen=True)
class UsbWish:
    """Which USB printer is meant, and which model it is to be taken for; None asks its USB ids."""

    address: UsbAddress
    model: PrinterModel | None


def read_usb_address(uri: str, target: str, named: PrinterModel | None, forms: str) -> UsbWish:
    """Read ``VENDOR:PRODUCT:SERIAL``, or nothing.

    Raises:
        PrinterAddressError: it cannot be understood, or no model is known for it.
    """
    if not target:
        address = UsbAddress() if named is None else UsbAddress(named.usb_vendor, named.usb_product)
        return UsbWish(address, named)
    vendor, _, rest = target.partition(":")
    product, _, serial = rest.partition(":")
    try:
        address = UsbAddress(int(vendor, 16), int(product, 16), serial or None)
    except ValueError:
        raise PrinterAddressError(f"{uri!r} is not a USB address. Use {forms}.") from None
    if named is None and model_by_usb_id(address.vendor or 0, address.product or 0) is None:
        raise PrinterAddressError(
            f"No printer model with the USB id {vendor}:{product} is known. If it speaks a language that Lodge knows, "
            "add ?model=NAME."
        )
    return UsbWish(address, named)


def read_network_address(uri: str, target: str, forms: str) -> tuple[str, int]:
    """Read ``HOST``, ``HOST:PORT`` or ``[IPv6]:PORT``.

    Raises:
        PrinterAddressError: it cannot be understood.
    """
    host, colon, port = target.strip("/").rpartition(":")
    if not colon or port.endswith("]"):
        host, port = target.strip("/"), str(RAW_PORT)
    if not host.strip("[]") or not (port.isascii() and port.isdigit() and 0 < int(port) <= _LAST_PORT):
        raise PrinterAddressError(f"{uri!r} is not a network address. Use {forms}.")
    return host.strip("[]"), int(port)


def read_ipp_address(uri: str, target: str, forms: str) -> bool:
    """Return True for ``//HOST/PATH``, ``//HOST:PORT/PATH``.

    Raises:
        PrinterAddressError: it cannot be understood, or holds a password, which would end up in logs.
    """
    try:
        parts = urlsplit(uri)
        known = target.startswith("//") and bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        known = False
    if not known:
        raise PrinterAddressError(f"{uri!r} is not an IPP address. Use {forms}.")
    return known


def read_options(uri: str, members: dict[str, str]) -> JobOptions:
    """Read the wishes for jobs out of an address.

    Raises:
        PrinterAddressError: for a wish that no printer knows.
    """
    try:
        return JobOptions(
            cut=Cut(members["cut"]) if "cut" in members else None,
            darkness=int(members["darkness"]) if "darkness" in members else None,
            speed=int(members["speed"]) if "speed" in members else None,
            compression=members.get("compression"),
        )
    except (ValueError, EncodingError) as error:
        raise PrinterAddressError(f"{uri!r} asks for what no printer does: {error}") from error
