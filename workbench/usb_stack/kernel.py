"""A kernel out of its package: its image, and those modules that the proof needs, in the order of their needs."""

from __future__ import annotations

import lzma
import re
from dataclasses import dataclass
from pathlib import Path

from workbench.usb_stack.packages import UsbStackError

WANTED = (
    "virtio_pci",
    "9pnet_virtio",
    "9p",
    "usbcore",
    "dummy_hcd",
    "libcomposite",
    "usb_f_printer",
    "usblp",
)
"""The guest's bus and file system; the port that is plugged into its own machine; the printer and its driver."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """``modules``: each after those that it needs."""

    release: str
    image: Path
    modules: tuple[Path, ...]


def find_kernel(unpacked: Path) -> Kernel:
    """The kernel in an unpacked package.

    Raises:
        UsbStackError: the package is not laid out as Debian's are, or lacks a module.
    """
    images = sorted((unpacked / "boot").glob("vmlinuz-*"))
    folders = [folder for folder in unpacked.glob("**/lib/modules/*") if folder.is_dir()]
    if len(images) != 1 or len(folders) != 1:
        raise UsbStackError(f"{unpacked.name} is not laid out as a kernel's package")
    known = {_module_name(path): path for path in folders[0].rglob("*.ko*")}
    builtin = folders[0] / "modules.builtin"
    built = {_module_name(Path(line)) for line in builtin.read_text().split()} if builtin.is_file() else set()
    ordered: list[Path] = []
    for name in WANTED:
        _add(name.replace("-", "_"), known, built, ordered)
    return Kernel(folders[0].name, images[0], tuple(ordered))


def _add(name: str, known: dict[str, Path], built: set[str], ordered: list[Path]) -> None:
    path = known.get(name)
    if path is None:
        if name in built:
            return
        raise UsbStackError(f"this kernel has no module {name}")
    if path in ordered:
        return
    for needed in _needs(path):
        _add(needed, known, built, ordered)
    ordered.append(path)


def module_bytes(path: Path) -> bytes:
    """A module as ``insmod`` takes it."""
    return lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()


def _needs(path: Path) -> list[str]:
    """The modules that one names in its own ``.modinfo``."""
    found = re.search(rb"\x00depends=([^\x00]*)\x00", module_bytes(path))
    names = found.group(1).decode("ascii") if found else ""
    return [name.replace("-", "_") for name in names.split(",") if name]


def _module_name(path: Path) -> str:
    return path.name.partition(".")[0].replace("-", "_")
