"""Raw TCP, port 9100 as a rule: what a networked label printer calls "raw", "JetDirect" or "socket".

    >>> transport = TcpTransport("printer.example.org", 9100)  # doctest: +SKIP

A printer serves one such connection at a time: while another kiosk prints, connecting waits or is refused. A printer
that was switched off leaves the connection open for minutes; only silence tells, so every wait has its limit. The
send buffer is kept small, lest a stalled printer's job seems taken because this machine holds it.
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
from collections.abc import Iterator

from printers.clock import Clock, SystemClock
from printers.errors import PrinterBusyError, PrinterGoneError, PrinterNotFoundError, TransportError
from printers.transports.port import Patience

RAW_PORT = 9100
UNKNOWN_NAME = "Look the name up in the printer's network settings, or use the printer's address in numbers."
NOBODY_THERE = "Switch it on, and compare the address with the one in its network settings."
_PORTION_BYTES = 16_384
_READ_BYTES = 2_048
_BUFFER_BYTES = 16_384
_FAREWELL_SECONDS, _SHORT_FAREWELL_SECONDS = 1.0, 0.1
_LONGEST_QUESTION_BYTES = 64
_CONNECT_SECONDS = 1.0
_GONE = {errno.EPIPE, errno.ECONNRESET, errno.ECONNABORTED, errno.ENOTCONN, errno.ESHUTDOWN}


class TcpTransport:
    """One open connection."""

    def __init__(self, host: str, port: int = RAW_PORT, *, clock: Clock | None = None) -> None:
        """Connect within a second.

        Raises:
            PrinterNotFoundError: nothing answers there, or the name is not known.
            PrinterBusyError: something is there that does not let us in.
        """
        self._clock = clock or SystemClock()
        self._name = f"{host}:{port}"
        self._unheard = 0
        try:
            self._socket: socket.socket | None = socket.create_connection((host, port), _CONNECT_SECONDS)
        except ConnectionRefusedError as error:
            raise PrinterBusyError(
                f"{self._name} refuses the connection: it serves another computer just now, or does not print there."
            ) from error
        except (socket.gaierror, UnicodeError) as error:
            raise PrinterNotFoundError(f"No machine is called {host!r} on this network.", todo=UNKNOWN_NAME) from error
        except OSError as error:
            raise PrinterNotFoundError(f"No printer answers at {self._name}.", todo=NOBODY_THERE) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        self._socket.setblocking(False)

    @property
    def answers(self) -> bool:
        """A connection goes both ways."""
        return True

    def write(self, data: bytes, stall_seconds: float, total_seconds: float) -> None:
        """See ``Transport.write``; taken means taken by this machine's and the printer's buffers."""
        position = 0
        patience = Patience(self._clock, stall_seconds, total_seconds)
        unheard, self._unheard = self._unheard + len(data), 0
        while position < len(data):
            if not self._wait(select.POLLOUT, patience.left(position, len(data))):
                continue
            with self._own_errors(written=position), contextlib.suppress(BlockingIOError):
                position += self._opened.send(data[position : position + _PORTION_BYTES])
                patience.progress()
        # An answer to it would show that it arrived; without one only the end of the connection does.
        self._unheard = unheard

    def read(self, timeout_seconds: float) -> bytes:
        """See ``Transport.read``."""
        if not self._wait(select.POLLIN, timeout_seconds):
            return b""
        with self._own_errors(), contextlib.suppress(BlockingIOError):
            data = self._opened.recv(_READ_BYTES)
            if not data:
                raise PrinterGoneError(f"{self._name} closed the connection.")
            self._unheard = 0
            return data
        return b""

    def close(self) -> None:
        """See ``Transport.close``; waits up to a second for what nobody answered to be read.

        Closing with anything unread resets the connection, and a reset makes the printer drop the rest of the badge.
        """
        if self._socket is not None:
            if self._unheard:
                with contextlib.suppress(TransportError, OSError):
                    self._socket.shutdown(socket.SHUT_WR)
                    self._read_to_the_end()
            self._socket.close()
            self._socket = None

    def _read_to_the_end(self) -> None:
        is_badge = self._unheard > _LONGEST_QUESTION_BYTES
        end = self._clock.monotonic() + (_FAREWELL_SECONDS if is_badge else _SHORT_FAREWELL_SECONDS)
        while (left := end - self._clock.monotonic()) > 0:
            self.read(left)

    @property
    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise TransportError(f"The connection to {self._name} is closed already.")
        return self._socket

    def _wait(self, event: int, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._opened, event)
        return bool(poll.poll(max(0, round(seconds * 1000))))

    @contextlib.contextmanager
    def _own_errors(self, *, written: int = 0) -> Iterator[None]:
        try:
            yield
        except BlockingIOError:
            raise
        except OSError as error:
            if error.errno in _GONE:
                raise PrinterGoneError(f"{self._name} ended the connection.", written=written) from error
            raise TransportError(f"{self._name} cannot be reached: {error.strerror}.", written=written) from error
