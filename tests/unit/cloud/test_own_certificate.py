"""The certificate that a server makes for itself (R16)."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

from cloud_api.config import TlsFiles
from cloud_api.tls import make_certificate, server_context


def test_r16_a_strict_client_takes_the_servers_own_certificate(tmp_path: Path) -> None:
    """RFC 5280 as Python 3.13 reads it by default; sslyze found that the certificate called itself an authority."""
    files = TlsFiles(tmp_path / "tls.crt", tmp_path / "tls.key", pinned=True)
    make_certificate(files, "https://lodge.example.org", datetime.now(UTC))  # noqa: TID251  OpenSSL asks the machine's
    strict = ssl.create_default_context(cafile=str(files.certificate))
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = strict.wrap_bio(to_client, to_server, server_hostname="lodge.example.org")
    server = server_context(files).wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    assert client.version() == "TLSv1.3"
    assert strict.get_ca_certs() == []
