"""The organisation's logo: how the console, welcome screens and badges show it, another one, none."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.errors import PictureRefusedError
from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.form_files import read_file
from cloud_api.http.logo_intake import MOST_BYTES, UPLOAD_SECONDS, LogoIntake
from cloud_api.policy.permissions import Permission
from cloud_api.services.logos import Logos, address_of, stencil_address_of
from cloud_api.services.sign_in import Staff

LOGO = "/kiosks/logo"


@dataclass(frozen=True, slots=True)
class LogoPorts:
    """What this page works with."""

    pages: Pages
    gate: ConsoleGate
    logos: Logos
    intake: LogoIntake


def logo_router(ports: LogoPorts) -> APIRouter:
    """The routes; before those of one kiosk, whose addresses would take this one for a kiosk's."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(LOGO)
    async def show(
        request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        return await _page(ports, request, staff)

    @router.post(LOGO)
    async def put(
        request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        read = partial(read_file, limit=MOST_BYTES, seconds=UPLOAD_SECONDS)
        try:
            await ports.intake.take(request, staff.tenant, staff.user_id, actor_of(request, staff), read)
        except PictureRefusedError as error:
            said = str(error)
            return await _page(ports, request, staff, f"{said[:1].upper()}{said[1:]}.")
        return RedirectResponse(LOGO, status_code=303)

    @router.post(f"{LOGO}/remove")
    async def remove(
        request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        await ports.logos.remove(staff.tenant, actor_of(request, staff))
        return RedirectResponse(LOGO, status_code=303)

    return router


async def _page(ports: LogoPorts, request: Request, staff: Staff, wrong: str = "") -> Response:
    found = await ports.logos.find(staff.tenant)
    facts = {
        "picture": address_of(staff.tenant, found) if found else "",
        "stencil": stencil_address_of(staff.tenant, found) if found and found.on_kiosks else "",
        "wrong": wrong,
    }
    return ports.pages.page(request, "logo.html", facts, staff=staff, status=422 if wrong else 200)
