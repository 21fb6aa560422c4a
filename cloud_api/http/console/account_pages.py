"""One's own account: who one is, the password, and where one is signed in."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.clock import Clock
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import ConsoleGate, actor_of, forget, remember, token_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.proofs import Proofs
from cloud_api.http.problems import ProblemError
from cloud_api.services.own_address import OwnAddress
from cloud_api.services.own_factors import OwnFactorsDesk
from cloud_api.services.own_sessions import OwnSessions, PasswordFault
from cloud_api.services.passwords import MIN_LENGTH, PasswordsBusyError
from cloud_api.services.sign_in import Staff
from cloud_api.services.team import Team

SESSIONS = "/account/sessions"
PASSWORD = "/account/password"  # noqa: S105  a path, not a password


class PasswordForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the form for another password sends."""

    password: str


@dataclass(frozen=True, slots=True)
class AccountPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    proofs: Proofs
    factors: OwnFactorsDesk
    sessions: OwnSessions
    team: Team
    address: OwnAddress
    clock: Clock


def account_router(ports: AccountPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get("/account")
    async def account(request: Request, *, done: str = "", staff: Annotated[Staff, ports.gate.signed_in()]) -> Response:
        view, listed = await ports.factors.view(staff), await ports.sessions.list(staff)
        facts: dict[str, object] = {"factors": view, "sessions": len(listed), "now": ports.clock.now(), "done": done}
        facts["address"] = await ports.address.view(staff)
        facts["roles"] = await ports.team.roles_of(staff)
        return ports.pages.page(request, "account.html", facts, staff=staff)

    _add_sessions(router, ports)
    _add_password(router, ports)
    return router


def _add_sessions(router: APIRouter, ports: AccountPorts) -> None:
    @router.get(SESSIONS)
    async def sessions(request: Request, staff: Annotated[Staff, ports.gate.signed_in()]) -> Response:
        facts = {"sessions": await ports.sessions.list(staff), "now": ports.clock.now()}
        return ports.pages.page(request, "sessions.html", facts, staff=staff)

    @router.post(SESSIONS + "/{session_id}/end")
    async def end(request: Request, session_id: UUID, staff: Annotated[Staff, ports.gate.signed_in()]) -> Response:
        if not await ports.sessions.end(staff, session_id, actor_of(request, staff)):
            raise ProblemError(404, "not-found", "There is no such session")
        response = RedirectResponse(SESSIONS, status_code=303)
        if session_id == staff.session_id:
            forget(response)
        return response

    @router.post(SESSIONS + "/end-others")
    async def end_others(request: Request, staff: Annotated[Staff, ports.gate.signed_in()]) -> Response:
        await ports.sessions.end_others(staff, token_of(request), actor_of(request, staff))
        return RedirectResponse(SESSIONS, status_code=303)


def _add_password(router: APIRouter, ports: AccountPorts) -> None:
    @router.get(PASSWORD)
    async def ask_password(request: Request, staff: Annotated[Staff, ports.gate.signed_in()]) -> Response:
        await ports.proofs.require(staff, request)
        return ports.pages.page(request, "password.html", {"wrong": "", "shortest": MIN_LENGTH}, staff=staff)

    @router.post(PASSWORD)
    async def set_password(request: Request, staff: Annotated[Staff, ports.gate.signed_in()]) -> Response:
        await ports.proofs.require(staff, request)
        form, actor = await read_form(request, PasswordForm), actor_of(request, staff)
        try:
            said = await ports.sessions.change_password(staff, token_of(request), form.password, actor)
        except PasswordsBusyError:
            said = PasswordFault("Very many passwords are checked at this moment. Try again in a few seconds.")
        if isinstance(said, PasswordFault):
            return ports.pages.page(
                request, "password.html", {"wrong": said.words, "shortest": MIN_LENGTH}, staff=staff, status=422
            )
        response = RedirectResponse("/account?done=password", status_code=303)
        remember(response, said, ports.clock.now())
        return response
