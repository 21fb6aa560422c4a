"""A kiosk's logs, the confirmation of one that it began by itself, and entries that could not be read."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.problems import ProblemError
from cloud_api.services.confirmation import Confirmation, Confirmed
from cloud_api.services.kiosk_logs import KioskLogReading
from cloud_api.services.sign_in import Staff


@dataclass(frozen=True, slots=True)
class KioskLogPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    reading: KioskLogReading
    confirmation: Confirmation


def kiosk_log_router(ports: KioskLogPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get("/kiosks/unreadable")
    async def unreadable(request: Request) -> Response:
        staff = await ports.gate.staff(request)
        now, entries = await ports.reading.quarantine(staff.tenant)
        return ports.pages.page(request, "quarantine.html", {"now": now, "entries": entries}, staff=staff)

    @router.get("/kiosks/{kiosk_id}/logs")
    async def logs(request: Request, kiosk_id: UUID) -> Response:
        staff = await ports.gate.staff(request)
        return await _logs(ports, request, staff, kiosk_id)

    @router.post("/kiosks/{kiosk_id}/logs/{epoch}/confirm")
    async def confirm(request: Request, kiosk_id: UUID, epoch: str) -> Response:
        staff = await ports.gate.staff(request)
        outcome = await ports.confirmation.confirm(staff.tenant, kiosk_id, epoch, actor_of(request, staff))
        if isinstance(outcome, Confirmed):
            return RedirectResponse(f"/kiosks/{kiosk_id}/logs", status_code=303)
        return await _logs(ports, request, staff, kiosk_id, wrong=outcome.reason)

    return router


async def _logs(ports: KioskLogPorts, request: Request, staff: Staff, kiosk_id: UUID, *, wrong: str = "") -> Response:
    found = await ports.reading.read(staff.tenant, kiosk_id)
    if found is None:
        raise ProblemError(404, "not-found", "There is no such kiosk")
    facts = {"kiosk": found, "wrong": wrong}
    return ports.pages.page(request, "kiosk_logs.html", facts, staff=staff, status=409 if wrong else 200)
