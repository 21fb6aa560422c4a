"""Lodge's commands, run as people run them: each its own process, its exit code, what it said."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from cloud_api.cli.main import MODULES
from tests.fakes.forked_command import run_forked

_KIOSK = (
    "kiosk.composition.desks",
    "kiosk.log_report",
    "kiosk.reading_copy",
    "kiosk.evacuation_list.roster_export",
    "kiosk.evacuation_list.roster_table",
    "kiosk.salvaging",
    "kiosk.status_report",
    "sync.device.enroller",
)
_PRINT = (
    "printers.badge_file",
    "printers.badge_pdf",
    "printers.doctor",
    "printers.drivers",
    "printers.simulator.network",
    "rich.table",
)
_CLOUD = tuple(f"cloud_api.cli.{name}" for name in sorted({*MODULES.values()}))


def lodge_kiosk(*words: str, stdout: IO[str] | None = None) -> "subprocess.CompletedProcess[str]":
    """``lodge-kiosk``."""
    return _text(run_forked("kiosk.cli", *words, needs=_KIOSK, stdout=stdout, seconds=120))


def lodge_cloud(*words: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """``lodge-cloud``, in this environment."""
    return _text(run_forked("cloud_api.cli", *words, needs=_CLOUD, environment=environment, seconds=120))


def lodge_print(*words: str | Path, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """``lodge-print``."""
    return run_forked("printers.cli", *map(str, words), needs=_PRINT, stdin=stdin)


def _text(done: "subprocess.CompletedProcess[bytes]") -> "subprocess.CompletedProcess[str]":
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
