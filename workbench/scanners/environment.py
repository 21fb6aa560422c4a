"""A scanner's own environment: made on first use from hashed requirements, kept in ``.lodge/scanners``.

Usage::

    environment = Environment(BANDIT, CHECKOUT)
    environment.prepare()
    ended = environment.run("bandit", "-r", "cloud_api", seconds=120)
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements")
_PATIENCE_SECONDS = 600
_DEAD_END = "http://127.0.0.1:9"


class ScannerError(Exception):
    """A scanner is not to be had here, or did not end in time; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A tool, by the name of its distribution. ``built``: which of its packages are published as source alone."""

    name: str
    built: tuple[str, ...] = ()

    @property
    def requirements(self) -> Path:
        """Every package of it, with hashes."""
        return REQUIREMENTS / f"{self.name}.txt"

    @property
    def version(self) -> str:
        """The pinned version that this Python gets; the newest where several are pinned."""
        pins: list[tuple[str, str]] = re.findall(
            rf"^{self.name}==(\S+)(.*)$", self.requirements.read_text("utf-8"), re.MULTILINE
        )
        older = sys.version_info[:2] < (3, 12)
        fit = [version for version, rest in pins if len(pins) == 1 or ("< '3.12'" in rest) == older]
        return fit[0]


BANDIT = Scanner("bandit")
SEMGREP = Scanner("semgrep")
SCHEMATHESIS = Scanner("schemathesis")
SQLMAP = Scanner("sqlmap")
SSLYZE = Scanner("sslyze", built=("sslyze",))
WAPITI = Scanner("wapiti3", built=("yaswfp",))
SCANNERS = (BANDIT, SEMGREP, SCHEMATHESIS, SQLMAP, SSLYZE, WAPITI)


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a scanner lives below a checkout."""

    scanner: Scanner
    root: Path

    @property
    def folder(self) -> Path:
        """Named after what it was made from, so that another pin or Python makes another one."""
        made_of = self.scanner.requirements.read_bytes() + sys.version.encode()
        return self.root / ".lodge" / "scanners" / f"{self.scanner.name}-{hashlib.sha256(made_of).hexdigest()[:12]}"

    def prepare(self) -> None:
        """Make the environment where there is none.

        Raises:
            ScannerError: it cannot be made here.
        """
        if (self.folder / "ready").exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self._call(sys.executable, "-m", "venv", str(self.folder), why="no environment can be made")
        source: list[str] = []
        if self.scanner.built:
            # What builds them is pinned like everything else, and must be there before.
            tools = self.folder / "build-tools.txt"
            tools.write_text(_only("setuptools", self.scanner.requirements.read_text("utf-8")), "utf-8")
            self._install("--only-binary", ":all:", "-r", str(tools))
            source = ["--no-build-isolation", "--no-binary", ",".join(self.scanner.built)]
        self._install("--only-binary", ":all:", *source, "-r", str(self.scanner.requirements))
        (self.folder / "ready").touch()

    def run(self, program: str, *arguments: str, seconds: float, cwd: Path | None = None) -> str:
        """What a program of it says on standard output and error; its status says nothing that its report does not.

        It has a home of its own and a way to loopback only: what it asks of other machines by way of a proxy's settings
        ends nowhere.

        Raises:
            ScannerError: it did not end in time, or is not there.
        """
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        variables = {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "http_proxy": _DEAD_END,
            "https_proxy": _DEAD_END,
            "HTTP_PROXY": _DEAD_END,
            "HTTPS_PROXY": _DEAD_END,
            "no_proxy": "localhost,127.0.0.1",
            "NO_PROXY": "localhost,127.0.0.1",
        }
        with subprocess.Popen(
            [str(self.folder / "bin" / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=variables,
            cwd=cwd or self.root,
            start_new_session=True,
        ) as running:
            try:
                said, _ = running.communicate(timeout=seconds)
            except subprocess.TimeoutExpired as error:
                os.killpg(running.pid, signal.SIGKILL)
                raise ScannerError(f"{program} did not end within {seconds:g} seconds") from error
        return said.decode("utf-8", "replace")

    def _install(self, *options: str) -> None:
        pip = (str(self.folder / "bin" / "python"), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input")
        common = ("install", "--quiet", "--retries", "1", "--require-hashes", "--no-deps")
        self._call(*pip, *common, *options, why=f"{self.scanner.name} {self.scanner.version} cannot be installed")

    @staticmethod
    def _call(*command: str, why: str) -> None:
        try:
            ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ScannerError(f"{why} ({type(error).__name__})") from error
        if ended.returncode:
            said = [line for line in ended.stderr.strip().splitlines() if line.startswith("ERROR")]
            raise ScannerError(f"{why} ({said[-1] if said else f'status {ended.returncode}'})")


def _only(name: str, requirements: str) -> str:
    """The lines of one package."""
    found = re.search(rf"^{name}==.*?(?=^\S|\Z)", requirements, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ScannerError(f"{name} is not pinned")
    return found[0]
