"""R16 from the kiosk's side: TLS 1.3 alone, the pinned key, and bounds on time and size. Real sockets."""

from __future__ import annotations

import gzip
import itertools
import ssl
import threading

import pytest

from sync.device.errors import TransportError, UntrustedServerError
from sync.device.https_transport import MAX_ANSWER_BYTES, HttpsTransport
from sync.device.transport import TransportLimits
from sync.signable_request import SignableRequest
from tests.fakes.sync_tls import Certificate, TlsServer, make_certificate, serve_tls

SECRET = b"the visitor's name" * 100
BRIEF = TransportLimits(connect_seconds=2, read_seconds=1, total_seconds=0.8)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def _post(server: TlsServer, body: bytes = SECRET, path: str = "/device/v1/events?a=b") -> SignableRequest:
    return SignableRequest("POST", server.url + path, body, {"content-type": "application/x"})


def test_r16_a_pinned_key_is_trusted_whatever_its_dates_and_name(certificate: Certificate) -> None:
    """R16: the certificate ran out years ago and names another host; a kiosk's clock may stand at 1970."""
    transport = HttpsTransport(pins=("0" * 64, certificate.pin))
    with serve_tls(certificate) as server:
        answer = transport.send(_post(server))
        transport.close()
    assert (answer.status, answer.body, answer.headers["lodge-nonce"]) == (200, b"ok", "abc")
    assert server.versions == ["TLSv1.3"]
    head, _, body = server.heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /device/v1/events?a=b HTTP/1.1")
    assert b"accept-encoding: identity" in head.lower()
    assert body == SECRET


def test_r16_another_key_is_refused_before_anything_of_the_request_is_sent(certificate: Certificate) -> None:
    transport = HttpsTransport(pins=("0" * 64,))
    with serve_tls(certificate) as server, pytest.raises(UntrustedServerError, match="pinned"):
        transport.send(_post(server))
    transport.close()
    assert server.heard == [b""]


def test_r16_without_the_pin_the_request_would_have_been_sent(certificate: Certificate) -> None:
    """The planted fault: a transport that trusts anybody tells the stranger everything."""
    transport = HttpsTransport(trust_any=True)
    with serve_tls(certificate) as server:
        transport.send(_post(server))
        transport.close()
    assert SECRET in server.heard[0]


def test_r16_without_pins_the_public_authorities_decide(certificate: Certificate) -> None:
    transport = HttpsTransport()
    with serve_tls(certificate) as server, pytest.raises(TransportError, match="SSLError"):
        transport.send(_post(server))
    transport.close()
    assert SECRET not in b"".join(server.heard)


def test_r16_a_server_that_offers_only_tls_1_2_is_refused(certificate: Certificate) -> None:
    transport = HttpsTransport(pins=(certificate.pin,))
    with serve_tls(certificate, newest=ssl.TLSVersion.TLSv1_2) as server, pytest.raises(TransportError):
        transport.send(_post(server))
    transport.close()
    assert (server.heard, server.handshakes_failed) == ([], 1)


def test_r16_plain_http_is_refused_without_a_connection() -> None:
    transport = HttpsTransport(trust_any=True)
    for url in ("http://127.0.0.1:9/x", "ftp://127.0.0.1/x", "127.0.0.1/x", ""):
        with pytest.raises(TransportError, match="https://"):
            transport.send(SignableRequest("GET", url))
    with pytest.raises(TransportError):
        transport.send(SignableRequest("GET", "https://"))
    transport.close()


def test_redirects_are_answers_and_not_followed(certificate: Certificate) -> None:
    def speak(connection: ssl.SSLSocket) -> None:
        connection.sendall(b"HTTP/1.1 307 Elsewhere\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n")

    transport = HttpsTransport(pins=(certificate.pin,))
    with serve_tls(certificate, speak) as server:
        assert transport.send(_post(server)).status == 307
        transport.close()
    assert len(server.heard) == 1


