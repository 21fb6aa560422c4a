"""The team: who is in it and what they may do; roles, removal and the ownership, each shown before it is done."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.console.forms import read_pairs
from cloud_api.http.console.gate import ConsoleGate, actor_of, forbidden
from cloud_api.http.console.grant_forms import MOST_GRANTS, read_grants, write_grant
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.reasons import reason_of
from cloud_api.http.console.step_up import StepUp
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reasons import MAX_REASON
from cloud_api.policy.team_rules import Refusal
from cloud_api.services.invitations import Invitations
from cloud_api.services.sign_in import Staff
from cloud_api.services.team import Change, Member, Team

TEAM = "/team"
_FIELD = "grant"
_SEEN = "seen"
"""What somebody bore when the change was shown: a form that was opened before another's change does not undo it."""
Grants = Annotated[list[str], Query(alias=_FIELD, max_length=MOST_GRANTS)]


@dataclass(frozen=True, slots=True)
class TeamPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    team: Team
    invitations: Invitations
    step_up: StepUp


def team_router(ports: TeamPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)
    _add_roles(router, ports)
    _add_removal(router, ports)
    _add_ending(router, ports)
    _add_ownership(router, ports)
    return router


def _add_roles(router: APIRouter, ports: TeamPorts) -> None:
    @router.get(TEAM)
    async def team(
        request: Request, *, done: str = "", staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_VIEW)]
    ) -> Response:
        facts: dict[str, object] = {"view": await ports.team.view(staff), "done": done}
        facts["mails"] = ports.invitations.mails
        facts["pending"] = await ports.invitations.list(staff)
        return ports.pages.page(request, "team.html", facts, staff=staff)

    @router.get("/team/{user_id}")
    async def member(
        request: Request, user_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE)]
    ) -> Response:
        found = await _find(ports, request, staff, user_id)
        facts = {"member": found, "roles": await ports.team.choices(staff, found), "wrong": ""}
        return ports.pages.page(request, "team_member.html", facts, staff=staff)

    @router.get("/team/{user_id}/roles")
    async def review(
        request: Request,
        user_id: UUID,
        staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE)],
        *,
        grant: Grants = [],  # noqa: B006  FastAPI copies it
    ) -> Response:
        change = await ports.team.preview(staff, user_id, read_grants(grant))
        if change is None:
            raise _nobody()
        await ports.step_up.require(staff, request)
        return await _review(ports, request, staff, change)

    @router.post("/team/{user_id}/roles")
    async def change(
        request: Request, user_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE)]
    ) -> Response:
        pairs = await read_pairs(request, most=2 * MOST_GRANTS)
        wanted = read_grants([value for name, value in pairs if name == _FIELD])
        await ports.step_up.require(staff, request)
        seen = [value for name, value in pairs if name == _SEEN]
        shown = set(read_grants(seen))
        refusal = await ports.team.change(
            staff, user_id, wanted, actor_of(request, staff), seen=lambda borne: set(borne) == shown
        )
        return await _outcome(ports, request, staff, user_id, refusal)


def _add_removal(router: APIRouter, ports: TeamPorts) -> None:
    @router.get("/team/{user_id}/remove")
    async def ask(
        request: Request, user_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE)]
    ) -> Response:
        found = await _find(ports, request, staff, user_id)
        await ports.step_up.require(staff, request)
        return ports.pages.page(request, "team_remove.html", {"member": found, "most": MAX_REASON}, staff=staff)

    @router.post("/team/{user_id}/remove")
    async def remove(
        request: Request, user_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE)]
    ) -> Response:
        await ports.step_up.require(staff, request)
        await _find(ports, request, staff, user_id)
        refusal = await ports.team.remove(staff, user_id, actor_of(request, staff, await reason_of(request)))
        return await _outcome(ports, request, staff, user_id, refusal)


def _add_ending(router: APIRouter, ports: TeamPorts) -> None:
    @router.post("/team/{user_id}/sign-out")
    async def sign_out(
        request: Request, user_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE)]
    ) -> Response:
        await ports.step_up.require(staff, request)
        refusal = await ports.team.sign_out(staff, user_id, actor_of(request, staff))
        if refusal is None:
            return RedirectResponse(f"{TEAM}?done=signed-out", status_code=303)
        return await _outcome(ports, request, staff, user_id, refusal)


def _add_ownership(router: APIRouter, ports: TeamPorts) -> None:
    @router.get("/team/{user_id}/ownership")
    async def ask(
        request: Request, user_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE_OWNERS)]
    ) -> Response:
        found = await _find(ports, request, staff, user_id)
        await ports.step_up.require(staff, request)
        return ports.pages.page(request, "team_ownership.html", {"member": found, "most": MAX_REASON}, staff=staff)

    @router.post("/team/{user_id}/ownership")
    async def hand_on(
        request: Request, user_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE_OWNERS)]
    ) -> Response:
        await ports.step_up.require(staff, request)
        await _find(ports, request, staff, user_id)
        refusal = await ports.team.hand_on(staff, user_id, actor_of(request, staff, await reason_of(request)))
        return await _outcome(ports, request, staff, user_id, refusal)


async def _outcome(
    ports: TeamPorts, request: Request, staff: Staff, user_id: UUID, refusal: Refusal | None
) -> Response:
    if refusal is None:
        return RedirectResponse(TEAM, status_code=303)
    await _end_where_barred(ports, request, staff, refusal)
    found = await _find(ports, request, staff, user_id)
    facts = {"member": found, "roles": await ports.team.choices(staff, found), "wrong": refusal.value}
    return ports.pages.page(request, "team_member.html", facts, staff=staff, status=409)


async def _review(ports: TeamPorts, request: Request, staff: Staff, change: Change) -> Response:
    if change.refusal is not None:
        await _end_where_barred(ports, request, staff, change.refusal)
    facts = {
        "change": change,
        "member": change.member,
        "values": [write_grant(grant) for grant in change.after],
        "seen": [write_grant(grant) for grant in change.member.grants],
    }
    status = 200 if change.refusal is None else 409
    return ports.pages.page(request, "team_review.html", facts, staff=staff, status=status)


async def _end_where_barred(ports: TeamPorts, request: Request, staff: Staff, refusal: Refusal) -> None:
    """What is not there for whoever asks, or not theirs to do, ends the request; other refusals are shown in place."""
    if refusal in (Refusal.NOBODY, Refusal.NO_PLACE):
        raise ProblemError(404, "not-found", refusal.value)
    if refusal is Refusal.NOT_YOURS:
        await ports.gate.note_refusal(request, staff, Permission.TEAM_MANAGE)
        raise forbidden(refusal.value)


async def _find(ports: TeamPorts, request: Request, staff: Staff, user_id: UUID) -> Member:
    found = await ports.team.find(staff, user_id)
    if found is None:
        raise _nobody()
    if not found.manageable:
        await _end_where_barred(ports, request, staff, Refusal.NOT_YOURS)
    return found


def _nobody() -> ProblemError:
    return ProblemError(404, "not-found", Refusal.NOBODY.value)
