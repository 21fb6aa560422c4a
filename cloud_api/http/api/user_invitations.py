"""Inviting people into the team, and removing them from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field
from starlette.requests import Request

from cloud_api.http.api.gate import ApiGate, absent, actor_of, forbidden
from cloud_api.http.api.once import IdempotencyKey, Once
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, shown_once
from cloud_api.http.api.shapes import DEFAULT_LIMIT, Cursor, Limit, Page, Pager, Shape, example
from cloud_api.http.api.team import GrantShape, as_grants
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.team_rules import Refusal
from cloud_api.services.api_callers import Caller
from cloud_api.services.invitations import Invitations, Invited, InviteFault, Pending, Wanted
from cloud_api.services.languages import LETTER_LANGUAGES

_GRANT = {"role": "receptionist", "site_id": "0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70"}
_ID = "5b0f7c2e-8d1a-4e3b-9c6d-0a1b2c3d4e5f"


class NewUserInvitation(Shape):
    """Somebody to be invited; ``language``: of the mail."""

    model_config = example(email="robin@example.org", roles=[_GRANT], language="en")

    email: Annotated[str, Field(min_length=3, max_length=254)]
    roles: Annotated[list[GrantShape], Field(min_length=1, max_length=200)]
    language: Annotated[str, Field(pattern=f"^({'|'.join(LETTER_LANGUAGES)})$")] = "en"


class UserInvitationSent(Shape):
    """An invitation that is on its way. ``link``: where this server sends no mail, to be handed on; shown this once."""

    model_config = example(id=_ID, email="robin@example.org", link=None)

    id: UUID
    email: str
    link: str | None


class UserInvitationShape(Shape):
    """An invitation that nobody took up yet. ``mail``: what became of its letter, ``handed`` where it has none."""

    model_config = example(
        id=_ID,
        email="robin@example.org",
        roles=[_GRANT],
        made_at="2026-11-29T09:00:00+00:00",
        ends_at="2026-12-06T09:00:00+00:00",
        over=False,
        mail="sent",
    )

    id: UUID
    email: str
    roles: list[GrantShape]
    made_at: datetime
    ends_at: datetime
    over: bool
    mail: str


@dataclass(frozen=True, slots=True)
class UserInvitationPorts:
    """What these routes work with."""

    gate: ApiGate
    invitations: Invitations
    pager: Pager
    once: Once


def user_invitations_router(ports: UserInvitationPorts) -> APIRouter:
    """The routes."""
    router = api_router("users")
    _add_pending(router, ports)

    @router.post(
        "/user-invitations",
        status_code=201,
        response_model=UserInvitationSent,
        summary="Invite somebody into the team",
        responses={**refusals(404, 409, body=True), 201: {"headers": shown_once()}},
    )
    async def invite_user(
        request: Request,
        wanted: NewUserInvitation,
        caller: Annotated[Caller, ports.gate.needs(Permission.TEAM_MANAGE, dangerous=True)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> UserInvitationSent:
            given = Wanted(wanted.email, as_grants(wanted.roles), wanted.language)
            made = await ports.invitations.invite(caller, given, actor_of(request, caller))
            return await _require(ports, request, caller, made)

        return await ports.once.answer(request, caller, key, act, hidden=("link",))

    return router


def _add_pending(router: APIRouter, ports: UserInvitationPorts) -> None:
    @router.get("/user-invitations", summary="List invitations into the team", responses=refusals(422))
    async def list_user_invitations(
        caller: Annotated[Caller, ports.gate.needs(Permission.TEAM_MANAGE)],
        *,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[UserInvitationShape]:
        found = [_shape(item) for item in await ports.invitations.list(caller)]
        items, more = await ports.pager.by_id(caller, "user-invitations", found, cursor, limit)
        return Page(items=items, next=more)

    @router.post(
        "/user-invitations/{invitation_id}/again",
        status_code=201,
        response_model=UserInvitationSent,
        summary="Let an invitation into the team last anew, with another link",
        responses={**refusals(404, 409, 422), 201: {"headers": shown_once()}},
    )
    async def invite_user_again(
        request: Request,
        invitation_id: UUID,
        caller: Annotated[Caller, ports.gate.needs(Permission.TEAM_MANAGE, dangerous=True)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> UserInvitationSent:
            made = await ports.invitations.send_again(caller, invitation_id, actor_of(request, caller))
            return await _require(ports, request, caller, made)

        return await ports.once.answer(request, caller, key, act, hidden=("link",))

    @router.delete(
        "/user-invitations/{invitation_id}",
        status_code=204,
        summary="Take an invitation into the team back",
        responses=refusals(404),
    )
    async def withdraw_user_invitation(
        request: Request, invitation_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.TEAM_MANAGE)]
    ) -> None:
        if not await ports.invitations.withdraw(caller, invitation_id, actor_of(request, caller)):
            raise absent("invitation")


async def _require(
    ports: UserInvitationPorts, request: Request, caller: Caller, made: Invited | InviteFault
) -> UserInvitationSent:
    if isinstance(made, Invited):
        return UserInvitationSent(id=made.id, email=made.email, link=made.link)
    if made.barred in (Refusal.NOBODY, Refusal.NO_PLACE):
        raise ProblemError(404, "not-found", made.words)
    if made.barred is Refusal.NOT_YOURS:
        await ports.gate.note_refusal(request, caller, Permission.TEAM_MANAGE)
        raise forbidden(made.words)
    raise ProblemError(409, "team-rule", made.words)


def _shape(item: Pending) -> UserInvitationShape:
    return UserInvitationShape(
        id=item.id,
        email=item.email,
        roles=[GrantShape(role=grant.role, site_id=grant.site) for grant in item.grants],
        made_at=item.made_at,
        ends_at=item.ends_at,
        over=item.over,
        mail=item.mail,
    )
