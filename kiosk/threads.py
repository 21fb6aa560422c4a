"""The kiosk's background threads: each repeats one stepper until it is stopped, and never dies of an error."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Self

from kiosk.journal import tell, tell_failure

AFTER_ERROR_SECONDS = 5.0
TOLD_AGAIN_SECONDS = 3600.0
LONGEST_NAP_SECONDS = 60.0
STOP_SECONDS = 5.0


class _Failing:
    """What of a loop's errors stands in the log: an error that stays is told at once, each hour, and when it is over.

    A full disk fails every loop each few seconds for days: the log would lose all else, and fill the disk itself.
    """

    def __init__(self, loop: str) -> None:
        self._loop = loop
        self._error = ""
        self._times = 0
        self._told_at = 0.0

    def failed(self, error: str) -> None:
        now = time.monotonic()
        self._times += 1
        if error != self._error or now - self._told_at >= TOLD_AGAIN_SECONDS:
            self._error, self._told_at = error, now
            tell_failure("step failed", loop=self._loop, error=error, times=self._times)

    def worked(self) -> None:
        if self._times:
            tell("step works again", loop=self._loop, error=self._error, times=self._times)
        self._error, self._times = "", 0


class Loop:
    """Repeats ``step``, which returns the seconds until it wants to be called again; setting ``wake`` shortens that.

    The first step is ``first_seconds`` after the start.
    """

    def __init__(
        self, name: str, step: Callable[[], float], wake: threading.Event, *, first_seconds: float = 0.0
    ) -> None:
        self._step = step
        self._wake = wake
        self._first_seconds = first_seconds
        self._failing = _Failing(name)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, *, timeout_seconds: float) -> None:
        """Ask for the end and wait for the present step, within a bound."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        self._stopping.wait(self._first_seconds)
        while not self._stopping.is_set():
            nap = self._step_safely()
            self._wake.wait(min(nap, LONGEST_NAP_SECONDS))
            self._wake.clear()

    def _step_safely(self) -> float:
        try:
            nap = self._step()
        except Exception as error:  # noqa: BLE001 -- a thread that dies takes uploads or badges with it, silently
            # The type alone: a message may hold what a visitor typed.
            self._failing.failed(type(error).__name__)
            return AFTER_ERROR_SECONDS
        self._failing.worked()
        return nap


class Workers:
    """One thread for work that a finger started, in the order of the touches: so the disk has one such writer."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="work")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, work: Callable[[], None]) -> None:
        """Run it after what was submitted before."""
        self._pool.submit(self._run, work)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            tell_failure("work failed", error=type(error).__name__)
            raise


@contextmanager
def closing_loops(loops: Iterable[Loop]) -> Iterator[None]:
    """Start loops, and stop them at the end."""
    started = list(loops)
    for loop in started:
        loop.start()
    try:
        yield
    finally:
        for loop in started:
            loop.stop(timeout_seconds=STOP_SECONDS)
