"""What kiosks send up: greetings, batches for the log, branches beside it, and the starts of epochs."""

import re
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from cloud_api.http.backpressure import Turnstile
from cloud_api.http.device_gate import DeviceGate
from cloud_api.http.device_messages import described, described_upload, json_answer, read_message
from cloud_api.http.limits import client_address
from cloud_api.http.problems import ProblemError
from cloud_api.services.batch_outcomes import Accepted, Forked, Frozen, Gap, NotFrozen, Outcome, Refused
from cloud_api.services.branches import Branches
from cloud_api.services.epochs import MOST_UNCONFIRMED, Begun, Epochs, EpochTaken, StartRefused, TooManyUnconfirmed
from cloud_api.services.hellos import Hellos
from cloud_api.services.ingest import Ingest
from cloud_api.services.log_proofs import LogProofs, Place
from cloud_api.services.log_witnesses import LogWitnesses
from sync.protocol.batch import MEDIA_TYPE
from sync.protocol.epochs import MAX_START_BYTES, EpochStart
from sync.protocol.exchange import (
    BRANCHES_PATH,
    CONSISTENCY_PATH,
    EPOCHS_PATH,
    EVENTS_PATH,
    HELLO_PATH,
    NO_PROOF,
    RECEIPT_MEDIA_TYPE,
    ConsistencyAnswer,
    EpochAnswer,
    Hello,
    HelloAnswer,
)

_HELLO_BYTES = 32 * 1024
_PLACE = re.compile(r"([1-9][0-9]{0,8}):(0|[1-9][0-9]{0,14})")


@dataclass(frozen=True, slots=True)
class LogPorts:
    """What these routes call. ``turnstile`` bounds how many batches are worked on at once."""

    ingest: Ingest
    branches: Branches
    epochs: Epochs
    hellos: Hellos
    witnesses: LogWitnesses
    proofs: LogProofs
    turnstile: Turnstile


def add_log_routes(router: APIRouter, gate: DeviceGate, ports: LogPorts) -> None:
    """Add the routes to the kiosks' router."""

    @router.post(HELLO_PATH, response_class=Response, **described(Hello, HelloAnswer, 401, 403))
    async def hello(request: Request) -> Response:
        """Compare where the kiosk's log and the server's copy stand."""
        admitted = await gate.admit(request, limit=_HELLO_BYTES)
        said = read_message(admitted.body, Hello, "a hello")
        if said.epoch != admitted.device.epoch:
            raise ProblemError(400, "malformed", "The hello speaks of another key than the one that signed it")
        answer = await ports.hellos.answer(admitted.device, said)
        await ports.witnesses.hear(admitted.device, said, client_address(request))
        return json_answer(answer)

    @router.post(EVENTS_PATH, response_class=Response, **described_upload(MEDIA_TYPE, RECEIPT_MEDIA_TYPE, 415))
    async def events(request: Request) -> Response:
        """Take a batch of events; the answer is a signed receipt."""
        _require_batch(request)
        admitted = await gate.admit(request)
        async with ports.turnstile.turn():
            return _answer(await ports.ingest.take(admitted.device, admitted.body))

    @router.post(BRANCHES_PATH, response_class=Response, **described_upload(MEDIA_TYPE, RECEIPT_MEDIA_TYPE, 415))
    async def branches(request: Request) -> Response:
        """Take a batch of a frozen epoch, kept beside its log; the answer is a signed receipt."""
        _require_batch(request)
        admitted = await gate.admit(request)
        async with ports.turnstile.turn():
            return _answer(await ports.branches.take(admitted.device, admitted.body))

    @router.post(EPOCHS_PATH, response_class=Response, **described(EpochStart, EpochAnswer, 401, 403, 409))
    async def epochs(request: Request) -> Response:
        """Record the epoch that a kiosk began by itself, and freeze the one whose key signed the request."""
        admitted = await gate.admit(request, limit=MAX_START_BYTES)
        outcome = await ports.epochs.begin(admitted.device, admitted.body, client_address(request))
        match outcome:
            case Begun(standing):
                return json_answer(EpochAnswer(v=1, standing=standing))
            case EpochTaken():
                raise ProblemError(409, "epoch-taken", "Another epoch has this key already")
            case TooManyUnconfirmed():
                title = (
                    f"This kiosk has begun {MOST_UNCONFIRMED} epochs that nobody has confirmed; it keeps what it"
                    " records, and goes on once an administrator has confirmed the newest of them"
                )
                raise ProblemError(409, "epochs-unconfirmed", title)
            case StartRefused(reason):
                raise ProblemError(400, "malformed", "The start of the epoch was refused", detail=reason)

    _add_witnessing(router, gate, ports)


def _add_witnessing(router: APIRouter, gate: DeviceGate, ports: LogPorts) -> None:
    @router.get(CONSISTENCY_PATH, response_class=Response, **described(None, ConsistencyAnswer, 401, 403, 404))
    async def consistency(request: Request) -> Response:
        """The proof that the audit log's tree ``second`` continues ``first`` (each ``GENERATION:SIZE``)."""
        first, second = (_read_place(request, name) for name in ("first", "second"))
        admitted = await gate.admit(request)
        proof = await ports.proofs.answer(admitted.device, first, second)
        if proof is None:
            raise ProblemError(404, NO_PROOF, "This log does not hold both trees as one history")
        return json_answer(proof)


def _read_place(request: Request, name: str) -> Place:
    match = _PLACE.fullmatch(request.query_params.get(name, ""))
    if match is None:
        raise ProblemError(400, "malformed", f"{name} is a generation and a size, such as 1:42")
    return Place(int(match[1]), int(match[2]))


def _require_batch(request: Request) -> None:
    if request.headers.get("content-type") != MEDIA_TYPE:
        raise ProblemError(415, "media-type", f"A batch is sent as {MEDIA_TYPE}")


def _answer(outcome: Outcome) -> Response:
    match outcome:
        case Accepted(receipt):
            return Response(receipt, media_type=RECEIPT_MEDIA_TYPE)
        case Gap(expected):
            title = f"Events are missing before this batch; send from number {expected} on"
            raise ProblemError(409, "gap", title, members={"expected_seq": expected})
        case Forked(seq):
            title = "This kiosk's key has signed two histories; both are kept, and it must begin a new epoch"
            raise ProblemError(409, "forked", title, members={"seq": seq})
        case Frozen():
            raise ProblemError(409, "frozen", "Nothing more is taken under this key; begin a new epoch")
        case NotFrozen():
            title = "This key's log still takes events; send the batch there"
            raise ProblemError(409, "not-frozen", title)
        case Refused(reason):
            raise ProblemError(400, "batch-refused", "The batch was refused", detail=reason)
