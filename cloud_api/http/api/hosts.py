"""Hosts: whoever can be visited."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StrictBool, field_validator
from starlette.requests import Request

from cloud_api.http.api.gate import ApiGate, absent, actor_of
from cloud_api.http.api.once import IdempotencyKey, Once
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, shown_once, versioned
from cloud_api.http.api.shapes import (
    DEFAULT_LIMIT,
    Cursor,
    IfMatch,
    Limit,
    Page,
    Pager,
    Shape,
    Shown,
    changed,
    etag_of,
    example,
    require_match,
)
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.directory import Directory
from cloud_api.services.file_texts import is_address
from cloud_api.services.not_done import NotDone
from cloud_api.store.hosts import Host

LINE = r"^[^\x00-\x1f\x7f\u2028\u2029]*$"
KEY = r"^[a-z0-9][a-z0-9.-]{0,62}$"
_HOST = {"name": "Grace Example", "email": "grace@example.org", "department": "Weaving", "site_id": None}
_ID = "2b8e6a30-9f5d-4f0e-8f61-0d4c5b7a9e12"


class HostChange(Shape):
    """What a host is to be. ``site_id``: null for all locations; a host that is not ``active`` cannot be chosen."""

    model_config = example(**_HOST, active=True)

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE), Shown]
    email: Annotated[str, Field(max_length=254)] = ""
    department: Annotated[str, Field(max_length=200, pattern=LINE)] = ""
    site_id: UUID | None = None
    active: StrictBool = True

    @field_validator("email")
    @classmethod
    def _address(cls, email: str) -> str:
        if email and not is_address(email):
            raise ValueError("this is not an e-mail address")
        return email


class NewHost(HostChange):
    """A new host. ``key`` is the organisation's own name for it, as in its file, and cannot be changed."""

    model_config = example(key="grace", **_HOST, active=True)

    key: Annotated[str, Field(pattern=KEY)]


class HostShape(Shape):
    """A host."""

    model_config = example(id=_ID, **_HOST, active=True)

    id: UUID
    name: str
    email: str
    department: str
    site_id: UUID | None
    active: bool


@dataclass(frozen=True, slots=True)
class HostPorts:
    """What these routes work with."""

    gate: ApiGate
    directory: Directory
    pager: Pager
    once: Once


def hosts_router(ports: HostPorts) -> APIRouter:
    """The routes."""
    router = api_router("hosts")
    _add_reading(router, ports)
    _add_change(router, ports)

    @router.post(
        "/hosts",
        status_code=201,
        response_model=HostShape,
        summary="Add a host",
        responses={**refusals(404, 409, body=True), 201: {"headers": shown_once()}},
    )
    async def add_host(
        request: Request,
        wanted: NewHost,
        caller: Annotated[Caller, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> HostShape:
            host = _host(UUID(int=0), wanted)
            made = await ports.directory.add_host(caller.tenant, wanted.key, host, actor_of(request, caller))
            return _require(made)

        return await ports.once.answer(request, caller, key, act)

    return router


def _add_change(router: APIRouter, ports: HostPorts) -> None:
    @router.put(
        "/hosts/{host_id}",
        summary="Change a host",
        responses={**refusals(404, 409, 412, 428, body=True), 200: {"headers": versioned()}},
    )
    async def change_host(
        request: Request,
        response: Response,
        host_id: UUID,
        wanted: HostChange,
        caller: Annotated[Caller, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
        *,
        if_match: IfMatch = None,
    ) -> HostShape:
        given, reach = require_match(if_match), caller.reach(Permission.ORGANISATION_CONFIGURE)

        def seen(before: Host) -> bool:
            return etag_of(_shape(before)) == given

        made = await ports.directory.change_host(
            caller.tenant, reach, _host(host_id, wanted), seen, actor_of(request, caller)
        )
        return _versioned(response, _require(made))


def _add_reading(router: APIRouter, ports: HostPorts) -> None:
    @router.get("/hosts", summary="List hosts", responses=refusals(422))
    async def list_hosts(
        caller: Annotated[Caller, ports.gate.needs(Permission.DIRECTORY_VIEW)],
        *,
        site: Annotated[UUID | None, Query(description="Only those who can be visited at this location.")] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[HostShape]:
        query = f"hosts|{site}"
        position = await ports.pager.position(caller, query, cursor)
        found = await ports.directory.hosts(
            caller.tenant,
            caller.reach(Permission.DIRECTORY_VIEW),
            site=site,
            after=UUID(position[0]) if position else None,
            limit=limit + 1,
        )
        more = [str(found[limit - 1].id)] if len(found) > limit else None
        following = await ports.pager.next_of(caller, query, more)
        return Page(items=[_shape(host) for host in found[:limit]], next=following)

    @router.get(
        "/hosts/{host_id}",
        summary="Read a host",
        responses={**refusals(404), 200: {"headers": versioned()}},
    )
    async def read_host(
        response: Response, host_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.DIRECTORY_VIEW)]
    ) -> HostShape:
        found = await ports.directory.host(caller.tenant, caller.reach(Permission.DIRECTORY_VIEW), host_id)
        if found is None:
            raise absent("host")
        return _versioned(response, _shape(found))


def _require(made: Host | NotDone) -> HostShape:
    if isinstance(made, Host):
        return _shape(made)
    if made is NotDone.CHANGED:
        raise changed()
    if made is NotDone.KNOWN:
        raise ProblemError(409, "key-taken", "There is a host of this key already")
    raise absent("host or location")


def _versioned(response: Response, shape: HostShape) -> HostShape:
    response.headers["ETag"] = etag_of(shape)
    return shape


def _host(host_id: UUID, wanted: HostChange) -> Host:
    return Host(host_id, wanted.site_id, wanted.active, wanted.name, wanted.email, wanted.department)


def _shape(host: Host) -> HostShape:
    return HostShape(
        id=host.id,
        name=host.name,
        email=host.email,
        department=host.department,
        site_id=host.site_id,
        active=host.active,
    )
