"""Clients that keep connections and ask for nothing, on real sockets and the server as it is configured: C27."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cloud_api.cli.running import configure_server
from cloud_api.clock import SystemClock
from cloud_api.config import CloudSettings, TlsFiles
from cloud_api.http.bodies import read_body
from cloud_api.http.connections import ConnectionTerms, ServingLoop
from cloud_api.http.problems import ProblemError
from cloud_api.http.security import SECURITY_HEADERS
from cloud_api.tls import make_certificate, server_context

_HEAD = b"GET / HTTP/1.1\r\nHost: lodge.example.org\r\n"
_WHOLE = _HEAD + b"\r\n"
_BODY = b"POST / HTTP/1.1\r\nHost: lodge.example.org\r\nContent-Length: 9999\r\n\r\n"
_MOST = 6


async def _answer(request: Request) -> Response:
    if request.method == "POST":
        try:
            await read_body(request, limit=10_000, seconds=0.3)
        except ProblemError as problem:
            return Response(status_code=problem.status)
    return PlainTextResponse("served")


@contextmanager
def _serving(tls: TlsFiles | None = None, trusted: tuple[str, ...] = ()) -> Iterator[int]:
    app = Starlette(routes=[Route("/", _answer, methods=["GET", "POST"])])
    settings = CloudSettings(
        Path(), "https://localhost", "127.0.0.1", 0, None, None, None, None, trusted_proxies=trusted
    )
    terms = ConnectionTerms(head_seconds=0.5, most_each=_MOST)
    server = uvicorn.Server(configure_server(app, settings, server_context(tls) if tls else None, terms))

    def run() -> None:
        with asyncio.Runner(loop_factory=partial(ServingLoop, 0.5)) as runner:
            runner.run(server.serve())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            threading.Event().wait(0.02)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def _open(port: int, first: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=3)
    connection.sendall(first)
    return connection


def _ask(port: int) -> bytes:
    with _open(port, _WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")) as connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


def _drip_until_cut(connection: socket.socket, part: bytes) -> bytes:
    """What was heard until the server hung up."""
    heard, ends = b"", monotonic() + 3
    connection.settimeout(0.1)
    while monotonic() < ends:
        try:
            connection.sendall(part)
            piece = connection.recv(65536)
        except TimeoutError:
            continue
        except OSError:
            return heard
        if not piece:
            return heard
        heard += piece
    raise AssertionError("it was never cut")


@pytest.mark.parametrize(
    ("first", "part", "status"),
    [(b"", b"", b""), (_HEAD, b"x", b""), (_WHOLE + _HEAD, b"x", b"200"), (_BODY, b"x", b"408")],
    ids=["silent", "slow head", "slow second head", "slow body"],
)
def test_c27_a_connection_that_asks_for_nothing_is_cut_and_others_are_served_meanwhile(
    first: bytes, part: bytes, status: bytes
) -> None:
    with _serving() as port, _open(port, first) as slow:
        assert _ask(port).endswith(b"served")
        assert _drip_until_cut(slow, part)[9:12] == status


def test_r20_what_is_no_request_is_refused_with_the_headers_of_every_answer() -> None:
    """R20: no host, two, too long a head, no HTTP at all; and behind an answer that was whole."""
    with _serving() as port:
        for wrong in (
            b"GET / HTTP/1.1\r\n\r\n",
            _HEAD + b"Host: evil.example\r\n\r\n",
            _HEAD + b"X-Long: " + b"x" * 40_000,
            b"BLAH\r\n\r\n",
            _WHOLE + b"BLAH\r\n\r\n",
        ):
            with _open(port, wrong) as connection:
                heard = b"".join(iter(lambda: connection.recv(65536), b""))
            head, _, body = heard[heard.index(b"HTTP/1.1 400") :].partition(b"\r\n\r\n")
            for name, value in SECURITY_HEADERS.items():
                assert f"\r\n{name}: {value}\r\n".encode() in head + b"\r\n", (wrong[:60], name)
            assert b"\r\ncontent-type: application/problem+json" in head
            assert json.loads(body)["type"] == "urn:lodge:problem:malformed"


def test_c27_an_address_has_so_many_connections_and_a_trusted_proxy_any_number() -> None:
    for trusted, served in (((), False), (("127.0.0.0/8",), True)):
        with _serving(trusted=trusted) as port:
            kept = [_open(port, _WHOLE) for _ in range(_MOST)]
            assert all(connection.recv(65536) for connection in kept)
            try:
                assert _ask(port).endswith(b"served") is served
            except ConnectionError:
                assert not served
            for connection in kept:
                connection.close()
            if not served:
                ends = monotonic() + 3
                while not _served(port):
                    assert monotonic() < ends


def _served(port: int) -> bool:
    try:
        return _ask(port).endswith(b"served")
    except ConnectionError:
        return False


def test_c27_a_tls_handshake_that_never_comes_is_ended(tmp_path: Path) -> None:
    files = TlsFiles(tmp_path / "tls.crt", tmp_path / "tls.key", pinned=False)
    make_certificate(files, "https://localhost", SystemClock().now())
    with _serving(files) as port, _open(port) as silent:
        assert silent.recv(1) == b""
