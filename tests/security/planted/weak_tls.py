"""A TLS server that is wrong on purpose: old versions, a short key, a certificate of the past. For loopback alone."""

from __future__ import annotations

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

_BITS = 1024


@contextmanager
def serve(folder: Path) -> Iterator[int]:
    """Its port, for as long as the block lasts."""
    context = _context(folder)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        done = threading.Event()

        def answer() -> None:
            while not done.is_set():
                with suppress(OSError):
                    threading.Thread(target=_greet, args=(context, listening.accept()[0]), daemon=True).start()

        threading.Thread(target=answer, name="weak-tls", daemon=True).start()
        port = int(listening.getsockname()[1])
        try:
            yield port
        finally:
            done.set()
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=5).close()


def _greet(context: ssl.SSLContext, connection: socket.socket) -> None:
    with connection, suppress(OSError):
        connection.settimeout(5)
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(1024)


def _context(folder: Path) -> ssl.SSLContext:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2021, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    kept = folder / "weak.pem"
    private = serialization.PrivateFormat.PKCS8
    kept.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.load_cert_chain(kept)
    return context
