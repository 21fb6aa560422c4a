r"""The control socket of a virtual printer: one JSON object a line, one answer a line.

$ lodge-print order /run/printer.sock '{"fault": "no-media"}'
{"ok": true, "model": "QL-820NWB", "media": "62x100", "fault": "no-media", "printed": 0}
"""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import threading
from pathlib import Path

from printers.errors import ControlError, PrinterError
from printers.simulator.printer import VirtualPrinter

_LINE_BYTES = 4_096
_STOP_SECONDS = 2.0
_ANSWER_SECONDS = 5.0


class ControlSocket:
    """Listens on a Unix socket until closed."""

    def __init__(self, printer: VirtualPrinter, path: Path) -> None:
        """Start listening.

        Raises:
            ControlError: when the socket cannot be made.
        """
        self._path = path
        with contextlib.suppress(FileNotFoundError):
            if path.is_socket():
                path.unlink()
        try:
            self._server = _Server(str(path), _Conversation)
        except OSError as error:
            raise ControlError(f"The control socket {path} cannot be made: {error.strerror or error}.") from error
        self._server.printer = printer
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and remove the socket."""
        self._server.shutdown()
        self._thread.join(_STOP_SECONDS)
        self._server.server_close()
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False
    printer: VirtualPrinter


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while line := self.rfile.readline(_LINE_BYTES):
            answer = obey_line(self._printer(), line)
            with contextlib.suppress(OSError):
                self.wfile.write(json.dumps(answer).encode() + b"\n")

    def _printer(self) -> VirtualPrinter:
        server = self.server
        if not isinstance(server, _Server):
            raise TypeError(server)
        return server.printer


def obey_line(printer: VirtualPrinter, line: bytes) -> dict[str, object]:
    """Obey one line; a line that makes no sense gets ``{"ok": false, "error": ...}``."""
    try:
        order = json.loads(line)
        if not isinstance(order, dict):
            raise ControlError('An order is a JSON object such as {"fault": "no-media"}.')
        return {"ok": True, **printer.control(order)}
    except (ValueError, RecursionError):
        return {"ok": False, "error": "The line is not JSON."}
    except PrinterError as error:
        return {"ok": False, "error": str(error)}


def send_order(path: Path, order: str) -> str:
    """Give one order to the control socket at a path, and return its answer.

    Raises:
        ControlError: no virtual printer listens there.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_ANSWER_SECONDS)
            connection.connect(str(path))
            connection.sendall(" ".join(order.split()).encode() + b"\n")
            answer = connection.makefile("rb").readline(_LINE_BYTES)
    except OSError as error:
        raise ControlError(f"No virtual printer listens at {path}: {error.strerror or error}.") from error
    if not answer:
        raise ControlError(f"The virtual printer at {path} did not answer.")
    return answer.decode().rstrip()
