"""Keys and devices, for administrators to read: what is in use, since when, and what an operator would run."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.clock import Clock
from cloud_api.http.console.gate import ConsoleGate
from cloud_api.http.console.pages import Pages
from cloud_api.policy.permissions import Permission
from cloud_api.services.keys_reading import KeysReading
from cloud_api.services.sign_in import Staff


@dataclass(frozen=True, slots=True)
class OrganisationKeyPorts:
    """What this page works with."""

    pages: Pages
    gate: ConsoleGate
    reading: KeysReading
    clock: Clock


def organisation_key_router(ports: OrganisationKeyPorts) -> APIRouter:
    """The route."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get("/keys")
    async def keys(request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.KEYS_VIEW)]) -> Response:
        view = await ports.reading.read(staff.tenant, ports.clock.now())
        return ports.pages.page(request, "organisation_keys.html", {"view": view}, staff=staff)

    return router
