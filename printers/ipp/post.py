"""One IPP message over HTTP, with an end in sight: whatever is at the other side, so long and so much, and no more.

A printer's word is small. Limits on silence alone do not help against one that sends a byte now and then, so the
connection is cut when its time is over.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from printers.errors import (
    PrinterGoneError,
    PrinterNotFoundError,
    PrinterPermissionError,
    PrinterStalledError,
    TransportError,
)
from printers.transports.tcp import NOBODY_THERE, UNKNOWN_NAME

_CONNECT_SECONDS, _SILENCE_SECONDS = 1.0, 1.2
_MOST_BYTES = 262_144
_NOT_ALLOWED = {401, 403}


@dataclass(frozen=True)
class Place:
    """Where an IPP printer is.

    Attributes:
        host, port, path: as in its address; an IPv6 address without brackets.
        secure: by TLS.
    """

    host: str
    port: int
    path: str
    secure: bool

    @property
    def url(self) -> str:
        """For people."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{self.path}"


@dataclass(frozen=True)
class Reply:
    """What came back: the HTTP status, and the body, which is not decoded in any way."""

    status: int
    body: bytes


def post(place: Place, message: bytes, total_seconds: float) -> Reply:
    """Send a message and return the reply.

    Args:
        place: where to.
        message: the IPP message.
        total_seconds: from the connection until the whole reply is there.

    Raises:
        PrinterStalledError: no whole answer in time.
        PrinterPermissionError: it wants a password.
        PrinterNotFoundError: nobody is there, or the name is not known.
        PrinterGoneError: it hangs up.
        TransportError: the certificate is not trusted, or more is said than a printer says.
    """
    with _own_errors(place), contextlib.closing(_connection(place)) as connection:
        _connect(connection, place)
        connection.sock.settimeout(_SILENCE_SECONDS)
        over = threading.Event()
        timer = threading.Timer(total_seconds, _cut, (connection.sock, over))
        timer.daemon = True
        timer.start()
        try:
            reply = _exchange(connection, place.path, message)
        except (OSError, http.client.HTTPException) as error:
            if over.is_set():
                raise PrinterStalledError(f"{place.url} does not come to an end.") from error
            raise
        finally:
            timer.cancel()
    if over.is_set():
        raise PrinterStalledError(f"{place.url} does not come to an end.")
    if reply.status in _NOT_ALLOWED:
        raise PrinterPermissionError(f"{place.url} wants a password; let this kiosk print without one.")
    if len(reply.body) > _MOST_BYTES:
        raise TransportError(f"{place.url} answered more than a printer has to say.")
    return reply


def _connection(place: Place) -> http.client.HTTPConnection:
    if not place.secure:
        return http.client.HTTPConnection(place.host, place.port, timeout=_CONNECT_SECONDS)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(place.host, place.port, timeout=_CONNECT_SECONDS, context=context)


def _connect(connection: http.client.HTTPConnection, place: Place) -> None:
    """Connect, telling apart who is not there."""
    try:
        connection.connect()
    except (socket.gaierror, UnicodeError) as error:
        raise PrinterNotFoundError(
            f"No machine is called {place.host!r} on this network.", todo=UNKNOWN_NAME
        ) from error
    except (ConnectionRefusedError, TimeoutError) as error:
        raise PrinterNotFoundError(f"Nothing answers at {place.url}.", todo=NOBODY_THERE) from error


def _exchange(connection: http.client.HTTPConnection, path: str, message: bytes) -> Reply:
    headers = {"Content-Type": "application/ipp", "Accept-Encoding": "identity", "Connection": "close"}
    connection.request("POST", path, message, headers)
    response = connection.getresponse()
    return Reply(response.status, response.read(_MOST_BYTES + 1))


def _cut(connected: socket.socket, over: threading.Event) -> None:
    over.set()
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def _own_errors(place: Place) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise PrinterStalledError(f"{place.url} does not answer.") from error
    except ssl.SSLError as error:
        raise TransportError(f"{place.url} has a certificate that this machine does not trust.") from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise PrinterGoneError(f"Nothing answers at {place.url}.") from error
