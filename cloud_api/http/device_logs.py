"""What kiosks send up: greetings, batches for the log, branches beside it, and the starts of epochs."""

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
from cloud_api.services.epochs import Begun, Epochs, EpochTaken, StartRefused
from cloud_api.services.hellos import Hellos
from cloud_api.services.ingest import Ingest
from sync.protocol.batch import MEDIA_TYPE
from sync.protocol.epochs import MAX_START_BYTES, EpochStart
from sync.protocol.exchange import (
    BRANCHES_PATH,
    EPOCHS_PATH,
    EVENTS_PATH,
    HELLO_PATH,
    RECEIPT_MEDIA_TYPE,
    EpochAnswer,
    Hello,
    HelloAnswer,
)

_HELLO_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class LogPorts:
    """What these routes call. ``turnstile`` bounds how many batches are worked on at once."""

    ingest: Ingest
    branches: Branches
    epochs: Epochs
    hellos: Hellos
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
        return json_answer(await ports.hellos.answer(admitted.device, said))

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
            case StartRefused(reason):
                raise ProblemError(400, "malformed", "The start of the epoch was refused", detail=reason)


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
