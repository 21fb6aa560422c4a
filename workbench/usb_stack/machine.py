"""The virtual machine: a kernel, a first program that hands over to this machine's own files, and the proof in it."""

from __future__ import annotations

import platform
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from workbench.usb_stack.kernel import Kernel, find_kernel, module_bytes
from workbench.usb_stack.packages import UsbStackError, newest_kernel, require_emulator, unpack

PATIENCE_SECONDS = 420
_MEMORY = "1024"
_FIRST = Path(__file__).with_name("first.sh")
_UDEV = ("udev", "libkmod2")
"""Debian's udevd, and the one library of it that a small system lacks."""


@dataclass(frozen=True, slots=True)
class UsbMachine:
    """``folder``: for what it needs and leaves behind."""

    folder: Path
    emulator: str
    kernel: Kernel
    busybox: Path

    def run(self, checkout: Path, python: str) -> dict[str, object]:
        """Boot, run the proof with this Python, and return what it found.

        Raises:
            UsbStackError: the machine does not come up, or does not end in time; its console is kept.
        """
        result, console = self.folder / "result.json", self.folder / "console.log"
        result.unlink(missing_ok=True)
        command = (
            self.emulator,
            *("-machine", "q35,accel=tcg", "-cpu", "max", "-smp", "2", "-m", _MEMORY),
            *("-nodefaults", "-no-reboot", "-display", "none", "-nic", "none"),
            *("-serial", f"file:{console}", "-serial", f"file:{result}"),
            *("-kernel", str(self.kernel.image), "-initrd", str(self._first_files(checkout, python))),
            *("-append", "console=ttyS0 oops=panic panic=-1 loglevel=5"),
            *("-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"),
        )
        began = time.monotonic()
        try:
            ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UsbStackError(f"the machine did not end ({type(error).__name__}); see {console}") from error
        if ended.returncode:
            raise UsbStackError(f"QEMU failed: {(ended.stderr.strip().splitlines() or ['no word'])[-1]}")
        try:
            found = msgspec.json.decode(result.read_bytes().strip(), type=dict[str, object])
        except (OSError, msgspec.MsgspecError) as error:
            raise UsbStackError(f"the machine said nothing; see {console}") from error
        return {"kernel": self.kernel.release, "seconds": round(time.monotonic() - began), **found}

    def _first_files(self, checkout: Path, python: str) -> Path:
        """The archive that the kernel starts from: busybox, the modules, the first program."""
        tree, archive = self.folder / "first", self.folder / "first.cpio"
        shutil.rmtree(tree, ignore_errors=True)
        for name in ("bin", "proc", "sys", "dev", "host", "modules"):
            (tree / name).mkdir(parents=True)
        shutil.copy2(self.busybox, tree / "bin" / "busybox")
        for number, module in enumerate(self.kernel.modules):
            (tree / "modules" / f"{number:03d}.ko").write_bytes(module_bytes(module))
        (tree / "settings").write_text(f"checkout='{checkout}'\npython='{python}'\nextra='{self.folder}'\n", "utf-8")
        shutil.copy2(_FIRST, tree / "init")
        (tree / "init").chmod(0o755)
        names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
        packed = subprocess.run(
            (str(self.busybox), "cpio", "-o", "-H", "newc"),
            input=names.encode(),
            capture_output=True,
            check=True,
            cwd=tree,
        )
        archive.write_bytes(packed.stdout)
        return archive


def prepare(folder: Path) -> UsbMachine:
    """Get what the machine needs where it is missing.

    Raises:
        UsbStackError: something cannot be had here.
    """
    if platform.machine() != "x86_64":
        raise UsbStackError("this proof runs this machine's own programs under an x86-64 kernel, and this is none")
    folder.mkdir(parents=True, exist_ok=True)
    emulator, package = require_emulator(), newest_kernel()
    kernel = find_kernel(unpack(package, folder))
    busybox = next(iter(unpack("busybox-static", folder).glob("**/bin/busybox")), None)
    if busybox is None:
        raise UsbStackError("busybox-static brought no busybox")
    for package in _UDEV:
        unpack(package, folder)
    return UsbMachine(folder, emulator, kernel, busybox)
