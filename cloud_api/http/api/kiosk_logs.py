"""The logs of kiosks: what each holds, the confirmation of one that a kiosk began by itself, and unreadable entries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.requests import Request

from cloud_api.http.api.gate import ApiGate, absent, actor_of
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router
from cloud_api.http.api.shapes import Shape, example
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.confirmation import Confirmation, NotConfirmed
from cloud_api.services.kiosk_logs import KioskLog, KioskLogReading, KioskLogs, LogEnd

_END = {"entries": 42, "last": "A visitor left", "at": "2026-11-29T09:31:00+00:00"}
_NONE = {"entries": 0, "last": "", "at": None}
_LOG: dict[str, object] = {
    "epoch": "Hc3wXQ0oT7yJm2uQ5sJk9g",
    "standing": "enrolled",
    "began_at": "2026-11-29T08:00:00+00:00",
    "why": "",
    "forked": False,
    "log": _END,
    "branch": _NONE,
    "refusal": None,
}
Epoch = Annotated[str, Path(max_length=100, description="The name of the log, as it is listed.")]


class LogEndShape(Shape):
    """How many entries there are, and the last of them in words."""

    model_config = example(**_END)

    entries: int
    last: str
    at: datetime | None


class KioskLogShape(Shape):
    """A log. ``why``: why the kiosk began it by itself; ``branch``: what stands beside the log until it is confirmed;
    ``refusal``: why it cannot be confirmed, null where it can be or need not.
    """

    model_config = example(**_LOG)

    epoch: str
    standing: str
    began_at: datetime
    why: str
    forked: Annotated[bool, Field(description="Whether two machines wrote under its key.")]
    log: LogEndShape
    branch: LogEndShape
    refusal: str | None


class KioskLogsShape(Shape):
    """All of them, newest first."""

    items: list[KioskLogShape]


class UnreadableEntry(Shape):
    """An entry that could not be read; what it holds is shown to nobody."""

    model_config = example(
        event_id="3e5d1c7a-2b4f-4d6e-8a9b-0c1d2e3f4a5b",
        kiosk="Lobby kiosk",
        received_at="2026-11-29T09:31:00+00:00",
        what="A visitor left",
        fault="The details of the form: not readable",
    )

    event_id: UUID
    kiosk: str
    received_at: datetime
    what: str
    fault: str


class UnreadableEntries(Shape):
    """All of them, newest first."""

    items: list[UnreadableEntry]


@dataclass(frozen=True, slots=True)
class KioskLogPorts:
    """What these routes work with."""

    gate: ApiGate
    reading: KioskLogReading
    confirmation: Confirmation


def kiosk_logs_router(ports: KioskLogPorts) -> APIRouter:
    """The routes."""
    router = api_router("kiosks")

    @router.get("/kiosks/{kiosk_id}/logs", summary="List the logs of a kiosk", responses=refusals(404))
    async def list_kiosk_logs(
        kiosk_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.KIOSKS_VIEW)]
    ) -> KioskLogsShape:
        found = await _find(ports, caller, Permission.KIOSKS_VIEW, kiosk_id)
        return KioskLogsShape(items=[_shape(item) for item in found.logs])

    @router.post(
        "/kiosks/{kiosk_id}/logs/{epoch}/confirm",
        status_code=204,
        summary="Confirm a log that a kiosk began by itself",
        responses=refusals(404, 409),
    )
    async def confirm_kiosk_log(
        request: Request,
        kiosk_id: UUID,
        epoch: Epoch,
        caller: Annotated[Caller, ports.gate.needs(Permission.LOGS_CONFIRM, dangerous=True)],
    ) -> None:
        await _find(ports, caller, Permission.LOGS_CONFIRM, kiosk_id)
        made = await ports.confirmation.confirm(caller.tenant, kiosk_id, epoch, actor_of(request, caller))
        if isinstance(made, NotConfirmed):
            raise ProblemError(409, "log-not-confirmed", "The log is not confirmed", detail=made.reason)

    @router.get("/unreadable-entries", summary="List entries of kiosks that could not be read", responses=refusals())
    async def list_unreadable_entries(
        caller: Annotated[Caller, ports.gate.needs(Permission.QUARANTINE_VIEW)],
    ) -> UnreadableEntries:
        _, found = await ports.reading.quarantine(caller.tenant, caller.reach(Permission.QUARANTINE_VIEW))
        return UnreadableEntries(
            items=[
                UnreadableEntry(
                    event_id=item.event_id, kiosk=item.kiosk, received_at=item.at, what=item.what, fault=item.fault
                )
                for item in found
            ]
        )

    return router


async def _find(ports: KioskLogPorts, caller: Caller, permission: Permission, kiosk_id: UUID) -> KioskLogs:
    found = await ports.reading.read(caller.tenant, caller.reach(permission), kiosk_id)
    if found is None:
        raise absent("kiosk")
    return found


def _shape(item: KioskLog) -> KioskLogShape:
    return KioskLogShape(
        epoch=item.epoch,
        standing=item.standing,
        began_at=item.began_at,
        why=item.why,
        forked=item.forked_seq > 0,
        log=_end(item.log),
        branch=_end(item.branch),
        refusal=item.refusal,
    )


def _end(end: LogEnd) -> LogEndShape:
    return LogEndShape(entries=end.entries, last=end.last, at=end.at)
