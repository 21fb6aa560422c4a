"""Wiping a kiosk: what waits is sent if that is possible, then the key goes, then everything else (ADR 57)."""

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from kiosk.data_folder import DATABASE, KEY, LOCK, SPARE, WITNESS
from kiosk.errors import KioskError
from sync.device.clock import monotonic_seconds
from sync.device.private_files import create_private, sync_folder
from sync.device.stepping import LinkState, Step

SEND_SECONDS = 60.0
_MARK = "wiping"
_FILES = (f"{DATABASE}*", WITNESS, "salvage.lock", f".{KEY}.*", f".{DATABASE}.*", f".{WITNESS}.*", LOCK, SPARE)
_FOLDERS = ("kivy", ".salvage", "damaged-*", ".damaged-*")


def send_what_waits(
    step: Callable[[], Step],
    waiting: Callable[[], int],
    *,
    sleep: Callable[[float], None],
    now: Callable[[], float] = monotonic_seconds,
    seconds: float = SEND_SECONDS,
) -> bool:
    """Step until nothing waits, for so many seconds and only while the cloud answers; whether nothing waits now."""
    until = now() + seconds
    while waiting() > 0:
        taken = step()
        left = until - now()
        # What is refused at once steps aside for what comes after it; what has to wait is not waited for.
        if left <= 0 or (taken.state is not LinkState.ONLINE and taken.wait_seconds > 0):
            return waiting() == 0
        sleep(min(taken.wait_seconds, left) if waiting() > 0 else 0.0)
    return True


def wipe_was_cut_short(folder: Path) -> bool:
    """Whether a wipe of this folder was begun, so that it must be finished before anything else."""
    return (folder / _MARK).exists()


def wipe_folder(folder: Path) -> None:
    """Remove whatever this kiosk has kept: the keys first, so that a power cut leaves nothing that can be read.

    Nothing else in the folder is touched. Where the disk keeps old blocks, overwriting cannot promise more.

    Raises:
        KioskError: the disk refused; the next start goes on.
    """
    try:
        create_private(folder / _MARK, b"1")
        for key in (folder / KEY, *folder.glob(f"*/{KEY}")):
            _destroy(key)
        sync_folder(folder)
        for pattern in _FOLDERS:
            for path in folder.glob(pattern):
                shutil.rmtree(path)
        for pattern in _FILES:
            for path in folder.glob(pattern):
                path.unlink(missing_ok=True)
        sync_folder(folder)
        (folder / _MARK).unlink()
        sync_folder(folder)
    except OSError as error:
        raise KioskError(
            f"This kiosk was told to wipe itself, and the disk refuses: {error.strerror}. Start it again, or destroy "
            "the card."
        ) from error


def _destroy(key: Path) -> None:
    if not key.is_file():
        return
    descriptor = os.open(key, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.pwrite(descriptor, secrets.token_bytes(os.fstat(descriptor).st_size), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    key.unlink()
