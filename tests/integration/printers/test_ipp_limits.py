"""C41 over IPP: what is at the other side may answer nonsense, for ever or without measure; the truth comes in time."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from printers.clock import SystemClock
from printers.driver import PrinterState, SentUnconfirmed
from printers.ipp.driver import IppDriver
from printers.media import medium
from tests.fakes.ipp_printer import ipp_desk
from tests.vectors.printers.samples import dot_pattern

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\n"
ENDLESS, TOO_LONG = "does not answer", "more than a printer has to say"


def drip(connection: socket.socket) -> None:
    """A byte now and then, before the headers have ended."""
    with contextlib.suppress(OSError):
        connection.sendall(HEAD + b"X-Word: ")
        for _ in range(100):
            connection.sendall(b"a")
            time.sleep(0.05)


def flood(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.sendall(HEAD + b"\r\n")
        for _ in range(64):
            connection.sendall(bytes(65_536))


BOMB = gzip.compress(bytes(8 << 20))


def bomb(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(BOMB), BOMB))


def _end(connection: socket.socket) -> None:
    """Read what was asked to its end: a connection closed before that is reset, and what was answered may be lost."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(2)
        while connection.recv(65_536):
            pass


@contextlib.contextmanager
def evil(answer: object) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                answer(connection)  # type: ignore[operator]
                _end(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"ipp://127.0.0.1:{listener.getsockname()[1]}/ipp/print"
        thread.join(3)


ANSWERS = [
    pytest.param(drip, ENDLESS, id="drip"),
    pytest.param(flood, TOO_LONG, id="flood"),
    pytest.param(bomb, "not as a printer does", id="bomb"),
]


@pytest.mark.parametrize(("answer", "words"), ANSWERS)
def test_c41_answer_without_end_or_measure_is_a_fault_in_time(answer: object, words: str) -> None:
    with evil(answer) as uri:
        started = time.monotonic()
        tracemalloc.start()
        try:
            status = IppDriver(uri, clock=SystemClock()).status()
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert time.monotonic() - started < 2.5
    assert peak_bytes < 4 << 20
    assert status.state in {PrinterState.NOT_ANSWERING, PrinterState.ERROR}
    assert words in status.sentence


@pytest.mark.parametrize("number", [b"\xff\xff\xff\xff", b"\x7f" * 8, b""])
def test_c41_accepted_job_without_a_usable_number_may_be_on_paper(
    monkeypatch: pytest.MonkeyPatch, number: bytes
) -> None:
    paper = medium("pdf-62x100")
    with ipp_desk() as desk:
        answer = desk.answer
        seven = b"\x00\x06job-id\x00\x04" + (7).to_bytes(4, "big")
        other = b"\x00\x06job-id" + len(number).to_bytes(2, "big") + number
        monkeypatch.setattr(desk, "answer", lambda body: answer(body).replace(seven, other))
        outcome = IppDriver(desk.uri, clock=SystemClock()).print_badge(
            dot_pattern(paper.width_dots, paper.height_dots or 0, seed=1), paper
        )
    assert isinstance(outcome, SentUnconfirmed)
    assert "Look before you print it again" in outcome.sentence


def test_ipv6_address_stands_in_brackets_for_people() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    driver = IppDriver(f"ipp://[::1]:{port}/ipp/print", clock=SystemClock())
    assert driver._place.url == f"http://[::1]:{port}/ipp/print"
    assert driver.status().state is PrinterState.GONE
