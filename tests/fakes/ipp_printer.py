"""An IPP printer on loopback that does what a test tells it; its reader of IPP is its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer


@dataclass
class IppDesk:
    """What the printer says and what came to it.

    Attributes:
        reasons, state, accepting, is_cups: its answer to questions about itself.
        job_states: used up in turn; the last one stays.
        breaks_with: a reason that appears once a job is there.
        refuses_with: the status of every order to print, 0 for success.
    """

    port: int = 0
    reasons: tuple[str, ...] = ("none",)
    state: int = 3
    accepting: bool = True
    is_cups: bool = False
    job_states: list[int] = field(default_factory=lambda: [5, 9])
    breaks_with: str = ""
    refuses_with: int = 0
    documents: list[bytes] = field(default_factory=list)
    sizes: list[tuple[int, ...]] = field(default_factory=list)
    cancelled: int = 0
    raw_answer: bytes = b""

    @property
    def uri(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/printers/badges"

    def answer(self, body: bytes) -> bytes:
        """Read one message and say what a printer would."""
        if self.raw_answer:
            return self.raw_answer
        operation, number = int.from_bytes(body[2:4], "big"), body[4:8]
        integers, document = _walk(body)
        status, group = 0, b""
        if operation == 0x0002 and self.refuses_with:
            status = self.refuses_with
        elif operation == 0x0002:
            self.documents.append(document)
            self.sizes.append(tuple(integers))
            group = b"\x02" + _one(0x21, "job-id", (7).to_bytes(4, "big")) + self._job()
        elif operation == 0x0009:
            group = b"\x02" + self._job()
        elif operation == 0x0008:
            self.cancelled += 1
        else:
            group = b"\x04" + self._itself()
        head = b"\x02\x00" + status.to_bytes(2, "big") + number + b"\x01" + _one(0x47, "attributes-charset", b"utf-8")
        return head + group + b"\x03"

    def _job(self) -> bytes:
        state = self.job_states.pop(0) if len(self.job_states) > 1 else self.job_states[0]
        return _one(0x23, "job-state", state.to_bytes(4, "big"))

    def _itself(self) -> bytes:
        broken = self.breaks_with and self.documents
        reasons = (self.breaks_with,) if broken else self.reasons
        state = 5 if broken else self.state
        out = _one(0x23, "printer-state", state.to_bytes(4, "big"))
        for index, reason in enumerate(reasons):
            out += _one(0x44, "" if index else "printer-state-reasons", reason.encode())
        out += _one(0x22, "printer-is-accepting-jobs", bytes([self.accepting]))
        out += _one(0x41, "printer-make-and-model", b"Larkspur Office 4000")
        return out + (_one(0x41, "cups-version", b"2.4.2") if self.is_cups else b"")


def _one(tag: int, name: str, value: bytes) -> bytes:
    return bytes([tag]) + len(name).to_bytes(2, "big") + name.encode() + len(value).to_bytes(2, "big") + value


def _walk(body: bytes) -> tuple[list[int], bytes]:
    """All integers in order, and what follows the attributes."""
    integers: list[int] = []
    at = 8
    while body[at] != 3:
        tag, at = body[at], at + 1
        if tag < 0x10:
            continue
        at += 2 + int.from_bytes(body[at : at + 2], "big")
        length = int.from_bytes(body[at : at + 2], "big")
        if tag == 0x21:
            integers.append(int.from_bytes(body[at + 2 : at + 2 + length], "big"))
        at += 2 + length
    return integers, body[at + 1 :]


@contextmanager
def ipp_desk(**facts: object) -> Iterator[IppDesk]:
    """Serve a printer on a free port."""
    desk = IppDesk(**facts)  # type: ignore[arg-type]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = desk.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/ipp")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    desk.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        thread.join(2)
        server.server_close()
