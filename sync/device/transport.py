"""What carries a request to the cloud: a port, so that nothing but the real one needs a network or loads much."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sync.signable_request import SignableRequest


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; the names of ``headers`` are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Sends one request and waits for its answer, within its own bounds."""

    def send(self, request: SignableRequest) -> Answer:
        """Send.

        Raises:
            TransportError: no answer.
            UntrustedServerError: the server does not hold a pinned key; nothing of the request was sent.
        """
        ...


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """How long to wait for each address and its handshake, for each part of the answer, and for all of it.

    The total counts from the call on; only the look-up of the name is bounded by the system's resolver instead.
    """

    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    total_seconds: float = 120.0
