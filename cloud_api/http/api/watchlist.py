"""The watchlist: people to be held or announced."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import Field
from starlette.requests import Request

from cloud_api.http.api.gate import ApiGate, absent, actor_of
from cloud_api.http.api.hosts import KEY, LINE
from cloud_api.http.api.invitations import moment
from cloud_api.http.api.once import IdempotencyKey, Once
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, shown_once, versioned
from cloud_api.http.api.shapes import (
    DEFAULT_LIMIT,
    Cursor,
    IfMatch,
    Limit,
    Moment,
    Page,
    Pager,
    Shape,
    changed,
    etag_of,
    example,
    not_valid,
    require_match,
)
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.file_people import WatchEntry
from cloud_api.services.not_done import Faults, NotDone
from cloud_api.services.watchlist import Watched, Watchlist

_SAID: dict[str, object] = {
    "name": "Max Mustermann",
    "email": "",
    "phone": "",
    "company": "",
    "document": "",
    "action": "hold",
    "until": None,
    "reason": "Broke in once",
}
Text = Annotated[str, Field(max_length=400, pattern=LINE)]


class WatchChange(Shape):
    """Somebody to be held or announced: any of what is named suffices. ``reason`` stays on the server; kiosks learn
    no names, but tokens to compare with.
    """

    model_config = example(**_SAID)

    name: Text = ""
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Text = ""
    company: Text = ""
    document: Text = ""
    action: Literal["hold", "alert"] = "hold"
    until: Moment | None = None
    reason: Text = ""


class NewWatch(WatchChange):
    """A new entry. ``key``: the organisation's own name for it, as in its file; one is made where there is none."""

    model_config = example(key="trespasser", **_SAID)

    key: Annotated[str | None, Field(pattern=KEY)] = None


class WatchShape(Shape):
    """An entry."""

    model_config = example(id="7c1f0e2d-55aa-4b6e-9a3f-8e2d1c0b4f66", key="trespasser", **_SAID)

    id: UUID
    key: str
    name: str
    email: str
    phone: str
    company: str
    document: str
    action: str
    until: Moment | None
    reason: str


@dataclass(frozen=True, slots=True)
class WatchlistPorts:
    """What these routes work with."""

    gate: ApiGate
    watchlist: Watchlist
    pager: Pager
    once: Once


def watchlist_router(ports: WatchlistPorts) -> APIRouter:
    """The routes."""
    router = api_router("watchlist")
    _add_reading(router, ports)
    _add_change(router, ports)

    @router.post(
        "/watchlist",
        status_code=201,
        response_model=WatchShape,
        summary="Put somebody on the watchlist",
        responses={**refusals(409, body=True), 201: {"headers": shown_once()}},
    )
    async def add_watch_entry(
        request: Request,
        wanted: NewWatch,
        caller: Annotated[Caller, ports.gate.needs(Permission.WATCHLIST_MANAGE)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        async def act() -> WatchShape:
            entry = _entry(wanted.key or f"api-{uuid4()}", wanted)
            return _require(await ports.watchlist.add(caller.tenant, entry, actor_of(request, caller)))

        return await ports.once.answer(request, caller, key, act)

    @router.delete(
        "/watchlist/{entry_id}", status_code=204, summary="Take somebody off the watchlist", responses=refusals(404)
    )
    async def remove_watch_entry(
        request: Request, entry_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.WATCHLIST_MANAGE)]
    ) -> None:
        if not await ports.watchlist.remove(caller.tenant, entry_id, actor_of(request, caller)):
            raise absent("entry")

    return router


def _add_reading(router: APIRouter, ports: WatchlistPorts) -> None:
    @router.get("/watchlist", summary="List the watchlist", responses=refusals(422))
    async def list_watchlist(
        caller: Annotated[Caller, ports.gate.needs(Permission.WATCHLIST_VIEW)],
        *,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[WatchShape]:
        position = await ports.pager.position(caller, "watchlist", cursor)
        after = UUID(position[0]) if position else None
        found = await ports.watchlist.list(caller.tenant, after=after, limit=limit + 1)
        more = [str(found[limit - 1].id)] if len(found) > limit else None
        following = await ports.pager.next_of(caller, "watchlist", more)
        return Page(items=[_shape(item) for item in found[:limit]], next=following)

    @router.get(
        "/watchlist/{entry_id}",
        summary="Read an entry of the watchlist",
        responses={**refusals(404), 200: {"headers": versioned()}},
    )
    async def read_watch_entry(
        response: Response, entry_id: UUID, caller: Annotated[Caller, ports.gate.needs(Permission.WATCHLIST_MANAGE)]
    ) -> WatchShape:
        found = await ports.watchlist.find(caller.tenant, entry_id)
        if found is None:
            raise absent("entry")
        return _versioned(response, _shape(found))


def _add_change(router: APIRouter, ports: WatchlistPorts) -> None:
    @router.put(
        "/watchlist/{entry_id}",
        summary="Change an entry of the watchlist",
        responses={**refusals(404, 412, 428, body=True), 200: {"headers": versioned()}},
    )
    async def change_watch_entry(
        request: Request,
        response: Response,
        entry_id: UUID,
        wanted: WatchChange,
        caller: Annotated[Caller, ports.gate.needs(Permission.WATCHLIST_MANAGE)],
        *,
        if_match: IfMatch = None,
    ) -> WatchShape:
        given = require_match(if_match)

        def seen(before: Watched) -> bool:
            return etag_of(_shape(before)) == given

        found = await ports.watchlist.find(caller.tenant, entry_id)
        if found is None:
            raise absent("entry")
        entry, actor = _entry(found.entry.key, wanted), actor_of(request, caller)
        made = await ports.watchlist.change(caller.tenant, entry_id, entry, seen, actor)
        return _versioned(response, _require(made))


def _require(made: Watched | NotDone | Faults) -> WatchShape:
    if isinstance(made, Watched):
        return _shape(made)
    if isinstance(made, Faults):
        raise not_valid(made)
    if made is NotDone.KNOWN:
        raise ProblemError(409, "key-taken", "There is an entry of this key already")
    raise changed() if made is NotDone.CHANGED else absent("entry")


def _versioned(response: Response, shape: WatchShape) -> WatchShape:
    response.headers["ETag"] = etag_of(shape)
    return shape


def _entry(key: str, wanted: WatchChange) -> WatchEntry:
    return WatchEntry(
        key=key,
        name=wanted.name,
        email=wanted.email,
        phone=wanted.phone,
        company=wanted.company,
        document=wanted.document,
        action=wanted.action,
        until=None if wanted.until is None else moment(wanted.until),
        reason=wanted.reason,
    )


def _shape(item: Watched) -> WatchShape:
    entry = item.entry
    return WatchShape.model_validate(
        {
            "id": item.id,
            "key": entry.key,
            "name": entry.name,
            "email": entry.email,
            "phone": entry.phone,
            "company": entry.company,
            "document": entry.document,
            "action": entry.action,
            "until": entry.until,
            "reason": entry.reason,
        }
    )
