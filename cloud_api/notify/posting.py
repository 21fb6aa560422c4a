"""The one client by which the server sends to addresses that others chose: vetted, over verified TLS, bounded.

It connects to the address that was vetted, not to the name again (rebinding), follows no redirect, reads little of the
answer, and knows no proxy of the environment. One deadline holds for all of an exchange: a receiver that sends a byte
now and then ends with it as one that sends none.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from cloud_api.notify.bounded_socket import BoundedSocket
from cloud_api.notify.destinations import Destination, Destinations, UnresolvedError

SECONDS = 10.0
_READ_BYTES = 16 * 1024
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a request. ``status`` is 0 where there was no answer; ``fault`` says why in a few words."""

    status: int
    fault: str = ""

    @property
    def taken(self) -> bool:
        """Whether the receiver took it."""
        return 200 <= self.status < 300  # noqa: PLR2004  the meaning of the class


class Poster:
    """Sends requests; each blocks for ``seconds`` at most and for as long as the name's resolver takes, so it is called
    in a thread.
    """

    def __init__(
        self, destinations: Destinations, *, context: ssl.SSLContext | None = None, seconds: float = SECONDS
    ) -> None:
        self._destinations = destinations
        self._given = context
        self._seconds = seconds

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Made for the first message: it reads all of the system's authorities."""
        if self._given is not None:
            return self._given
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """Send a body.

        Raises:
            DestinationError: the server does not connect there.
        """
        try:
            where = self._destinations.vet(url)
        except UnresolvedError as error:
            return Posted(0, str(error))
        try:
            return self._exchange(where, body, headers)
        except ssl.SSLCertVerificationError:
            return Posted(0, "its certificate is not one that this server trusts")
        except ssl.SSLError:
            return Posted(0, "it does not speak TLS 1.2 or newer")
        except TimeoutError:
            return Posted(0, f"no answer within {self._seconds:g} seconds")
        except (OSError, ValueError, http.client.HTTPException):
            return Posted(0, "the connection could not be made, or broke off")

    def _exchange(self, where: Destination, body: bytes, headers: Mapping[str, str]) -> Posted:
        ends = time.monotonic() + self._seconds
        with socket.create_connection((where.address, where.port), timeout=self._seconds) as plain:
            plain.settimeout(max(0.1, ends - time.monotonic()))
            with self._context.wrap_socket(plain, server_hostname=where.host) as secured:
                connection = http.client.HTTPConnection(where.host, where.port)
                connection.sock = BoundedSocket(secured, ends, _MOST_BYTES)
                connection.request("POST", where.target, body, dict(headers))
                with connection.getresponse() as answer:
                    # The status counts, whatever follows it; a receiver that never ends its answer is left.
                    with suppress(OSError, ValueError, http.client.HTTPException):
                        answer.read(_READ_BYTES)
                    posted = Posted(answer.status)
                    return posted if posted.taken else Posted(answer.status, f"it answered {answer.status}")
