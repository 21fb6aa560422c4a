"""The server's door without HTTP: production decides who may come in and what is answered, in the same order."""

from __future__ import annotations

import re
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from cloud_api.services.batch_outcomes import Accepted, Forked, Frozen, Gap, NotFrozen, Outcome, Refused
from cloud_api.services.epochs import Begun, EpochTaken, StartRefused, TooManyUnconfirmed
from sync.device.transport import Answer
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import EpochAnswer, Hello
from sync.signable_request import NONCE_HEADER, SignableRequest

T = TypeVar("T")
_HAVE = re.compile(r"([a-z_]{1,40}):([0-9]{1,15})")


def drive(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run production code that awaits nothing real, without an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    coroutine.close()
    raise RuntimeError("something waited for the world outside")


def problem(status: int, name: str, **members: int) -> Answer:
    """A refusal as ``cloud_api.http.problems`` writes it."""
    body = {"type": f"urn:lodge:problem:{name}", "title": name, "status": status, **members}
    return Answer(status, {"content-type": "application/problem+json"}, msgspec.json.encode(body))


def answer_batch(outcome: Outcome) -> Answer:
    """The answer to a batch, as ``cloud_api.http.device`` gives it."""
    match outcome:
        case Accepted(receipt):
            return Answer(200, {"content-type": "application/jose"}, receipt.encode("ascii"))
        case Gap(expected):
            return problem(409, "gap", expected_seq=expected)
        case Forked(seq):
            return problem(409, "forked", seq=seq)
        case Frozen():
            return problem(409, "frozen")
        case NotFrozen():
            return problem(409, "not-frozen")
        case Refused():
            return problem(400, "batch-refused")


def answer_start(outcome: Begun | EpochTaken | StartRefused | TooManyUnconfirmed) -> Answer:
    """The answer to the start of an epoch."""
    match outcome:
        case Begun(standing):
            return Answer(200, {}, exact_json.encode(EpochAnswer(v=1, standing=standing)))
        case EpochTaken():
            return problem(409, "epoch-taken")
        case TooManyUnconfirmed():
            return problem(409, "epochs-unconfirmed")
        case StartRefused():
            return problem(400, "malformed")


def read_hello(body: bytes, epoch: str) -> Hello | None:
    """A hello that speaks of the key that signed it."""
    try:
        said = exact_json.read(body, Hello, what="a hello")
    except ProtocolError:
        return None
    return said if said.epoch == epoch else None


def read_have(request: SignableRequest) -> dict[str, int]:
    """Which pages the kiosk has."""
    text = parse_qs(urlsplit(request.url).query).get("have", [""])[0]
    return {found[1]: int(found[2]) for found in _HAVE.finditer(text)}


def stamped(answer: Answer, nonce: str) -> Answer:
    """Every answer carries the nonce for the next request."""
    return Answer(answer.status, {**answer.headers, NONCE_HEADER: nonce}, answer.body)
