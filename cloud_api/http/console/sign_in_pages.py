"""Signing in with the password, and signing out."""

from dataclasses import dataclass
from datetime import timedelta

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.clock import Clock
from cloud_api.http.console.cookies import know, known_of, owe, owe_no_more
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import SIGN_IN, ConsoleGate, forget, remember, safe_next, token_of, where_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.limits import client_address
from cloud_api.services.passwords import PasswordsBusyError
from cloud_api.services.second_step import SecondStepOwed, SecondSteps
from cloud_api.services.session_start import SignedIn
from cloud_api.services.sign_in import OrganisationShutError, SignIn
from cloud_api.services.sign_in_guard import SignInGuard

SECOND = "/sign-in/second"
_WRONG = "E-mail and password do not belong together. Try again, and mind capital letters."
_SHUT = "Your organisation is suspended on this server. Ask whoever runs the server; nothing is lost meanwhile."
_BUSY = "Very many people sign in at this moment. Try again in a few seconds."
_TOO_MANY = "There were five wrong tries from your address within five minutes."


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
    steps: SecondSteps
    guard: SignInGuard
    clock: Clock


def sign_in_router(ports: SignInPagePorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(SIGN_IN, tags=["public"])
    async def ask(
        request: Request,
        *,
        next: str = "/board",  # noqa: A002  the name in the address
        ended: str = "",
        again: str = "",
        done: str = "",
    ) -> Response:
        if await ports.gate.find(request) is not None:
            return RedirectResponse(safe_next(next), status_code=303)
        return _form(ports, request, next_page=safe_next(next), ended=bool(ended), again=bool(again), done=bool(done))

    @router.post(SIGN_IN, tags=["public"])
    async def sign_in(request: Request) -> Response:
        said = await read_form(request, SignInForm)
        # Counted before the password is looked at, or a flood in parallel would be looked at whole; given back after.
        admission = await ports.guard.admit(said.email, known_of(request), client_address(request))
        if admission.wait is not None:
            return _refusal(ports, request, said, _TOO_MANY, 429, retry_after=admission.wait)
        try:
            signed_in = await ports.sign_in.sign_in(said.email, said.password, where_of(request))
        except (PasswordsBusyError, OrganisationShutError) as error:
            await ports.guard.give_back(admission)
            return _not_now(ports, request, said, error)
        if signed_in is None:
            return _refusal(ports, request, said, _WRONG, 401)
        await ports.guard.give_back(admission)
        if isinstance(signed_in, SecondStepOwed):
            response = RedirectResponse(f"{SECOND}?next={safe_next(said.next)}", status_code=303)
            owe(response, signed_in)
            return response
        return await let_in(ports, request, signed_in, said.next)

    @router.post("/sign-out", tags=["public"])
    async def sign_out(request: Request) -> Response:
        await ports.sign_in.sign_out(token_of(request), client_address(request))
        response = RedirectResponse(SIGN_IN, status_code=303, headers={"Clear-Site-Data": '"cache"'})
        forget(response)
        return response

    return router


async def let_in(ports: SignInPagePorts, request: Request, signed_in: SignedIn, wanted: str) -> Response:
    """On to the page that was wanted, with a session; the one before it ends, and the browser is known from now on."""
    before = token_of(request)
    if before:
        await ports.sign_in.sign_out(before, client_address(request))
    response = RedirectResponse(safe_next(wanted), status_code=303)
    remember(response, signed_in, ports.clock.now())
    owe_no_more(response)
    know(response, await ports.guard.known.remember(known_of(request), signed_in.email))
    return response


def _form(
    ports: SignInPagePorts, request: Request, *, next_page: str, ended: bool, again: bool, done: bool
) -> Response:
    facts = {"email": "", "next_page": next_page, "ended": ended, "again": again, "done": done, **_nothing_wrong()}
    return ports.pages.page(request, "sign_in.html", facts)


def _nothing_wrong() -> dict[str, object]:
    return {"wrong": "", "again_at": None, "minutes": 0}


def _refusal(
    ports: SignInPagePorts, request: Request, said: SignInForm, wrong: str, status: int, *, retry_after: int = 0
) -> Response:
    facts = {
        "email": said.email,
        "next_page": safe_next(said.next),
        "ended": False,
        "again": False,
        "done": False,
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
