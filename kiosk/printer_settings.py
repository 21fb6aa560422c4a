"""Which printers a kiosk has: one named on the command line, or several in a file beside its data, ``printers.toml``.

    [[printer]]
    name = "Lobby"
    address = "usb:04f9:209d"
    medium = "62x100"

    [[printer]]
    name = "Reception"
    address = "tcp:192.0.2.17?model=ZD421-300"
    medium = "102x76-300dpi"
    role = "fallback"

A ``medium`` that is left out is the printer's usual one. Of printers that are ``primary`` (as all are that do not say
otherwise) whichever is free prints; a ``fallback`` prints while none of those before it can. Several fallbacks take
over in the order of the file.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk.errors import KioskError

FILE = "printers.toml"
NONE = "none"


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(pattern=r"^\S(.{0,38}\S)?$")]
    address: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    medium: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = ""
    role: Literal["primary", "fallback"] = "primary"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    printer: Annotated[tuple[_Entry, ...], msgspec.Meta(min_length=1, max_length=8)]


@dataclass(frozen=True, slots=True)
class PrinterSetting:
    """A printer. ``address`` and ``medium`` are as ``lodge-print`` takes them; an empty medium is the printer's usual
    one; ``rank`` 0 prints before 1.
    """

    name: str
    address: str
    medium: str
    rank: int = 0

    @property
    def role(self) -> str:
        """As in the file."""
        return "fallback" if self.rank else "primary"

    @property
    def shared(self) -> bool:
        """Whether other computers may print on it."""
        return self.address.partition(":")[0] in {"tcp", "ipp", "ipps"}


def single_printer(address: str, medium: str) -> tuple[PrinterSetting, ...]:
    """The printer of a command line, named by its address; none for ``none``."""
    return () if address == NONE else (PrinterSetting(address.partition("?")[0], address, medium),)


def read_printers(path: Path) -> tuple[PrinterSetting, ...]:
    """The printers of a file.

    Raises:
        KioskError: it cannot be read, or says what makes no sense.
    """
    try:
        entries = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).printer
    except OSError as error:
        raise KioskError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise KioskError(f"{path} does not describe printers: {error}. See docs/printers.md.") from error
    for what, values in (("name", [entry.name for entry in entries]), ("address", [e.address for e in entries])):
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise KioskError(f"{path}: two printers have the {what} {twice!r}. Each needs its own.")
    if all(entry.role == "fallback" for entry in entries):
        raise KioskError(f"{path}: no printer is primary, so there is nothing to fall back from.")
    fallbacks = [entry.name for entry in entries if entry.role == "fallback"]
    return tuple(
        PrinterSetting(
            entry.name,
            entry.address,
            entry.medium,
            0 if entry.role == "primary" else 1 + fallbacks.index(entry.name),
        )
        for entry in entries
    )


def find_printers(data_folder: Path, named: Path | None) -> tuple[PrinterSetting, ...]:
    """The printers of the file that is named, else of the one beside the data; none where there is neither.

    Raises:
        KioskError: as ``read_printers``.
    """
    if named is not None:
        return read_printers(named)
    usual = data_folder / FILE
    return read_printers(usual) if usual.exists() else ()
