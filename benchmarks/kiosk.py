"""The kiosk's window beside Chromium in kiosk mode with a comparable form, on the same display in the same run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Self

from PIL import Image

from benchmarks.form_page import chromium
from benchmarks.processes import cpu_seconds, pss_bytes
from benchmarks.rows import Pair, Row, at_most
from workbench.lone_kiosk import make_lone_kiosk
from workbench.sample_pictures import face_picture

SIZE = "800x480"
STARTS = 5
CALM_SECONDS, IDLE_SECONDS, CAMERA_SECONDS = 14.0, 20.0, 3.0
TAPS, PAGES = 200, 300
VISITS, SOAK = 60, 2000
FEW, MANY = 100, 10_000
BESIDE = "Chromium in kiosk mode, a comparable form"
BESIDE_CAMERA = "the same, with a camera on the form"
_AS_LODGE_RUNS_IT = ("-P", "-OO")
CHROMIUM = ("chromium", "chromium-browser")
MEMORY_BAR, IDLE_BAR, LIST_BAR, FLAT_BAR = 0.4, 0.5, 1.5, 1.05


def rows(*, slow: bool = False) -> Iterator[Row]:
    """Every row of ``./lodge bench kiosk``; ``slow`` adds the soak of 2,000 visits."""
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    with tempfile.TemporaryDirectory(prefix="lodge-bench-") as name, _display():
        folder = Path(name)
        picture = folder / "face.png"
        Image.fromarray(face_picture()).save(picture)
        data = folder / "kiosk"
        make_lone_kiosk(data)
        if program is not None:
            yield from _beside(program, folder, data, picture)
        yield from _alone(data, picture, SOAK if slow else VISITS)


def _beside(program: str, folder: Path, data: Path, picture: Path) -> Iterator[Row]:
    pair, ours, theirs = Pair([], []), list[tuple[float, float, float]](), list[tuple[float, float]]()
    for number in range(STARTS):
        last = number == STARTS - 1
        with Window(data, picture) as window:
            pair.ours.append(window.ready)
            if last:
                idle = window.measure_idle()
                window.ask("photo")
                time.sleep(CAMERA_SECONDS)
                ours.append((*idle, pss_bytes(window.pid)))
        with chromium(program, folder / f"profile-{number}", SIZE) as (running, painted):
            pair.other.append(painted)
            if last:
                theirs.append(_idle(running.pid))
    with chromium(program, folder / "profile-camera", SIZE, camera=True) as (running, _):
        time.sleep(CAMERA_SECONDS)
        both = float(pss_bytes(running.pid))
    yield at_most("start to touch-ready", pair, beside=f"{BESIDE}, to first contentful paint", bar=1.0)
    (idle_pss, idle_cpu, camera_pss), (peer_pss, peer_cpu) = ours[0], theirs[0]
    mib = camera_pss / 2**20
    yield _ratio("memory, camera on (PSS)", mib, "MiB", camera_pss / peer_pss, MEMORY_BAR)
    yield _row("memory, camera on in both (PSS)", mib, "MiB", BESIDE_CAMERA, camera_pss / both, MEMORY_BAR, 1)
    yield _ratio("memory, idle (PSS)", idle_pss / 2**20, "MiB", idle_pss / peer_pss, MEMORY_BAR)
    yield _ratio("idle, processor", 100 * idle_cpu, "% of a core", idle_cpu / max(peer_cpu, 1e-4), 1.0)
    yield _row("idle, of a core", 100 * idle_cpu, "%", f"{IDLE_BAR} % of a core", 100 * idle_cpu / IDLE_BAR, 1.0, 1)


def _alone(data: Path, picture: Path, visits: int) -> Iterator[Row]:
    with Window(data, picture) as window:
        yield from _spread("tap to feedback", window.ask(f"taps {TAPS}")["seconds"])
        told = window.ask(f"visits {visits}")
        yield from _spread("last tap to done, on the disk", told["seconds"])
        first, last = told["memory"][0], told["memory"][-1]
        beside = "after a tenth of them"
        yield _row(f"memory after {visits} visits", last / 2**20, "MiB", beside, last / first, FLAT_BAR, visits)
        yield _row("screens in these visits", told["screens"] / told["whole"], "screens/s", "", None, None, visits)
        lists = window.ask(f"lists {FEW} {MANY} {PAGES}")
        beside = f"a list of {FEW}"
        yield at_most(f"list of {MANY:,} on screen", Pair(lists["many"], lists["few"]), beside=beside, bar=LIST_BAR)
        yield from _spread(f"a step in the list of {MANY:,}", lists["scrolled"])
        grown = lists["after"] / lists["before"]
        yield _row("memory after scrolling it", lists["after"] / 2**20, "MiB", "before", grown, FLAT_BAR, 1)


def _spread(name: str, seconds: list[float]) -> Iterator[Row]:
    yield _row(f"{name}, p50", 1000 * median(seconds), "ms", "", None, None, len(seconds))
    yield _row(f"{name}, p99", 1000 * quantiles(seconds, n=100)[98], "ms", "", None, None, len(seconds))


class Window:
    """The kiosk in a process of its own."""

    def __init__(self, data: Path, picture: Path) -> None:
        started = [sys.executable, *_AS_LODGE_RUNS_IT, "-m", "benchmarks.kiosk_window"]
        self._command = [*started, str(data), f"file:{picture}", SIZE]
        self.ready = 0.0

    def __enter__(self) -> Self:
        """Start it and wait until it can be touched."""
        begun = time.perf_counter()
        self._running = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        while self._answer().get("at") != "ready":
            pass
        self.ready = time.perf_counter() - begun
        return self

    def __exit__(self, *_unused: object) -> None:
        """End it."""
        self.ask("end")
        self._running.wait()

    @property
    def pid(self) -> int:
        """Return its process."""
        return self._running.pid

    def ask(self, command: str) -> dict[str, Any]:
        """Let it do something, and return what it says."""
        stdin = self._running.stdin
        if stdin is None:
            raise RuntimeError("the kiosk takes no commands")
        stdin.write(command + "\n")
        stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self._running.stdout.readline() if self._running.stdout is not None else ""
        if not line:
            raise RuntimeError("the kiosk's window ended by itself")
        told: dict[str, Any] = json.loads(line)
        if "fault" in told:
            raise RuntimeError(told["fault"])
        return told

    def measure_idle(self) -> tuple[float, float]:
        """Memory (bytes) and processor time (seconds a second) while nobody is there."""
        return _idle(self.pid)


def _idle(pid: int) -> tuple[float, float]:
    time.sleep(CALM_SECONDS)
    before, begun = cpu_seconds(pid), time.perf_counter()
    time.sleep(IDLE_SECONDS)
    used = (cpu_seconds(pid) - before) / (time.perf_counter() - begun)
    return float(pss_bytes(pid)), used


@contextmanager
def _display() -> Iterator[None]:
    """An X server off screen for both, unless there is one."""
    if os.environ.get("DISPLAY"):
        yield
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        os.environ["DISPLAY"] = f":{told.readline().strip()}"
    try:
        yield
    finally:
        del os.environ["DISPLAY"]
        server.terminate()
        server.wait()


def _ratio(name: str, value: float, unit: str, ratio: float, bar: float) -> Row:
    return _row(name, value, unit, BESIDE, ratio, bar, 1)


def _row(name: str, value: float, unit: str, beside: str, ratio: float | None, bar: float | None, runs: int) -> Row:  # noqa: PLR0917 - a row has as many members
    judged = None if ratio is None or bar is None else ratio <= bar
    shown = None if ratio is None else round(ratio, 3)
    return Row(name=name, value=round(value, 3), unit=unit, beside=beside, ratio=shown, bar=bar, ok=judged, runs=runs)
