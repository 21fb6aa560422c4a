"""Kiosks: how they are, new ones and their codes, and taking one out of service."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.proofs import Proofs
from cloud_api.http.console.qr_codes import qr_path
from cloud_api.http.console.reasons import reason_of
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reasons import MAX_REASON
from cloud_api.services.enrolment import IssuedCode
from cloud_api.services.fleet import MAX_NAME, Fleet
from cloud_api.services.fleet_view import FleetReading, FleetView, KioskRow
from cloud_api.services.names import is_name
from cloud_api.services.sign_in import Staff


class NewKiosk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the form for a new kiosk sends; ``site`` is a site's key."""

    name: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class KioskPorts:
    """What these pages work with. ``origin`` is the address that kiosks reach the server by."""

    pages: Pages
    gate: ConsoleGate
    proofs: Proofs
    fleet: Fleet
    reading: FleetReading
    clock: Clock
    origin: str


def kiosk_router(ports: KioskPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get("/kiosks")
    async def kiosks(request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.KIOSKS_VIEW)]) -> Response:
        return await _list(ports, request, staff)

    @router.post("/kiosks")
    async def create(request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.KIOSKS_ENROL)]) -> Response:
        await ports.proofs.require(staff, request)
        said = await read_form(request, NewKiosk)
        # A form may arrive as slowly as its sender likes: what they may do is asked again once it is there.
        return await _create(ports, request, await ports.gate.admit(request, Permission.KIOSKS_ENROL), said)

    @router.post("/kiosks/{kiosk_id}/code")
    async def renew(
        request: Request, kiosk_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.KIOSKS_ENROL)]
    ) -> Response:
        await _find(ports, staff, Permission.KIOSKS_ENROL, kiosk_id)
        await ports.proofs.require(staff, request)
        try:
            issued = await ports.fleet.renew_code(staff.tenant, kiosk_id, actor_of(request, staff))
        except ConfigurationError as error:
            raise _unknown() from error
        return await _code(ports, request, staff, issued)

    @router.get("/kiosks/{kiosk_id}/revoke")
    async def confirm(
        request: Request, kiosk_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.KIOSKS_REVOKE)]
    ) -> Response:
        row = await _find(ports, staff, Permission.KIOSKS_REVOKE, kiosk_id)
        if row.state == "revoked":
            raise _unknown()
        return ports.pages.page(request, "kiosk_revoke.html", {"kiosk": row, "most": MAX_REASON}, staff=staff)

    @router.post("/kiosks/{kiosk_id}/revoke")
    async def revoke(
        request: Request, kiosk_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.KIOSKS_REVOKE)]
    ) -> Response:
        await _find(ports, staff, Permission.KIOSKS_REVOKE, kiosk_id)
        await ports.proofs.require(staff, request)
        actor = actor_of(request, staff, await reason_of(request))
        if not await ports.fleet.revoke(staff.tenant, kiosk_id, actor):
            raise _unknown()
        return RedirectResponse("/kiosks", status_code=303)

    return router


async def _create(ports: KioskPorts, request: Request, staff: Staff, said: NewKiosk) -> Response:
    name = " ".join(said.name.split())
    if not is_name(name, MAX_NAME):
        wrong = f"A kiosk needs a name of 1 to {MAX_NAME} letters, such as Lobby kiosk."
        return await _list(ports, request, staff, wrong=wrong, said=said)
    view = await ports.reading.read(staff.tenant, staff.reach(Permission.KIOSKS_ENROL))
    known = [site.key for site in view.sites]
    chosen = known[0] if len(known) == 1 and not said.site else said.site
    if chosen not in known:
        return await _list(ports, request, staff, wrong="Choose the site where the kiosk will stand.", said=said)
    issued = await ports.fleet.create(staff.tenant, name, chosen, actor_of(request, staff))
    return await _code(ports, request, staff, issued)


async def _list(
    ports: KioskPorts, request: Request, staff: Staff, *, wrong: str = "", said: NewKiosk | None = None
) -> Response:
    view = await ports.reading.read(staff.tenant, staff.reach(Permission.KIOSKS_VIEW))
    facts = {"view": view, "wrong": wrong, "said": said or NewKiosk("")}
    return ports.pages.page(request, "kiosks.html", facts, staff=staff, status=422 if wrong else 200)


async def _code(ports: KioskPorts, request: Request, staff: Staff, issued: IssuedCode) -> Response:
    view = await ports.reading.read(staff.tenant, staff.reach(Permission.KIOSKS_ENROL))
    row = _row(view, issued.kiosk_id)
    typed = issued.code.typed()
    side, path = qr_path(f"{ports.origin}/enrol#{typed}")
    facts = {
        "kiosk": row,
        "typed": typed,
        "origin": ports.origin,
        "expires": issued.expires_at.astimezone(view.now.tzinfo),
        "qr_side": side,
        "qr_path": path,
    }
    return ports.pages.page(request, "kiosk_code.html", facts, staff=staff)


async def _find(ports: KioskPorts, staff: Staff, permission: Permission, kiosk_id: UUID) -> KioskRow:
    return _row(await ports.reading.read(staff.tenant, staff.reach(permission)), kiosk_id)


def _row(view: FleetView, kiosk_id: UUID) -> KioskRow:
    for row in view.rows:
        if row.id == kiosk_id:
            return row
    raise _unknown()


def _unknown() -> ProblemError:
    return ProblemError(404, "not-found", "There is no such kiosk")
