"""Signing in, signing out, and one's own account."""

from dataclasses import dataclass
from datetime import timedelta

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.clock import Clock
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import SIGN_IN, ConsoleGate, forget, remember, safe_next, token_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.limits import RateLimit, client_address
from cloud_api.services.passwords import PasswordsBusyError
from cloud_api.services.sign_in import OrganisationShutError, SignIn

_LIMIT = "sign-in"
_WRONG = "E-mail and password do not belong together. Try again, and mind capital letters."
_SHUT = "Your organisation is suspended on this server. Ask whoever runs the server; nothing is lost meanwhile."
_BUSY = "Very many people sign in at this moment. Try again in a few seconds."


class SignInForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the sign-in page sends."""

    email: str
    password: str
    next: str = "/board"


@dataclass(frozen=True, slots=True)
class SignInPagePorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    sign_in: SignIn
    limit: RateLimit
    clock: Clock


def sign_in_router(ports: SignInPagePorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(SIGN_IN)
    async def ask(request: Request, *, next: str = "/board", ended: str = "") -> Response:  # noqa: A002  the name in the address
        if await ports.gate.find(request) is not None:
            return RedirectResponse(safe_next(next), status_code=303)
        return _form(ports, request, next_page=safe_next(next), ended=bool(ended))

    @router.post(SIGN_IN)
    async def sign_in(request: Request) -> Response:
        said = await read_form(request, SignInForm)
        address = client_address(request)
        # Counted before the password is looked at, or a flood in parallel would be looked at whole; given back after.
        wait = await ports.limit.check(_LIMIT, address)
        if wait is not None:
            return _too_many(ports, request, said, wait)
        try:
            signed_in = await ports.sign_in.sign_in(said.email, said.password, address)
        except (PasswordsBusyError, OrganisationShutError) as error:
            await ports.limit.give_back(_LIMIT, address)
            return _not_now(ports, request, said, error)
        if signed_in is None:
            return _refusal(ports, request, said, _WRONG, 401)
        await ports.limit.give_back(_LIMIT, address)
        before = token_of(request)
        if before:
            await ports.sign_in.sign_out(before, address)
        response = RedirectResponse(safe_next(said.next), status_code=303)
        remember(response, signed_in, seconds=int(ports.sign_in.terms.longest.total_seconds()))
        return response

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        await ports.sign_in.sign_out(token_of(request), client_address(request))
        response = RedirectResponse(SIGN_IN, status_code=303, headers={"Clear-Site-Data": '"cache"'})
        forget(response)
        return response

    @router.get("/account")
    async def account(request: Request) -> Response:
        staff = await ports.gate.staff(request)
        facts = {"terms": ports.sign_in.terms, "now": ports.clock.now()}
        return ports.pages.page(request, "account.html", facts, staff=staff)

    return router


def _form(ports: SignInPagePorts, request: Request, *, next_page: str, ended: bool = False) -> Response:
    facts = {"email": "", "next_page": next_page, "ended": ended, "wrong": "", "again_at": None, "minutes": 0}
    return ports.pages.page(request, "sign_in.html", facts)


def _refusal(
    ports: SignInPagePorts, request: Request, said: SignInForm, wrong: str, status: int, *, retry_after: int = 0
) -> Response:
    facts = {
        "email": said.email,
        "next_page": safe_next(said.next),
        "ended": False,
        "wrong": wrong,
        "again_at": ports.clock.now() + timedelta(seconds=retry_after) if retry_after else None,
        "minutes": -(-retry_after // 60),
    }
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return ports.pages.page(request, "sign_in.html", facts, status=status, headers=headers)


def _not_now(ports: SignInPagePorts, request: Request, said: SignInForm, error: Exception) -> Response:
    if isinstance(error, OrganisationShutError):
        return _refusal(ports, request, said, _SHUT, 403)
    return _refusal(ports, request, said, _BUSY, 503, retry_after=5)


def _too_many(ports: SignInPagePorts, request: Request, said: SignInForm, wait: int) -> Response:
    wrong = "There were five wrong tries from your address within five minutes."
    return _refusal(ports, request, said, wrong, 429, retry_after=wait)
