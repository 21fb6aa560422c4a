"""TLS of the built-in server: version 1.3 only, and a certificate of its own where there is no authority."""

import ipaddress
import os
import ssl
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cloud_api.config import TlsFiles
from cloud_api.errors import ConfigurationError

_VALID_DAYS = 3650  # kiosks pin the key, not the date; browsers warn about a private authority anyway
_SIGNS_HANDSHAKES = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def make_certificate(files: TlsFiles, origin: str, now: datetime) -> None:
    """Write a key (0600) and a certificate for the origin's host, valid also by way of loopback."""
    key = ec.generate_private_key(ec.SECP256R1())
    host = urlsplit(origin).hostname or "localhost"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    names = dict.fromkeys((host, *_LOOPBACK))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general_name(item) for item in names]), critical=False)
        # No authority, and with all that RFC 5280 asks of what is none: strict clients refuse it otherwise.
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SIGNS_HANDSHAKES, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(files.key, private, 0o600)
    _write(files.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def read_pin(files: TlsFiles) -> str:
    """SHA-256 of the certificate's SubjectPublicKeyInfo in hex, as the keys page names it.

    Raises:
        ConfigurationError: the certificate cannot be read.
    """
    return pin_of(files.certificate)


def pin_of(path: Path) -> str:
    """The same of a certificate in a file of its own, such as the next one.

    Raises:
        ConfigurationError: it cannot be read.
    """
    certificate = _read(path)
    public = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return sha256(public).hexdigest()


def end_of(path: Path) -> datetime:
    """When a certificate ends, in UTC.

    Raises:
        ConfigurationError: it cannot be read.
    """
    return _read(path).not_valid_after_utc


def is_for(path: Path, host: str) -> bool:
    """Whether a certificate names a host: itself, or all names directly below another one (RFC 9525).

    Raises:
        ConfigurationError: it cannot be read.
    """
    try:
        names = _read(path).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ipaddress.ip_address(host) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        wanted, (_, _, above) = host.lower(), host.lower().partition(".")
        known = {name.lower() for name in names.get_values_for_type(x509.DNSName)}
        return wanted in known or f"*.{above}" in known


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """A server's context for TLS 1.3 and nothing older (R16).

    Raises:
        ConfigurationError: certificate or key cannot be read, or do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_cert_chain(files.certificate, files.key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"the TLS certificate {files.certificate} and key {files.key} cannot be used: {error}"
        ) from error
    return context


def _read(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the TLS certificate {path} cannot be read") from error


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
