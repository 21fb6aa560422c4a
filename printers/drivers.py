"""From a printer's address to its driver.

usb:                                   the first printer of a known model that is plugged in
usb:04f9:209d                          a QL-820NWB
usb:04f9:209d:000A1B234567             that very one, wherever it is plugged in
usb:?model=ZD421-300                   the first printer of that model's maker, taken for that model
tcp:printer.example.org?model=ZD421-300      a printer on the network, raw TCP, port 9100 where none is given
ipp://localhost/printers/NAME          an office printer, or a queue of CUPS; ipps:// with TLS
file:/dev/usb/lp0?model=QL-820NWB      a device file
file:badges.bin?model=QL-800           a plain file (named with an ending); badges are appended
virtual:QL-820NWB?out=DIR&media=62x100&control=SOCKET    a virtual printer, all three optional

Each but IPP and the last also takes ``cut`` (full, partial, none), ``darkness`` and ``speed``, where the printer knows
them.

>>> from printers.drivers import open_printer
>>> printer = open_printer("virtual:QL-820NWB?out=badges&media=62x100")  # doctest: +SKIP
>>> printer.print_badge(bitmap, medium("62x100"))  # doctest: +SKIP
Printed()
"""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import usb.backend

from printers.address import UsbWish, read_ipp_address, read_network_address, read_options, read_usb_address
from printers.clock import Clock, SystemClock
from printers.connected import ConnectedDriver, Connection
from printers.driver import PrinterDriver
from printers.errors import ControlError, EncodingError, PrinterAddressError, PrinterNotFoundError, TransportError
from printers.hardware import PrinterModel
from printers.ipp.driver import IppDriver
from printers.job import JobOptions
from printers.media import medium
from printers.models import family_of, model_by_usb_id, printer_model
from printers.paper import Medium
from printers.simulator.control import ControlSocket
from printers.simulator.paper import Tray
from printers.simulator.printer import VirtualPrinter
from printers.simulator.usb import UNPUBLISHED_PRODUCT, VirtualUsbBackend
from printers.transports.file import FileTransport
from printers.transports.tcp import TcpTransport
from printers.transports.usb import UsbAddress, UsbTransport, find_printers

_FORMS = (
    "usb:, usb:VENDOR:PRODUCT, usb:VENDOR:PRODUCT:SERIAL, usb:?model=NAME, tcp:HOST?model=NAME, ipp://HOST/PATH, "
    "file:PATH?model=NAME or virtual:NAME?out=DIR"
)
_DEFAULT_MODEL = "QL-820NWB"
_VIRTUAL_SERIAL = "VIRTUAL0001"
_SILENT_ON_NETWORK = "Over the network a {name} takes badges and does not say what becomes of them; by USB it does."
_ELSE_ON_USB = "Check its cable and switch it on; lodge-print doctor says what else is plugged in."
_WISHES = {"cut", "darkness", "speed", "compression"}


def open_printer(uri: str, *, backend: usb.backend.IBackend | None = None, clock: Clock | None = None) -> PrinterDriver:
    """Return the driver for an address; the printer itself is looked for at each call, so it may be absent now.

    Args:
        uri: see above.
        backend: another USB bus than the machine's.
        clock: for time limits.

    Raises:
        PrinterAddressError: the address cannot be understood.
        MediumUnknownError: the model or medium in it is not known.
        ControlError: a virtual printer cannot be set up as asked.
    """
    time = clock or SystemClock()
    kind, colon, rest = uri.partition(":")
    target, _, query = rest.partition("?")
    if kind in {"ipp", "ipps"} and read_ipp_address(uri, target, _FORMS):
        _members(uri, query, set())
        return IppDriver(uri, clock=time)
    if kind == "virtual" and target:
        return _virtual(VirtualSetup.of(target, _members(uri, query, {"out", "media", "control"})), time)
    members = _members(uri, query, {"model", *_WISHES})
    named = printer_model(members["model"]) if "model" in members else None
    connect: Callable[[], Connection]
    if kind == "usb" and colon:
        wish = read_usb_address(uri, target, named, _FORMS)
        connect = functools.partial(_connect_usb, wish, backend, time)
    elif kind == "file" and target:
        connect = functools.partial(_connect_file, Path(target), named or printer_model(_DEFAULT_MODEL), time)
    elif kind == "tcp" and target:
        if named is None:
            raise PrinterAddressError(f"{uri!r} does not say which model answers there: add ?model=NAME.")
        host, port = read_network_address(uri, target, _FORMS)
        connect = functools.partial(_connect_tcp, host, port, named, time)
    else:
        raise PrinterAddressError(f"{uri!r} is not a printer's address. Use {_FORMS}.")
    return ConnectedDriver(connect, clock=time, options=_wishes(uri, members, named))


def _wishes(uri: str, members: dict[str, str], model: PrinterModel | None) -> JobOptions:
    """The wishes for jobs, refused at once where the model's family would not heed them."""
    options = read_options(uri, members)
    if model is not None:
        try:
            family_of(model).check(options)
        except EncodingError as error:
            raise PrinterAddressError(f"{uri!r}: {error}") from error
    return options


