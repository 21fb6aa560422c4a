"""Forgotten passwords, and addresses that are confirmed: pages that mails lead to, for whoever is not signed in."""

from dataclasses import dataclass

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.console.attempts import Attempts
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import SIGN_IN, forget
from cloud_api.http.console.pages import Pages
from cloud_api.http.limits import client_address
from cloud_api.services.own_address import OwnAddress
from cloud_api.services.own_sessions import PasswordFault
from cloud_api.services.password_reset import PasswordReset
from cloud_api.services.passwords import MIN_LENGTH, PasswordsBusyError

FORGOT = "/forgot"
_BUSY = "Very many passwords are checked at this moment. Try again in a few seconds."


class ForgotForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page for a forgotten password sends."""

    email: str


class ResetForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page of a link sends."""

    password: str


@dataclass(frozen=True, slots=True)
class ResetPorts:
    """What these pages work with."""

    pages: Pages
    reset: PasswordReset
    address: OwnAddress
    attempts: Attempts


def reset_router(ports: ResetPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response, tags=["public"])
    _add_forgot(router, ports)
    _add_reset(router, ports)
    _add_confirm(router, ports)
    return router


def _add_forgot(router: APIRouter, ports: ResetPorts) -> None:
    @router.get(FORGOT)
    async def ask(request: Request) -> Response:
        return ports.pages.page(request, "forgot.html", {"mails": ports.reset.mails, "sent": False})

    @router.post(FORGOT)
    async def send(request: Request) -> Response:
        form = await read_form(request, ForgotForm)
        await ports.attempts.begin("reset-asked", request)
        await ports.reset.ask(form.email, client_address(request))
        return ports.pages.page(request, "forgot.html", {"mails": ports.reset.mails, "sent": True})


def _add_reset(router: APIRouter, ports: ResetPorts) -> None:
    @router.get("/reset/{token}")
    async def ask(request: Request, token: str) -> Response:
        await ports.attempts.begin("reset", request)
        email = await ports.reset.open(token)
        if email is None:
            return _gone(ports, request, "reset")
        await ports.attempts.give_back("reset", request)
        return _form(ports, request, email)

    @router.post("/reset/{token}")
    async def put(request: Request, token: str) -> Response:
        form = await read_form(request, ResetForm)
        await ports.attempts.begin("reset", request)
        try:
            said = await ports.reset.set(token, form.password, client_address(request))
        except PasswordsBusyError:
            said = PasswordFault(_BUSY)
        if said is False:
            return _gone(ports, request, "reset")
        await ports.attempts.give_back("reset", request)
        if isinstance(said, PasswordFault):
            email = await ports.reset.open(token)
            return _gone(ports, request, "reset") if email is None else _form(ports, request, email, said.words)
        response = RedirectResponse(f"{SIGN_IN}?done=password", status_code=303)
        forget(response)  # every session of the account has ended, this browser's most likely too
        return response


def _add_confirm(router: APIRouter, ports: ResetPorts) -> None:
    @router.get("/confirm/{token}")
    async def ask(request: Request, token: str) -> Response:
        await ports.attempts.begin("verification", request)
        offer = await ports.address.open(token)
        if offer is None:
            return _gone(ports, request, "confirm")
        await ports.attempts.give_back("verification", request)
        return ports.pages.page(request, "confirm.html", {"offer": offer, "done": False})

    @router.post("/confirm/{token}")
    async def confirm(request: Request, token: str) -> Response:
        await ports.attempts.begin("verification", request)
        if not await ports.address.confirm(token, client_address(request)):
            return _gone(ports, request, "confirm")
        await ports.attempts.give_back("verification", request)
        return ports.pages.page(request, "confirm.html", {"offer": None, "done": True})


def _form(ports: ResetPorts, request: Request, email: str, wrong: str = "") -> Response:
    facts = {"email": email, "wrong": wrong, "shortest": MIN_LENGTH}
    return ports.pages.page(request, "reset.html", facts, status=422 if wrong else 200)


def _gone(ports: ResetPorts, request: Request, what: str) -> Response:
    return ports.pages.page(request, "link_gone.html", {"what": what}, status=404)
