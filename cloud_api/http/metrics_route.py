"""``/metrics`` for a Prometheus server that knows the token; for everybody else there is no such page."""

import hmac
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.http.problems import ProblemError
from cloud_api.observing.metrics import CONTENT_TYPE, Metrics

METRICS_PATH = "/metrics"
Figures = Callable[[], Awaitable[Mapping[str, int]]]


def metrics_router(metrics: Metrics, figures: Figures, token: str) -> APIRouter:
    """The route. ``token``: what a scraper sends as ``Authorization: Bearer``; with an empty one nobody gets in."""
    router = APIRouter(include_in_schema=False, tags=["public"])  # the token is its own gate

    @router.get(METRICS_PATH)
    async def show(request: Request) -> Response:
        if not _may_read(request, token):
            raise ProblemError(404, "not-found", "Not Found")
        metrics.note(await figures())
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return router


def _may_read(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    fits = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode("utf-8"))
    return bool(token) and scheme.lower() == "bearer" and fits