def _members(uri: str, query: str, known: set[str]) -> dict[str, str]:
    members = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(set(members) - known)
    if unknown:
        raise PrinterAddressError(f"{uri!r} has an option {unknown[0]!r} that is not known. Use {_FORMS}.")
    return members


def _connect_usb(wish: UsbWish, backend: usb.backend.IBackend | None, clock: Clock) -> Connection:
    for printer in find_printers(wish.address, backend):
        model = wish.model or model_by_usb_id(printer.vendor, printer.product)
        if model is not None:
            return Connection(UsbTransport(printer, clock), model, family_of(model))
    raise PrinterNotFoundError("No supported printer is plugged in by USB and switched on.", todo=_ELSE_ON_USB)


def _connect_file(path: Path, model: PrinterModel, clock: Clock) -> Connection:
    family = family_of(model)
    target = path if family.dialogue is not None else _unwritten(path)
    return Connection(FileTransport(target, clock=clock), model, family)


def _unwritten(path: Path) -> Path:
    """Documents are not appended to one another: ``badge.pdf``, then ``badge-2.pdf`` ..."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in itertools.count(2))
    names = itertools.chain((path,), numbered)
    return next(name for name in names if not name.is_file() or name.stat().st_size == 0)


def _connect_tcp(host: str, port: int, model: PrinterModel, clock: Clock) -> Connection:
    silence = None if model.answers_on_network else _SILENT_ON_NETWORK.format(name=model.name)
    return Connection(TcpTransport(host, port, clock=clock), model, family_of(model), silence, shared=True)


@dataclass(frozen=True)
class VirtualSetup:
    """How a virtual printer is to be set up."""

    model: PrinterModel
    media: str = ""
    out: Path | None = None
    control: Path | None = None

    @classmethod
    def of(cls, model: str, members: dict[str, str]) -> VirtualSetup:
        """Read the options of an address."""
        return cls(
            model=printer_model(model),
            media=members.get("media", cls.media),
            out=Path(members["out"]) if "out" in members else None,
            control=Path(members["control"]) if "control" in members else None,
        )

    def printer(self, clock: Clock) -> VirtualPrinter:
        """Set the printer up, with a roll in it that it takes where none is named."""
        make = family_of(self.model).virtual
        if make is None:
            raise ControlError(f"There is no virtual {self.model.name}: it is a file format.")
        paper = medium(self.media) if self.media else default_medium(self.model)
        return make(self.model, paper, Tray(self.out), clock)


def default_medium(model: PrinterModel) -> Medium:
    """Return the family's usual medium, or one of that size, or the first that this model takes."""
    usual = medium(family_of(model).default_medium)
    size = (usual.width_mm, usual.length_mm)
    fit = (paper for paper in model.media if (paper.width_mm, paper.length_mm) == size)
    return usual if model.takes(usual) else next(fit, model.media[0])


def named_model(uri: str) -> PrinterModel | None:
    """Return the model that an address names, by its name or its USB ids; None where it leaves that open.

    Raises:
        PrinterAddressError: it cannot be understood.
        MediumUnknownError: no such model is known.
    """
    kind, _, rest = uri.partition(":")
    target, _, query = rest.partition("?")
    members = dict(parse_qsl(query))
    named = printer_model(members["model"]) if "model" in members else None
    if kind == "virtual":
        return printer_model(target)
    if kind == "usb":
        wish = read_usb_address(uri, target, named, _FORMS)
        return wish.model or model_by_usb_id(wish.address.vendor or 0, wish.address.product or 0)
    return named


def usual_medium(uri: str, *, backend: usb.backend.IBackend | None = None) -> Medium:
    """Return the medium that an address speaks of, or the usual one of its model.

    An address that leaves the model open takes the one that is plugged in now, else a QL.

    Raises:
        PrinterAddressError: it cannot be understood.
        MediumUnknownError: the model or medium in it is not known.
    """
    members = dict(parse_qsl(uri.partition("?")[2]))
    if "media" in members:
        return medium(members["media"])
    model = named_model(uri)
    if model is None and uri.partition(":")[0] == "usb":
        model = _plugged_in(backend)
    return default_medium(model or printer_model(_DEFAULT_MODEL))


def _plugged_in(backend: usb.backend.IBackend | None) -> PrinterModel | None:
    """The model that ``usb:`` finds now."""
    with contextlib.suppress(TransportError):
        found = (model_by_usb_id(one.vendor, one.product) for one in find_printers(UsbAddress(), backend))
        return next((model for model in found if model is not None), None)
    return None


def _virtual(setup: VirtualSetup, clock: Clock) -> PrinterDriver:
    printer = setup.printer(clock)
    bus = VirtualUsbBackend(printer, serial=_VIRTUAL_SERIAL, clock=clock)
    product = setup.model.usb_product or UNPUBLISHED_PRODUCT
    wish = UsbWish(UsbAddress(setup.model.usb_vendor or 0, product, _VIRTUAL_SERIAL), setup.model)
    socket = None if setup.control is None else ControlSocket(printer, setup.control)
    return ConnectedDriver(
        functools.partial(_connect_usb, wish, bus, clock),
        clock=clock,
        on_close=(lambda: None) if socket is None else socket.close,
    )
