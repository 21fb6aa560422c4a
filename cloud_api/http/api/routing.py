"""How routes of the API are made: bodies within limits, names that stay, and what each may refuse."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.http.api.gate import PREFIX
from cloud_api.http.bodies import read_body
from cloud_api.http.problems import ProblemError

MOST_BYTES = 64 * 1024
_TOLD = 10
_NOT_READ = 400
"""FastAPI's answer to bytes that are no text, and to what is nested too deeply to be read."""


class StrictRoute(APIRoute):
    """A route that refuses parameters which it does not know: a filter that is misspelt would show everything."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]  # narrower than FastAPI's own
        """FastAPI's handler, behind the refusal."""
        handle, known = super().get_route_handler(), set(_parameters(self.dependant))

        async def known_alone(request: Request) -> Response:
            unknown = sorted(set(request.query_params) - known)
            if unknown:
                faults = [{"at": f"query.{name}", "fault": "There is no such parameter"} for name in unknown[:_TOLD]]
                raise ProblemError(422, "invalid", "The request is not valid", members={"faults": faults})
            return await handle(request)

        return known_alone


class ApiRoute(StrictRoute):
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
    routes = StrictRoute if uploads else ApiRoute
    return APIRouter(prefix=PREFIX, tags=[tag], route_class=routes, generate_unique_id_function=_name)


def _parameters(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _parameters(inner)


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
