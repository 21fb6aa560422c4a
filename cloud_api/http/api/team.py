"""Users, their roles, and what roles are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field
from starlette.requests import Request

from cloud_api.http.api.gate import ApiGate, absent, actor_of, forbidden
from cloud_api.http.api.hosts import LINE
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, versioned
from cloud_api.http.api.shapes import (
    DEFAULT_LIMIT,
    Cursor,
    IfMatch,
    Limit,
    Page,
    Pager,
    Shape,
    changed,
    etag_of,
    example,
    require_match,
)
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reasons import MAX_REASON
from cloud_api.policy.roles import SUMMARIES, Grant, Role
from cloud_api.policy.table import RULES
from cloud_api.policy.team_rules import Refusal
from cloud_api.services.api_callers import Caller
from cloud_api.services.team import Member, Team

_GRANT = {"role": "receptionist", "site_id": "0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70"}


class GrantShape(Shape):
    """A role that somebody bears. ``site_id``: null for all locations."""

    model_config = example(**_GRANT)

    role: Role
    site_id: UUID | None


class UserShape(Shape):
    """Somebody of the team."""

    model_config = example(
        id="3e5d1c7a-2b4f-4d6e-8a9b-0c1d2e3f4a5b",
        name="Robin Alder",
        email="robin@example.org",
        roles=[_GRANT],
        signed_in="2026-11-29T08:00:00+00:00",
    )

    id: UUID
    name: str
    email: str
    roles: list[GrantShape]
    signed_in: datetime | None


class UserRoles(Shape):
    """Every role that somebody is to bear; what they bear beyond the reach of whoever asks, they keep."""

    model_config = example(roles=[_GRANT])

    roles: Annotated[list[GrantShape], Field(min_length=1, max_length=200)]


class Removal(Shape):
    """Why somebody is removed, for the audit log."""

    model_config = example(reason="Left the company")

    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON, pattern=LINE)]


class RoleShape(Shape):
    """A role: what it is for, and what it allows."""

    model_config = example(role="receptionist", summary="Visitors in and out.", permissions=["visits.view"])

    role: Role
    summary: str
    permissions: list[Permission]


class Roles(Shape):
    """All roles."""

    items: list[RoleShape]


class Me(Shape):
    """Who asks. ``sites``: the locations that bound a key; null for all of whoever it asks for."""

    model_config = example(
        kind="key",
        id="3e5d1c7a-2b4f-4d6e-8a9b-0c1d2e3f4a5b",
        called="Access control",
        user_id="9d2c7b4e-1f3a-4c5d-8e6f-7a8b9c0d1e2f",
        organisation="Thistledown Works",
        permissions=["visits.view"],
        sites=None,
    )

    kind: Annotated[str, Field(description="key or program")]
    id: UUID
    called: str
    user_id: UUID
    organisation: str
    permissions: list[Permission]
    sites: list[UUID] | None


@dataclass(frozen=True, slots=True)
class TeamPorts:
    """What these routes work with."""

    gate: ApiGate
    team: Team
    pager: Pager


def team_router(ports: TeamPorts) -> APIRouter:
    """The routes."""
    router = api_router("users")
    _add_reading(router, ports)
    _add_oneself(router, ports)
    _add_removal(router, ports)

    @router.put(
        "/users/{user_id}/roles",
        summary="Give and take roles",
        responses={**refusals(404, 409, 412, 428, body=True), 200: {"headers": versioned()}},
    )
    async def change_roles(
        request: Request,
        response: Response,
        user_id: UUID,
        wanted: UserRoles,
        caller: Annotated[Caller, ports.gate.needs(Permission.TEAM_MANAGE, dangerous=True)],
        *,
        if_match: IfMatch = None,
    ) -> UserShape:
        before, given = await _find(ports, caller, user_id), require_match(if_match)
        if etag_of(_shape(before)) != given:
            raise changed()

        def seen(grants: tuple[Grant, ...]) -> bool:
            return grants == before.grants

        grants = as_grants(wanted.roles)
        refusal = await ports.team.change(caller, user_id, grants, actor_of(request, caller), seen=seen)
        if refusal is not None:
            await _refuse(ports, request, caller, refusal)
        return _versioned(response, _shape(await _find(ports, caller, user_id)))

    return router


def _add_removal(router: APIRouter, ports: TeamPorts) -> None:
    @router.post(
        "/users/{user_id}/remove",
        status_code=204,
        summary="Remove somebody from the team",
        description="Account, roles, sessions, programs and keys, at once.",
        responses=refusals(404, 409, body=True),
    )
    async def remove_user(
        request: Request,
        user_id: UUID,
        wanted: Removal,
        caller: Annotated[Caller, ports.gate.needs(Permission.TEAM_MANAGE, dangerous=True)],
    ) -> None:
        refusal = await ports.team.remove(caller, user_id, actor_of(request, caller, wanted.reason))
        if refusal is not None:
            await _refuse(ports, request, caller, refusal)


def as_grants(roles: Iterable[GrantShape]) -> tuple[Grant, ...]:
    """Roles as they are borne.

    Raises:
        ProblemError: 422, one is for the whole organisation and was given for a location.
    """
    try:
        return tuple(Grant(item.role, item.site_id) for item in roles)
    except ValueError as error:
        raise ProblemError(422, "invalid", "The request is not valid", detail=str(error)) from error


def _add_reading(router: APIRouter, ports: TeamPorts) -> None:
    @router.get("/users", summary="List users", responses=refusals(422))
    async def list_users(
        caller: Annotated[Caller, ports.gate.needs(Permission.TEAM_VIEW)],
        *,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[UserShape]:
        found = [_shape(member) for member in (await ports.team.view(caller)).members]
        items, more = await ports.pager.by_id(caller, "users", found, cursor, limit)
        return Page(items=items, next=more)

    @router.get("/users/{user_id}", summary="Read a user", responses={**refusals(404), 200: {"headers": versioned()}})
    async def read_user(
        response: Response, user_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.TEAM_VIEW)]
    ) -> UserShape:
        return _versioned(response, _shape(await _find(ports, caller, user_id)))


def _add_oneself(router: APIRouter, ports: TeamPorts) -> None:
    @router.get("/roles", summary="List roles and what they allow", responses=refusals())
    async def list_roles(_caller: Annotated[Caller, ports.gate.signed_in()]) -> Roles:
        allowed = {role: [rule.permission for rule in RULES if role in rule.roles] for role in Role}
        return Roles(items=[RoleShape(role=role, summary=SUMMARIES[role], permissions=allowed[role]) for role in Role])

    @router.get("/me", summary="See who asks, and what they may", responses=refusals())
    async def read_me(caller: Annotated[Caller, ports.gate.signed_in()]) -> Me:
        return Me(
            kind=caller.kind,
            id=caller.session_id,
            called=caller.called,
            user_id=caller.user_id,
            organisation=caller.organisation,
            permissions=[permission for permission in Permission if caller.may(permission)],
            sites=None if caller.sites is None else sorted(caller.sites),
        )


async def _find(ports: TeamPorts, caller: Caller, user_id: UUID) -> Member:
    found = await ports.team.find(caller, user_id)
    if found is None:
        raise absent("user")
    return found


async def _refuse(ports: TeamPorts, request: Request, caller: Caller, refusal: Refusal) -> None:
    if refusal in (Refusal.NOBODY, Refusal.NO_PLACE):
        raise ProblemError(404, "not-found", refusal.value)
    if refusal is Refusal.NOT_YOURS:
        await ports.gate.note_refusal(request, caller, Permission.TEAM_MANAGE)
        raise forbidden(refusal.value)
    if refusal is Refusal.CHANGED:
        raise changed()
    raise ProblemError(409, "team-rule", refusal.value)


def _versioned(response: Response, shape: UserShape) -> UserShape:
    response.headers["ETag"] = etag_of(shape)
    return shape


def _shape(member: Member) -> UserShape:
    return UserShape(
        id=member.id,
        name=member.name,
        email=member.email,
        roles=[GrantShape(role=grant.role, site_id=grant.site) for grant in member.grants],
        signed_in=member.signed_in,
    )
