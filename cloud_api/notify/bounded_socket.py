"""A connection that ends: at a time and after so many bytes, however they are dealt out (C32, C27).

A socket's own timeout is for each call alone, which a byte now and then, or an endless row of ``100 Continue``, never
meets.
"""

import io
import socket
import time
from typing import Literal


class BoundedSocket:
    """What ``http.client`` asks of a socket. ``ends``: of the monotonic clock; ``most_bytes``: that are read."""

    def __init__(self, inner: socket.socket, ends: float, most_bytes: int) -> None:
        self._inner = inner
        self._ends = ends
        self._left_bytes = most_bytes

    def sendall(self, data: bytes) -> None:
        """Send all of it.

        Raises:
            OSError: the time is over, or the connection broke.
        """
        self._inner.settimeout(self._remaining())
        self._inner.sendall(data)

    def makefile(self, mode: Literal["rb"]) -> io.BufferedReader:
        """What comes, as a file."""
        del mode
        return io.BufferedReader(_Reader(self))

    def receive_into(self, buffer: memoryview) -> int:
        """Read some; 0 at the end.

        Raises:
            OSError: the time is over, the answer too long, or the connection broke.
        """
        if not self._left_bytes:
            raise OSError("the answer is too long")
        self._inner.settimeout(self._remaining())
        count = self._inner.recv_into(buffer[: self._left_bytes])
        self._left_bytes -= count
        return count

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def _remaining(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Reader(io.RawIOBase):
    def __init__(self, inner: BoundedSocket) -> None:
        super().__init__()
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # it is always called with one
        return self._inner.receive_into(buffer)
