"""The client by which webhooks are sent, on a real TLS server: whom it reaches, and for how long: C32, R43."""

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from cloud_api.clock import SystemClock
from cloud_api.config import TlsFiles
from cloud_api.notify.destinations import Destinations
from cloud_api.notify.posting import Poster
from cloud_api.tls import make_certificate
from tests.fakes.sync_tls import Certificate, Speak, TlsServer, serve_tls

pytestmark = pytest.mark.anyio


@contextmanager
def receiver(tmp_path: Path, speak: Speak | None = None) -> Iterator[tuple[TlsServer, ssl.SSLContext]]:
    certificate, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    make_certificate(TlsFiles(certificate, key, pinned=False), "https://localhost", SystemClock().now())
    with serve_tls(Certificate(certificate, key, ""), speak) as server:
        yield server, ssl.create_default_context(cafile=str(certificate))


def _redirect(connection: ssl.SSLSocket) -> None:
    connection.sendall(b"HTTP/1.1 307 Elsewhere\r\nLocation: https://169.254.169.254/\r\ncontent-length: 0\r\n\r\n")


def _again_and_again(part: bytes) -> Speak:
    def speak(connection: ssl.SSLSocket) -> None:
        with suppress(OSError):
            for _ in range(100):
                connection.sendall(part)
                sleep(0.03)

    return speak


@pytest.mark.parametrize("part", [b"H", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n" * 600])
def test_c32_a_receiver_that_sends_a_little_for_ever_is_left_in_time(tmp_path: Path, part: bytes) -> None:
    with receiver(tmp_path, _again_and_again(part)) as (server, context):
        poster = Poster(Destinations(["127.0.0.0/8"], lambda _host, _port: ["127.0.0.1"]), context=context, seconds=0.5)
        began = monotonic()
        posted = poster.post(f"https://localhost:{server.port}/", b"{}", {})
        assert (posted.status, posted.taken, monotonic() - began < 1.5) == (0, False, True)


def _never_ends(connection: ssl.SSLSocket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n" + b"x" * 20_000)


@pytest.mark.parametrize(("speak", "status"), [(None, 200), (_redirect, 307), (_never_ends, 200)])
async def test_c32_the_client_connects_to_the_vetted_address_and_follows_nobody(
    tmp_path: Path, speak: Speak | None, status: int
) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        del port
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]  # a second answer would lead elsewhere

    with receiver(tmp_path, speak) as (server, context):
        poster = Poster(Destinations(["127.0.0.0/8"], resolve), context=context)
        posted = await asyncio.to_thread(poster.post, f"https://localhost:{server.port}/x?y=1", b"{}", {"a": "b"})
    assert (posted.status, posted.taken) == (status, status == 200)
    assert asked == ["localhost"]
    assert len(server.heard) == 1
    assert server.heard[0].startswith(b"POST /x?y=1 HTTP/1.1\r\nHost: localhost:")


async def test_a_receiver_whose_certificate_is_of_another_name_gets_nothing(tmp_path: Path) -> None:
    """R43."""
    with receiver(tmp_path) as (server, context):
        allowing = Destinations(["127.0.0.0/8"], lambda _host, _port: ["127.0.0.1"])
        for other in (context, ssl.create_default_context()):
            name = "localhost" if other is not context else "hooks.example.org"
            posted = Poster(allowing, context=other).post(f"https://{name}:{server.port}/", b"{}", {})
            assert (posted.status, "certificate" in posted.fault) == (0, True)
    assert server.heard in ([], [b"", b""], [b""])
