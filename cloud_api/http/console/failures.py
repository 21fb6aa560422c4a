"""Failures: pages for browsers, problem documents for programs."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud_api.errors import CloudError, StoreError
from cloud_api.http.console.gate import (
    FORBIDDEN,
    ConsoleGate,
    EnrolmentNeededError,
    SignInNeededError,
    to_enrolment,
    to_sign_in,
)
from cloud_api.http.console.pages import Pages
from cloud_api.http.problems import TYPE_PREFIX, ProblemError
from cloud_api.services.sign_in import Staff

Handler = Callable[[Request, Any], Awaitable[JSONResponse]]

_WORDS = {
    403: ("This did not come from Lodge", "Go back to the board and try it from there."),
    404: ("We do not have this page", "It may have been moved, or it belongs to somebody else."),
    405: ("This page cannot do that", "Go back to the board and try it from there."),
    422: ("This address is not complete", "Go back to the board and open it from there."),
    429: ("A little slower", "There were too many requests from your address. Everything goes on in a moment."),
    500: ("Something went wrong here", "It is not your doing, and nothing was changed. Try it again in a moment."),
    503: ("The database is out of reach", "Kiosks go on working and keep everything. Try again in a moment."),
}
_WITHIN = (403, 404, 405, 422)
"""What a person who is signed in may come upon: said within the console, so that the way on is at hand."""
_SAID = (403, 429)
"""Where the problem's own detail is the better advice."""
_FAILED = 500
_IN_THE_WAY, _OUT_OF_REACH = 409, 503
EXPORTS_BUSY, NO_KIOSK = "exports-busy", "no-kiosk"
_TITLED = (TYPE_PREFIX + FORBIDDEN, TYPE_PREFIX + EXPORTS_BUSY, TYPE_PREFIX + NO_KIOSK)
"""Problems whose own words are the better ones."""
_OTHERWISE = ("This did not work", "Go back to the board and try it again.")


class _Said(msgspec.Struct, frozen=True):
    type: str = ""
    title: str = ""
    detail: str = ""


def answer_with(pages: Pages) -> Callable[[Request, ProblemError], Response]:
    """How a refusal is put: a page where a browser shows pages, else a problem document."""

    def answer(request: Request, problem: ProblemError) -> Response:
        return _page(pages, request, problem.response()) if wants_page(request) else problem.response()

    return answer


def install_failures(app: FastAPI, pages: Pages, gate: ConsoleGate) -> None:
    """Let browsers have pages where programs have problem documents; what is said stays the same."""
    for kind in (ProblemError, HTTPException, RequestValidationError, StoreError, CloudError):
        original = cast("Handler", app.exception_handlers[kind])
        if kind is RequestValidationError:
            original = _as_absent(original)
        app.add_exception_handler(kind, _wrap(original, pages, gate))

    @app.exception_handler(SignInNeededError)
    async def on_sign_in_needed(request: Request, error: SignInNeededError) -> Response:
        return to_sign_in(request, error)

    @app.exception_handler(EnrolmentNeededError)
    async def on_enrolment_needed(request: Request, _error: EnrolmentNeededError) -> Response:
        return to_enrolment(request)


def wants_page(request: Request) -> bool:
    """Whether a browser asks for something to show."""
    return request.headers.get("hx-request") != "true" and _accepts_html(request.headers.get("accept", ""))


def _accepts_html(accept: str) -> bool:
    for item in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in item.split(";"))
        if media_type == "text/html":
            return not any(_is_nought(part) for part in parameters)
    return False


def _is_nought(parameter: str) -> bool:
    # RFC 9110 12.5.1: a weight of 0 means "not acceptable".
    name, _, value = parameter.partition("=")
    return name == "q" and not value.strip("0.")


def _as_absent(original: Handler) -> Handler:
    """An address with an id that cannot be one is an address that is not there."""

    async def handle(request: Request, error: RequestValidationError) -> JSONResponse:
        if any(item["loc"][0] == "path" for item in error.errors()):
            return ProblemError(404, "not-found", "Not Found").response()
        return await original(request, error)

    return handle


def _wrap(original: Handler, pages: Pages, gate: ConsoleGate) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        plain = await original(request, error)
        if not wants_page(request):
            return plain
        return _page(pages, request, plain, await _staff(gate, request) if plain.status_code in _WITHIN else None)

    return handle


async def _staff(gate: ConsoleGate, request: Request) -> Staff | None:
    try:
        found = await gate.find(request, by_itself=True)
    except CloudError:
        return None
    return None if found is None or found.must_enrol else found


def _page(pages: Pages, request: Request, plain: JSONResponse, staff: Staff | None = None) -> Response:
    title, advice = _WORDS.get(plain.status_code, _OTHERWISE)
    kept = {name: plain.headers[name] for name in ("retry-after", "allow") if name in plain.headers}
    known = plain.status_code in (*_SAID, _IN_THE_WAY, _OUT_OF_REACH)
    said = msgspec.json.decode(bytes(plain.body), type=_Said) if known else _Said()
    if plain.status_code in (_IN_THE_WAY, _OUT_OF_REACH) and said.type not in _TITLED:
        said = _Said()
    number = request.scope.get("lodge_request", "") if plain.status_code >= _FAILED else ""
    if said.type in _TITLED:
        title = said.title
    facts = {"status": plain.status_code, "title": title, "advice": said.detail or advice, "number": number}
    return pages.page(request, "failure.html", facts, staff=staff, status=plain.status_code, headers=kept)
