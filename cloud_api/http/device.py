"""The routes of kiosks: enrolment, feed, and what goes up (``device_logs``, ``device_objects``).

Shapes and paths are the protocol's.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from cloud_api.errors import StoreError
from cloud_api.http.backpressure import busy
from cloud_api.http.bodies import read_body
from cloud_api.http.device_gate import DeviceGate, revoked
from cloud_api.http.device_logs import LogPorts, add_log_routes
from cloud_api.http.device_mailed_codes import MailedCodePorts, add_mailed_code_routes
from cloud_api.http.device_messages import described, json_answer, read_message
from cloud_api.http.device_musters import MusterPorts, add_muster_route
from cloud_api.http.device_objects import ObjectPorts, add_object_routes
from cloud_api.http.limits import RateLimit, client_address, require_allowance
from cloud_api.http.problems import ProblemError
from cloud_api.services.enrolment import Enrolment, EnrolmentRefusal
from cloud_api.services.held_feed import HeldFeed
from cloud_api.services.refusal_notes import RefusalNotes
from sync.protocol.enrolment import FinishRequest, FinishResponse, StartRequest, StartResponse
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import (
    ENROL_FINISH_PATH,
    ENROL_START_PATH,
    FEED_PATH,
    KEYS_PAGE,
    FeedAnswer,
)
from sync.protocol.feed import PageKind

_ENROL_BYTES = 4096
_AGAIN_SECONDS = 5
_WAIT_DIGITS = 4
_HAVE = re.compile(r"(?P<kind>[a-z_]{1,40}):(?P<version>[0-9]{1,15})")
_NAMES = {KEYS_PAGE, *PageKind}
_REFUSALS = {
    EnrolmentRefusal.UNKNOWN: (404, "code-unknown"),
    EnrolmentRefusal.EXPIRED: (410, "code-expired"),
    EnrolmentRefusal.USED: (409, "code-used"),
    EnrolmentRefusal.LOCKED: (410, "code-locked"),
    EnrolmentRefusal.WRONG_PROOF: (403, "code-wrong"),
    EnrolmentRefusal.SUSPENDED: (403, "organisation-suspended"),
}


@dataclass(frozen=True, slots=True)
class DevicePorts:
    """What the routes of kiosks call."""

    gate: DeviceGate
    enrolment: Enrolment
    logs: LogPorts
    objects: ObjectPorts
    feed: HeldFeed
    musters: MusterPorts
    mailed_codes: MailedCodePorts
    limit: RateLimit
    refusals: RefusalNotes


def device_router(ports: DevicePorts) -> APIRouter:
    """The routes of kiosks."""
    router = APIRouter(tags=["device"], route_class=_stamping_route(ports.gate))
    _add_enrolment(router, ports)
    add_log_routes(router, ports.gate, ports.logs)
    add_object_routes(router, ports.gate, ports.objects)
    add_muster_route(router, ports.gate, ports.musters)
    add_mailed_code_routes(router, ports.gate, ports.mailed_codes)

    @router.get(FEED_PATH, response_class=Response, **described(None, FeedAnswer, 401, 403))
    async def feed(request: Request) -> Response:
        """The newest keys page with the moves of the root key to it, and every page above the versions in ``have``;
        held for up to ``wait`` seconds while there is no news.
        """
        have = _read_have(request.query_params.get("have", ""))
        wait_seconds = _read_wait(request.query_params.get("wait", "0"))
        admitted = await ports.gate.admit(request)
        answer = await ports.feed.answer(admitted.device, have, wait_seconds)
        if answer is None:
            raise revoked()
        return json_answer(answer)

    return router


def _add_enrolment(router: APIRouter, ports: DevicePorts) -> None:
    @router.post(ENROL_START_PATH, response_class=Response, **described(StartRequest, StartResponse, 404, 409, 410))
    async def start(request: Request) -> Response:
        """Begin an enrolment: the server proves that it knows the code."""
        said = read_message(await read_body(request, limit=_ENROL_BYTES), StartRequest, "a start of an enrolment")
        return await _enrolment_answer(ports, request, lambda: ports.enrolment.start(said))

    @router.post(
        ENROL_FINISH_PATH, response_class=Response, **described(FinishRequest, FinishResponse, 403, 404, 409, 410)
    )
    async def finish(request: Request) -> Response:
        """End an enrolment: the kiosk proves that it knows the code and holds its key."""
        said = read_message(await read_body(request, limit=_ENROL_BYTES), FinishRequest, "an end of an enrolment")
        return await _enrolment_answer(ports, request, lambda: ports.enrolment.finish(said, client_address(request)))


async def _protocol(call: Callable[[], Any]) -> Any:  # noqa: ANN401  passes on whatever the call gives
    try:
        return await call()
    except ProtocolError as error:
        raise ProblemError(400, "malformed", str(error).capitalize()) from error


async def _enrolment_answer(
    ports: DevicePorts, request: Request, attempt: Callable[[], Awaitable[msgspec.Struct | EnrolmentRefusal]]
) -> Response:
    # Counted before it is looked at, or many guesses at once would all be looked at (R05); given back where it was
    # right, for a fleet sits behind one address.
    await require_allowance(ports.limit, "enrolment", request)
    outcome: msgspec.Struct | EnrolmentRefusal = await _protocol(attempt)
    if isinstance(outcome, EnrolmentRefusal):
        status, name = _REFUSALS[outcome]
        await ports.refusals.note("enrolment.refused", client_address(request), name)
        raise ProblemError(status, name, outcome.value)
    await ports.limit.give_back("enrolment", client_address(request))
    return json_answer(outcome)


def _read_have(text: str) -> dict[str, int]:
    """``configuration:3,hosts:1``; kinds that this version does not know are left out."""
    found: dict[str, int] = {}
    for item in filter(None, text.split(",")):
        match = _HAVE.fullmatch(item)
        if match is None:
            raise ProblemError(400, "malformed", "have is a list such as configuration:3,hosts:1")
        if match["kind"] in _NAMES:
            found[match["kind"]] = int(match["version"])
    return found


def _read_wait(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > _WAIT_DIGITS:
        raise ProblemError(400, "malformed", "wait is a number of seconds")
    return int(text)


def _stamping_route(gate: DeviceGate) -> type[APIRoute]:
    """Every answer of these routes carries the nonce for the next request, refusals included."""

    class StampingRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Any]:
            handle = super().get_route_handler()

            async def handle_and_stamp(request: Request) -> Response:
                try:
                    response: Response = await handle(request)
                except ProblemError as error:
                    response = error.response()
                except StoreError:
                    response = busy(_AGAIN_SECONDS).response()
                gate.stamp(response)
                return response

            return handle_and_stamp

    return StampingRoute
