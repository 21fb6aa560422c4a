"""The kiosk's threads: they outlive errors, say of them what helps, and work in the order of the touches."""

import json
import threading
from collections.abc import Callable

import pytest

from kiosk.threads import Loop, Workers, closing_loops


def test_a_step_that_fails_is_repeated_and_the_thread_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.threads.AFTER_ERROR_SECONDS", 0.0)
    done, calls = threading.Event(), []

    def step() -> float:
        calls.append(1)
        if len(calls) < 3:
            raise ValueError("Odalys Fernhollow")
        done.set()
        return 60.0

    with closing_loops([Loop("test", step, threading.Event())]):
        assert done.wait(5)
    assert len(calls) == 3


def test_a_name_in_an_error_does_not_reach_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """C37: logs hold the type of an error, never what a visitor typed."""
    seen = threading.Event()

    def step() -> float:
        seen.set()
        raise ValueError("Odalys Fernhollow")

    with closing_loops([Loop("test", step, threading.Event())]):
        assert seen.wait(5)
    printed = capsys.readouterr()
    assert "Odalys" not in printed.out + printed.err
    assert "ValueError" in printed.out + printed.err


def test_an_error_that_stays_is_told_once_and_when_it_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    """A full disk (C03) fails a loop for days, and the log still has room for all else."""
    errors = [OSError, OSError, OSError, KeyError, OSError, None, None, ValueError]
    wake, over = threading.Event(), threading.Event()

    def step() -> float:
        if not errors:
            over.set()
            return 60.0
        wake.set()  # so that the next step is at once
        if (error := errors.pop(0)) is not None:
            raise error("no room")
        return 60.0

    with closing_loops([Loop("settle", step, wake)]):
        assert over.wait(5)
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["error"], line["times"]) for line in told] == [
        ("step failed", "OSError", 1),
        ("step failed", "KeyError", 4),
        ("step failed", "OSError", 5),
        ("step works again", "OSError", 5),
        ("step failed", "ValueError", 1),
        ("step works again", "ValueError", 1),
    ]


def test_waking_shortens_a_nap() -> None:
    wake, ran = threading.Event(), threading.Semaphore(0)

    def step() -> float:
        ran.release()
        return 60.0

    with closing_loops([Loop("test", step, wake)]):
        assert ran.acquire(timeout=5)
        wake.set()
        assert ran.acquire(timeout=5)


def test_work_is_done_in_the_order_of_the_touches() -> None:
    order: list[int] = []

    def job(number: int) -> Callable[[], None]:
        return lambda: order.append(number)

    done = threading.Event()
    with Workers() as workers:
        for number in range(20):
            workers.submit(job(number))
        workers.submit(done.set)
        assert done.wait(5)
    assert order == list(range(20))
