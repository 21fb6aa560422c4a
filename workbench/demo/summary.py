"""What the demo did, step by step, for people while it runs and for programs afterwards."""

import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import msgspec

from workbench.demo.processes import DemoError


class StepResult(msgspec.Struct):
    """One step: whether it held, and how long it took in milliseconds."""

    name: str
    ok: bool
    ms: int


class Summary:
    """Collects steps and counts; prints each step as it ends."""

    def __init__(self) -> None:
        self.steps: list[StepResult] = []
        self.counts: dict[str, int] = {}
        self.error: str | None = None

    @property
    def ok(self) -> bool:
        """Whether every step held."""
        return self.error is None and bool(self.steps) and all(step.ok for step in self.steps)

    def fail(self, words: str) -> None:
        """Note what went wrong outside of a step; what a step has told already stands."""
        self.error = self.error or words

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step. What it raises ends the demo, and is told in one line."""
        begun = time.monotonic()
        try:
            yield
        except BaseException as error:
            verdict = "ended " if isinstance(error, KeyboardInterrupt) else "FAILED"
            self._end(name, begun, verdict, ok=False)
            self.error = f"{name}: {error or type(error).__name__}"
            raise
        self._end(name, begun, "done  ", ok=True)

    def say(self, words: str) -> None:
        """Print a line for people; a terminal that was closed meanwhile changes nothing."""
        with suppress(OSError):
            print(words, flush=True)

    def write(self, path: Path) -> None:
        """Write ``summary.json``."""
        facts = {
            "ok": self.ok,
            "error": self.error,
            "steps": self.steps,
            "counts": self.counts,
            "versions": _versions(),
        }
        path.write_bytes(msgspec.json.format(msgspec.json.encode(facts), indent=1) + b"\n")

    def _end(self, name: str, begun: float, verdict: str, *, ok: bool) -> None:
        taken = int((time.monotonic() - begun) * 1000)
        self.steps.append(StepResult(name, ok, taken))
        self.say(f"  {verdict} {taken / 1000:6.1f} s  {name}")


def await_true(what: str, seconds: float, test: Callable[[], bool], *, pause: float = 0.1) -> None:
    """Wait until ``test()`` holds; ``pause`` in seconds is how long to wait between two looks.

    Raises:
        DemoError: it did not within the time.
    """
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            raise DemoError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(pause)


def _versions() -> dict[str, str]:
    names = ("kivy", "fastapi", "psycopg", "sqlcipher3", "cryptography", "procrastinate")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}
