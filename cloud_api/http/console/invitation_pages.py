"""Inviting people into the team: asked, sent again, taken back; and whose addresses may be invited at all (R09)."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.errors import ConfigurationError
from cloud_api.http.console.forms import read_pairs
from cloud_api.http.console.gate import ConsoleGate, actor_of, forbidden
from cloud_api.http.console.grant_forms import MOST_GRANTS, read_grants
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.step_up import StepUp
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.roles import Grant
from cloud_api.policy.team_rules import Refusal
from cloud_api.services.invitation_domains import InvitationDomains
from cloud_api.services.invitations import Invitations, Invited, InviteFault, Wanted
from cloud_api.services.languages import LETTER_LANGUAGES
from cloud_api.services.sign_in import Staff
from cloud_api.services.team import Team

TEAM = "/team"
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}
_LONGEST = 254
_INVALID = "The form is not filled in as it must be"


@dataclass(frozen=True, slots=True)
class InvitationPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    team: Team
    invitations: Invitations
    domains: InvitationDomains
    step_up: StepUp


def invitation_router(ports: InvitationPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)
    _add_inviting(router, ports)
    _add_pending(router, ports)
    _add_domains(router, ports)
    return router


def _add_inviting(router: APIRouter, ports: InvitationPorts) -> None:
    @router.get("/invitations/new")
    async def ask(request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE)]) -> Response:
        await ports.step_up.require(staff, request)
        return await _form(ports, request, staff, Wanted("", ()))

    @router.post("/invitations")
    async def invite(request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE)]) -> Response:
        wanted = _read(await read_pairs(request, most=MOST_GRANTS))
        await ports.step_up.require(staff, request)
        said = await ports.invitations.invite(staff, wanted, actor_of(request, staff))
        if isinstance(said, InviteFault):
            await _end_where_barred(ports, request, staff, said)
            return await _form(ports, request, staff, wanted, said.words)
        return _given(ports, request, staff, said, "invited")


def _add_pending(router: APIRouter, ports: InvitationPorts) -> None:
    @router.post("/invitations/{invitation_id}/again")
    async def again(
        request: Request, invitation_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE)]
    ) -> Response:
        await ports.step_up.require(staff, request)
        said = await ports.invitations.send_again(staff, invitation_id, actor_of(request, staff))
        if isinstance(said, InviteFault):
            await _end_where_barred(ports, request, staff, said)
            raise ProblemError(409, "refused", said.words)
        return _given(ports, request, staff, said, "again")

    @router.post("/invitations/{invitation_id}/withdraw")
    async def withdraw(
        request: Request, invitation_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.TEAM_MANAGE)]
    ) -> Response:
        if not await ports.invitations.withdraw(staff, invitation_id, actor_of(request, staff)):
            raise ProblemError(404, "not-found", "There is no such invitation")
        return RedirectResponse(f"{TEAM}?done=withdrawn", status_code=303)


def _add_domains(router: APIRouter, ports: InvitationPorts) -> None:
    @router.get("/invitations/domains")
    async def ask(
        request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.SECURITY_CONFIGURE)]
    ) -> Response:
        facts = {"domains": "\n".join(await ports.domains.read(staff.tenant)), "wrong": ""}
        return ports.pages.page(request, "invitation_domains.html", facts, staff=staff)

    @router.post("/invitations/domains")
    async def change(
        request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.SECURITY_CONFIGURE)]
    ) -> Response:
        text = dict(await read_pairs(request, most=1)).get("domains", "")
        await ports.step_up.require(staff, request)
        try:
            await ports.domains.change(staff.tenant, text.replace(",", " ").split(), actor_of(request, staff))
        except ConfigurationError as error:
            facts = {"domains": text, "wrong": f"{error}."}
            return ports.pages.page(request, "invitation_domains.html", facts, staff=staff, status=422)
        return RedirectResponse(f"{TEAM}?done=domains", status_code=303)


async def _form(ports: InvitationPorts, request: Request, staff: Staff, wanted: Wanted, wrong: str = "") -> Response:
    facts = {
        "roles": await ports.team.offers(staff, wanted.grants),
        "wanted": wanted,
        "languages": {code: LANGUAGE_NAMES[code] for code in LETTER_LANGUAGES},
        "domains": await ports.domains.read(staff.tenant),
        "mails": ports.invitations.mails,
        "wrong": wrong,
    }
    return ports.pages.page(request, "invite.html", facts, staff=staff, status=422 if wrong else 200)


def _given(ports: InvitationPorts, request: Request, staff: Staff, given: Invited, done: str) -> Response:
    if given.link is None:
        return RedirectResponse(f"{TEAM}?done={done}", status_code=303)
    return ports.pages.page(request, "invitation_link.html", {"given": given}, staff=staff)


async def _end_where_barred(ports: InvitationPorts, request: Request, staff: Staff, fault: InviteFault) -> None:
    if fault.barred in (Refusal.NOBODY, Refusal.NO_PLACE):
        raise ProblemError(404, "not-found", fault.words)
    if fault.barred is Refusal.NOT_YOURS:
        await ports.gate.note_refusal(request, staff, Permission.TEAM_MANAGE)
        raise forbidden(fault.words)


def _read(pairs: list[tuple[str, str]]) -> Wanted:
    fields = {name: value for name, value in pairs if name != "grant"}
    grants: tuple[Grant, ...] = read_grants([value for name, value in pairs if name == "grant"])
    email, language = fields.get("email", ""), fields.get("language", "en")
    if set(fields) - {"email", "language"} or len(email) > _LONGEST or language not in LETTER_LANGUAGES:
        raise ProblemError(422, "invalid", _INVALID)
    return Wanted(email, grants, language)
