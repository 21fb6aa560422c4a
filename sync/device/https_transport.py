"""HTTPS to the cloud: requests with TLS 1.3 and a pinned key.

A pinned key is checked by itself, without the certificate's dates: a kiosk's clock may stand at 1970.
"""

import ssl
import threading
from hashlib import sha256
from math import inf
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync.device.clock import monotonic_seconds
from sync.device.errors import TransportError, UntrustedServerError
from sync.device.lean_requests import requests, urllib3
from sync.device.transport import Answer, TransportLimits
from sync.signable_request import SignableRequest

MAX_ANSWER_BYTES = 16 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024


class HttpsTransport:
    """requests over TLS 1.3. ``pins``: SHA-256 (hex) of accepted SubjectPublicKeyInfos.

    Without pins the public certificate authorities decide; with ``trust_any`` nobody does, which only
    enrolment may use, for its messages prove themselves.
    """

    def __init__(
        self,
        *,
        pins: tuple[str, ...] = (),
        trust_any: bool = False,
        limits: TransportLimits | None = None,
    ) -> None:
        limits = limits or TransportLimits()
        self._timeout = (limits.connect_seconds, limits.read_seconds)
        self._deadline = _Deadline(limits)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = not (pins or trust_any)
        self._session.headers["accept-encoding"] = "identity"
        adapter = _PinnedAdapter(pins, unverified=bool(pins) or trust_any, deadline=self._deadline)
        self._session.mount("https://", adapter)

    def send(self, request: SignableRequest) -> Answer:
        """Send a request; redirects are not followed.

        Raises:
            TransportError, UntrustedServerError: as the port says.
        """
        if not request.url.lower().startswith("https://"):
            raise TransportError("the server's address must begin with https://")
        self._deadline.begin()
        try:
            response = self._session.request(
                request.method,
                request.url,
                data=request.body or None,
                headers=dict(request.headers.items()),
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
            with response:
                body = _read_body(response.raw)
        except TransportError:
            raise
        except (requests.RequestException, OSError) as error:
            raise TransportError(f"the cloud did not answer ({type(error).__name__})") from error
        except Exception as error:
            # urllib3's own exceptions surface while a streamed body is read.
            raise TransportError(f"the answer broke off ({type(error).__name__})") from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, body)

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()


def key_pin(certificate_der: bytes) -> str:
    """SHA-256 over a certificate's SubjectPublicKeyInfo, in hex (as RFC 7469 pins)."""
    key = x509.load_der_x509_certificate(certificate_der).public_key()
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _read_body(raw: urllib3.response.BaseHTTPResponse) -> bytes:
    # Not decoded: no other coding was asked for, and a small answer must not inflate to a large one.
    body = bytearray()
    while chunk := raw.read(_CHUNK_BYTES, decode_content=False):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise TransportError("the answer is larger than answers are")
    return bytes(body)


class _Deadline(threading.local):
    """When the request of this thread must be over; a server that drips bytes never times out otherwise."""

    def __init__(self, limits: TransportLimits) -> None:
        self._limits = limits
        self._at = inf

    def begin(self) -> None:
        self._at = monotonic_seconds() + self._limits.total_seconds

    def patience(self) -> float:
        left = self._at - monotonic_seconds()
        if left <= 0:
            raise TimeoutError("the request took too long in all")
        return min(left, self._limits.read_seconds)


class _PinnedAdapter(requests.adapters.HTTPAdapter):
    def __init__(self, pins: tuple[str, ...], *, unverified: bool, deadline: _Deadline) -> None:
        self._pins = pins
        self._unverified = unverified
        self._deadline = deadline
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- requests' signature
        context = urllib3.util.ssl_.create_urllib3_context(ssl_minimum_version=ssl.TLSVersion.TLSv1_3)
        context.sslsocket_class = _bounded_socket(self._deadline)
        if self._unverified:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        super().init_poolmanager(*args, ssl_context=context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": self._pool_class()}

    def _pool_class(self) -> type[urllib3.connectionpool.HTTPSConnectionPool]:
        pins, unverified = self._pins, self._unverified

        class Connection(urllib3.connection.HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                if not unverified:
                    return
                certificate = self.sock.getpeercert(binary_form=True) if isinstance(self.sock, ssl.SSLSocket) else None
                if pins and (certificate is None or key_pin(certificate) not in pins):
                    self.close()
                    raise UntrustedServerError("the server does not hold the key that was pinned")
                self.is_verified = True

        class Pool(urllib3.connectionpool.HTTPSConnectionPool):
            ConnectionCls = Connection

        return Pool


def _bounded_socket(deadline: _Deadline) -> type[ssl.SSLSocket]:
    """A TLS socket each of whose reads and writes ends with the whole request's time."""

    class BoundedSocket(ssl.SSLSocket):
        def read(self, len: int = 1024, buffer: Any = None) -> bytes:  # noqa: A002, ANN401 -- ssl's signature
            self.settimeout(deadline.patience())
            return super().read(len, buffer)

        def send(self, data: Any, flags: int = 0) -> int:  # noqa: ANN401 -- ssl's signature
            self.settimeout(deadline.patience())
            return super().send(data, flags)

    return BoundedSocket
