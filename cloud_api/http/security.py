"""What every answer carries (R20), which requests are refused as foreign (R19), and how many a stranger may make (R06).

Three plain ASGI middlewares, so that streams and errors are covered like everything else.
"""

import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any
from uuid import UUID

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud_api.counting import counted
from cloud_api.http.cors import API_PREFIX
from cloud_api.http.limits import RateLimit, client_address, client_network
from cloud_api.http.live_sessions import LiveSessions
from cloud_api.http.problems import ProblemError

Answer = Callable[[Request, ProblemError], Response]
"""Puts a refusal into the form that whoever asks can read."""
Note = Callable[[str, str, str], Awaitable[None]]
"""Writes a refusal down: its kind, the address, and what the request said of itself."""

_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # Pico draws its check marks and arrows as data images
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "frame-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{what} {where}" for what, where in _POLICY.items())
SECURITY_HEADERS = {
    "strict-transport-security": "max-age=31536000",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=(), browsing-topics=()",
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
SIGNED_PREFIXES = ("/device/",)
"""Routes whose every request a device's key must sign: no limit by address, for a fleet sits behind one."""
KIOSK_PREFIXES = (*SIGNED_PREFIXES, "/enrol/")
"""Routes that programs use, without cookies; a browser has no business there."""
UNSUBSCRIBE = re.compile(r"/mail/[^/]+/unsubscribe")
"""What a signed link opens by itself, without cookies: a mail program's button posts there without an origin."""
CHEAP_PREFIXES = ("/static/", "/healthz", "/readyz")
"""Routes that must answer without the database; each process counts them by itself."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Adds the headers to every answer, and answers what nobody else could (500)."""

    def __init__(self, app: ASGIApp, *, answer: Answer) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_dressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                dress(message)
            await send(message)

        try:
            await self._app(scope, receive, send_dressed)
        except Exception:
            if not begun:
                problem = ProblemError(500, "internal", "The server could not do this")
                await self._answer(Request(scope, receive), problem)(scope, receive, send_dressed)
            raise  # for the server's log; whoever asked has an answer that says nothing of the inside


class OriginGuard:
    """Refuses requests that change state unless a page of ours made them: no tokens in forms are needed then."""

    def __init__(
        self, app: ASGIApp, *, origin: str, answer: Answer, note: Note, api_origins: Collection[str] = ()
    ) -> None:
        self._app = app
        self._origin = origin
        self._note = note
        self._api_origins = frozenset(api_origins)
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and not self._is_welcome(scope):
            problem = ProblemError(
                403,
                "foreign-origin",
                "This request did not come from one of this server's own pages",
                detail=f"Open {self._origin} and try again there.",
            )
            request = Request(scope, receive)
            await self._note("origin.refused", client_address(request), request.headers.get("origin", ""))
            await self._answer(request, problem)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_welcome(self, scope: MutableMapping[str, Any]) -> bool:
        if scope["method"] in SAFE_METHODS:
            return True
        headers = Headers(scope=scope)
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        path = str(scope["path"])
        if path.startswith(KIOSK_PREFIXES) or UNSUBSCRIBE.fullmatch(path):
            return origin in (None, self._origin) and site in (None, "same-origin", "none")
        if path.startswith(API_PREFIX):
            # Programs send neither, and the API knows no cookies; a browser sends both, and may be on the list.
            programs = origin is None and site in (None, "none")
            return programs or origin in self._api_origins or (origin == self._origin and site in (None, "same-origin"))
        return origin == self._origin and site in (None, "same-origin")


class RequestAllowance:
    """Counts requests by network, and those of a session that was found good by its account: shared by all replicas,
    save for what must answer without the database.
    """

    def __init__(self, app: ASGIApp, *, shared: RateLimit, own: RateLimit, live: LiveSessions, answer: Answer) -> None:
        self._app = app
        self._shared = shared
        self._own = own
        self._live = live
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http":
            request = Request(scope, receive)
            account = self._live.account_of(request)
            wait = await self._wait(request, account)
            if wait is not None:
                problem = ProblemError(
                    429,
                    "too-many-requests",
                    "Too many requests from this address" if account is None else "Too many requests",
                    detail=f"Try again in {counted(wait, 'second')}.",
                    headers={"Retry-After": str(wait)},
                )
                await self._answer(request, problem)(scope, receive, send)
                return
            send = send if account is None else self._following(account, send)
        await self._app(scope, receive, send)

    def _following(self, account: UUID, send: Send) -> Send:
        async def send_followed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._live.follow(account, message["headers"])
            await send(message)

        return send_followed

    def _wait(self, request: Request, account: UUID | None) -> Awaitable[int | None]:
        path = request.url.path
        if path.startswith(SIGNED_PREFIXES):
            return _nothing()
        limit = self._own if path.startswith(CHEAP_PREFIXES) else self._shared
        if account is not None:
            return limit.check("account-requests", str(account))
        return limit.check("requests", client_network(request))


def dress(message: Message) -> None:
    """Put the headers on the start of an answer. Answers are not kept by anybody unless they say otherwise."""
    headers = MutableHeaders(scope=message)
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
    headers.setdefault("cache-control", "no-store")


async def _nothing() -> None:
    return None
