"""Photos and signatures, as kiosks send them: how much is here, and the next part."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from cloud_api.errors import ObjectStoreError
from cloud_api.http.backpressure import Turnstile, TurnstileTerms, busy
from cloud_api.http.device_gate import DeviceGate
from cloud_api.http.device_messages import json_answer, signed_or
from cloud_api.http.problems import ProblemError
from cloud_api.services import object_intake
from cloud_api.services.devices import Device
from cloud_api.services.object_intake import Arrived, Full, Misplaced, ObjectIntake, Receipted, Unfit, Unnamed
from sync.protocol.exchange import OBJECTS_PATH, RECEIPT_MEDIA_TYPE
from sync.protocol.identifiers import is_thumbprint
from sync.protocol.objects import MEDIA_TYPE, PART_BYTES, ObjectState
from sync.protocol.sealing import MAX_OBJECT_BYTES

PHOTOS_AT_ONCE = TurnstileTerms(at_once=2, waiting=16)
"""Fewer than batches: photos never keep events waiting."""

_ROUTE = OBJECTS_PATH + "/{object_id}"
_AGAIN_SECONDS = 60
_FULL_SECONDS = 3600
_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class ObjectPorts:
    """What these routes call. ``turnstile`` bounds how many parts are worked on at once."""

    intake: ObjectIntake
    turnstile: Turnstile


def add_object_routes(router: APIRouter, gate: DeviceGate, ports: ObjectPorts) -> None:
    """Add the routes to the kiosks' router."""

    @router.get(_ROUTE, response_class=Response, **_described(upload=False))
    async def object_state(request: Request, object_id: UUID) -> Response:
        """How many bytes of an object are here, or the signed receipt for it."""
        admitted = await gate.admit(request, limit=0)
        asked = _asked(request, admitted.device, object_id)
        async with ports.turnstile.turn():
            return _answer(await ports.intake.state(asked))

    @router.post(_ROUTE, response_class=Response, **_described(upload=True))
    async def object_part(request: Request, object_id: UUID) -> Response:
        """Take the next part of an object; the answer to the last one is the signed receipt."""
        if request.headers.get("content-type") != MEDIA_TYPE:
            raise ProblemError(415, "media-type", f"A part of an object is sent as {MEDIA_TYPE}")
        admitted = await gate.admit(request, limit=PART_BYTES)
        asked, at = _asked(request, admitted.device, object_id), _number(request, "at")
        if not admitted.body or at >= MAX_OBJECT_BYTES:
            raise ProblemError(400, "malformed", "A part has at least one byte, and begins within an object")
        async with ports.turnstile.turn():
            try:
                return _answer(await ports.intake.take(asked, at, admitted.body))
            except ObjectStoreError as error:
                raise busy(_AGAIN_SECONDS) from error


def _asked(request: Request, device: Device, object_id: UUID) -> object_intake.Request:
    epoch = request.query_params.get("epoch", "")
    if not is_thumbprint(epoch):
        raise ProblemError(400, "malformed", "epoch is the name of the key that the naming event was recorded under")
    return object_intake.Request(device, object_id, epoch, _number(request, "seq"))


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    if _NUMBER.fullmatch(text) is None:
        raise ProblemError(400, "malformed", f"{name} is a number")
    return int(text)


def _answer(outcome: object_intake.Outcome) -> Response:
    match outcome:
        case Receipted(receipt):
            return Response(receipt, media_type=RECEIPT_MEDIA_TYPE)
        case Arrived(have):
            return json_answer(ObjectState(v=1, have=have))
        case Misplaced(have):
            title = f"The part does not follow what is here; go on from byte {have}"
            raise ProblemError(409, "offset", title, members={"have": have})
        case Unnamed():
            raise ProblemError(404, "object-unknown", "No accepted event of this kiosk names this object there")
        case Full():
            title = "The organisation has as many photos as it may have; the kiosk keeps this one, and asks again later"
            raise ProblemError(429, "quota-exceeded", title, headers={"Retry-After": str(_FULL_SECONDS)})
        case Unfit(reason):
            raise ProblemError(400, "object-refused", "The object was refused", detail=reason)


def _described(*, upload: bool) -> dict[str, Any]:
    numbers = ("seq", "at") if upload else ("seq",)
    parameters = [
        {"name": "epoch", "in": "query", "required": True, "schema": {"type": "string"}},
        *({"name": name, "in": "query", "required": True, "schema": {"type": "integer"}} for name in numbers),
    ]
    problems = (409, 415) if upload else ()
    described = signed_or(ObjectState, RECEIPT_MEDIA_TYPE, 401, 403, 404, *problems)
    extra: dict[str, Any] = {"parameters": parameters}
    if upload:
        body = {"schema": {"type": "string", "format": "binary"}}
        extra["requestBody"] = {"required": True, "content": {MEDIA_TYPE: body}}
    return {**described, "openapi_extra": extra}
