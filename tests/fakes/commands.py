"""Lodge's commands, run as people run them: each its own process, its exit code, what it said."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from cloud_api.cli.main import MODULES
from tests.fakes.forked_command import Forked, run_forked, start_forked

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
_CLOUD = (*(f"cloud_api.cli.{name}" for name in sorted({*MODULES.values()})), "cloud_api.notify.smtp")


def lodge_kiosk(*words: str, stdout: IO[str] | None = None) -> "subprocess.CompletedProcess[str]":
    """``lodge-kiosk``."""
    return _text(run_forked("kiosk.cli", *words, needs=_KIOSK, stdout=stdout, seconds=120))


def lodge_cloud(*words: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """``lodge-cloud``, in this environment."""
    return _text(run_forked("cloud_api.cli", *words, needs=_CLOUD, environment=environment, seconds=120))


def start_lodge_cloud(*words: str, environment: Mapping[str, str], log: IO[bytes]) -> Forked:
    """``lodge-cloud`` that goes on: ``serve``, ``worker``, ``database``."""
    with Path(os.devnull).open("rb") as nothing:
        files = (nothing.fileno(), log.fileno(), log.fileno())
        return start_forked("cloud_api.cli", *words, needs=_CLOUD, files=files, environment=environment)


def start_unseen_kiosk(folder: Path, *, said: IO[bytes], log: IO[bytes]) -> tuple[Forked, IO[bytes]]:
    """A kiosk's program without its window, and its input."""
    reading, writing = os.pipe()
    try:
        files = (reading, said.fileno(), log.fileno())
        running = start_forked("tests.processes.unseen_kiosk", str(folder), needs=_KIOSK, files=files)
    except BaseException:
        os.close(writing)
        raise
    finally:
        os.close(reading)
    return running, os.fdopen(writing, "wb")


def lodge_print(*words: str | Path, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """``lodge-print``."""
    return run_forked("printers.cli", *map(str, words), needs=_PRINT, stdin=stdin)


def _text(done: "subprocess.CompletedProcess[bytes]") -> "subprocess.CompletedProcess[str]":
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
