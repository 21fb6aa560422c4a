"""Requests to end the demo: Ctrl-C, a polite ``kill``, a terminal that was closed.

The first is heard, and what follows at once is the same wish told again: raised in the middle of tidying up, it would
end that, and leave processes behind.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

REQUESTS_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SAME_WISH_SECONDS = 3.0


def heed_requests() -> None:
    """From now on a request raises ``KeyboardInterrupt`` with the signal's name in the main thread."""
    listener = _Listener()
    for number in REQUESTS_TO_END:
        # Under nohup the demo is to outlive its terminal.
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, listener.hear)


def ignore_requests() -> None:
    """From now on none is heard: the end has begun, and is to reach its own."""
    for number in REQUESTS_TO_END:
        # Not SIG_IGN: of a signal that came just before, Python would tell that it was lost.
        signal.signal(number, lambda *_: None)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put requests off until the end of the block. For a process being born: until it is known, nobody would end it.

    A mask would do the same, but children inherit masks and would never hear anything themselves.
    """
    asked: list[int] = []
    before = {number: signal.signal(number, lambda number, _: asked.append(number)) for number in REQUESTS_TO_END}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in asked:
            signal.raise_signal(late)


class _Listener:
    def __init__(self) -> None:
        self._heard_at = float("-inf")

    def hear(self, number: int, _frame: object) -> None:
        now = time.monotonic()
        if now - self._heard_at > SAME_WISH_SECONDS:
            self._heard_at = now
            raise KeyboardInterrupt(signal.Signals(number).name)
