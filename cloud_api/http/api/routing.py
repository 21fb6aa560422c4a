"""How routes of the API are made: bodies within limits, names that stay, and what each may refuse."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.http.api.gate import PREFIX
from cloud_api.http.bodies import read_body
from cloud_api.http.problems import ProblemError

MOST_BYTES = 64 * 1024
_NOT_READ = 400
"""FastAPI's answer to bytes that are no text, and to what is nested too deeply to be read."""


class ApiRoute(APIRoute):
    """A route that reads no more than 64 KiB, and no longer than half a minute (C25, C27)."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]  # narrower than FastAPI's own
        """FastAPI's handler, behind the limit."""
        handle = super().get_route_handler()

        async def within_limits(request: Request) -> Response:
            request._body = await read_body(request, limit=MOST_BYTES)  # noqa: SLF001  where Starlette keeps it
            try:
                return await handle(request)
            except HTTPException as error:
                if error.status_code != _NOT_READ:
                    raise
                raise _unreadable() from error

        return within_limits


def api_router(tag: str, *, uploads: bool = False) -> APIRouter:
    """A router of the API under one heading of its description. ``uploads``: its routes read larger bodies, and see to
    the limits of those by themselves, once they know who asks.
    """
    routes = APIRoute if uploads else ApiRoute
    return APIRouter(prefix=PREFIX, tags=[tag], route_class=routes, generate_unique_id_function=_name)


def _unreadable() -> ProblemError:
    """The refusal that the description names, whatever is wrong with a body."""
    faults = [{"at": "body", "fault": "This is no JSON text in UTF-8, or one that is nested too deeply"}]
    return ProblemError(422, "invalid", "The request is not valid", members={"faults": faults})


def _name(route: APIRoute) -> str:
    return route.name


def shown_once() -> dict[str, Any]:
    """Headers of an answer that may come again."""
    return {
        "Idempotency-Replayed": {
            "description": "There, and `true`, where the answer is that of an earlier request.",
            "schema": {"type": "string"},
        }
    }


def versioned() -> dict[str, Any]:
    """Headers of an answer that has a version."""
    return {"ETag": {"description": "The version, for If-Match.", "schema": {"type": "string"}}}
