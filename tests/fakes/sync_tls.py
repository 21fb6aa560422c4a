"""A TLS server on this machine with a certificate of its own making, whose answers tests script."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sync.device.https_transport import key_pin

Speak = Callable[[ssl.SSLSocket], None]


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate in files, and the pin of its key."""

    path: Path
    key_path: Path
    pin: str


def make_certificate(folder: Path, *, name: str = "server", years: tuple[int, int] = (2020, 2021)) -> Certificate:
    """A certificate that ran out long ago unless told otherwise: a pinned key is checked without dates."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lodge.example.org")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(years[0], 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(years[1], 1, 1, tzinfo=UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key", key_pin(certificate.public_bytes(Encoding.DER)))
    made.path.write_bytes(certificate.public_bytes(Encoding.PEM))
    made.key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


@dataclass
class TlsServer:
    """What was heard: the bytes of each connection after its handshake, and the protocol versions agreed."""

    port: int
    stop: threading.Event
    heard: list[bytes] = field(default_factory=list)
    versions: list[str | None] = field(default_factory=list)
    handshakes_failed: int = 0

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"


@contextmanager
def serve_tls(
    certificate: Certificate, speak: Speak | None = None, *, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> Iterator[TlsServer]:
    """Serve until the block ends. ``speak`` answers a request; without it everybody gets ``ok``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = newest
    context.load_cert_chain(certificate.path, certificate.key_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        server = TlsServer(listener.getsockname()[1], threading.Event())
        workers: list[threading.Thread] = []
        accepting = threading.Thread(target=_accept, args=(listener, context, server, speak, workers))
        accepting.start()
        try:
            yield server
        finally:
            server.stop.set()
            accepting.join()
            for worker in workers:
                worker.join()


def _accept(
    listener: socket.socket,
    context: ssl.SSLContext,
    server: TlsServer,
    speak: Speak | None,
    workers: list[threading.Thread],
) -> None:
    while not server.stop.is_set():
        try:
            raw, _ = listener.accept()
        except TimeoutError:
            continue
        worker = threading.Thread(target=_converse, args=(raw, context, server, speak))
        workers.append(worker)
        worker.start()


def _converse(raw: socket.socket, context: ssl.SSLContext, server: TlsServer, speak: Speak | None) -> None:
    raw.settimeout(10)
    with raw:
        try:
            connection = context.wrap_socket(raw, server_side=True)
        except OSError:
            server.handshakes_failed += 1
            return
        with connection, contextlib.suppress(OSError):
            server.versions.append(connection.version())
            heard = read_request(connection)
            server.heard.append(heard)
            if heard:
                (speak or say_ok)(connection)


def read_request(connection: ssl.SSLSocket) -> bytes:
    """One request with its whole body; nothing when the other side hangs up."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def say_ok(connection: ssl.SSLSocket) -> None:
    """The shortest answer."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nLodge-Nonce: abc\r\n\r\nok")
