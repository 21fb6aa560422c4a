"""What kiosks ask for visitors without their code: that one is mailed, and whether the one that was typed is right."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from cloud_api.http.device_gate import DeviceGate
from cloud_api.http.device_messages import described, json_answer, read_message
from cloud_api.http.limits import RateLimit
from cloud_api.http.problems import ProblemError
from cloud_api.services.mailed_codes import VALID, MailedCodes
from sync.protocol.exchange import (
    MAILED_CODE_TRIES_PATH,
    MAILED_CODES_PATH,
    CodeTry,
    CodeTryAnswer,
    CodeWanted,
    CodeWantedAnswer,
)

_BYTES = 2048


@dataclass(frozen=True, slots=True)
class MailedCodePorts:
    """What these routes call. ``mails``: whether this server sends any."""

    codes: MailedCodes
    limit: RateLimit
    mails: bool


def add_mailed_code_routes(router: APIRouter, gate: DeviceGate, ports: MailedCodePorts) -> None:
    """Add the routes to the kiosks' router."""

    @router.post(MAILED_CODES_PATH, response_class=Response, **described(CodeWanted, CodeWantedAnswer, 401, 403, 404))
    async def want_code(request: Request) -> Response:
        """Have a code mailed to a visitor, if somebody of that address is invited; answered alike either way."""
        admitted = await gate.admit(request, limit=_BYTES)
        wanted = read_message(admitted.body, CodeWanted, "a wish for a code")
        if not ports.mails:
            raise ProblemError(404, "no-mail", "This server sends no mail")
        await _require(ports.limit, "mailed-codes", f"kiosk|{admitted.device.kiosk_id}")
        await _require(ports.limit, "mailed-codes-to", await ports.codes.address_key(admitted.device, wanted.email))
        await ports.codes.want(admitted.device, wanted.email)
        return json_answer(CodeWantedAnswer(v=1, seconds=int(VALID.total_seconds())))

    @router.post(MAILED_CODE_TRIES_PATH, response_class=Response, **described(CodeTry, CodeTryAnswer, 401, 403, 404))
    async def try_code(request: Request) -> Response:
        """The invitations that a code opens; none where it does not, whatever the reason."""
        admitted = await gate.admit(request, limit=_BYTES)
        tried = read_message(admitted.body, CodeTry, "a typed code")
        await _require(ports.limit, "mailed-code-tries", f"kiosk|{admitted.device.kiosk_id}")
        found = await ports.codes.try_code(admitted.device, tried.email, tried.code)
        return json_answer(CodeTryAnswer(v=1, invitations=found))


async def _require(limit: RateLimit, name: str, who: str) -> None:
    wait = await limit.check(name, who)
    if wait is not None:
        headers = {"Retry-After": str(wait)}
        raise ProblemError(429, "too-many-requests", "Too many codes were asked for; wait a little", headers=headers)
