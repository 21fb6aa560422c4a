"""The code of an announced visitor: as text, and as a picture to send or print."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import anyio.to_thread
from fastapi import APIRouter, Response
from pydantic import Field

from cloud_api.http.api.gate import ApiGate, absent
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router
from cloud_api.http.api.shapes import Shape, example
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.code_pictures import draw_code
from cloud_api.services.invitation_codes import InvitationCode, InvitationCodes
from cloud_api.services.not_done import NotDone

_PICTURE = {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
_TEXT = (
    "X50-%QH4NONOC:45VFTZ1F$A5O9MMJ$/HOO3V1A1ODT9U7HSGK7S%L%7PU F DEYVAP+6G$IW2RG%11U"
    "4$L3PF8 -UR.LA$TO3OO3F XO.OIC5H.RUFFU5Y2J22XTI3WI3MVFVI6*NSWU"
)


class CodeShape(Shape):
    """The code of an invitation. ``text``: what its QR code holds, and a scanner reads. ``readable``: the eight
    characters to type instead. ``expires_at``: the end of the last window, after which no kiosk takes it.
    """

    model_config = example(
        invitation_id="7c1f0e2d-55aa-4b6e-9a3f-8e2d1c0b4f66",
        text=_TEXT,
        readable="YQVDP2S6",
        expires_at="2026-12-01T16:00:00+00:00",
    )

    invitation_id: UUID
    text: Annotated[str, Field(max_length=160, pattern=r"^[0-9A-Z $%*+./:-]+$")]
    readable: Annotated[str, Field(min_length=8, max_length=8)]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationCodePorts:
    """What these routes work with."""

    gate: ApiGate
    codes: InvitationCodes


def invitation_codes_router(ports: InvitationCodePorts) -> APIRouter:
    """The routes."""
    router = api_router("invitations")

    @router.get(
        "/invitations/{entry_id}/code",
        summary="Read the code of an invitation",
        description="Signed by the key that is current now; it says nothing of the visitor. Whoever holds it comes in"
        " as the one who is invited: give it to nobody else. A code whose key was withdrawn since is taken no more:"
        " read it again, and send that one.",
        responses=refusals(404, 409),
    )
    async def read_invitation_code(
        entry_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.INVITATIONS_MANAGE)]
    ) -> CodeShape:
        found = await _find(ports, caller, entry_id)
        return CodeShape(
            invitation_id=found.invitation, text=found.text, readable=found.readable, expires_at=found.expires_at
        )

    @router.get(
        "/invitations/{entry_id}/code/picture",
        response_class=Response,
        summary="Read the code of an invitation as a QR code",
        description="A PNG, black on white, with the quiet zone that scanners need.",
        responses={**refusals(404, 409), 200: _PICTURE},
    )
    async def read_invitation_code_picture(
        entry_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.INVITATIONS_MANAGE)]
    ) -> Response:
        found = await _find(ports, caller, entry_id)
        return Response(await anyio.to_thread.run_sync(draw_code, found.text), media_type="image/png")

    return router


async def _find(ports: InvitationCodePorts, caller: Caller, entry_id: UUID) -> InvitationCode:
    found = await ports.codes.of(caller.tenant, caller.reach(Permission.INVITATIONS_MANAGE), entry_id)
    if found is NotDone.OVER:
        raise ProblemError(409, "invitation-over", "The last day of this invitation is over")
    if isinstance(found, NotDone):
        raise absent("invitation")
    return found
