"""Commands to kiosks."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field, StrictInt
from starlette.requests import Request

from cloud_api.http.api.gate import actor_of
from cloud_api.http.api.kiosks import KioskPorts, done, find_kiosk
from cloud_api.http.api.once import IdempotencyKey
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, shown_once
from cloud_api.http.api.shapes import Shape, example
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reasons import MAX_REASON
from cloud_api.services.api_callers import Caller
from cloud_api.services.commanding import MOST_HOURS, CommandFacts

_ID = "9d2c7b4e-1f3a-4c5d-8e6f-7a8b9c0d1e2f"
_REPLY = {"kiosk": "Lobby kiosk", "outcome": "done", "at": "2026-11-29T09:31:00+00:00"}
_COMMAND: dict[str, object] = {
    "id": _ID,
    "order": "restart",
    "for_all": False,
    "issued_at": "2026-11-29T09:30:00+00:00",
    "expires_at": "2026-11-29T10:30:00+00:00",
}
Order = Literal["restart", "update", "rehearse", "begin_epoch", "stop_photos", "allow_photos", "wipe"]


class NewCommand(Shape):
    """What a kiosk is to do, within so many hours."""

    model_config = example(order="restart", hours=1)

    order: Order
    hours: Annotated[StrictInt, Field(ge=1, le=MOST_HOURS)] = 24
    reason: Annotated[
        str, Field(max_length=MAX_REASON, description="For the audit log; a wipe is refused without.")
    ] = ""


class GivenCommand(Shape):
    """A command."""

    model_config = example(**_COMMAND)

    id: UUID
    order: str
    for_all: Annotated[bool, Field(description="Whether it is for every kiosk of the location.")]
    issued_at: datetime
    expires_at: datetime


class CommandReply(Shape):
    """What a kiosk said of a command."""

    model_config = example(**_REPLY)

    kiosk: str
    outcome: str
    at: datetime


class ListedCommand(GivenCommand):
    """A command, and what was said of it."""

    model_config = example(**_COMMAND, expired=False, replies=[_REPLY])

    expired: bool
    replies: list[CommandReply]


class ListedCommands(Shape):
    """The last ones, newest first: of the newest 200 of the organisation, those for this kiosk."""

    items: list[ListedCommand]


def commands_router(ports: KioskPorts) -> APIRouter:
    """The routes."""
    router = api_router("kiosks")

    @router.get("/kiosks/{kiosk_id}/commands", summary="List the commands of a kiosk", responses=refusals(404))
    async def list_commands(
        kiosk_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.KIOSKS_VIEW)]
    ) -> ListedCommands:
        row = await find_kiosk(ports, caller, Permission.KIOSKS_VIEW, kiosk_id)
        found = [
            item
            for item in await ports.commanding.list(caller.tenant)
            if item.command.kiosk_id == kiosk_id
            or (item.command.kiosk_id is None and item.command.site_id == row.site_id)
        ]
        return ListedCommands(items=[_listed(item) for item in found])

    @router.post(
        "/kiosks/{kiosk_id}/commands",
        status_code=201,
        response_model=GivenCommand,
        summary="Command a kiosk",
        responses={**refusals(404, 409, body=True), 201: {"headers": shown_once()}},
    )
    async def give_command(
        request: Request,
        kiosk_id: UUID,
        wanted: NewCommand,
        caller: Annotated[Caller, ports.gate.needs(Permission.KIOSKS_COMMAND, dangerous=True)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> GivenCommand:
            await find_kiosk(ports, caller, Permission.KIOSKS_COMMAND, kiosk_id)
            given = ports.commanding.command(
                caller.tenant,
                wanted.order,
                site=None,
                kiosk=str(kiosk_id),
                hours=wanted.hours,
                actor=actor_of(request, caller, wanted.reason),
            )
            made = await done(given)
            return GivenCommand(
                id=made.id, order=made.order, for_all=False, issued_at=made.issued_at, expires_at=made.expires_at
            )

        return await ports.once.answer(request, caller, key, act)

    return router


def _listed(item: CommandFacts) -> ListedCommand:
    given = item.command
    return ListedCommand(
        id=given.id,
        order=given.order,
        for_all=given.kiosk_id is None,
        issued_at=given.issued_at,
        expires_at=given.expires_at,
        expired=item.expired,
        replies=[CommandReply(kiosk=said.kiosk, outcome=said.outcome, at=said.at) for said in item.replies],
    )
