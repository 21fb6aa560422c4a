"""Programs that ask the API for somebody: which are connected, another one, and disconnecting one."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.clock import Clock
from cloud_api.http.console.forms import read_pairs
from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.key_pages import OFFERED
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.proofs import Proofs
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.table import words_of
from cloud_api.services.names import is_name
from cloud_api.services.programs import FAMILY_LASTS, MOST_PROGRAMS, NoTokens, Programs
from cloud_api.services.sign_in import Staff

PROGRAMS = "/account/programs"
_LONGEST_NAME = 60


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
        name, chosen = _read(await read_pairs(request, most=len(Permission) + 1))
        if not is_name(name, _LONGEST_NAME):
            wrong = f"Give the program a name of 1 to {_LONGEST_NAME} letters, such as Report writer."
            return await _list(ports, request, staff, wrong=wrong, said=name, chosen=chosen)
        await ports.proofs.require(staff, request)
        made = await ports.programs.connect(staff, name, actor_of(request, staff), chosen or None)
        if isinstance(made, NoTokens):
            wrong = f"You have {MOST_PROGRAMS} programs already. Disconnect one that you do not use."
            if made is NoTokens.NOTHING:
                wrong = "You may do none of what you chose for it."
            elif made is NoTokens.SIGNED_OUT:
                wrong = "You were signed out meanwhile, and nothing was connected."
            return await _list(ports, request, staff, wrong=wrong, said=name, chosen=chosen)
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


def _read(pairs: list[tuple[str, str]]) -> tuple[str, frozenset[Permission]]:
    """The name, and what the program may do; nothing chosen is everything."""
    names = [value for name, value in pairs if name == "name"]
    try:
        chosen = frozenset(Permission(value) for name, value in pairs if name == "permission")
    except ValueError as error:
        raise ProblemError(422, "invalid", "The form is not complete") from error
    if len(names) != 1 or {name for name, _ in pairs} - {"name", "permission"}:
        raise ProblemError(422, "invalid", "The form is not complete")
    return " ".join(names[0].split()), chosen


async def _list(
    ports: ProgramPorts,
    request: Request,
    staff: Staff,
    *,
    wrong: str = "",
    said: str = "",
    chosen: frozenset[Permission] = frozenset(),
) -> Response:
    facts = {
        "programs": await ports.programs.list(staff),
        "now": ports.clock.now(),
        "lasts": FAMILY_LASTS,
        "offered": [(item, words_of(item)) for item in OFFERED if staff.may(item)],
        "chosen": chosen,
        "wrong": wrong,
        "said": said,
    }
    return ports.pages.page(request, "programs.html", facts, staff=staff, status=422 if wrong else 200)
