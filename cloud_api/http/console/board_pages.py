"""The board, one visit, and the evacuation list."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from cloud_api.http.console.gate import BOARD, ConsoleGate, token_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.streams import ChangeStreams
from cloud_api.http.problems import ProblemError
from cloud_api.services.board import Board, BoardView
from cloud_api.services.earlier_visits import EarlierVisits
from cloud_api.services.visit_story import VisitStories

MOST_QUERY = 100
Query100 = Annotated[str, Query(max_length=MOST_QUERY)]


@dataclass(frozen=True, slots=True)
class BoardPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    board: Board
    stories: VisitStories
    earlier: EarlierVisits
    streams: ChangeStreams


def board_router(ports: BoardPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get("/")
    async def front() -> Response:
        return RedirectResponse(BOARD, status_code=303)

    @router.get(BOARD)
    async def board(
        request: Request, *, site: UUID | None = None, q: Query100 = "", show: Literal["on-site", "left"] = "on-site"
    ) -> Response:
        staff = await ports.gate.staff(request)
        view = _known(await ports.board.view(staff.tenant, site_id=site, query=q.strip()))
        earlier = await ports.earlier.find(staff.tenant, view) if view.query else ()
        facts = {"view": view, "show": show, "chosen": site, "earlier": earlier}
        return ports.pages.page(request, "board.html", facts, staff=staff)

    @router.get("/board/changes")
    async def changes(request: Request) -> Response:
        staff = await ports.gate.staff(request, by_itself=True)
        if not ports.streams.has_room(staff):
            raise ProblemError(
                429, "too-many-streams", "This board is open too often already", headers={"Retry-After": "30"}
            )
        ticks = ports.streams.follow(staff, token_of(request))
        return StreamingResponse(ticks, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    @router.get("/visits/{stay_id}")
    async def visit(request: Request, stay_id: UUID) -> Response:
        staff = await ports.gate.staff(request)
        found = await ports.stories.tell(staff.tenant, stay_id)
        if found is None:
            raise ProblemError(404, "not-found", "There is no such visit")
        return ports.pages.page(request, "visit.html", {"visit": found}, staff=staff)

    @router.get("/evacuation")
    async def evacuation(request: Request, *, site: UUID | None = None) -> Response:
        staff = await ports.gate.staff(request)
        listed = await ports.board.evacuation(staff.tenant, site_id=site)
        if listed is None:
            raise ProblemError(404, "not-found", "There is no such site")
        facts = {"listed": listed, "view": listed.board, "chosen": site}
        return ports.pages.page(request, "evacuation.html", facts, staff=staff)

    return router


def _known(view: BoardView | None) -> BoardView:
    if view is None:
        raise ProblemError(404, "not-found", "There is no such site")
    return view
