"""What kiosks of one site ask about one another."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from cloud_api.http.backpressure import Turnstile, TurnstileTerms
from cloud_api.http.device_gate import DeviceGate
from cloud_api.http.device_messages import described, json_answer, read_message
from cloud_api.services.musters import Musters
from sync.protocol.exchange import MUSTER_PATH
from sync.protocol.muster_exchange import MAX_QUESTION_BYTES, MusterAnswer, MusterQuestion

MUSTERS_AT_ONCE = TurnstileTerms(at_once=2)


@dataclass(frozen=True, slots=True)
class MusterPorts:
    """What the route calls. ``turnstile`` bounds how many answers are put together at once: uploads go first."""

    musters: Musters
    turnstile: Turnstile


def add_muster_route(router: APIRouter, gate: DeviceGate, ports: MusterPorts) -> None:
    """Add the route to the kiosks' router."""

    @router.post(MUSTER_PATH, response_class=Response, **described(MusterQuestion, MusterAnswer, 401, 403))
    async def muster(request: Request) -> Response:
        """What the other kiosks of the site recorded after what was heard: headers and muster bodies."""
        admitted = await gate.admit(request, limit=MAX_QUESTION_BYTES)
        question = read_message(admitted.body, MusterQuestion, "a question about other kiosks")
        async with ports.turnstile.turn():
            return json_answer(await ports.musters.answer(admitted.device, question))
