"""Programs that ask the API for somebody: which are connected, another one, and disconnecting one."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.clock import Clock
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.proofs import Proofs
from cloud_api.http.problems import ProblemError
from cloud_api.services.programs import MOST_PROGRAMS, NoTokens, Programs
from cloud_api.services.sign_in import Staff

PROGRAMS = "/account/programs"
_LONGEST_NAME = 60


class ProgramForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the form for another program sends."""

    name: str


@dataclass(frozen=True, slots=True)
class ProgramPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    proofs: Proofs
    programs: Programs
    clock: Clock


def program_router(ports: ProgramPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(PROGRAMS)
    async def programs(request: Request, staff: Annotated[Staff, ports.gate.signed_in()]) -> Response:
        return await _list(ports, request, staff)

    @router.post(PROGRAMS)
    async def connect(request: Request, staff: Annotated[Staff, ports.gate.signed_in()]) -> Response:
        name = " ".join((await read_form(request, ProgramForm)).name.split())
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            wrong = f"Give the program a name of 1 to {_LONGEST_NAME} letters, such as Report writer."
            return await _list(ports, request, staff, wrong=wrong, said=name)
        await ports.proofs.require(staff, request)
        made = await ports.programs.connect(staff, name, actor_of(request, staff))
        if isinstance(made, NoTokens):
            wrong = f"You have {MOST_PROGRAMS} programs already. Disconnect one that you do not use."
            return await _list(ports, request, staff, wrong=wrong, said=name)
        facts = {
            "title": f"Connect “{name}”",
            "what": "Give this to the program now: it is shown this once, and good for one exchange within thirty days."
            " From then on the program keeps its own tokens.",
            "secret": made.refresh,
            "label": "Refresh token",
            "back": PROGRAMS,
        }
        return ports.pages.page(request, "token_shown.html", facts, staff=staff)

    @router.post(PROGRAMS + "/{client_id}/end")
    async def end(request: Request, client_id: UUID, staff: Annotated[Staff, ports.gate.signed_in()]) -> Response:
        if not await ports.programs.end(staff, client_id, actor_of(request, staff)):
            raise ProblemError(404, "not-found", "There is no such program")
        return RedirectResponse(PROGRAMS, status_code=303)

    return router


async def _list(ports: ProgramPorts, request: Request, staff: Staff, *, wrong: str = "", said: str = "") -> Response:
    facts = {"programs": await ports.programs.list(staff), "now": ports.clock.now(), "wrong": wrong, "said": said}
    return ports.pages.page(request, "programs.html", facts, staff=staff, status=422 if wrong else 200)
