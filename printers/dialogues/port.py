"""How a family talks to one open printer: the port, its time limits, and the wire that all dialogues share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from printers.clock import Clock
from printers.driver import PrinterStatus, PrintOutcome
from printers.errors import PrinterStalledError, TransportError
from printers.paper import Medium
from printers.transports.port import Transport

PORTION_BYTES = 16_384
_GLANCE_SECONDS = 0.005
_LISTEN_SECONDS = 0.1
_OLD_NEWS_SECONDS = 0.1
_MOST_UNREAD_BYTES = 4_096

T = TypeVar("T")


@dataclass(frozen=True)
class JobLimits:
    """How long silence is listened to.

    Attributes:
        status_seconds: for the answer to a status request.
        stall_seconds: without a single byte being taken.
        start_seconds: from the call until the last byte has been taken.
        silence_seconds: from the last byte until the printer says that it prints.
        completion_slack_seconds: beyond the time that the paper itself needs.
    """

    status_seconds: float = 0.8
    stall_seconds: float = 1.0
    start_seconds: float = 2.6
    silence_seconds: float = 1.2
    completion_slack_seconds: float = 1.2


@dataclass
class Memory:
    """What is known about a printer from one connection to the next.

    Attributes:
        half_job_inside: an unfinished job of ours may still be in it.
        unknown: nothing was heard from it yet: an earlier process may have been killed in the middle of a job.
        shared: other computers print on it too, and may leave half a job in it between any two calls.
        jobs: how many were begun, for numbers that tell one job's answer from another's.
        last: the family's own notes.
    """

    half_job_inside: bool = False
    unknown: bool = True
    shared: bool = False
    jobs: int = 0
    last: dict[str, int] = field(default_factory=dict)

    @property
    def may_be_half_full(self) -> bool:
        """Whether half a job, ours or a stranger's, may be in the printer."""
        return self.half_job_inside or self.unknown or self.shared

    def heard(self) -> None:
        """Note that the printer answers and that nothing unfinished is in it."""
        self.half_job_inside = self.unknown = False


@dataclass(frozen=True)
class EncodedJob:
    """A badge as the printer takes it.

    Attributes:
        data: the family's bytes.
        rows: dots along the paper, for the time that it takes.
        medium: the paper that is needed.
    """

    data: bytes
    rows: int
    medium: Medium


class Dialogue(Protocol):
    """One open printer that answers. Raises ``TransportError`` where the way to it fails before a job has begun."""

    def status(self, medium: Medium | None) -> PrinterStatus:
        """Ask how it is; within ``JobLimits.status_seconds``, or NOT_ANSWERING."""
        ...

    def run(self, job: EncodedJob) -> PrintOutcome:
        """Print one badge and say what became of it; every silence ends within three seconds (C41)."""
        ...


class Link:
    """A transport with its limits: the few ways in which dialogues write and listen."""

    def __init__(self, transport: Transport, clock: Clock, limits: JobLimits) -> None:
        self.transport = transport
        self.clock = clock
        self.limits = limits
        self._received = b""

    def forget_old_news(self) -> None:
        """Throw away what an earlier job left unread: its last word must never count for this one.

        Raises:
            TransportError: it does not stop talking, so that nothing it says can be an answer.
        """
        deadline = self.clock.monotonic() + _OLD_NEWS_SECONDS
        while self.transport.read(_GLANCE_SECONDS):
            if self.clock.monotonic() >= deadline:
                raise TransportError("The printer sends data without end. Switch it off and on again.")
        self._received = b""

    def say(self, data: bytes, seconds: float | None = None) -> None:
        """Write something short."""
        limit = self.limits.status_seconds if seconds is None else seconds
        self.transport.write(data, limit, limit)

    def send(self, portion: bytes, deadline: float) -> None:
        """Write a part of a job before a deadline on the clock.

        Raises:
            PrinterStalledError: when it is not taken in time.
        """
        left = deadline - self.clock.monotonic()
        if left <= 0:
            raise PrinterStalledError("The printer takes the badge too slowly.")
        self.transport.write(portion, self.limits.stall_seconds, left)

    def hear(self, read: Callable[[bytes], tuple[T | None, int]], seconds: float) -> T | None:
        """Listen until ``read`` makes sense of what has come; None after ``seconds``.

        Args:
            read: given all that is unread, returns what it means and how many bytes of it are done with; a meaning of
                None with bytes done with drops noise.
            seconds: how long to listen.
        """
        deadline = self.clock.monotonic() + seconds
        while True:
            meaning, used = read(self._received)
            self._received = self._received[used:]
            if meaning is not None:
                return meaning
            left = deadline - self.clock.monotonic()
            if left <= 0:
                return None
            self._received = (self._received + self.transport.read(min(left, _LISTEN_SECONDS)))[-_MOST_UNREAD_BYTES:]

    def glance(self, read: Callable[[bytes], tuple[T | None, int]]) -> T | None:
        """Like ``hear``, but only for what is there already."""
        return self.hear(read, _GLANCE_SECONDS)
