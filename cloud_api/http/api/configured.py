"""Types of visitor and documents: read whole, added, changed and taken away, each as the organisation's file has it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from cloud_api.http.api.entries import Entry, body, content, read_entry, written
from cloud_api.http.api.gate import ApiGate, absent, actor_of
from cloud_api.http.api.once import IdempotencyKey, Once
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router, shown_once, versioned
from cloud_api.http.api.shapes import IfMatch, changed, etag_of, not_valid, require_match
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.configuring import Configuring
from cloud_api.services.file_visits import VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.not_done import Faults, NotDone
from cloud_api.services.settings_edits import (
    Edit,
    Seen,
    WholeDocument,
    find_document,
    find_type,
    put_document,
    put_type,
    remove_document,
    remove_type,
)

EntryKey = Annotated[str, Path(max_length=63, description="The organisation's own name for it, as in its file.")]


@dataclass(frozen=True, slots=True)
class ConfiguredPorts:
    """What these routes work with."""

    gate: ApiGate
    configuring: Configuring
    once: Once


@dataclass(frozen=True, slots=True)
class _Sort:
    """One sort of entry: its path, its name in summaries and in names of operations, and what is done with it."""

    path: str
    words: str
    name: str
    shape: type[VisitorTypeEntry | WholeDocument]
    find: Callable[[OrganisationFile, str], msgspec.Struct | None]
    put: Callable[[Any, Seen | None], Edit]
    remove: Callable[[str], Edit]
    removal: str


_SORTS = (
    _Sort(
        "/visitor-types",
        "a type of visitor",
        "visitor_type",
        VisitorTypeEntry,
        find_type,
        put_type,
        remove_type,
        "409 for the last one, and while an invitation names it.",
    ),
    _Sort(
        "/documents",
        "a document",
        "document",
        WholeDocument,
        find_document,
        put_document,
        remove_document,
        "Its texts stay for the consents that name them. 409 while a type of visitor names it.",
    ),
)


def configured_router(ports: ConfiguredPorts) -> APIRouter:
    """The routes."""
    router = api_router("locations")
    for sort in _SORTS:
        _add_reading(router, ports, sort)
        _add_new(router, ports, sort)
        _add_change(router, ports, sort)
        _add_removal(router, ports, sort)
    return router


def _add_reading(router: APIRouter, ports: ConfiguredPorts, sort: _Sort) -> None:
    @router.get(
        f"{sort.path}/{{key}}",
        name=f"read_{sort.name}",
        response_model=None,
        summary=f"Read {sort.words} whole",
        responses={**refusals(404), 200: {"headers": versioned(), "content": content(sort.shape)}},
    )
    async def read(key: EntryKey, caller: Annotated[Caller, ports.gate.needs(Permission.DIRECTORY_VIEW)]) -> Response:
        return _versioned(_require(sort, await ports.configuring.read(caller.tenant), key))


def _add_new(router: APIRouter, ports: ConfiguredPorts, sort: _Sort) -> None:
    @router.post(
        sort.path,
        name=f"add_{sort.name}",
        status_code=201,
        response_model=None,
        summary=f"Add {sort.words}",
        responses={**refusals(409, body=True), 201: {"headers": shown_once(), "content": content(sort.shape)}},
        openapi_extra=body(sort.shape),
    )
    async def add(
        request: Request,
        caller: Annotated[Caller, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
        *,
        key: IdempotencyKey = None,
    ) -> Response:
        wanted = await read_entry(request, sort.shape)

        async def act() -> Entry:
            made = await ports.configuring.edit(caller.tenant, sort.put(wanted, None), actor_of(request, caller))
            return _require(sort, made, wanted.id)

        return await ports.once.answer(request, caller, key, act)


def _add_change(router: APIRouter, ports: ConfiguredPorts, sort: _Sort) -> None:
    @router.put(
        f"{sort.path}/{{key}}",
        name=f"change_{sort.name}",
        response_model=None,
        summary=f"Change {sort.words}",
        description="The `id` of the body is that of the path.",
        responses={
            **refusals(404, 412, 428, body=True),
            200: {"headers": versioned(), "content": content(sort.shape)},
        },
        openapi_extra=body(sort.shape),
    )
    async def change(
        request: Request,
        key: EntryKey,
        caller: Annotated[Caller, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
        *,
        if_match: IfMatch = None,
    ) -> Response:
        given, wanted = require_match(if_match), await read_entry(request, sort.shape)
        if wanted.id != key:
            raise not_valid(Faults((f"id: must be {key}",)))

        def seen(before: msgspec.Struct) -> bool:
            return etag_of(written(before)) == given

        made = await ports.configuring.edit(caller.tenant, sort.put(wanted, seen), actor_of(request, caller))
        return _versioned(_require(sort, made, key))


def _add_removal(router: APIRouter, ports: ConfiguredPorts, sort: _Sort) -> None:
    @router.delete(
        f"{sort.path}/{{key}}",
        name=f"remove_{sort.name}",
        status_code=204,
        summary=f"Take {sort.words} away",
        description=sort.removal,
        responses=refusals(404, 409),
    )
    async def remove(
        request: Request,
        key: EntryKey,
        caller: Annotated[Caller, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> None:
        made = await ports.configuring.edit(caller.tenant, sort.remove(key), actor_of(request, caller))
        if isinstance(made, NotDone | Faults):
            _refuse(sort, made)


def _require(sort: _Sort, made: OrganisationFile | NotDone | Faults, key: str) -> Entry:
    if isinstance(made, OrganisationFile):
        found = sort.find(made, key)
        if found is not None:
            return written(found)
        made = NotDone.ABSENT
    return _refuse(sort, made)


def _refuse(sort: _Sort, made: NotDone | Faults) -> Entry:
    if isinstance(made, Faults):
        raise not_valid(made)
    if made is NotDone.CHANGED:
        raise changed()
    if made is NotDone.KNOWN:
        raise ProblemError(409, "key-taken", f"There is {sort.words} of this key already")
    if made is NotDone.NEEDED:
        raise ProblemError(409, "in-use", "Something else needs it", detail=sort.removal)
    raise absent(sort.words.removeprefix("a "))


def _versioned(entry: Entry) -> Response:
    headers = {"ETag": etag_of(entry)}
    return Response(entry.model_dump_json(), media_type="application/json", headers=headers)
