"""Types of visitor in their order: listed, moved, taken away."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.console.check_in_pages import TYPES, CheckInPorts, first_words, of, save, spoken, title_of
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.type_forms import ICONS, USUAL
from cloud_api.policy.permissions import Permission
from cloud_api.services.file_visits import VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.languages import language_name
from cloud_api.services.not_done import Faults, NotDone
from cloud_api.services.part_edits import move_type
from cloud_api.services.settings_edits import remove_type
from cloud_api.services.sign_in import Staff

BADGES = {"visitor": "Visitor", "contractor": "Contractor", "escort": "Never alone"}
_MOVED = "The order was changed meanwhile. Here it is as it is now; nothing was moved."


class MoveForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One type up or down; ``order``: all of them as they were shown, with spaces between."""

    way: Literal["up", "down"]
    order: str


@dataclass(frozen=True, slots=True)
class Row:
    """A type in the list, in words. ``missing``: languages of the kiosks in which it has no name."""

    kind: VisitorTypeEntry
    name: str
    documents: tuple[str, ...]
    missing: tuple[str, ...]


def type_list_router(ports: CheckInPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)
    _add_list(router, ports)
    _add_removal(router, ports)
    return router


def _add_list(router: APIRouter, ports: CheckInPorts) -> None:
    @router.get(TYPES)
    async def types(
        request: Request,
        *,
        done: str = "",
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        return await _list(ports, request, staff, done=done)

    @router.post(TYPES + "/{key}/move")
    async def move(
        request: Request, key: str, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        of((await ports.configuring.read(staff.tenant)).visitor_types, key)
        said = await read_form(request, MoveForm)
        made = await save(ports, request, staff, move_type(key, up=said.way == "up", order=said.order.split()))
        if isinstance(made, NotDone | Faults):
            return await _list(ports, request, staff, wrong=_MOVED)
        return RedirectResponse(f"{TYPES}?done={said.way}-{key}", status_code=303)


def _add_removal(router: APIRouter, ports: CheckInPorts) -> None:
    @router.get(TYPES + "/{key}/remove")
    async def ask(
        request: Request, key: str, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        return await _removal(ports, request, staff, key)

    @router.post(TYPES + "/{key}/remove")
    async def remove(
        request: Request, key: str, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        made = await save(ports, request, staff, remove_type(key))
        if isinstance(made, NotDone | Faults):
            return await _removal(ports, request, staff, key, needed=True)
        return RedirectResponse(f"{TYPES}?done=removed", status_code=303)


async def _list(ports: CheckInPorts, request: Request, staff: Staff, *, done: str = "", wrong: str = "") -> Response:
    read = await ports.configuring.read(staff.tenant)
    facts = {
        "rows": [_row(kind, read) for kind in read.visitor_types],
        "order": " ".join(kind.id for kind in read.visitor_types),
        "badges": BADGES,
        "icons": ICONS,
        "usual_icon": USUAL,
        "done": done,
        "wrong": wrong,
    }
    return ports.pages.page(request, "types.html", facts, staff=staff, status=409 if wrong else 200)


def _row(kind: VisitorTypeEntry, read: OrganisationFile) -> Row:
    missing = (language_name(code) for code in spoken(read) if not kind.words.get(code, "").strip())
    titles = (title_of(read, key) for key in kind.documents)
    return Row(kind, first_words(kind.words) or kind.id, tuple(titles), tuple(missing))


async def _removal(ports: CheckInPorts, request: Request, staff: Staff, key: str, *, needed: bool = False) -> Response:
    read = await ports.configuring.read(staff.tenant)
    kind = of(read.visitor_types, key)
    templates = [template.name for template in read.badge_templates if key in template.types]
    facts = {
        "kind": kind,
        "name": first_words(kind.words) or key,
        "last": len(read.visitor_types) == 1,
        "templates": templates,
        "invited": needed and not templates and len(read.visitor_types) > 1,
    }
    return ports.pages.page(request, "type_remove.html", facts, staff=staff, status=409 if needed else 200)
