"""Moto's own environment: it is no part of the product's, nor of its developers'."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_PATIENCE_SECONDS = 300
_START_SECONDS = 60


class KmsServerError(Exception):
    """The server is not to be had here; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class KmsServer:
    """``folder`` holds moto and boto3."""

    folder: Path

    @property
    def packages(self) -> Path:
        """Where boto3 is, for a process of ours that asks the server."""
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"

    @contextmanager
    def running(self) -> Iterator[str]:
        """Where it answers, on this machine alone, for as long as the block lasts. Its keys are new each time.

        Raises:
            KmsServerError: it does not start.
        """
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [str(self.folder / "bin" / "python"), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        known = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AWS_"))}
        server = subprocess.Popen(command, env=known, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _await(server, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()
            server.wait()


def prepare(folder: Path) -> KmsServer:
    """Make the environment where there is none.

    Raises:
        KmsServerError: it cannot be installed.
    """
    server = KmsServer(folder)
    python = folder / "bin" / "python"
    if _works(python):
        return server
    _run(sys.executable, "-m", "venv", "--clear", str(folder), why="no environment can be made")
    pip = (str(python), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install")
    options = ("--retries", "1", "--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", str(_REQUIREMENTS))
    _run(*pip, *options, why="moto cannot be installed here")
    if not _works(python):
        raise KmsServerError("moto does not run here")
    return server


def _works(python: Path) -> bool:
    try:
        # Another version's packages would not load: processes of ours borrow boto3 from there.
        same = f"import sys, moto.server, boto3; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
        return _call(str(python), "-I", "-c", same).returncode == 0
    except OSError:
        return False


def _await(server: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise KmsServerError("the KMS server did not start")


def _run(*command: str, why: str) -> None:
    try:
        ended = _call(*command)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise KmsServerError(f"{why} ({type(error).__name__})") from error
    if ended.returncode:
        said = ended.stderr.strip().splitlines()
        raise KmsServerError(f"{why} ({said[-1] if said else f'status {ended.returncode}'})")


def _call(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE_SECONDS)
