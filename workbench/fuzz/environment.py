"""The fuzzer's own environment: the engine is no part of the product's, nor of its developers'."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_PATIENCE_SECONDS = 300


class EngineError(Exception):
    """The engine is not to be had here; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Environment:
    """``folder`` holds the engine; ``root`` is the checkout whose code is run."""

    folder: Path
    root: Path

    @property
    def python(self) -> Path:
        """Its interpreter, of the same version as this one."""
        return self.folder / "bin" / "python"

    def variables(self) -> dict[str, str]:
        """What its processes see: this checkout, then the packages that this interpreter uses."""
        packages = [path for path in sys.path if path.endswith("site-packages")]
        return os.environ | {"PYTHONPATH": os.pathsep.join([str(self.root), *packages])}

    def prepare(self, *, install: bool) -> None:
        """Make the environment where there is none, if that is wanted.

        Raises:
            EngineError: the engine cannot be installed.
        """
        if self._works():
            return
        if not install:
            raise EngineError("atheris is not installed yet; ./lodge fuzz installs it")
        version = f"Python {sys.version_info.major}.{sys.version_info.minor}"
        self._run(sys.executable, "-m", "venv", "--clear", str(self.folder), why=f"no environment for {version}")
        pip = (str(self.python), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install")
        options = (
            "--retries",
            "1",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--no-deps",
            "-r",
            str(_REQUIREMENTS),
        )
        self._run(*pip, *options, why=f"atheris cannot be installed for {version} here")
        if not self._works():
            raise EngineError(f"atheris does not run on {version} here")

    def _works(self) -> bool:
        try:
            # Another version's packages would not load: this environment borrows those of the running one.
            same = f"import sys, atheris; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
            return self._call(str(self.python), "-c", same).returncode == 0
        except OSError:
            return False

    def _run(self, *command: str, why: str) -> None:
        try:
            ended = self._call(*command)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"{why} ({type(error).__name__})") from error
        if ended.returncode:
            said = ended.stderr.strip().splitlines()
            raise EngineError(f"{why} ({said[-1] if said else f'status {ended.returncode}'})")

    @staticmethod
    def _call(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE_SECONDS)
