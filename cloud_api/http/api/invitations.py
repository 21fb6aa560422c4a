"""Invitations: visitors that are announced."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import Field, StrictBool, StrictInt, model_validator
from starlette.requests import Request

from cloud_api.http.api.gate import ApiGate, absent, actor_of
from cloud_api.http.api.hosts import KEY, LINE
from cloud_api.http.api.once import IdempotencyKey, Once
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, shown_once
from cloud_api.http.api.shapes import DEFAULT_LIMIT, Cursor, Limit, Moment, Page, Pager, Shape, example, not_valid
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.directory import Directory, Invited, Inviter
from cloud_api.services.feed_entries import by_id, is_by_id
from cloud_api.services.file_people import InvitationEntry, WindowEntry
from cloud_api.services.not_done import Faults, NotDone

_WINDOW = {"begins": "2026-12-01T09:00:00+01:00", "ends": "2026-12-01T17:00:00+01:00"}
_SAID: dict[str, object] = {
    "type": "visitor",
    "name": "Ada Sample",
    "company": "Fictional Freight",
    "email": "ada@example.org",
    "language": "en",
    "site_id": "0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70",
    "windows": [_WINDOW],
    "uses": 1,
    "approved": False,
}
_HOST = "2b8e6a30-9f5d-4f0e-8f61-0d4c5b7a9e12"
_ID = "7c1f0e2d-55aa-4b6e-9a3f-8e2d1c0b4f66"


class WindowShape(Shape):
    """From when until when somebody may come in."""

    model_config = example(**_WINDOW)

    begins: Moment
    ends: Moment


class NewInvitation(Shape):
    """Somebody who is announced. ``key``: the organisation's own name for it; one is made where there is none.
    ``host`` or ``host_id``: who is visited, by the organisation's own key or by the id in the list of hosts.
    ``site_id``: null for all locations. ``uses``: how often; 0 for any number.
    """

    model_config = example(key="ada-december", host="grace", **_SAID)

    key: Annotated[str | None, Field(pattern=KEY)] = None
    type: Annotated[str, Field(pattern=KEY, description="The key of a type of visitor.")]
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
    company: Annotated[str, Field(max_length=200, pattern=LINE)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    host: Annotated[str | None, Field(pattern=KEY)] = None
    host_id: UUID | None = None
    language: Annotated[
        str | None, Field(min_length=1, max_length=35, description="None: the first language of the location.")
    ] = None
    site_id: UUID | None = None
    windows: Annotated[list[WindowShape], Field(min_length=1, max_length=400)]
    uses: Annotated[StrictInt, Field(ge=0, le=1000)] = 1
    approved: StrictBool = False

    @model_validator(mode="after")
    def _one_host(self) -> "NewInvitation":
        if self.host is not None and self.host_id is not None:
            raise ValueError("name the host by host, or by host_id")
        return self


class InvitationShape(Shape):
    """An invitation. ``host``: null where it names nobody, or names them by ``host_id`` alone."""

    model_config = example(id=_ID, key="ada-december", host="grace", host_id=_HOST, **_SAID)

    id: UUID
    key: str
    type: str
    name: str
    company: str
    email: str
    host: str | None
    host_id: UUID | None
    language: str | None
    site_id: UUID | None
    windows: list[WindowShape]
    uses: int
    approved: bool


@dataclass(frozen=True, slots=True)
class InvitationPorts:
    """What these routes work with."""

    gate: ApiGate
    directory: Directory
    pager: Pager
    once: Once


def invitations_router(ports: InvitationPorts) -> APIRouter:
    """The routes."""
    router = api_router("invitations")
    _add_lists(router, ports)

    @router.get("/invitations/{entry_id}", summary="Read an invitation", responses=refusals(404))
    async def read_invitation(
        entry_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.INVITATIONS_MANAGE)]
    ) -> InvitationShape:
        found = await ports.directory.invitation(caller.tenant, caller.reach(Permission.INVITATIONS_MANAGE), entry_id)
        if found is None:
            raise absent("invitation")
        return _shape(found)

    @router.post(
        "/invitations",
        status_code=201,
        response_model=InvitationShape,
        summary="Announce a visitor",
        responses={**refusals(404, 409, body=True), 201: {"headers": shown_once()}},
    )
    async def add_invitation(
        request: Request,
        wanted: NewInvitation,
        caller: Annotated[Caller, ports.gate.needs(Permission.INVITATIONS_MANAGE)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> InvitationShape:
            by, actor = Inviter(caller.user_id, caller.reach(Permission.INVITATIONS_MANAGE)), actor_of(request, caller)
            made = await ports.directory.invite(caller.tenant, by, _entry(wanted), wanted.site_id, actor)
            return _require(made)

        return await ports.once.answer(request, caller, key, act)

    @router.delete(
        "/invitations/{entry_id}", status_code=204, summary="Call an announced visitor off", responses=refusals(404)
    )
    async def call_off_invitation(
        request: Request, entry_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.INVITATIONS_MANAGE)]
    ) -> None:
        reach = caller.reach(Permission.INVITATIONS_MANAGE)
        if not await ports.directory.call_off(caller.tenant, reach, entry_id, actor_of(request, caller)):
            raise absent("invitation")

    return router


def _add_lists(router: APIRouter, ports: InvitationPorts) -> None:
    @router.get("/invitations", summary="List invitations", responses=refusals(422))
    async def list_invitations(
        caller: Annotated[Caller, ports.gate.needs(Permission.INVITATIONS_MANAGE)],
        *,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[InvitationShape]:
        position = await ports.pager.position(caller, "invitations", cursor)
        after, reach = UUID(position[0]) if position else None, caller.reach(Permission.INVITATIONS_MANAGE)
        found = await ports.directory.invitations(caller.tenant, reach, after=after, limit=limit + 1)
        more = [str(found[limit - 1].id)] if len(found) > limit else None
        following = await ports.pager.next_of(caller, "invitations", more)
        return Page(items=[_shape(item) for item in found[:limit]], next=following)


def _require(made: Invited | NotDone | Faults) -> InvitationShape:
    if isinstance(made, Invited):
        return _shape(made)
    if isinstance(made, Faults):
        raise not_valid(made)
    if made is NotDone.KNOWN:
        raise ProblemError(409, "key-taken", "There is an invitation of this key already")
    if made is NotDone.FULL:
        raise ProblemError(
            409,
            "too-many-announced",
            "You have announced as many visitors as one person may",
            detail="Call some off; they go by themselves a week after their last day.",
        )
    raise absent("location")


def _entry(wanted: NewInvitation) -> InvitationEntry:
    windows = tuple(WindowEntry(begins=moment(window.begins), ends=moment(window.ends)) for window in wanted.windows)
    return InvitationEntry(
        key=wanted.key or f"api-{uuid4()}",
        type=wanted.type,
        name=wanted.name,
        company=wanted.company,
        email=wanted.email,
        language=wanted.language,
        host=wanted.host if wanted.host_id is None else by_id(wanted.host_id),
        windows=windows,
        uses=wanted.uses,
        approved=wanted.approved,
    )


def moment(at: Moment) -> str:
    """A time as the organisation's file has it."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _shape(item: Invited) -> InvitationShape:
    entry = item.entry
    return InvitationShape.model_validate(
        {
            "id": item.id,
            "key": entry.key,
            "type": entry.type,
            "name": entry.name,
            "company": entry.company,
            "email": entry.email,
            "host": None if entry.host is None or is_by_id(entry.host) else entry.host,
            "host_id": item.host_id,
            "language": entry.language,
            "site_id": item.site_id,
            "windows": [{"begins": window.begins, "ends": window.ends} for window in entry.windows],
            "uses": entry.uses,
            "approved": entry.approved,
        }
    )