@pytest.mark.parametrize("part", ["headers", "body", "chunks", "continues"])
def test_c27_a_server_that_drips_is_left_after_the_total_time(certificate: Certificate, part: str) -> None:
    """C27: each byte comes in time, all of them never would."""
    stop = threading.Event()

    def drip(connection: ssl.SSLSocket) -> None:
        beginnings = {
            "headers": b"HTTP/1.1 200 OK\r\nx: ",
            "body": b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n",
            "chunks": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            "continues": b"",
        }
        pieces = {"chunks": b"1\r\nx\r\n", "continues": b"HTTP/1.1 100 Continue\r\n\r\n"}
        connection.sendall(beginnings[part])
        while not stop.wait(0.05):
            connection.sendall(pieces.get(part, b"x"))

    transport = HttpsTransport(pins=(certificate.pin,), limits=BRIEF)
    with serve_tls(certificate, drip) as server:
        with pytest.raises(TransportError):
            transport.send(_post(server))
        transport.close()
        stop.set()
    assert len(server.heard) == 1


def test_a_silent_server_is_left_after_the_reading_time(certificate: Certificate) -> None:
    stop = threading.Event()
    transport = HttpsTransport(pins=(certificate.pin,), limits=TransportLimits(2, 0.3, 60))
    with serve_tls(certificate, lambda connection: (stop.wait(10), None)[1]) as server:
        with pytest.raises(TransportError, match="ReadTimeout"):
            transport.send(_post(server))
        transport.close()
        stop.set()
    assert len(server.heard) == 1


def test_each_request_has_a_time_of_its_own(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = [0.0]
    monkeypatch.setattr("sync.device.https_transport.monotonic_seconds", lambda: passed[0])
    transport = HttpsTransport(pins=(certificate.pin,), limits=TransportLimits(20, 20, 60))
    with serve_tls(certificate) as server:
        for _ in range(3):
            assert transport.send(_post(server)).status == 200
            passed[0] += 50
        transport.close()
    assert len(server.heard) == 3


@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_without_end_is_cut_off(certificate: Certificate, chunked: bool) -> None:
    def flood(connection: ssl.SSLSocket) -> None:
        if chunked:
            connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n")
        block = b"x" * 65536
        for _ in itertools.repeat(None, MAX_ANSWER_BYTES // len(block) + 50):
            connection.sendall(b"10000\r\n" + block + b"\r\n" if chunked else block)

    transport = HttpsTransport(pins=(certificate.pin,))
    with serve_tls(certificate, flood) as server:
        with pytest.raises(TransportError, match="larger than answers are"):
            transport.send(_post(server))
        transport.close()
    assert len(server.heard) == 1


def test_an_answer_that_breaks_off_is_no_answer(certificate: Certificate) -> None:
    def break_off(connection: ssl.SSLSocket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this")

    transport = HttpsTransport(pins=(certificate.pin,))
    with serve_tls(certificate, break_off) as server, pytest.raises(TransportError, match="broke off"):
        transport.send(_post(server))
    transport.close()
    assert len(server.heard) == 1


def test_a_small_answer_does_not_inflate(certificate: Certificate) -> None:
    packed = gzip.compress(b"0" * (64 * 1024 * 1024))

    def speak(connection: ssl.SSLSocket) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(packed)}\r\n\r\n"
        connection.sendall(head.encode("ascii") + packed)

    transport = HttpsTransport(pins=(certificate.pin,))
    with serve_tls(certificate, speak) as server:
        assert transport.send(_post(server)).body == packed
        transport.close()


@pytest.mark.parametrize(
    "answer", [b"", b"\x00\x01\x02", b"SSH-2.0-x\r\n", b"HTTP/1.1 99999 OK\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n"]
)
def test_what_is_not_http_is_no_answer(certificate: Certificate, answer: bytes) -> None:
    transport = HttpsTransport(pins=(certificate.pin,))
    with serve_tls(certificate, lambda connection: connection.sendall(answer)) as server, pytest.raises(TransportError):
        transport.send(_post(server))
    transport.close()
    assert len(server.heard) == 1


def test_nobody_listening_is_an_error_of_ours(certificate: Certificate) -> None:
    with serve_tls(certificate) as server:
        url = server.url
    transport = HttpsTransport(pins=(certificate.pin,))
    with pytest.raises(TransportError, match="did not answer"):
        transport.send(SignableRequest("GET", url + "/x"))
    transport.close()


def test_a_proxy_of_the_environment_is_not_used(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    transport = HttpsTransport(pins=(certificate.pin,))
    with serve_tls(certificate) as server:
        assert transport.send(_post(server)).status == 200
        transport.close()
