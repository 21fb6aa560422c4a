"""Pages of other origins that may ask the API: those on a list, and never all (R21). Nothing else is open to any."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_PREFIX = "/api/"
_METHODS = "GET, POST, PUT, DELETE"
_ASKED = "Authorization, Content-Type, Idempotency-Key, If-Match"
_SHOWN = "ETag, Retry-After, Idempotency-Replayed, Lodge-Request"
_SECONDS = "600"


class CrossOrigin:
    """Tells browsers that pages of these origins may read the API's answers. Cookies are never among it."""

    def __init__(self, app: ASGIApp, *, allowed: tuple[str, ...]) -> None:
        self._app = app
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer what a browser asks beforehand."""
        if scope["type"] != "http" or not self._allowed or not str(scope["path"]).startswith(API_PREFIX):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        listed = origin if origin in self._allowed else None

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Origin")
                if listed is not None:
                    answer["Access-Control-Allow-Origin"] = listed
                    answer["Access-Control-Expose-Headers"] = _SHOWN
            await send(message)

        if listed is not None and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            allowed = {
                "Access-Control-Allow-Methods": _METHODS,
                "Access-Control-Allow-Headers": _ASKED,
                "Access-Control-Max-Age": _SECONDS,
            }
            await Response(status_code=204, headers=allowed)(scope, receive, send_named)
            return
        await self._app(scope, receive, send_named)
