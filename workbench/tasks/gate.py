"""What a check is: a name, a purpose, and a function from the checkout to what it found wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check says: its problems (none: it passed), or why it could not run here."""

    problems: tuple[str, ...] = ()
    skipped: str = ""

    @property
    def ok(self) -> bool:
        """True unless there is a problem; a skipped check is not a failed one, but is named."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Check:
    """One gate of `./lodge check`."""

    name: str
    purpose: str
    run: Callable[[Path], Findings]


def tool(*command: str) -> Callable[[Path], Findings]:
    """Make a check of a Python tool's module: it fails when the tool does, with the tool's own words.

    `command` is what follows `python -m`; it runs in the checkout with the interpreter that runs the check.
    """

    def run(root: Path) -> Findings:
        return outcome_of([sys.executable, "-P", "-m", *command], root)

    return run


def outcome_of(command: list[str], root: Path) -> Findings:
    """Run a program in the checkout; its output is the problem when it exits with anything but 0."""
    ended = subprocess.run(
        command,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode == 0:
        return Findings()
    return Findings((ended.stdout.strip() or f"{command[0]} exited with {ended.returncode}",))
