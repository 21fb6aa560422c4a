"""Asking the cloud to mail a visitor a code, and whether a typed one is right: one question at a time, by a thread of
its own, so that whoever does not get an answer keeps nobody else waiting.

Address and code are in memory alone, until there is an answer or somebody forgets the question.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from uuid import UUID

import msgspec

from sync.device.errors import TransportError
from sync.device.signed_channel import SignedChannel
from sync.device.transport import Answer
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import (
    MAILED_CODE_TRIES_PATH,
    MAILED_CODES_PATH,
    CodeTry,
    CodeTryAnswer,
    CodeWanted,
    CodeWantedAnswer,
)

_JSON = "application/json"
_OK, _NOT_FOUND, _TOO_MANY = 200, 404, 429
UNSERVED_MS = 600_000
"""After a server said that it mails no codes, none is offered for so long."""


class MailedCodeFault(StrEnum):
    """Why there is no answer of the kind that was hoped for."""

    OFFLINE = "offline"
    UNSERVED = "unserved"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class CodeOnItsWay:
    """The cloud took the wish; a code is valid for so many seconds. Whether the address is known nobody says."""

    seconds: int


@dataclass(frozen=True, slots=True)
class InvitationsOfCode:
    """What the code opens: ids of invitations, none where it is not right (any more)."""

    ids: tuple[UUID, ...]


Outcome = CodeOnItsWay | InvitationsOfCode | MailedCodeFault


class MailedCodes:
    """Holds one question and its answer. ``mono_ms``: the machine's monotonic clock."""

    def __init__(self, channel: SignedChannel, mono_ms: Callable[[], int]) -> None:
        self._channel = channel
        self._mono_ms = mono_ms
        self._guard = threading.Lock()
        self._ticket = 0
        self._question: CodeWanted | CodeTry | None = None
        self._outcome: Outcome | None = None
        self._unserved_until_ms = 0
        self.wake: Callable[[], None] = lambda: None
        """Called when there is something to ask."""

    @property
    def offered(self) -> bool:
        """Whether the server has not said lately that it mails no codes."""
        return self._mono_ms() >= self._unserved_until_ms

    def want(self, email: str) -> int:
        """Ask for a code to this address; the number of the question. It takes the place of the one before."""
        return self._put(CodeWanted(v=1, email=email))

    def try_code(self, email: str, code: str) -> int:
        """Ask what this code (six digits) opens; the number of the question."""
        return self._put(CodeTry(v=1, email=email, code=code))

    def outcome(self, ticket: int) -> Outcome | None:
        """The answer to a question, once: it is forgotten then; ``None`` while there is none. Quick."""
        with self._guard:
            if ticket != self._ticket or self._outcome is None:
                return None
            found, self._outcome = self._outcome, None
            return found

    def forget(self) -> None:
        """The visitor has gone: neither question nor answer is kept."""
        with self._guard:
            self._ticket += 1
            self._question = self._outcome = None

    def step(self) -> float:
        """Ask what is to be asked; the seconds until there is something to do, unless it is woken. Never raises what a
        network may do.
        """
        with self._guard:
            ticket, question, self._question = self._ticket, self._question, None
        if question is None:
            return inf
        outcome = self._ask(question)
        with self._guard:
            if outcome is MailedCodeFault.UNSERVED:
                self._unserved_until_ms = self._mono_ms() + UNSERVED_MS
            if ticket == self._ticket:
                self._outcome = outcome
            return 0.0 if self._question is not None else inf

    def _put(self, question: CodeWanted | CodeTry) -> int:
        with self._guard:
            self._ticket += 1
            self._question, self._outcome = question, None
            ticket = self._ticket
        self.wake()
        return ticket

    def _ask(self, question: CodeWanted | CodeTry) -> Outcome:
        path = MAILED_CODES_PATH if isinstance(question, CodeWanted) else MAILED_CODE_TRIES_PATH
        try:
            return _read(question, self._channel.send("POST", path, exact_json.encode(question), _JSON))
        except (TransportError, ProtocolError):
            return MailedCodeFault.OFFLINE


def _read(question: msgspec.Struct, answer: Answer) -> Outcome:
    if answer.status in {_NOT_FOUND, _TOO_MANY}:
        return MailedCodeFault.UNSERVED if answer.status == _NOT_FOUND else MailedCodeFault.RESTING
    if answer.status != _OK:
        return MailedCodeFault.OFFLINE
    if isinstance(question, CodeWanted):
        return CodeOnItsWay(exact_json.read(answer.body, CodeWantedAnswer, what="an answer about a code").seconds)
    return InvitationsOfCode(exact_json.read(answer.body, CodeTryAnswer, what="an answer to a code").invitations)
