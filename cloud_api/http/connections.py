"""What a connection may cost before it asks for anything (C27).

The server refuses everybody with 503 once a thousand connections are open, and uvicorn bounds none that has not had an
answer yet: who opens them and sends nothing, or a byte now and then, would shut out all others. So a connection is cut
that does not bring a whole request head in time, an address has so many of them and no more, and a TLS handshake ends.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from cloud_api.http.problems import ProblemError
from cloud_api.http.security import SECURITY_HEADERS
from cloud_api.services.sign_in_guard import network_of


@dataclass(frozen=True, slots=True)
class ConnectionTerms:
    """``head_seconds``: from the connection, or from the first byte of a further request, to the end of the head;
    ``most_each``: of one address, or of one IPv6 network. An office has many browsers behind one address.
    """

    head_seconds: float = 10.0
    most_each: int = 200


class Connections:
    """Counts the open ones by address; ``trusted``: proxies, behind which everybody is."""

    def __init__(self, terms: ConnectionTerms, trusted: Sequence[str] = ()) -> None:
        self.terms = terms
        self._trusted = [ip_network(text, strict=False) for text in trusted]
        self._open: Counter[str] = Counter()

    def enter(self, host: str) -> str | None:
        """Count one more; what it is counted under, to be given to ``leave``; ``None``: it is one too many."""
        try:
            if any(ip_address(host) in network for network in self._trusted):
                return ""
        except ValueError:  # no address, such as a local socket's: not from the network
            return ""
        who = network_of(host)
        if self._open[who] >= self.terms.most_each:
            return None
        self._open[who] += 1
        return who

    def leave(self, who: str) -> None:
        """It is closed."""
        if not who:
            return
        self._open[who] -= 1
        if self._open[who] <= 0:
            del self._open[who]


class BoundedProtocol(H11Protocol):
    """A connection that is cut while nothing is being answered on it and no request head comes to its end."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: Connections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._all = connections
        self._who: str | None = None
        self._due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """It is open, the TLS handshake behind it."""
        super().connection_made(transport)
        self._who = self._all.enter(self.client[0] if self.client else "")
        if self._who is None:
            transport.abort()
            return
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed."""
        self._disarm()
        if self._who is not None:
            self._all.leave(self._who)
            self._who = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        super().data_received(data)
        # Also behind an answer that did not wait for the body: uvicorn's own timer is off once a byte comes.
        if self.cycle is None or self.cycle.response_complete:
            self._arm()
        else:
            self._disarm()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request of HTTP, before there is anything to hand to the application: a problem document
        with the headers of every other answer (R20).
        """
        refusal = ProblemError(400, "malformed", msg).response()
        headers = {**dict(refusal.headers), **SECURITY_HEADERS, "cache-control": "no-store", "connection": "close"}
        named = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        begun = self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE)
        if not begun:  # else an earlier answer is on its way, and another cannot begin within it
            whole = (
                h11.Response(status_code=400, headers=named, reason=b"Bad Request"),
                h11.Data(data=bytes(refusal.body)),
                h11.EndOfMessage(),
            )
            self.transport.write(b"".join(self.conn.send(event) or b"" for event in whole))
        self.transport.close()

    def _arm(self) -> None:
        if self._due is None and not self.transport.is_closing():
            self._due = self.loop.call_later(self._all.terms.head_seconds, self._cut)

    def _disarm(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _cut(self) -> None:
        self._due = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()


def bounded_protocol(connections: Connections) -> Callable[..., asyncio.Protocol]:
    """What uvicorn makes a connection's protocol by."""
    return partial(BoundedProtocol, connections=connections)


class ServingLoop(asyncio.SelectorEventLoop):
    """A loop whose servers end a TLS handshake in time: uvicorn leaves it at asyncio's minute."""

    def __init__(self, handshake_seconds: float = 10.0) -> None:
        super().__init__()
        self._handshake_seconds = handshake_seconds

    async def create_server(self, *args: object, **more: object) -> asyncio.Server:
        """As asyncio's."""
        if more.get("ssl") is not None:
            more.setdefault("ssl_handshake_timeout", self._handshake_seconds)
        made: asyncio.Server = await super().create_server(*args, **more)  # type: ignore[call-overload]  # as they came
        return made
