"""The application: health, devices, and whatever routers and middleware the composition adds."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.responses import JSONResponse

from cloud_api import __version__
from cloud_api.http.problems import ProblemError, install_problems, problem_responses

Readiness = Callable[[], Awaitable[str | None]]
"""``None`` when the server can do its work, else one line that says why not."""


def build_app(
    *,
    readiness: Readiness,
    key_service_answers: Callable[[], bool],
    routers: Sequence[APIRouter],
    middleware: Sequence[Middleware] = (),
    lifespan: Callable[[], AbstractAsyncContextManager[None]] | None = None,
) -> FastAPI:
    """The ASGI application. Interactive documentation pages are off: they load scripts from elsewhere.
    ``key_service_answers``: asked by each ``/readyz``, so it does not wait.
    """

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncIterator[None]:
        if lifespan is None:
            yield
            return
        async with lifespan():
            yield

    app = FastAPI(
        title="Lodge",
        version=__version__,
        summary="Visitors, kiosks and the audit log of organisations.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=list(middleware),
        redirect_slashes=False,  # the address of such a redirect would be made of the Host header
        lifespan=live,
    )
    install_problems(app)
    for router in (_health(readiness, key_service_answers), *routers):
        # Not included, which would analyse each route's parameters a second time: half of what a start costs.
        # Routers say all that concerns their routes themselves, and none stands within another.
        app.router.routes.extend(router.routes)
    return app


def _health(readiness: Readiness, key_service_answers: Callable[[], bool]) -> APIRouter:
    router = APIRouter(tags=["public"])

    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", responses={500: {"description": "The process is unwell"}})
    async def healthz() -> dict[str, Any]:
        """The process answers."""
        return {"ok": True}

    @router.head("/readyz", include_in_schema=False)
    @router.get("/readyz", responses=problem_responses(503))
    async def readyz() -> JSONResponse:
        """The database is there and up to date.

        A key service that does not answer is told of and does not count: what is opened already goes on without it, and
        a balancer that took all servers out would end that too.
        """
        reason = await readiness()
        if reason is not None:
            raise ProblemError(503, "not-ready", reason)
        if not key_service_answers():
            return JSONResponse({"ok": True, "trouble": ["the key service does not answer"]})
        return JSONResponse({"ok": True})

    return router
