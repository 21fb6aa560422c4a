"""Compile the requirements*.txt anew from pyproject.toml, with a hash for every file; those of the outside scanners
too, each from its own list (``workbench/scanners/requirements``).

    python -m workbench.tasks.requirements              keep the pins that still fit, add what is missing
    python -m workbench.tasks.requirements --upgrade    take the newest versions that fit

Run it with the interpreter in .lodge/venv, from the checkout. It installs its own tool in .lodge/compiler and
needs the network. Afterwards python -m workbench.tasks.sbom writes the bill of materials anew, ./lodge check judges the
licences, and ./lodge test the new versions.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import venv
from pathlib import Path

from workbench.scanners.environment import SCANNERS, Scanner
from workbench.tasks.tree import CHECKOUT

_COMPILER = "uv==0.13.9"
_FILES: dict[str, list[str]] = {
    "requirements.txt": [],
    "requirements-aws.txt": ["--extra", "aws"],
    "requirements-dev.txt": ["--extra", "dev"],
}


def compile_command(compiler: Path, name: str, *, upgrade: bool) -> list[str]:
    """Return the command that writes one file, for all platforms and each Python that Lodge supports.

    The file names no index, so that it says what to install and each machine's own settings say from where.
    """
    return [
        *(
            str(compiler),
            "pip",
            "compile",
            "pyproject.toml",
            "--quiet",
            "--universal",
            "--python-version",
            "3.11",
        ),
        *("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
        *("--output-file", name, *_FILES.get(name, [])),
        *(["--upgrade"] if upgrade else []),
    ]


def scanner_command(compiler: Path, scanner: Scanner, *, upgrade: bool) -> list[str]:
    """The same for an outside scanner; ``-overrides.txt`` beside its list says what of its own wishes does not hold."""
    listed = scanner.requirements.with_suffix(".in")
    overrides = listed.with_name(f"{scanner.name}-overrides.txt")
    made = compile_command(compiler, str(scanner.requirements), upgrade=upgrade)
    made[made.index("pyproject.toml")] = str(listed)
    return [*made, *(["--override", str(overrides)] if overrides.exists() else [])]


def main(arguments: list[str] | None = None) -> int:
    """Compile all files; the first failing step's exit code is the result."""
    parser = argparse.ArgumentParser(description="Compile the requirements anew.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    options = parser.parse_args(arguments)
    home = CHECKOUT / ".lodge" / "compiler"
    if not (home / "bin" / "uv").exists():
        print(f"installing {_COMPILER} in {home}", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        installed = subprocess.run([str(home / "bin" / "python"), "-m", "pip", "install", "-q", _COMPILER], check=False)
        if installed.returncode:
            return installed.returncode
    commands = {name: compile_command(home / "bin" / "uv", name, upgrade=options.upgrade) for name in _FILES}
    for scanner in SCANNERS:
        commands[scanner.name] = scanner_command(home / "bin" / "uv", scanner, upgrade=options.upgrade)
    for name, command in commands.items():
        print(f"compiling {name}", file=sys.stderr)
        ended = subprocess.run(command, cwd=CHECKOUT, check=False)
        if ended.returncode:
            return ended.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
