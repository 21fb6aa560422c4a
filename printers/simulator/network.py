"""The network of a virtual printer: raw TCP, one connection at a time, as printers serve it."""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import threading

from printers.errors import ControlError
from printers.simulator.faults import FaultKind
from printers.simulator.printer import VirtualPrinter

_READ_BYTES = 4_096
_BUFFER_BYTES = 16_384
_POLL_SECONDS = 0.01
_STOP_SECONDS = 2.0
_SHORT_READ_BYTES = 1_000
_SLOW_BYTES, _SLOW_SECONDS = 512, 0.2


class VirtualSocket:
    """Serves a virtual printer on a TCP port until closed."""

    def __init__(self, printer: VirtualPrinter, host: str, port: int) -> None:
        """Listen; port 0 takes any free one, see ``port``.

        Raises:
            ControlError: when the address cannot be had.
        """
        self._printer = printer
        self.host = host
        self._stop = threading.Event()
        try:
            self._listener: socket.socket | None = _listen(host, port)
        except (OSError, OverflowError) as error:
            raise ControlError(f"The virtual printer cannot listen at {host}:{port}: {_reason(error)}") from error
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._stop.set()
        self._thread.join(_STOP_SECONDS)
        self._end_listening()

    def wait(self) -> None:
        """Block until closed or interrupted."""
        self._stop.wait()

    def _end_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _serve(self) -> None:
        while not self._stop.is_set():
            gone = self._printer.fault is FaultKind.UNPLUG
            if gone:
                self._end_listening()
                self._stop.wait(_POLL_SECONDS)
                continue
            if self._listener is None:
                with contextlib.suppress(OSError):
                    self._listener = _listen(self.host, self.port)
                continue
            if _readable(self._listener):
                connection, _ = self._listener.accept()
                with connection:
                    self._carry(connection)

    def _carry(self, connection: socket.socket) -> None:
        """Carry bytes both ways until the host hangs up or the plug is pulled."""
        while not self._stop.is_set() and self._printer.fault is not FaultKind.UNPLUG:
            amount = self._amount()
            if amount == 0:
                self._stop.wait(_POLL_SECONDS)
                continue
            try:
                if _readable(connection):
                    data = connection.recv(amount)
                    if not data:
                        return
                    self._printer.receive(data)
                while answer := self._printer.answer():
                    if self._printer.model.answers_on_network:
                        connection.sendall(answer)
            except OSError:
                return
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    def _amount(self) -> int:
        fault = self._printer.fault
        if self._printer.takes_nothing:
            return 0
        if fault is FaultKind.SHORT_WRITES:
            return _SHORT_READ_BYTES
        if fault is FaultKind.SLOW:
            self._stop.wait(_SLOW_SECONDS)
            return _SLOW_BYTES
        return max(1, min(_READ_BYTES, self._printer.room()))


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        listener.bind((host, port))
        listener.listen(1)
    except BaseException:
        listener.close()
        raise
    return listener


def _reason(error: OSError | OverflowError) -> str:
    """Why, and what to do."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return "another program listens there already. Stop it, or choose another port; port 0 takes any free one."
    if number in {errno.EACCES, errno.EPERM}:
        return "only root may use ports below 1024. Choose another one, such as 9100."
    if isinstance(error, socket.gaierror):
        return "no machine has that name."
    if number == errno.EADDRNOTAVAIL:
        return "that is not an address of this machine. 127.0.0.1 is, and 0.0.0.0 is all of them."
    return f"{error.strerror}." if isinstance(error, OSError) else "there is no such port."


def _readable(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(round(_POLL_SECONDS * 1000)))
