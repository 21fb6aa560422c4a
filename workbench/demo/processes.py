"""The demo's processes: each with a log of its own, and none left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.demo.endings import undisturbed

RUN_SECONDS = 120.0
STOP_SECONDS = 15.0


class DemoError(Exception):
    """A step of the demo failed; the message says which and what was seen."""


@dataclass(slots=True)
class Processes:
    """Starts the product's own commands in the environment of this checkout."""

    root: Path
    logs: Path
    environment: dict[str, str]
    _running: dict[str, subprocess.Popen[Any]] = field(default_factory=dict)

    def run(self, module: str, *arguments: str) -> str:
        """Run a command to its end and return what it printed.

        Raises:
            DemoError: it failed, with its last line of errors, or took too long.
        """
        return self.run_together(module, arguments)[0]

    def run_together(self, module: str, *commands: Sequence[str]) -> list[str]:
        """Run several commands at the same time to their ends, and return what each printed.

        Raises:
            DemoError: one failed, with its last line of errors, or took too long.
        """
        names = [f"{module} {' '.join(command)}" for command in commands]
        try:
            for name, command in zip(names, commands, strict=True):
                with undisturbed():
                    self._running[name] = subprocess.Popen(
                        self._command(module, command),
                        cwd=self.root,
                        env=self._environment(),
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE,
                        text=True,
                        start_new_session=True,
                    )
            return [self._output_of(name, module, command) for name, command in zip(names, commands, strict=True)]
        finally:
            self.stop(*names)

    def _output_of(self, name: str, module: str, command: Sequence[str]) -> str:
        process = self._running[name]
        what = " ".join([module, *filter(str.isalpha, command)])
        try:
            printed, complaints = process.communicate(timeout=RUN_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise DemoError(f"{what} did not end within {RUN_SECONDS:.0f} s") from error
        with (self.logs / f"{module}.log").open("a", encoding="utf-8") as log:
            log.write(f"$ {what}\n{complaints}\n")
        if process.returncode:
            words = complaints.strip().splitlines() or ["nothing"]
            raise DemoError(f"{what} exited with {process.returncode}: {words[-1]}")
        return str(printed)

    def start(self, name: str, module: str, *arguments: str, extra: Mapping[str, str] | None = None) -> None:
        """Start a process that stays. It gets a group of its own, so that its children end with it."""
        with (self.logs / f"{name}.log").open("ab") as log, undisturbed():
            self._running[name] = subprocess.Popen(
                self._command(module, arguments),
                cwd=self.root,
                env={**self._environment(), **(extra or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_running(self, name: str) -> bool:
        """Whether a process has not ended."""
        process = self._running.get(name)
        return process is not None and process.poll() is None

    def ended_well(self, name: str) -> bool:
        """Whether a process has ended by itself, without an error."""
        process = self._running.get(name)
        return process is not None and process.poll() == 0

    def require_running(self, name: str) -> None:
        """Fail with the end of its log when a process has ended.

        Raises:
            DemoError: it has.
        """
        if not self.is_running(name):
            lines = (self.logs / f"{name}.log").read_text("utf-8", errors="replace").strip().splitlines()
            raise DemoError(f"{name} has ended: {lines[-1] if lines else 'it said nothing'}")

    def id_of(self, name: str) -> int:
        """The process id of one that was started."""
        return self._running[name].pid

    def stop(self, *names: str) -> dict[str, int]:
        """End processes and their children, politely, then surely: all are asked at once, then each is waited for.

        Returns the exit code of each that was known.
        """
        known = [name for name in names if name in self._running]
        for name in known:
            _ask_to_end(self._running[name])
        codes = {name: _await_end(self._running[name]) for name in known}
        for name in known:
            del self._running[name]
        return codes

    def kill(self, name: str) -> None:
        """End a process and its children as a power cut does."""
        process = self._running.pop(name)
        _signal_group(process, signal.SIGKILL)
        process.wait()

    def stop_all(self) -> None:
        """End everything, the last started first."""
        self.stop(*reversed(self._running))

    def _command(self, module: str, arguments: Sequence[str]) -> list[str]:
        return [sys.executable, "-P", "-m", module, *arguments]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.root), **self.environment}


def await_nobody_in(folder: Path, *, seconds: float) -> bool:
    """Wait until no process speaks of a folder: a database stops by itself when its last user has gone."""
    end = time.monotonic() + seconds
    while any(str(folder) in command for command in _commands()):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _commands() -> Iterable[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue


def _ask_to_end(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        _signal_group(process, signal.SIGTERM)


def _await_end(process: subprocess.Popen[Any]) -> int:
    """Wait for the end of a process that was asked, and end what is left of its group; returns the exit code."""
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        _signal_group(process, signal.SIGKILL)
        process.wait()
    _signal_group(process, signal.SIGKILL)
    return int(process.returncode)


def _signal_group(process: subprocess.Popen[Any], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
