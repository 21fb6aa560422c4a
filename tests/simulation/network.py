"""The line between one kiosk and the cloud, and all that a network and what stands in it may do to a request."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from sync.device.errors import TransportError
from sync.device.transport import Answer
from sync.protocol.exchange import CONSISTENCY_PATH, EPOCHS_PATH, HELLO_PATH, MUSTER_PATH
from sync.signable_request import NONCE_HEADER, SignableRequest
from tests.simulation.scheduler import Scheduler
from tests.simulation.trace import Trace

_OK = 200
Receive = Callable[[SignableRequest], Answer]

MISHAPS = (
    "lost",
    "answer_lost",
    "delayed",
    "twice",
    "failed_after",
    "busy",
    "portal",
    "mixed_up",
    "flipped",
    "refused",
    "power_before",
    "power_after",
)
"""What may happen to one request; see the methods of ``Line``."""


@dataclass
class Network:
    """What all lines share: the server's door, and the answers that a confused proxy remembers."""

    scheduler: Scheduler
    trace: Trace
    receive: Receive
    remembered: list[Answer] = field(default_factory=list)

    def line(self, name: str, cut_power: Callable[[], None]) -> Line:
        """A line of its own for a machine."""
        return Line(name, self, cut_power, self.scheduler.stream(f"line {name}"))


class Line:
    """Implements ``sync.device.transport.Transport``. ``weather``: how likely a mishap is, 0 to 1."""

    def __init__(self, name: str, network: Network, cut_power: Callable[[], None], stream: random.Random) -> None:
        self.name = name
        self.weather = 0.0
        self.partitioned = False
        self.requests = 0
        self.greeted = 0
        """How many hellos were answered, with nothing in between."""
        self._network = network
        self._cut_power = cut_power
        self._stream = stream

    def calm(self) -> None:
        """The weather is good again."""
        self.weather = 0.0

    def join(self) -> None:
        """The partition is over."""
        self.partitioned = False

    def send(self, request: SignableRequest) -> Answer:
        """One request and its answer, or what became of them."""
        self.requests += 1
        if self.partitioned:
            raise TransportError("the cloud did not answer (partition)")
        if self._stream.random() >= self.weather:
            answer = self._deliver(request)
            self.greeted += answer.status == _OK and request.url.endswith(HELLO_PATH)
            return answer
        mishap = self._stream.choice(MISHAPS)
        self._network.trace.note(self.name, f"network: {mishap} ({request.method} {request.url.rpartition('/')[2]})")
        mishaps: Receive = getattr(self, f"_{mishap}")
        return mishaps(request)

    def _deliver(self, request: SignableRequest) -> Answer:
        answer = self._network.receive(request)
        if answer.status == 200:
            self._network.remembered = [*self._network.remembered[-20:], answer]
        return answer

    def _lost(self, _request: SignableRequest) -> Answer:
        raise TransportError("the cloud did not answer (lost)")

    def _answer_lost(self, request: SignableRequest) -> Answer:
        self._deliver(request)
        raise TransportError("the cloud did not answer (answer lost)")

    def _delayed(self, request: SignableRequest) -> Answer:
        """It arrives long after the kiosk gave it up, and after others that were sent later."""
        copy = SignableRequest(request.method, request.url, request.body, request.headers)
        self._network.scheduler.after(self._stream.uniform(1, 280), lambda: self._arrive_late(copy))
        raise TransportError("the cloud did not answer (delayed)")

    def _arrive_late(self, request: SignableRequest) -> None:
        try:
            answer = self._network.receive(request)
        except TransportError as error:
            self._network.trace.note(self.name, f"network: a delayed request was lost after all: {error}")
        else:
            self._network.trace.note(self.name, f"network: a delayed request arrived, answered {answer.status}")

    def _twice(self, request: SignableRequest) -> Answer:
        first = self._deliver(request)
        return self._stream.choice((first, self._deliver(request)))

    def _failed_after(self, request: SignableRequest) -> Answer:
        answer = self._deliver(request)
        return Answer(self._stream.choice((500, 502, 504)), _nonce_of(answer), b"oops")

    def _busy(self, _request: SignableRequest) -> Answer:
        return Answer(self._stream.choice((429, 503)), {"retry-after": str(self._stream.randrange(1, 60))}, b"")

    def _portal(self, _request: SignableRequest) -> Answer:
        """A hotel's welcome page answers instead."""
        return Answer(200, {"content-type": "text/html"}, b"<html>Accept our terms</html>")

    def _mixed_up(self, request: SignableRequest) -> Answer:
        """A proxy answers with what it answered to somebody else, or earlier."""
        answer = self._deliver(request)
        if _bare(request):
            return answer
        return self._stream.choice((answer, *self._network.remembered))

    def _flipped(self, request: SignableRequest) -> Answer:
        """One bit changes on the way there or back."""
        if request.body and self._stream.random() < 0.5:
            return self._deliver(
                SignableRequest(request.method, request.url, self._flip(request.body), request.headers)
            )
        answer = self._deliver(request)
        if _bare(request) or request.url.endswith(MUSTER_PATH):
            raise TransportError("the answer broke off (TLS)")
        return Answer(answer.status, answer.headers, self._flip(answer.body))

    def _refused(self, _request: SignableRequest) -> Answer:
        """Something in between refuses in words that sound final."""
        return Answer(self._stream.choice((400, 401, 404, 410, 413, 415)), {}, b'{"title":"no"}')

    def _power_before(self, _request: SignableRequest) -> Answer:
        self._cut_power()
        raise AssertionError("unreachable")

    def _power_after(self, request: SignableRequest) -> Answer:
        self._deliver(request)
        self._cut_power()
        raise AssertionError("unreachable")

    def _flip(self, content: bytes) -> bytes:
        if not content:
            return content
        at = self._stream.randrange(len(content))
        return content[:at] + bytes([content[at] ^ 1 << self._stream.randrange(8)]) + content[at + 1 :]


def _bare(request: SignableRequest) -> bool:
    """Whether the answer to it is not signed by itself: nobody but TLS keeps it from being changed."""
    return request.url.endswith((HELLO_PATH, EPOCHS_PATH)) or CONSISTENCY_PATH in request.url


def _nonce_of(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name == NONCE_HEADER}
