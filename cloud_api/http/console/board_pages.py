"""The board, one visit, and the evacuation list."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from cloud_api.http.console.failures import NO_KIOSK
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import BOARD, ConsoleGate, actor_of, token_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.streams import ChangeStreams
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.board import Board, BoardView
from cloud_api.services.earlier_visits import EarlierVisits
from cloud_api.services.overstays import Overstays, Said
from cloud_api.services.reception import Reception
from cloud_api.services.sign_in import Staff
from cloud_api.services.visit_story import VisitStories
from sync.protocol.feed.orders import Found

MOST_QUERY = 100
Shown = Literal["on-site", "left"]


class FindForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to look for: sent in a body, for names do not belong into addresses, histories and proxies' logs."""

    q: Annotated[str, msgspec.Meta(max_length=MOST_QUERY)] = ""
    show: Shown = "on-site"
    site: UUID | None = None


@dataclass(frozen=True, slots=True)
class BoardPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    board: Board
    stories: VisitStories
    earlier: EarlierVisits
    streams: ChangeStreams
    reception: Reception
    overstays: Overstays


def board_router(ports: BoardPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get("/", tags=["public"])
    async def front() -> Response:
        return RedirectResponse(BOARD, status_code=303)

    @router.get(BOARD)
    async def board(
        request: Request,
        staff: Annotated[Staff, ports.gate.needs(Permission.VISITS_VIEW)],
        *,
        site: UUID | None = None,
        show: Shown = "on-site",
    ) -> Response:
        return await _board(ports, request, staff, FindForm("", show, site))

    @router.post(BOARD)
    async def find(request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.VISITS_VIEW)]) -> Response:
        return await _board(ports, request, staff, await read_form(request, FindForm))

    _add_changes(router, ports)
    _add_visit_and_evacuation(router, ports)
    _add_calls(router, ports)
    _add_closing(router, ports)
    return router


async def _board(ports: BoardPorts, request: Request, staff: Staff, wanted: FindForm) -> Response:
    reach = staff.reach(Permission.VISITS_VIEW)
    view = _known(await ports.board.view(staff.tenant, reach, site_id=wanted.site, query=wanted.q.strip()))
    earlier = await ports.earlier.find(staff.tenant, reach, view) if view.query else ()
    waiting = await ports.reception.waiting(staff, wanted.site) if staff.may(Permission.CALLS_ATTEND) else ()
    facts = {"view": view, "show": wanted.show, "chosen": wanted.site, "earlier": earlier, "waiting": waiting}
    return ports.pages.page(request, "board.html", facts, staff=staff)


def _add_changes(router: APIRouter, ports: BoardPorts) -> None:
    @router.get("/board/changes")
    async def changes(
        request: Request, staff: Annotated[Staff, ports.gate.needs(Permission.VISITS_VIEW, by_itself=True)]
    ) -> Response:
        if not ports.streams.has_room(staff):
            raise ProblemError(
                429, "too-many-streams", "This board is open too often already", headers={"Retry-After": "30"}
            )
        ticks = ports.streams.follow(staff, token_of(request))
        return StreamingResponse(ticks, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _add_visit_and_evacuation(router: APIRouter, ports: BoardPorts) -> None:
    @router.get("/visits/{stay_id}")
    async def visit(
        request: Request, stay_id: UUID, staff: Annotated[Staff, ports.gate.needs(Permission.VISITS_VIEW)]
    ) -> Response:
        restricted = staff.reach(Permission.VISITS_VIEW_RESTRICTED)
        found = await ports.stories.tell(staff.tenant, staff.reach(Permission.VISITS_VIEW), stay_id, restricted)
        if found is None:
            raise ProblemError(404, "not-found", "There is no such visit")
        photo_shown = staff.reach(Permission.PHOTOS_VIEW).holds_visit(found.site_id, found.host_id)
        facts = {"visit": found, "photo_shown": photo_shown}
        return ports.pages.page(request, "visit.html", facts, staff=staff)

    @router.get("/evacuation")
    async def evacuation(
        request: Request,
        staff: Annotated[Staff, ports.gate.needs(Permission.EVACUATION_VIEW)],
        *,
        site: UUID | None = None,
    ) -> Response:
        listed = await ports.board.evacuation(staff.tenant, staff.reach(Permission.EVACUATION_VIEW), site_id=site)
        if listed is None:
            raise ProblemError(404, "not-found", "There is no such site")
        facts = {"listed": listed, "view": listed.board, "chosen": site}
        return ports.pages.page(request, "evacuation.html", facts, staff=staff)


def _add_calls(router: APIRouter, ports: BoardPorts) -> None:
    @router.post("/board/calls/{call_id}/take")
    async def take(
        request: Request,
        call_id: UUID,
        staff: Annotated[Staff, ports.gate.needs(Permission.CALLS_ATTEND)],
        *,
        site: UUID | None = None,
    ) -> Response:
        return _back_to_board(site, found=await ports.reception.take(staff, call_id, actor_of(request, staff)))

    @router.post("/board/calls/{call_id}/done")
    async def done(
        request: Request,
        call_id: UUID,
        staff: Annotated[Staff, ports.gate.needs(Permission.CALLS_ATTEND)],
        *,
        site: UUID | None = None,
    ) -> Response:
        return _back_to_board(site, found=await ports.reception.finish(staff, call_id, actor_of(request, staff)))


def _add_closing(router: APIRouter, ports: BoardPorts) -> None:
    """What staff say of somebody who has probably left (F13)."""

    async def say(request: Request, staff: Staff, stay_id: UUID, found: Found, site: UUID | None) -> Response:
        said = await ports.overstays.say(staff, stay_id, found, actor_of(request, staff))
        if said is Said.NO_VISIT:
            raise ProblemError(404, "not-found", "There is no such visit")
        if said is Said.NO_KIOSK:
            advice = "They stay on the list. Sign them out at a kiosk once there is one, with a staff PIN."
            raise ProblemError(409, NO_KIOSK, "This location has no kiosk that could record it", detail=advice)
        return _back_to_board(site, found=True)

    @router.post("/visits/{stay_id}/left")
    async def left(
        request: Request,
        stay_id: UUID,
        staff: Annotated[Staff, ports.gate.needs(Permission.VISITS_RECORD)],
        *,
        site: UUID | None = None,
    ) -> Response:
        return await say(request, staff, stay_id, Found.LEFT, site)

    @router.post("/visits/{stay_id}/here")
    async def here(
        request: Request,
        stay_id: UUID,
        staff: Annotated[Staff, ports.gate.needs(Permission.VISITS_RECORD)],
        *,
        site: UUID | None = None,
    ) -> Response:
        return await say(request, staff, stay_id, Found.HERE, site)


def _back_to_board(site: UUID | None, *, found: bool) -> Response:
    """To the board as it was shown: one location, or all. Whoever was quicker has done the same."""
    if not found:
        raise ProblemError(404, "not-found", "Nobody waits there")
    return RedirectResponse(f"{BOARD}?site={site}" if site else BOARD, status_code=303)


def _known(view: BoardView | None) -> BoardView:
    if view is None:
        raise ProblemError(404, "not-found", "There is no such site")
    return view
