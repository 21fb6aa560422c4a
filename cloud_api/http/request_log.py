"""Each request has a number, is counted, and leaves a line in the log where it failed.

Outermost of the middlewares, so that nothing is answered without it. A path may hold the id of a visit or a word that
somebody searched for, so routes are named by their templates.
"""

import logging
import time
from collections.abc import Callable
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from cloud_api.observing.metrics import Metrics

HEADER = "lodge-request"
UNKNOWN = "unknown"
_FAILED = 500
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_log = logging.getLogger("lodge.requests")


class RequestLog:
    """``all_requests``: a line for each request, not for failures alone. ``stopping``: whether this replica is about
    to end; kept connections are then closed after their answer, so that clients turn to another.
    """

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics, stopping: Callable[[], bool], all_requests: bool = False
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._all = all_requests
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number, begun, answer = uuid4().hex[:16], time.perf_counter(), _Answer()
        scope["lodge_request"] = number

        async def send_numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.note(message)
                headers = MutableHeaders(scope=message)
                headers[HEADER] = number
                if self._stopping():
                    headers["connection"] = "close"
            await send(message)

        self._metrics.begin()
        with bound_contextvars(request=number):
            try:
                await self._app(scope, receive, send_numbered)
            finally:
                self._note(scope, answer, time.perf_counter() - begun)

    def _note(self, scope: Scope, answer: "_Answer", seconds: float) -> None:
        method, route = _method(scope), route_of(scope)
        self._metrics.end(method, route, answer.status, None if answer.streams else seconds)
        if answer.status >= _FAILED or self._all:
            level = logging.WARNING if answer.status >= _FAILED else logging.INFO
            facts = {"method": method, "route": route, "status": answer.status, "ms": round(seconds * 1000)}
            _log.log(level, "answered", extra=facts)


class _Answer:
    """How a request was answered; 500 until something was."""

    def __init__(self) -> None:
        self.status = _FAILED
        self.streams = False

    def note(self, message: Message) -> None:
        self.status = int(message["status"])
        kind = MutableHeaders(scope=message).get("content-type", "")
        self.streams = kind.startswith("text/event-stream")


def route_of(scope: Scope) -> str:
    """The template of the route that took a request, such as ``/visits/{stay}``; ``unknown`` where none did."""
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str):
        return path
    # A mount of static files sets no route; what lies below it is not told.
    return "/static" if str(scope["path"]).startswith("/static/") else UNKNOWN


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in _METHODS else UNKNOWN
