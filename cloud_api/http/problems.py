"""Errors as RFC 9457 problem details, with stable types that programs can compare."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from cloud_api.errors import CloudError, KeyServiceAwayError, PageFullError, ReasonNeededError, StoreError
from sync.protocol.exchange import PROBLEM_MEDIA_TYPE

TYPE_PREFIX = "urn:lodge:problem:"

_METHOD_NOT_ALLOWED = 405

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "stable name of the problem, such as urn:lodge:problem:gap"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


class ProblemError(Exception):
    """Ends a request with a problem document."""

    def __init__(
        self,
        status: int,
        name: str,
        title: str,
        *,
        detail: str | None = None,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.document: dict[str, object] = {"type": TYPE_PREFIX + name, "title": title, "status": status}
        if detail is not None:
            self.document["detail"] = detail
        self.document.update(members or {})
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        """The answer."""
        return JSONResponse(self.document, status_code=self.status, headers=self.headers, media_type=PROBLEM_MEDIA_TYPE)


def install_problems(app: FastAPI) -> None:
    """Answer every failure with a problem document; what went wrong inside is logged, never shown."""

    @app.exception_handler(ProblemError)
    async def on_problem(_request: Request, error: ProblemError) -> JSONResponse:
        return error.response()

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        name = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "request-refused")
        headers = error.headers
        if error.status_code == _METHOD_NOT_ALLOWED:
            headers = {"Allow": ", ".join(_methods_of(app, request.url.path))}
        return ProblemError(error.status_code, name, str(error.detail), headers=headers).response()

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [{"at": ".".join(str(part) for part in item["loc"]), "fault": item["msg"]} for item in error.errors()]
        return ProblemError(422, "invalid", "The request is not valid", members={"faults": faults}).response()

    @app.exception_handler(ReasonNeededError)
    async def on_reason(_request: Request, _error: ReasonNeededError) -> JSONResponse:
        return ProblemError(422, "reason-needed", "Say why: it goes into the audit log").response()

    @app.exception_handler(PageFullError)
    async def on_full(_request: Request, error: PageFullError) -> JSONResponse:
        return ProblemError(409, "page-full", "Kiosks take no more of these", detail=str(error)).response()

    @app.exception_handler(StoreError)
    async def on_store(_request: Request, error: StoreError) -> JSONResponse:
        what = "key service" if isinstance(error, KeyServiceAwayError) else "database"
        return ProblemError(
            503, "unavailable", f"The server cannot reach its {what}", headers={"Retry-After": "5"}
        ).response()

    @app.exception_handler(CloudError)
    async def on_cloud(_request: Request, _error: CloudError) -> JSONResponse:
        return ProblemError(500, "internal", "The server could not do this").response()


def _methods_of(app: FastAPI, path: str) -> list[str]:
    """What an address takes (RFC 9110 15.5.6): each of its methods is a route of its own, and one knows nothing of the
    others.
    """
    found = [context for context in iter_route_contexts(app.routes) if context.methods]
    return sorted({method for context in found if context.path_regex.match(path) for method in context.methods or ()})


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of the problems that a route may answer with."""
    return {
        status: {"description": "A problem (RFC 9457)", "content": {PROBLEM_MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}}
        for status in statuses
    }
