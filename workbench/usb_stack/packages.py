"""Debian packages that are unpacked into a folder instead of being installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

_PATIENCE_SECONDS = 900
_EMULATOR = "qemu-system-x86_64"
_EMULATOR_PACKAGE = "qemu-system-x86"


class UsbStackError(Exception):
    """The machine is not to be had here, or did not end; the message says why, in one line."""


def newest_kernel() -> str:
    """The package that Debian's metapackage for this architecture stands for.

    Raises:
        UsbStackError: apt knows none.
    """
    known = call("apt-cache", "depends", "--important", "linux-image-amd64", why="apt knows no kernel here")
    named = re.findall(r"Depends: (linux-image-\d\S+)", known)
    if not named:
        raise UsbStackError("apt knows no kernel here: its lists may be missing (apt-get update)")
    return str(named[0])


def unpack(package: str, folder: Path) -> Path:
    """Download a package and unpack it below ``folder``, unless that was done; returns where.

    Raises:
        UsbStackError: it cannot be had.
    """
    target = folder / package
    if target.is_dir():
        return target
    loading, unpacking = folder / f"{package}.loading", folder / f"{package}.unpacking"
    for half in (loading, unpacking):
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
    call("apt-get", "-q", "download", package, why=f"{package} cannot be downloaded", cwd=loading)
    (archive,) = loading.glob("*.deb")
    call("dpkg-deb", "-x", str(archive), str(unpacking), why=f"{package} cannot be unpacked")
    shutil.rmtree(loading)
    unpacking.rename(target)
    return target


def require_emulator() -> str:
    """QEMU's command, installed where it is missing and that may be done.

    Raises:
        UsbStackError: it is not here and cannot be installed.
    """
    found = shutil.which(_EMULATOR)
    if found is not None:
        return found
    by_hand = f"apt-get install --no-install-recommends {_EMULATOR_PACKAGE}"
    if os.environ.get("LODGE_NO_APT") or os.geteuid() != 0:
        raise UsbStackError(f"{_EMULATOR} is missing (as root, type: {by_hand})")
    call(*by_hand.split(), "-q", "-y", why=f"{_EMULATOR_PACKAGE} cannot be installed")
    found = shutil.which(_EMULATOR)
    if found is None:
        raise UsbStackError(f"{_EMULATOR_PACKAGE} brought no {_EMULATOR}")
    return found


def call(*command: str, why: str, cwd: Path | None = None, given: bytes | None = None) -> str:
    """Run a command and return what it said.

    Raises:
        UsbStackError: it is not there, failed, or took too long; ``why`` begins the message.
    """
    try:
        ended = subprocess.run(
            command,
            capture_output=True,
            check=False,
            timeout=_PATIENCE_SECONDS,
            cwd=cwd,
            input=given,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsbStackError(f"{why} ({type(error).__name__})") from error
    if ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsbStackError(f"{why} ({said[-1] if said else f'status {ended.returncode}'})")
    return ended.stdout.decode("utf-8", "replace")
