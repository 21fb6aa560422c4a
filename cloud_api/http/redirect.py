"""What answers on the plain port (R16): a redirect to the origin over TLS for people, a refusal for programs.

The host that a request names is never believed: it would let a stranger's link lead elsewhere. A body is not read.
A program that is redirected works, and goes on sending its keys in the clear first; one that is refused is mended.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cloud_api.errors import ConfigurationError
from cloud_api.http.cors import API_PREFIX
from cloud_api.http.security import KIOSK_PREFIXES

_HEAD_BYTES = 8 * 1024
_SECONDS = 5.0
_AT_ONCE = 200
_ASKED = re.compile(rb"([A-Z]{1,16}) (/[!-~]{0,2000}) HTTP/1\.[01]\r\n")
_PEOPLE = (b"GET", b"HEAD")
_PROGRAMS = tuple(prefix.encode("ascii") for prefix in (*KIOSK_PREFIXES, API_PREFIX))


class Redirecting:
    """Sends everybody to ``origin``."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._open = 0

    @asynccontextmanager
    async def running(self, host: str, port: int) -> AsyncIterator[asyncio.Server]:
        """Listen for as long as the block lasts.

        Raises:
            ConfigurationError: the port cannot be had.
        """
        try:
            # Replicas on one machine share the port.
            server = await asyncio.start_server(self._answer, host, port, limit=_HEAD_BYTES, reuse_port=True)
        except OSError as error:
            where = f"{host}, port {port}"
            raise ConfigurationError(f"the redirect cannot listen on {where}: {error.strerror or error}") from error
        async with server:
            yield server

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            if self._open <= _AT_ONCE:
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _SECONDS)
                writer.write(redirect_for(head, self._origin))
                await asyncio.wait_for(writer.drain(), _SECONDS)
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # whoever sends no request gets no answer
        finally:
            self._open -= 1
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


def redirect_for(head: bytes, origin: str) -> bytes:
    """The answer to a request's head."""
    asked = _ASKED.match(head)
    if asked and (asked[1] not in _PEOPLE or asked[2].startswith(_PROGRAMS)):
        words = f"This server speaks HTTPS only: {origin}\n".encode("ascii")
        return (
            b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n"
            b"Connection: close\r\n\r\n%b"
        ) % (len(words), words)
    # "//host" would be another server's address in some readers' eyes.
    path = asked[2] if asked and not asked[2].startswith(b"//") and b"\\" not in asked[2] else b"/"
    return (
        b"HTTP/1.1 308 Permanent Redirect\r\nLocation: "
        + origin.encode("ascii")
        + path
        + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
