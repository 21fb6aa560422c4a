"""How the team signs in: who needs a second factor (R07), how long sessions rest and last (R09)."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.errors import ConfigurationError
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.step_up import StepUp
from cloud_api.http.console.team_pages import TEAM
from cloud_api.policy.permissions import Permission
from cloud_api.services.session_policies import IDLE_MINUTES, LONGEST_MINUTES, SessionPolicies, minutes
from cloud_api.services.sign_in import Staff
from cloud_api.store.session_policies import SessionPolicy

RULES = "/team/rules"
_LONGEST_NUMBER = 4
_CHANGED = "The rules were changed meanwhile. Save once more if these are to count."


@dataclass(frozen=True, slots=True)
class TeamRulePorts:
    """What this page works with."""

    pages: Pages
    gate: ConsoleGate
    policies: SessionPolicies
    step_up: StepUp


class RulesForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the form says, as it was typed; ``seen``: the rules as they were when it was shown."""

    second_factor: Literal["everybody", "by-role"]
    idle: str
    longest: str
    seen: str


def team_rule_router(ports: TeamRulePorts) -> APIRouter:
    """The routes; before those of one person, whose addresses would take this one for a person's."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(RULES)
    async def ask(
        request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.SECURITY_CONFIGURE)]
    ) -> Response:
        held = await ports.policies.read(staff.tenant)
        wanted = "everybody" if held.factor_for_all else "by-role"
        said = RulesForm(wanted, str(minutes(held.idle)), str(minutes(held.longest)), _seen(held))  # type: ignore[arg-type]  # one of the two
        return _page(ports, request, staff, said)

    @router.post(RULES)
    async def change(
        request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.SECURITY_CONFIGURE)]
    ) -> Response:
        said = await read_form(request, RulesForm)
        await ports.step_up.require(staff, request)
        idle, longest = _number(said.idle), _number(said.longest)
        if idle is None or longest is None:
            return _page(ports, request, staff, said, "Write minutes as a whole number.")
        held = await ports.policies.read(staff.tenant)
        if said.seen != _seen(held):
            said = msgspec.structs.replace(said, seen=_seen(held))
            return _page(ports, request, staff, said, _CHANGED)
        for_all = said.second_factor == "everybody"
        try:
            await ports.policies.change(
                staff.tenant, actor_of(request, staff), idle=idle, longest=longest, factor_for_all=for_all
            )
        except ConfigurationError as error:
            words = str(error)
            return _page(ports, request, staff, said, f"{words[0].upper()}{words[1:]}.")
        return RedirectResponse(f"{TEAM}?done=rules", status_code=303)

    return router


def _page(ports: TeamRulePorts, request: Request, staff: Staff, said: RulesForm, wrong: str = "") -> Response:
    facts = {"said": said, "idle": IDLE_MINUTES, "longest": LONGEST_MINUTES, "wrong": wrong}
    return ports.pages.page(request, "team_rules.html", facts, staff=staff, status=422 if wrong else 200)


def _seen(held: SessionPolicy) -> str:
    return f"{minutes(held.idle)} {minutes(held.longest)} {held.factor_for_all}"


def _number(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= _LONGEST_NUMBER else None
