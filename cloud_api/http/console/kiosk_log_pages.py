"""A kiosk's logs, the confirmation of one that it began by itself, and entries that could not be read."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.proofs import Proofs
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.confirmation import Confirmation, Confirmed
from cloud_api.services.kiosk_logs import KioskLogReading, KioskLogs
from cloud_api.services.sign_in import Staff


@dataclass(frozen=True, slots=True)
class KioskLogPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    proofs: Proofs
    reading: KioskLogReading
    confirmation: Confirmation


def kiosk_log_router(ports: KioskLogPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get("/kiosks/unreadable")
    async def unreadable(
        request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.QUARANTINE_VIEW)]
    ) -> Response:
        reach = staff.reach(Permission.QUARANTINE_VIEW)
        now, entries = await ports.reading.quarantine(staff.tenant, reach)
        return ports.pages.page(request, "quarantine.html", {"now": now, "entries": entries}, staff=staff)

    @router.get("/kiosks/{kiosk_id}/logs")
    async def logs(
        request: Request, kiosk_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.KIOSKS_VIEW)]
    ) -> Response:
        return await _logs(ports, request, staff, kiosk_id)

    @router.post("/kiosks/{kiosk_id}/logs/{epoch}/confirm")
    async def confirm(
        request: Request, kiosk_id: UUID, epoch: str, staff: Annotated[Staff, ports.gate.needs(Permission.LOGS_CONFIRM)]
    ) -> Response:
        await _find(ports, staff, Permission.LOGS_CONFIRM, kiosk_id)
        await ports.proofs.require(staff, request)
        outcome = await ports.confirmation.confirm(staff.tenant, kiosk_id, epoch, actor_of(request, staff))
        if isinstance(outcome, Confirmed):
            return RedirectResponse(f"/kiosks/{kiosk_id}/logs", status_code=303)
        return await _logs(ports, request, staff, kiosk_id, wrong=outcome.reason)

    return router


async def _logs(ports: KioskLogPorts, request: Request, staff: Staff, kiosk_id: UUID, *, wrong: str = "") -> Response:
    found = await _find(ports, staff, Permission.KIOSKS_VIEW, kiosk_id)
    facts = {"kiosk": found, "wrong": wrong}
    return ports.pages.page(request, "kiosk_logs.html", facts, staff=staff, status=409 if wrong else 200)


async def _find(ports: KioskLogPorts, staff: Staff, permission: Permission, kiosk_id: UUID) -> KioskLogs:
    found = await ports.reading.read(staff.tenant, staff.reach(permission), kiosk_id)
    if found is None:
        raise ProblemError(404, "not-found", "There is no such kiosk")
    return found
